#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| klayers_fuzz::zip::run(bytes));
