//! Drives Chromium: a service of our own behind a socket, chromedriver, and the few commands of the `WebDriver` protocol
//! that the tests speak, over plain HTTP. `tests/browser/install` installs what is driven.

use std::fs;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::path::PathBuf;
use std::process::{Child, ChildStdout, Command, Stdio};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread::sleep;
use std::time::{Duration, Instant};

use dechaff::server::{Settings, router};
use serde_json::{Value, json};

/// How long anything may take to come about: the machines of continuous integration are slow and shared.
const PATIENCE: Duration = Duration::from_mins(1);

/// How often a browser that does not start is started again.
const STARTS: usize = 3;

/// The name of an element in `WebDriver`'s JSON.
const ELEMENT: &str = "element-6066-11e4-a52e-4f735466cecf";

static COUNT: AtomicUsize = AtomicUsize::new(0);

/// A browser of its own, with the page open.
pub(crate) struct Browser {
    driver: Child,
    /// Held open: the driver would end where nobody listens.
    _told: BufReader<ChildStdout>,
    address: SocketAddr,
    session: String,
    folder: PathBuf,
    service: SocketAddr,
}

/// A service behind a socket, for as long as the tests run.
fn serve(settings: &Settings) -> SocketAddr {
    let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap();
    listener.set_nonblocking(true).unwrap();
    let router = router(settings);
    std::thread::spawn(move || {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        runtime.block_on(async {
            let listener = tokio::net::TcpListener::from_std(listener).unwrap();
            axum::serve(listener, router).await.unwrap();
        });
    });
    address
}

impl Browser {
    /// Opens the page of a service with the usual settings, in a window of a laptop's size.
    pub(crate) fn open() -> Self {
        Self::open_with(&Settings::default())
    }

    pub(crate) fn open_with(settings: &Settings) -> Self {
        let number = COUNT.fetch_add(1, Ordering::Relaxed);
        let folder = std::env::temp_dir().join(format!("dechaff-browser-{}-{number}", std::process::id()));
        fs::create_dir_all(&folder).unwrap();
        let (driver, told, address) = start();
        let mut browser =
            Self { driver, _told: told, address, session: String::new(), folder, service: serve(settings) };
        for start in 1.. {
            match browser.ask("POST", "/session", &browser.wanted(start)) {
                Ok(value) => {
                    value["sessionId"].as_str().unwrap().clone_into(&mut browser.session);
                    break;
                }
                Err(error) => assert!(start < STARTS, "Chromium did not start: {error}"),
            }
        }
        browser.cdp("Browser.setDownloadBehavior", json!({ "behavior": "allow", "downloadPath": browser.folder }));
        let grant = json!({ "permissions": ["clipboardReadWrite", "clipboardSanitizedWrite"] });
        browser.cdp("Browser.grantPermissions", grant);
        browser.go("/");
        browser
    }

    fn wanted(&self, start: usize) -> Value {
        let profile = self.folder.join(format!("profile-{start}"));
        let args = [
            "--headless",
            "--no-sandbox",
            "--disable-gpu",
            "--disable-quic",
            "--no-first-run",
            "--disable-background-networking",
            "--disable-component-update",
            "--disable-sync",
            "--window-size=1280,900",
            &format!("--user-data-dir={}", profile.display()),
        ];
        json!({ "capabilities": { "alwaysMatch": {
            "goog:chromeOptions": { "args": args },
            "goog:loggingPrefs": { "browser": "ALL" },
            "unhandledPromptBehavior": "ignore",
        } } })
    }

    /// The page's own address, without a path.
    pub(crate) fn origin(&self) -> String {
        format!("http://{}", self.service)
    }

    /// A folder of its own: downloads land here.
    pub(crate) fn folder(&self) -> &PathBuf {
        &self.folder
    }

    /// Writes a file into the folder.
    pub(crate) fn file(&self, name: &str, content: &[u8]) -> PathBuf {
        let file = self.folder.join(name);
        fs::write(&file, content).unwrap();
        file
    }

    pub(crate) fn go(&self, path: &str) {
        self.command("POST", "/url", &json!({ "url": format!("{}{path}", self.origin()) }));
    }

    /// Runs a function's body in the page and gives what it returns.
    #[track_caller]
    pub(crate) fn js(&self, script: &str) -> Value {
        self.js_with(script, json!([]))
    }

    #[track_caller]
    pub(crate) fn js_with(&self, script: &str, arguments: Value) -> Value {
        // A promise is waited for.
        self.command("POST", "/execute/sync", &json!({ "script": script, "args": arguments }))
    }

