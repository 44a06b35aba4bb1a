//! Any file of rules is read, or told what is wrong with it.
#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| fuzz::rules_file(data));
