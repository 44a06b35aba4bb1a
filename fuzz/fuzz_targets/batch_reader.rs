//! Any lines are cut and answered, each for itself.
#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| fuzz::batch_reader(data));