    /// Waits until an expression is true in the page.
    #[track_caller]
    pub(crate) fn until(&self, expression: &str) {
        let start = Instant::now();
        while self.js(&format!("return Boolean({expression})")) != json!(true) {
            assert!(start.elapsed() < PATIENCE, "never: {expression}\nThe page says: {}", self.seen("body"));
            sleep(Duration::from_millis(20));
        }
    }

    /// The text that a person sees of the first element of a selector; nothing where it is not shown.
    #[track_caller]
    pub(crate) fn seen(&self, selector: &str) -> String {
        let script = "const it = document.querySelector(arguments[0]);
            return it?.checkVisibility({ visibilityProperty: true, opacityProperty: true }) ? it.innerText : ''";
        self.js_with(script, json!([selector])).as_str().unwrap().to_owned()
    }

    /// Waits until a person sees a text in an element.
    #[track_caller]
    pub(crate) fn sees(&self, selector: &str, text: &str) {
        let start = Instant::now();
        while !self.seen(selector).contains(text) {
            assert!(start.elapsed() < PATIENCE, "“{text}” is never seen in {selector}: {}", self.seen(selector));
            sleep(Duration::from_millis(20));
        }
    }

    #[track_caller]
    fn element(&self, selector: &str) -> String {
        let found = self.command("POST", "/element", &json!({ "using": "css selector", "value": selector }));
        found[ELEMENT].as_str().unwrap().to_owned()
    }

    /// Clicks as a person does: the element must be in reach.
    #[track_caller]
    pub(crate) fn click(&self, selector: &str) {
        let element = self.element(selector);
        self.command("POST", &format!("/element/{element}/click"), &json!({}));
    }

    /// Moves the pointer onto an element.
    #[track_caller]
    pub(crate) fn hover(&self, selector: &str) {
        self.js_with("document.querySelector(arguments[0]).scrollIntoView({ block: 'center' })", json!([selector]));
        let origin = json!({ ELEMENT: self.element(selector) });
        let moved = json!({ "type": "pointerMove", "duration": 0, "x": 0, "y": 0, "origin": origin });
        let hand =
            json!({ "type": "pointer", "id": "mouse", "parameters": { "pointerType": "mouse" }, "actions": [moved] });
        self.command("POST", "/actions", &json!({ "actions": [hand] }));
    }

    /// Presses keys, one after the other; `held` stays down meanwhile.
    #[track_caller]
    pub(crate) fn press(&self, held: Option<char>, keys: &str) {
        let mut actions: Vec<Value> = held.iter().map(|key| json!({ "type": "keyDown", "value": key })).collect();
        for key in keys.chars() {
            actions.push(json!({ "type": "keyDown", "value": key }));
            actions.push(json!({ "type": "keyUp", "value": key }));
        }
        actions.extend(held.iter().map(|key| json!({ "type": "keyUp", "value": key })));
        let keyboard = json!({ "type": "key", "id": "keyboard", "actions": actions });
        self.command("POST", "/actions", &json!({ "actions": [keyboard] }));
    }

    /// Gives a file input a file.
    #[track_caller]
    pub(crate) fn choose(&self, selector: &str, file: &std::path::Path) {
        let element = self.element(selector);
        self.command("POST", &format!("/element/{element}/value"), &json!({ "text": file.to_str().unwrap() }));
    }

    /// Pastes into the focused element, out of the clipboard.
    #[track_caller]
    pub(crate) fn paste(&self, text: &str) {
        self.js_with("return navigator.clipboard.writeText(arguments[0])", json!([text]));
        self.click("#document");
        self.press(Some(CONTROL), "a");
        self.press(Some(CONTROL), "v");
    }

    #[track_caller]
    pub(crate) fn clipboard(&self) -> String {
        self.js("return navigator.clipboard.readText()").as_str().unwrap().to_owned()
    }

    /// A command of Chromium's own protocol.
    #[track_caller]
    pub(crate) fn cdp(&self, command: &str, parameters: Value) -> Value {
        self.command("POST", "/goog/cdp/execute", &json!({ "cmd": command, "params": parameters }))
    }

    /// What the browser complained of: errors of the script, refusals of the content security policy.
    pub(crate) fn complaints(&self) -> Vec<String> {
        let entries = self.command("POST", "/se/log", &json!({ "type": "browser" }));
        let entries = entries.as_array().unwrap().iter();
        entries.map(|entry| entry["message"].as_str().unwrap().to_owned()).collect()
    }

