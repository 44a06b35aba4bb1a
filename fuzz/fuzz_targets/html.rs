//! Any bytes are cleaned as a page.
#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| fuzz::html(data));
