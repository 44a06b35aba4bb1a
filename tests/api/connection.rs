//! What needs a connection to be seen: the program itself, asked byte by byte.

use std::io::{BufRead, BufReader, ErrorKind, Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::process::{Child, Command, Stdio};
use std::thread::JoinHandle;
use std::time::Duration;

use serde_json::json;
use tokio::time::Instant;

use crate::service::TEXT;

/// The program, serving; it ends with this.
pub(crate) struct Service {
    child: Child,
    address: SocketAddr,
    log: Option<JoinHandle<String>>,
}

impl Service {
    /// Starts it with these flags.
    pub(crate) fn start(flags: &[&str]) -> Self {
        let mut child = Command::new(env!("CARGO_BIN_EXE_dechaff"))
            .args(["serve", "--listen", "127.0.0.1:0", "--workers", "2"])
            .args(flags)
            .env_clear()
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        let mut log = BufReader::new(child.stderr.take().unwrap());
        let mut line = String::new();
        log.read_line(&mut line).unwrap();
        let address = line.split(['=', '"', ' ']).find(|part| part.starts_with("127.0.0.1:"));
        let address = address.unwrap_or_else(|| panic!("not listening: {line}")).trim().parse().unwrap();
        // A program whose log nobody reads would stand still some day.
        let log = std::thread::spawn(move || {
            let mut lines = String::new();
            log.read_to_string(&mut lines).unwrap();
            lines
        });
        Self { child, address, log: Some(log) }
    }

    /// Ends it; all that it has logged.
    pub(crate) fn end(mut self) -> String {
        // One that has ended by itself is as good.
        let _ = self.child.kill();
        self.log.take().unwrap().join().unwrap()
    }

    /// Waits until it has ended by itself.
    #[cfg(unix)]
    pub(crate) fn wait(&mut self) -> std::process::ExitStatus {
        self.child.wait().unwrap()
    }

    #[cfg(unix)]
    pub(crate) fn address(&self) -> SocketAddr {
        self.address
    }

    pub(crate) fn process(&self) -> u32 {
        self.child.id()
    }

    /// A connection on which these bytes were sent.
    pub(crate) fn send(&self, bytes: impl AsRef<[u8]>) -> TcpStream {
        let mut stream = TcpStream::connect(self.address).unwrap();
        stream.set_read_timeout(Some(Duration::from_secs(20))).unwrap();
        stream.write_all(bytes.as_ref()).unwrap();
        stream
    }

    /// All that is answered until the connection ends.
    pub(crate) fn ask(&self, bytes: impl AsRef<[u8]>) -> String {
        rest_of(self.send(bytes))
    }

    /// The same, where the service may end the connection before all is sent.
    pub(crate) fn ask_as_far_as_taken(&self, bytes: impl AsRef<[u8]>) -> String {
        let mut stream = self.send("");
        let _ = stream.write_all(bytes.as_ref());
        rest_of(stream)
    }
}

impl Drop for Service {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// All that is said on a connection until it ends.
pub(crate) fn rest_of(mut stream: TcpStream) -> String {
    let mut said = Vec::new();
    // A service that refuses without reading on may end the connection hard; what it said before counts.
    let _ = stream.read_to_end(&mut said);
    String::from_utf8(said).unwrap()
}

fn post(path: &str, headers: &str, body: &str) -> String {
    format!(
        "POST {path} HTTP/1.1\r\nhost: a\r\nconnection: close\r\ncontent-length: {}\r\n{headers}\r\n{body}",
        body.len()
    )
}

/// What a connection says next, up to and with this.
fn read_up_to(stream: &mut TcpStream, end: &str) -> String {
    let mut said = Vec::new();
    let mut byte = [0];
    while !said.ends_with(end.as_bytes()) {
        assert_eq!(stream.read(&mut byte).unwrap(), 1, "{}", String::from_utf8_lossy(&said));
        said.push(byte[0]);
    }
    String::from_utf8(said).unwrap()
}

#[test]
fn a_caller_who_asks_first_is_told_to_go_on_only_where_its_body_is_wanted() {
    let service = Service::start(&["--body-limit", "1000B"]);
    let head = |length: usize, media_type: &str| {
        format!(
            "POST /v1/clean?format=text HTTP/1.1\r\nhost: a\r\nconnection: close\r\nexpect: 100-continue\r\n\
             content-type: {media_type}\r\ncontent-length: {length}\r\n\r\n"
        )
    };
    let mut stream = service.send(head(TEXT.len(), "text/plain"));
    assert_eq!(read_up_to(&mut stream, "\r\n\r\n"), "HTTP/1.1 100 Continue\r\n\r\n");
    stream.write_all(TEXT.as_bytes()).unwrap();
    assert!(read_up_to(&mut stream, "\r\n\r\n").starts_with("HTTP/1.1 200 OK\r\n"));
    for (length, media_type, status) in [(1001, "text/plain", "413"), (10, "text/css", "415")] {
        let answer = service.ask(head(length, media_type));
        assert!(answer.starts_with(&format!("HTTP/1.1 {status} ")), "{answer}");
    }
}

#[test]
fn all_of_the_service_may_be_asked_for_its_methods() {
    let service = Service::start(&[]);
    let answer = service.ask("OPTIONS * HTTP/1.1\r\nhost: a\r\nconnection: close\r\n\r\n");
    assert!(answer.starts_with("HTTP/1.1 204 ") && answer.contains("\r\nallow: GET,HEAD,POST\r\n"), "{answer}");
    let answer = service.ask("HEAD /v1/rules HTTP/1.1\r\nhost: a\r\nconnection: close\r\n\r\n");
    assert!(answer.starts_with("HTTP/1.1 200 ") && answer.ends_with("\r\n\r\n"), "{answer}");
    let length = answer.split("content-length: ").nth(1).and_then(|rest| rest.split("\r\n").next()).unwrap();
    assert!(length.parse::<usize>().unwrap() > 1000);
}

/// How long it took until the other side ended the connection.
fn time_to_end(mut stream: TcpStream) -> Duration {
    let start = Instant::now();
    let mut bytes = [0; 1024];
    loop {
        match stream.read(&mut bytes) {
            Ok(0) => return start.elapsed(),
            Ok(_) => {}
            Err(error) if error.kind() == ErrorKind::ConnectionReset => return start.elapsed(),
            Err(error) => panic!("still open: {error}"),
        }
    }
}

#[test]
fn who_stands_still_is_left() {
    let service = Service::start(&["--idle", "400ms", "--body-deadline", "400ms"]);
    let batch = "POST /v1/clean/batch HTTP/1.1\r\nhost: a\r\ncontent-type: application/x-ndjson\r\n\
                 transfer-encoding: chunked\r\n\r\n";
    for sent in [
        "",
        "P",
        "PRI * HTTP/2.0\r\n",
        "GET /livez HTTP/1.1\r\nhost: a\r\nx-begun: ",
        "GET /livez HTTP/1.1\r\nhost: a\r\n\r\n",
        "POST /v1/clean HTTP/1.1\r\nhost: a\r\ncontent-type: text/plain\r\ncontent-length: 9\r\n\r\nbegun",
        batch,
    ] {
        let time = time_to_end(service.send(sent));
        assert!(time > Duration::from_millis(200) && time < Duration::from_secs(5), "{sent:?}: {time:?}");
    }
}

#[test]
fn who_sends_a_batch_and_never_reads_costs_no_memory_and_is_left() {
    let service = Service::start(&["--idle", "1s"]);
    let head = "POST /v1/clean/batch HTTP/1.1\r\nhost: a\r\ncontent-type: application/x-ndjson\r\n\
                content-length: 10000000000\r\n\r\n";
    let mut stream = service.send(head);
    stream.set_write_timeout(Some(Duration::from_secs(20))).unwrap();
    let before = memory(service.process());
    let line = json!({"id": 1, "text": "The ferry crossed the lake again. ".repeat(10_000)}).to_string() + "\n";
    let mut sent = 0;
    // Goes on until the service takes no more and, after a while, ends the connection.
    while stream.write_all(line.as_bytes()).is_ok() {
        sent += line.len();
        let more = memory(service.process()).saturating_sub(before);
        assert!(sent < 64 << 20 && more < 64 << 10, "{more} KiB more after {} KiB were sent", sent >> 10);
    }
    let answer = service.ask(post("/v1/clean", "content-type: text/plain\r\n", TEXT));
    assert!(answer.starts_with("HTTP/1.1 200 "), "{answer}");
}

/// The memory of a process, in KiB; 0 where that cannot be told.
pub(crate) fn memory(process: u32) -> usize {
    let status = std::fs::read_to_string(format!("/proc/{process}/status")).unwrap_or_default();
    let line = status.lines().find(|line| line.starts_with("VmRSS:"));
    line.and_then(|line| line.split_whitespace().nth(1)).map_or(0, |number| number.parse().unwrap())
}

#[test]
fn a_batch_on_a_connection_is_answered_line_by_line() {
    let service = Service::start(&[]);
    let mut stream = service.send(
        "POST /v1/clean/batch HTTP/1.1\r\nhost: a\r\ncontent-type: application/x-ndjson\r\n\
         transfer-encoding: chunked\r\n\r\n",
    );
    for id in 0..3 {
        let line = json!({"id": id, "text": TEXT}).to_string() + "\n";
        write!(stream, "{:x}\r\n{line}\r\n", line.len()).unwrap();
        let said = read_up_to(&mut stream, "}\n\r\n");
        assert_eq!(said.starts_with("HTTP/1.1 200 OK\r\n"), id == 0, "{said}");
        assert!(said.contains(&format!("{{\"id\":{id},")), "{said}");
    }
    stream.write_all(b"0\r\n\r\n").unwrap();
    assert_eq!(read_up_to(&mut stream, "\r\n\r\n"), "0\r\n\r\n");
}

#[cfg(unix)]
#[test]
fn a_service_that_closes_ends_its_batches_with_a_word() {
    let service = Service::start(&["--drain", "300ms"]);
    let mut stream = service.send(
        "POST /v1/clean/batch HTTP/1.1\r\nhost: a\r\ncontent-type: application/x-ndjson\r\n\
         transfer-encoding: chunked\r\n\r\n",
    );
    let mut answer = |id: u32| {
        let line = json!({"id": id, "text": TEXT}).to_string() + "\n";
        write!(stream, "{:x}\r\n{line}\r\n", line.len()).unwrap();
        read_up_to(&mut stream, "}\n\r\n")
    };
    answer(0);
    signal(&service, "TERM");
    std::thread::sleep(Duration::from_millis(50));
    assert!(answer(1).contains("{\"id\":1,"), "while balancers look elsewhere, all goes on");
    let last = read_up_to(&mut stream, "0\r\n\r\n");
    assert!(last.contains("{\"id\":null,\"error\":") && last.contains("\"shutting-down\""), "{last}");
}

/// Sends a signal to the program.
#[cfg(unix)]
pub(crate) fn signal(service: &Service, name: &str) {
    let done = Command::new("kill").args([&format!("-{name}"), &service.process().to_string()]).status().unwrap();
    assert!(done.success());
}
