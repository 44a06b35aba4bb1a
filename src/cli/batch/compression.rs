//! Compressed files, told by the ending of their names. What is written is a row of whole members (gzip) or frames
//! (zstd), each of which can be read without those after it: an interruption costs at most the last.

use std::io::{self, BufRead, BufReader, Read, Write};

use flate2::bufread::{GzDecoder, MultiGzDecoder};
use flate2::write::GzEncoder;
use zstd::stream::{read, write};

use super::super::lines::BUFFER;

/// How a file is compressed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Compression {
    None,
    Gzip,
    Zstd,
}

/// A member or frame that is being written.
pub(super) enum Frame<W: Write> {
    Plain(W),
    Gzip(GzEncoder<W>),
    Zstd(write::Encoder<'static, W>),
}

impl Compression {
    /// The compression that the name of a file tells.
    pub(super) fn of(name: &str) -> Self {
        let ends_in = |ending: &str| name.rsplit_once('.').is_some_and(|(_, last)| last.eq_ignore_ascii_case(ending));
        match () {
            () if ends_in("gz") => Self::Gzip,
            () if ends_in("zst") => Self::Zstd,
            () => Self::None,
        }
    }

    /// All that a file holds.
    pub(super) fn read(self, input: impl BufRead + Send + 'static) -> io::Result<Box<dyn BufRead + Send>> {
        Ok(match self {
            Self::None => Box::new(input),
            Self::Gzip => Box::new(BufReader::with_capacity(BUFFER, MultiGzDecoder::new(input))),
            Self::Zstd => Box::new(BufReader::with_capacity(BUFFER, read::Decoder::with_buffer(input)?)),
        })
    }

    /// The member or frame that a file goes on with, and nothing after it; of an uncompressed file, all the rest.
    pub(super) fn read_frame<'a>(self, input: &'a mut impl BufRead) -> io::Result<Box<dyn Read + 'a>> {
        Ok(match self {
            Self::None => Box::new(input),
            Self::Gzip => Box::new(GzDecoder::new(input)),
            Self::Zstd => Box::new(read::Decoder::with_buffer(input)?.single_frame()),
        })
    }

    /// Begins a member or frame; it holds a checksum, so that one that is not whole is known.
    pub(super) fn begin<W: Write>(self, output: W) -> io::Result<Frame<W>> {
        Ok(match self {
            Self::None => Frame::Plain(output),
            Self::Gzip => Frame::Gzip(GzEncoder::new(output, flate2::Compression::default())),
            Self::Zstd => {
                let mut encoder = write::Encoder::new(output, zstd::DEFAULT_COMPRESSION_LEVEL)?;
                encoder.include_checksum(true)?;
                Frame::Zstd(encoder)
            }
        })
    }
}

impl<W: Write> Frame<W> {
    /// Adds bytes.
    pub(super) fn write_all(&mut self, bytes: &[u8]) -> io::Result<()> {
        match self {
            Self::Plain(output) => output.write_all(bytes),
            Self::Gzip(output) => output.write_all(bytes),
            Self::Zstd(output) => output.write_all(bytes),
        }
    }

    /// Passes on what can be without a trace in the file: a compressed frame would be cut there.
    pub(super) fn flush(&mut self) -> io::Result<()> {
        match self {
            Self::Plain(output) => output.flush(),
            Self::Gzip(_) | Self::Zstd(_) => Ok(()),
        }
    }

    /// Ends the frame and gives back what it was written to.
    pub(super) fn finish(self) -> io::Result<W> {
        match self {
            Self::Plain(output) => Ok(output),
            Self::Gzip(output) => output.finish(),
            Self::Zstd(output) => output.finish(),
        }
    }
}
