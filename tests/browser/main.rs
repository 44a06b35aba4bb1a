//! The paste-in page as people meet it, in headless Chromium: what they see, hear and can do, with a pointer, a finger,
//! the keyboard alone, and without a script. `tests/browser/install` installs what is driven; `./check` calls it.
#![expect(clippy::unwrap_used, reason = "a test that cannot go on says so")]
#![expect(clippy::disallowed_methods, reason = "what a browser does is waited for, and not for ever")]
#![expect(clippy::needless_pass_by_value, reason = "JSON is written where it is handed over")]

mod driver;
mod in_a_browser;
