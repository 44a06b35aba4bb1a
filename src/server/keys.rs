//! Keys: who has one of the operator's may use the API; without a file of keys, everyone may. The file is read again
//! when it changes, so that a key can be given or taken without a restart; while it cannot be read, the keys that were
//! read last hold. A key is never shown, logged or kept in a request.

use std::fmt;
use std::fs::File;
use std::io::{self, Read};
use std::path::{Path, PathBuf};
use std::sync::{Arc, PoisonError, RwLock};
use std::time::Duration;

use axum::extract::{MatchedPath, Request, State};
use axum::http::HeaderMap;
use axum::http::header::{AUTHORIZATION, WWW_AUTHENTICATE};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use subtle::{Choice, ConstantTimeEq};

use super::app::App;
use super::problem::{Code, Problem};
use super::shutdown::Hangups;
use super::{assets, docs, form, openapi, probes, prometheus};

/// Longest key, in bytes: twice what 64 random bytes have in hexadecimal.
const LONGEST: usize = 256;

/// Most keys: each is compared with what every request brings.
const MOST: usize = 1_000;

/// Largest file, in bytes: so many of the longest keys, with as much in comments and more.
const FILE: u64 = 1_000_000;

/// How often the file is looked at.
const EVERY: Duration = Duration::from_secs(2);

/// What a caller without a key is told, and one whose key is none (RFC 6750, 3).
const ASKED: &str = "Bearer realm=\"dechaff\"";
const REFUSED: &str = "Bearer realm=\"dechaff\", error=\"invalid_token\"";

/// The keys of a file.
pub struct Keys {
    file: PathBuf,
    known: RwLock<Vec<Key>>,
}

/// A key; zeros follow it up to its length, and none stands in it, so that keys of any two lengths are compared in the
/// same time.
#[derive(Clone, PartialEq, Eq)]
struct Key([u8; LONGEST]);

impl Key {
    fn new(key: &[u8]) -> Option<Self> {
        let is_key = (1..=LONGEST).contains(&key.len()) && key.iter().all(u8::is_ascii_graphic);
        let mut padded = [0; LONGEST];
        is_key.then(|| {
            padded[..key.len()].copy_from_slice(key);
            Self(padded)
        })
    }
}

impl fmt::Debug for Keys {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_struct("Keys").field("file", &self.file).finish_non_exhaustive()
    }
}

impl Keys {
    /// Reads a file of keys: one a line; blank lines and lines that begin with `#` say nothing.
    ///
    /// # Errors
    /// A line that names the file and says what is wrong with it, without what stands in it.
    pub fn read(file: &Path) -> Result<Self, String> {
        Ok(Self { file: file.to_owned(), known: RwLock::new(read(file)?) })
    }

    /// Whether a key is one of these. It takes as long whichever it is, and where it is none.
    fn hold(&self, key: &[u8]) -> bool {
        let Some(key) = Key::new(key) else { return false };
        let known = self.known.read().unwrap_or_else(PoisonError::into_inner);
        known.iter().fold(Choice::from(0), |found, known| found | known.0.ct_eq(&key.0)).into()
    }

    /// Reads the file again, again and again: when it changes, and when the program is told to.
    pub(super) async fn watch(self: Arc<Self>, mut hangups: Hangups) {
        let mut told = None;
        loop {
            let is_told_to = tokio::select! {
                () = tokio::time::sleep(EVERY) => false,
                () = hangups.next() => true,
            };
            let keys = Arc::clone(&self);
            let again = tokio::task::spawn_blocking(move || keys.read_again()).await;
            match again.unwrap_or_else(|_| Err("the keys could not be read".to_owned())) {
                Ok(None) if !is_told_to => told = None,
                Ok(changed) => {
                    tracing::info!(keys = changed, "keys read again");
                    told = None;
                }
                // Once, not every two seconds.
                Err(error) if is_told_to || told.as_ref() != Some(&error) => {
                    tracing::error!(%error, "the keys that were read last still hold");
                    told = Some(error);
                }
                Err(_) => {}
            }
        }
    }

    /// Reads the file again; how many keys there are, where they are others than before.
    fn read_again(&self) -> Result<Option<usize>, String> {
        let keys = read(&self.file)?;
        let mut known = self.known.write().unwrap_or_else(PoisonError::into_inner);
        if *known == keys {
            return Ok(None);
        }
        *known = keys;
        Ok(Some(known.len()))
    }
}

fn read(file: &Path) -> Result<Vec<Key>, String> {
    let name = file.display();
    let bytes = beginning(file).map_err(|error| format!("{name}: {error}"))?;
    if bytes.len() as u64 > FILE {
        return Err(format!("{name}: over {FILE} bytes"));
    }
    let mut keys = Vec::new();
    for (number, line) in (1..).zip(bytes.split(|byte| *byte == b'\n')) {
        let line = line.trim_ascii();
        if line.is_empty() || line.starts_with(b"#") {
            continue;
        }
        let wrong =
            || format!("{name}:{number}: a key is 1 to {LONGEST} letters, digits and signs of ASCII, no spaces");
        keys.push(Key::new(line).ok_or_else(wrong)?);
    }
    match keys.len() {
        // A file that was emptied by mistake must not open the service, and nobody wants one that nobody may use.
        0 => Err(format!("{name}: holds no key")),
        1..=MOST => Ok(keys),
        _ => Err(format!("{name}: over {MOST} keys")),
    }
}

