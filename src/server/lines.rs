//! The lines of a request's body, as they come.

use std::time::Duration;

use tokio::io::AsyncBufReadExt;
use tokio::time::timeout;

use super::body::unread;
use super::encoding::Reader;
use super::problem::{Code, Problem};
use crate::batch_line::{Cutter, Fault, Line};

/// The lines of a body.
pub(super) struct Lines {
    reader: Reader,
    cutter: Cutter,
}

/// What comes next.
pub(super) enum Next {
    Line(Line),
    End,
    /// The body broke off, or stands still.
    Broken(Fault),
}

impl Lines {
    /// The lines of a body; one that has more bytes than `limit` is passed over to its end.
    pub(super) fn new(reader: Reader, limit: usize) -> Self {
        Self { reader, cutter: Cutter::new(limit) }
    }

    /// What comes next; with `patience`, within this time after anything came before. Where it is not waited for, nothing
    /// is lost.
    pub(super) async fn next(&mut self, patience: Option<Duration>) -> Next {
        loop {
            let filled = match patience {
                None => Ok(self.reader.fill_buf().await),
                Some(patience) => timeout(patience, self.reader.fill_buf()).await,
            };
            let Ok(filled) = filled else {
                let detail = format!("nothing came for {:?}", patience.unwrap_or_default());
                return Next::Broken(Fault::Outside { code: Code::BodyTimeout, detail });
            };
            let piece = match filled {
                Ok(piece) => piece,
                Err(error) => {
                    let Problem { code, detail, .. } = unread(&error);
                    return Next::Broken(Fault::Outside { code, detail });
                }
            };
            if piece.is_empty() {
                return self.cutter.end().map_or(Next::End, Next::Line);
            }
            let (used, line) = self.cutter.take(piece);
            self.reader.consume(used);
            if let Some(line) = line {
                return Next::Line(line);
            }
        }
    }
}
