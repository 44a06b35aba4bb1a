//! `dechaff healthcheck`: asks a running service whether it is ready, for containers that hold no other program.

use std::io::{self, Read, Write};
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr, TcpStream};
use std::time::Duration;

use super::Failure;
use crate::config::Healthcheck;

/// How long the service may take to accept, and again to answer.
const PATIENCE: Duration = Duration::from_secs(3);

/// Where the status stands in an answer's first line, `HTTP/1.1 200 OK`.
const STATUS: std::ops::Range<usize> = 9..12;

/// Asks `/readyz`.
pub(super) fn run(flags: &Healthcheck) -> Result<(), Failure> {
    let address = reachable(flags.listen);
    let what = format!("http://{address}/readyz");
    let status = ask(address).map_err(|error| Failure::new(&what, error))?;
    if status == "200" { Ok(()) } else { Err(Failure::new(what, format!("not ready, status {status}"))) }
}

/// A service that listens on every address is asked on this machine's own.
fn reachable(listen: SocketAddr) -> SocketAddr {
    let address = match listen.ip() {
        IpAddr::V4(address) if address.is_unspecified() => Ipv4Addr::LOCALHOST.into(),
        IpAddr::V6(address) if address.is_unspecified() => Ipv6Addr::LOCALHOST.into(),
        address => address,
    };
    SocketAddr::new(address, listen.port())
}

/// The status of the answer.
fn ask(address: SocketAddr) -> io::Result<String> {
    let mut stream = TcpStream::connect_timeout(&address, PATIENCE)?;
    stream.set_write_timeout(Some(PATIENCE))?;
    stream.set_read_timeout(Some(PATIENCE))?;
    let request = format!("GET /readyz HTTP/1.1\r\nHost: {address}\r\nConnection: close\r\n\r\n");
    stream.write_all(request.as_bytes())?;
    let mut head = [0; STATUS.end];
    stream.read_exact(&mut head)?;
    Ok(String::from_utf8_lossy(&head[STATUS]).into_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_address_is_asked_at_home() {
        for (listen, asked) in
            [("0.0.0.0:80", "127.0.0.1:80"), ("[::]:80", "[::1]:80"), ("192.0.2.1:80", "192.0.2.1:80")]
        {
            assert_eq!(reachable(listen.parse().unwrap()).to_string(), asked);
        }
    }
}