/// As much of a file as tells whether it is too large.
fn beginning(file: &Path) -> io::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    File::open(file)?.take(FILE + 1).read_to_end(&mut bytes)?;
    Ok(bytes)
}

/// A layer that lets through who has a key. Everything is guarded that is not named here, also what does not exist.
pub(super) async fn guard(State(app): State<Arc<App>>, mut request: Request, next: Next) -> Response {
    if let Some(keys) = &app.keys
        && !is_open(&app, &request)
        && let Err(challenge) = admit(keys, request.headers())
    {
        let detail = "a key is needed: “Authorization: Bearer KEY”";
        return Problem::new(Code::Unauthorized, detail).with_header(WWW_AUTHENTICATE, challenge).into_response();
    }
    // Nothing behind this needs it.
    request.headers_mut().remove(AUTHORIZATION);
    next.run(request).await
}

/// Whether an address is for everyone: probes, the page and what describes the service always, numbers unless the operator says otherwise.
fn is_open(app: &App, request: &Request) -> bool {
    let Some(route) = request.extensions().get::<MatchedPath>().map(MatchedPath::as_str) else { return false };
    probes::ROUTES.contains(&route)
        || [form::ROUTE, openapi::ROUTE, docs::ROUTE].contains(&route)
        || assets::ROUTES.contains(&route)
        || (route == prometheus::ROUTE && !app.guards_metrics)
}

/// Whether the headers hold a key; where not, what to ask for.
fn admit(keys: &Keys, headers: &HeaderMap) -> Result<(), &'static str> {
    let mut values = headers.get_all(AUTHORIZATION).iter();
    let (Some(value), None) = (values.next(), values.next()) else { return Err(ASKED) };
    let value = value.as_bytes();
    let Some((scheme, key)) = value.iter().position(|byte| *byte == b' ').map(|space| value.split_at(space)) else {
        return Err(ASKED);
    };
    if !scheme.eq_ignore_ascii_case(b"bearer") {
        return Err(ASKED);
    }
    if keys.hold(key.trim_ascii()) { Ok(()) } else { Err(REFUSED) }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Keys of a file that is gone when they are.
    struct Written(Keys);

    fn written(name: &str, content: &[u8]) -> Result<Written, String> {
        let file = std::env::temp_dir().join(format!("dechaff-keys-{}-{name}", std::process::id()));
        std::fs::write(&file, content).unwrap();
        let keys = Keys::read(&file);
        if keys.is_err() {
            std::fs::remove_file(&file).unwrap();
        }
        keys.map(Written)
    }

    impl Drop for Written {
        fn drop(&mut self) {
            std::fs::remove_file(&self.0.file).unwrap();
        }
    }

    #[test]
    fn a_file_holds_a_key_a_line() {
        let longest = "x".repeat(LONGEST);
        let keys = written("good", format!("# mine\r\n\n  first-key \nsecond/+=~\r\n{longest}").as_bytes()).unwrap();
        for key in ["first-key", "second/+=~", &longest] {
            assert!(keys.0.hold(key.as_bytes()), "{key}");
        }
        for key in
            ["", "first", "first-key ", "first-key\0", "# mine", "First-Key", &longest[1..], &format!("{longest}x")]
        {
            assert!(!keys.0.hold(key.as_bytes()), "{key}");
        }
        let shown = format!("{:?}", keys.0);
        assert!(!shown.contains("first-key") && !shown.contains("120"), "{shown}");
    }

    #[test]
    fn what_is_wrong_is_named_without_what_stands_there() {
        for (name, content, wrong) in [
            ("empty", String::new(), ": holds no key"),
            ("comments", "# a\n\n".to_owned(), ": holds no key"),
            ("spaces", "a-key\nsecret words".to_owned(), ":2: a key is 1 to 256"),
            ("signs", "sécret".to_owned(), ":1: a key is"),
            ("long", "x".repeat(LONGEST + 1), ":1: a key is"),
            ("many", "x\n".repeat(MOST + 1), ": over 1000 keys"),
            ("large", "#".repeat(1_000_001), ": over 1000000 bytes"),
        ] {
            let error = written(name, content.as_bytes()).err().unwrap();
            assert!(error.contains(&format!("{name}{wrong}")) && !error.contains("cret"), "{error}");
        }
        assert!(Keys::read(Path::new("/no/such/file")).unwrap_err().starts_with("/no/such/file: "));
    }

    #[test]
    fn a_file_that_became_wrong_changes_nothing() {
        let keys = written("again", b"first").unwrap();
        assert_eq!(keys.0.read_again(), Ok(None));
        std::fs::write(&keys.0.file, "second\nthird").unwrap();
        assert_eq!(keys.0.read_again(), Ok(Some(2)));
        assert!(!keys.0.hold(b"first") && keys.0.hold(b"second") && keys.0.hold(b"third"));
        std::fs::write(&keys.0.file, "").unwrap();
        assert!(keys.0.read_again().is_err() && keys.0.hold(b"second"));
    }
}