    /// The window as a picture, PNG.
    pub(crate) fn screenshot(&self) -> Vec<u8> {
        from_base64(self.command("GET", "/screenshot", &Value::Null).as_str().unwrap())
    }

    #[track_caller]
    fn command(&self, method: &str, path: &str, body: &Value) -> Value {
        self.ask(method, &format!("/session/{}{path}", self.session), body)
            .unwrap_or_else(|error| panic!("{method} {path}: {error}"))
    }

    fn ask(&self, method: &str, path: &str, body: &Value) -> Result<Value, String> {
        let body = if body.is_null() { String::new() } else { body.to_string() };
        let mut socket = TcpStream::connect(self.address).map_err(|error| error.to_string())?;
        let length = body.len();
        let head = format!("{method} {path} HTTP/1.1\r\nhost: {}\r\nconnection: close\r\n", self.address);
        socket
            .write_all(format!("{head}content-length: {length}\r\n\r\n{body}").as_bytes())
            .map_err(|error| error.to_string())?;
        let json = body_of(BufReader::new(socket)).map_err(|error| error.to_string())?;
        let mut value: Value = serde_json::from_str(&json).map_err(|error| format!("{error}: {json}"))?;
        match value["value"]["message"].as_str().filter(|_| value["value"]["error"].is_string()) {
            Some(message) => Err(message.to_owned()),
            None => Ok(value["value"].take()),
        }
    }
}

impl Drop for Browser {
    fn drop(&mut self) {
        // A browser that does not close by itself is no reason to leave the rest behind.
        let _ = self.ask("DELETE", &format!("/session/{}", self.session), &Value::Null);
        let _ = self.driver.kill();
        let _ = self.driver.wait();
        let _ = fs::remove_dir_all(&self.folder);
    }
}

/// The control key, as `WebDriver` writes it; more keys below.
pub(crate) const CONTROL: char = '\u{e009}';
pub(crate) const TAB: &str = "\u{e004}";
pub(crate) const ENTER: &str = "\u{e007}";
pub(crate) const ESCAPE: &str = "\u{e00c}";
pub(crate) const DOWN: &str = "\u{e015}";
pub(crate) const RIGHT: &str = "\u{e014}";

/// Starts a chromedriver, and tells where it listens.
fn start() -> (Child, BufReader<ChildStdout>, SocketAddr) {
    let spawned = Command::new("chromedriver").arg("--port=0").stdout(Stdio::piped()).stderr(Stdio::null()).spawn();
    let mut driver =
        spawned.unwrap_or_else(|error| panic!("chromedriver: {error}; tests/browser/install installs Chromium and it"));
    let mut told = BufReader::new(driver.stdout.take().unwrap());
    let port = told.by_ref().lines().map_while(Result::ok).find_map(|line| {
        line.strip_prefix("ChromeDriver was started successfully on port ")?.trim_end_matches('.').parse::<u16>().ok()
    });
    let port = port.expect("chromedriver tells its port");
    (driver, told, SocketAddr::from(([127, 0, 0, 1], port)))
}

/// The body of an answer. The driver leaves the connection open, so its length tells where it ends.
fn body_of(mut answer: impl BufRead) -> std::io::Result<String> {
    let mut length = 0;
    let mut line = String::new();
    while answer.read_line(&mut line)? > 2 {
        if let Some(("content-length", value)) = line.to_ascii_lowercase().split_once(':') {
            length = value.trim().parse().unwrap_or(0);
        }
        line.clear();
    }
    let mut body = vec![0; length];
    answer.read_exact(&mut body)?;
    String::from_utf8(body).map_err(std::io::Error::other)
}

/// Reads base64 (RFC 4648, 4).
fn from_base64(text: &str) -> Vec<u8> {
    let value = |sign: u8| match sign {
        b'A'..=b'Z' => sign - b'A',
        b'a'..=b'z' => sign - b'a' + 26,
        b'0'..=b'9' => sign - b'0' + 52,
        b'+' => 62,
        _ => 63,
    };
    let mut bytes = Vec::with_capacity(text.len() / 4 * 3);
    let (mut bits, mut held) = (0, 0_u32);
    for sign in text.bytes().filter(|sign| *sign != b'=' && !sign.is_ascii_whitespace()) {
        held = held << 6 | u32::from(value(sign));
        bits += 6;
        if bits >= 8 {
            bits -= 8;
            bytes.push((held >> bits) as u8);
            held &= (1 << bits) - 1;
        }
    }
    bytes
}
