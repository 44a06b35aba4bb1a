//! What the prescan cuts is no text of a page.
#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| fuzz::prescan(data));
