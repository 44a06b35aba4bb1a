//! Bytes of any charset become text.
#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| fuzz::decode(data));
