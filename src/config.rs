//! The command line: which commands there are, their flags, and the variables `DECHAFF_…` that stand in for flags. A
//! flag wins over its variable, a variable over the default. Nothing else in the program reads the environment, and a
//! wrong value ends the program here, before any work.

mod part_name;
mod serve;
mod units;

use std::ffi::OsString;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};

use clap::builder::BoolishValueParser;
use clap::error::{ContextKind, ContextValue, ErrorKind};
use clap::parser::ValueSource;
use clap::{ArgMatches, Args, CommandFactory, FromArgMatches, Parser, Subcommand, ValueEnum};

use crate::Phrases;
use crate::wire::{Choices, Names, Places};

pub use part_name::{PartName, Start};
pub use serve::Serve;
pub use units::{Size, Span};

/// Gives an article back without boilerplate and promotion.
///
/// Without a command it serves. Every flag may also be given as a variable, which its help names; the flag wins.
#[derive(Debug, Parser)]
#[command(name = "dechaff", version, disable_help_subcommand = true)]
pub struct Cli {
    /// What to do.
    #[command(subcommand)]
    pub command: Command,
}

/// What the program can do.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Serve over HTTP (what the program does without a command)
    Serve(Serve),
    /// Clean one document
    Clean(Clean),
    /// Clean many documents: NDJSON in, NDJSON out, in the same order
    ///
    /// A line in: {"id": any JSON, "html" or "text": "…", "url": "…", "options": {…}}; url and options may be left out.
    /// A line out: the answer, or {"id": …, "error": {…}}. A bad line never ends the batch: where any was answered with
    /// an error the exit status is 3, where all were cleaned 0, where the batch did not come to its end 1.
    Batch(Batch),
    /// List the rules that paragraphs are judged by
    Rules(Rules),
    /// Ask a running service whether it is ready; for containers
    Healthcheck(Healthcheck),
}

/// Flags of `dechaff clean`.
#[derive(Debug, Args)]
pub struct Clean {
    /// The document; standard input where it is left out or "-"
    pub file: Option<PathBuf>,
    /// Form of the answer: `text`, `markdown` or `html` is the article alone, `json` the whole answer, `json,markdown`
    /// the whole answer with the article as Markdown in it
    #[arg(long, env = "DECHAFF_FORMAT", default_value = "text", value_parser = format)]
    format: String,
    /// The document is plain text (else told by the file's extension, then by whether it starts with a tag)
    #[arg(long, env = "DECHAFF_TEXT", value_parser = BoolishValueParser::new())]
    text: bool,
    /// The document is HTML (else told as for --text)
    #[arg(long, env = "DECHAFF_HTML", value_parser = BoolishValueParser::new())]
    html: bool,
    /// The document's charset, such as utf-8 or windows-1252; else told from its bytes
    #[arg(long, env = "DECHAFF_CHARSET", value_name = "NAME", value_parser = charset)]
    pub charset: Option<String>,
    /// The page's address, for links and metadata
    #[arg(long, env = "DECHAFF_URL", value_parser = address)]
    pub url: Option<String>,
    /// Paragraphs that go whatever they are, by their index in the JSON answer, parted by commas
    #[arg(long, env = "DECHAFF_DROP_PARAGRAPHS", value_name = "INDEXES", value_parser = places)]
    drop_paragraphs: Option<String>,
    /// Paragraphs that stay whatever they are; as --drop-paragraphs
    #[arg(long, env = "DECHAFF_KEEP_PARAGRAPHS", value_name = "INDEXES", value_parser = places)]
    keep_paragraphs: Option<String>,
    #[command(flatten)]
    judging: Judging,
    /// What the flags and variables say together; set once they are read.
    #[arg(skip)]
    pub kind: Option<Kind>,
}

/// Flags of `dechaff batch`.
#[derive(Debug, Args)]
pub struct Batch {
    /// The documents; standard input where it is left out or "-". A name that ends in .gz or .zst is read as such
    pub file: Option<PathBuf>,
    /// Folder for the answers, in parts; else they go to standard output
    ///
    /// A part is named after --output-name and what is in the parts before it: answers-000000012000-7.ndjson follows
    /// 12,000 answers, 7 of them errors. Parts joined in the order of their names are the batch's answers.
    #[arg(long, env = "DECHAFF_OUTPUT_DIR", value_name = "DIR")]
    pub output_dir: Option<PathBuf>,
    /// With --output-dir: what parts are named after; one that ends in .gz or .zst has them compressed so
    #[arg(
        long,
        env = "DECHAFF_OUTPUT_NAME",
        value_name = "NAME",
        default_value = "answers.ndjson",
        requires = "output_dir"
    )]
    pub output_name: PartName,
    /// With --output-dir: bytes of answers, before compression, from which the next part begins
    #[arg(long, env = "DECHAFF_ROTATE", value_name = "SIZE", default_value_t = Size(1 << 30), requires = "output_dir")]
    pub rotate: Size,
    /// With --output-dir: go on after the answers that are there, given the same input and flags as before
    #[arg(long, env = "DECHAFF_RESUME", value_parser = BoolishValueParser::new())]
    pub resume: bool,
    /// Tell on standard error how far the batch is: a bar on a terminal, else a line every ten seconds and at the end
    #[arg(long, env = "DECHAFF_PROGRESS", value_parser = BoolishValueParser::new())]
    pub progress: bool,
    /// Threads that clean documents [default: all cores]
    #[arg(long, env = "DECHAFF_THREADS", value_name = "N", value_parser = clap::value_parser!(u16).range(1..=1024))]
    pub threads: Option<u16>,
    /// Longest line, as encoded; a longer one is answered with an error
    #[arg(long, env = "DECHAFF_LINE_LIMIT", value_name = "SIZE", default_value_t = Size(64 << 20))]
    pub line_limit: Size,
    /// With `markdown` or `html`, answers hold the article in that form too
    #[arg(long, env = "DECHAFF_FORMAT", default_value = "json", value_parser = format)]
    format: String,
    #[command(flatten)]
    judging: Judging,
}

/// How documents are judged, and what is told about it; in a batch, for lines that do not choose.
#[derive(Debug, Args)]
struct Judging {
    /// What happens to a doubtful paragraph: it goes, what is likelier, it stays
    #[arg(long, env = "DECHAFF_MODE", default_value = "balanced", value_parser = ["precision", "balanced", "recall"])]
    mode: String,
    /// Paragraphs that the JSON answer lists
    #[arg(long, env = "DECHAFF_PARAGRAPHS", default_value = "all", value_parser = ["all", "removed", "none"])]
    paragraphs: String,
    /// Labels to leave in besides content, parted by commas: `advertising`, `call_to_action`, `boilerplate`
    #[arg(long, env = "DECHAFF_KEEP", value_name = "LABELS", value_parser = keep)]
    keep: Option<String>,
    /// The documents' language, such as en; else told from each document
    #[arg(long, env = "DECHAFF_LANGUAGE", value_name = "CODE", value_parser = language)]
    language: Option<String>,
    /// A paragraph that holds this phrase goes; may be given again. The variable holds one phrase a line
    #[arg(long, env = "DECHAFF_DROP_PHRASE", value_name = "PHRASE", value_delimiter = '\n', value_parser = phrase, allow_hyphen_values = true)]
    drop_phrase: Vec<String>,
    /// A paragraph that holds this phrase stays, whatever else it holds; as --drop-phrase
    #[arg(long, env = "DECHAFF_KEEP_PHRASE", value_name = "PHRASE", value_delimiter = '\n', value_parser = phrase, allow_hyphen_values = true)]
    keep_phrase: Vec<String>,
    #[command(flatten)]
    own: OwnRules,
}

/// Where the operator's own rules stand.
#[derive(Debug, Args)]
struct OwnRules {
    /// A file of rules for every document: lines such as `drop PATTERN`, `drop advertising PATTERN`, `keep PATTERN`
    ///
    /// The label may be `advertising`, `call_to_action` or `boilerplate`. A pattern is words in a row: `word*` is any
    /// word that begins so, `…` a gap of up to 48 characters, `(a|b|)` a, b or nothing, `^` and `$` the paragraph's
    /// ends. A heading `[de]` limits the rules under it to German documents, `[*]` ends that. Lines that begin with `#`
    /// are comments. What keeps a paragraph wins over what drops it.
    #[arg(long = "rules", env = "DECHAFF_RULES", value_name = "FILE")]
    rules: Option<PathBuf>,
}

/// Flags of `dechaff rules`.
#[derive(Debug, Args)]
pub struct Rules {
    /// Instead of the catalogue: how often each rule speaks, and for what, in the documents of FILE
    #[arg(long, env = "DECHAFF_HITS", value_parser = BoolishValueParser::new())]
    pub hits: bool,
    /// With --hits: NDJSON documents as `batch` reads them; standard input where there is none, or "-"
    ///
    /// Where a line has "lines": [[text, code], …] instead of a document, it is read as pasted text of these lines, and
    /// the table says what the rules' paragraphs are instead of what they were taken for. A code is C content,
    /// A advertising, T call to action, B boilerplate, E either, or several of them.
    #[arg(value_name = "FILE", requires = "hits")]
    pub files: Vec<PathBuf>,
    /// Form of the catalogue, or of the table
    #[arg(long, env = "DECHAFF_RULES_FORMAT", value_enum, default_value_t = RulesForm::Text)]
    pub format: RulesForm,
}

/// Flags of `dechaff healthcheck`.
#[derive(Debug, Args)]
pub struct Healthcheck {
    /// Where the service listens
    #[arg(long, env = "DECHAFF_LISTEN", value_name = "ADDR:PORT", default_value_t = serve::default_listen())]
    pub listen: SocketAddr,
}

/// Forms of the catalogue of rules.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
#[expect(missing_docs, reason = "each variant is the form of its name")]
pub enum RulesForm {
    Text,
    Json,
}

/// What a document is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[expect(missing_docs, reason = "each variant is the kind of its name")]
pub enum Kind {
    Text,
    Html,
}

impl Clean {
    /// The choices, as the wire has them.
    pub fn choices(&self) -> Choices {
        Choices {
            url: self.url.clone(),
            drop_paragraphs: self.drop_paragraphs.clone().map(Places::Line),
            keep_paragraphs: self.keep_paragraphs.clone().map(Places::Line),
            ..self.judging.choices(&self.format)
        }
    }

    /// The file of the caller's own rules.
    pub fn rules(&self) -> Option<&Path> {
        self.judging.own.rules.as_deref()
    }
}

impl Batch {
    /// The choices for lines that do not choose, as the wire has them.
    pub fn choices(&self) -> Choices {
        self.judging.choices(&self.format)
    }

    /// The file of the caller's own rules.
    pub fn rules(&self) -> Option<&Path> {
        self.judging.own.rules.as_deref()
    }
}

impl Judging {
    fn choices(&self, format: &str) -> Choices {
        Choices {
            mode: Some(self.mode.clone()),
            paragraphs: Some(self.paragraphs.clone()),
            keep: self.keep.clone().map(Names::Line),
            language: self.language.clone(),
            format: Some(format.to_owned()),
            url: None,
            drop_phrases: Some(self.drop_phrase.clone().into()),
            keep_phrases: Some(self.keep_phrase.clone().into()),
            drop_paragraphs: None,
            keep_paragraphs: None,
        }
    }
}

/// Reads the command line and the environment.
///
/// # Errors
/// What to print and how to exit: also for `--help` and `--version`.
pub fn read(arguments: impl IntoIterator<Item = OsString>) -> Result<Cli, clap::Error> {
    let command = Cli::command();
    let matches = command.clone().try_get_matches_from(with_command(arguments));
    let matches = matches.map_err(|error| naming_the_variable(error, &command))?;
    let mut cli = Cli::from_arg_matches(&matches)?;
    if let Command::Serve(serve) = &cli.command {
        serve.check()?;
    }
    if let (Command::Clean(clean), Some((_, flags))) = (&mut cli.command, matches.subcommand()) {
        clean.kind = kind(flags)?;
    }
    Ok(cli)
}

/// Puts `serve` where no command is named, so that its flags work without it.
fn with_command(arguments: impl IntoIterator<Item = OsString>) -> Vec<OsString> {
    let mut arguments: Vec<OsString> = arguments.into_iter().collect();
    let first = arguments.get(1).map(|first| first.to_string_lossy().into_owned());
    let is_serve = match first.as_deref() {
        None => true,
        Some("-h" | "--help" | "-V" | "--version") => false,
        Some(first) => first.starts_with('-'),
    };
    if is_serve {
        arguments.insert(arguments.len().min(1), "serve".into());
    }
    arguments
}

/// A flag wins over a variable, also over that of the opposite flag.
fn kind(flags: &ArgMatches) -> Result<Option<Kind>, clap::Error> {
    for source in [ValueSource::CommandLine, ValueSource::EnvVariable] {
        let is_set = |name| flags.get_flag(name) && flags.value_source(name) == Some(source);
        match (is_set("text"), is_set("html")) {
            (true, true) => {
                let message = "--text and --html (DECHAFF_TEXT, DECHAFF_HTML) exclude each other\n";
                return Err(clap::Error::raw(ErrorKind::ArgumentConflict, message));
            }
            (true, false) => return Ok(Some(Kind::Text)),
            (false, true) => return Ok(Some(Kind::Html)),
            (false, false) => {}
        }
    }
    Ok(None)
}

/// Says which variable a wrong value came from: clap names the flag alone, which the caller may never have typed.
#[expect(clippy::disallowed_methods, reason = "this is the one reader of the environment")]
fn naming_the_variable(mut error: clap::Error, command: &clap::Command) -> clap::Error {
    let (Some(ContextValue::String(flag)), Some(ContextValue::String(value))) =
        (error.get(ContextKind::InvalidArg), error.get(ContextKind::InvalidValue))
    else {
        return error;
    };
    let name = flag.trim_start_matches('-').split([' ', '=']).next().unwrap_or_default();
    let arguments = command.get_subcommands().flat_map(clap::Command::get_arguments);
    let variable = arguments.filter(|argument| argument.get_long() == Some(name)).filter_map(clap::Arg::get_env).find(
        |variable| {
            let set = std::env::var_os(variable).and_then(|set| set.into_string().ok());
            // Of a variable that holds a list the value is one line, or what stands between commas.
            set.is_some_and(|set| {
                set == *value || set.lines().any(|line| line == value) || set.split(',').any(|part| part == value)
            })
        },
    );
    if let Some(variable) = variable {
        let named = format!("{flag} (from {})", variable.to_string_lossy());
        error.insert(ContextKind::InvalidArg, ContextValue::String(named));
    }
    error
}

fn format(value: &str) -> Result<String, String> {
    Choices { format: Some(value.to_owned()), ..Choices::default() }.read().map(|_| value.to_owned())
}

fn keep(value: &str) -> Result<String, String> {
    Choices { keep: Some(Names::Line(value.to_owned())), ..Choices::default() }.read().map(|_| value.to_owned())
}

fn places(value: &str) -> Result<String, String> {
    Places::Line(value.to_owned()).read().map(|_| value.to_owned())
}

fn language(value: &str) -> Result<String, String> {
    Choices { language: Some(value.to_owned()), ..Choices::default() }.read().map(|_| value.to_owned())
}

fn phrase(value: &str) -> Result<String, String> {
    Phrases::new(&[value]).map(|_| value.to_owned()).map_err(|error| error.to_string())
}

fn charset(value: &str) -> Result<String, String> {
    let known = encoding_rs::Encoding::for_label(value.as_bytes());
    known.map(|_| value.to_owned()).ok_or_else(|| "no charset of the Encoding standard has that name".to_owned())
}

fn address(value: &str) -> Result<String, String> {
    url::Url::parse(value).map(|_| value.to_owned()).map_err(|error| error.to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_command_line_is_well_formed_and_every_flag_has_a_variable() {
        let mut command = Cli::command();
        command.build();
        command.clone().debug_assert();
        for argument in command.get_subcommands().flat_map(clap::Command::get_arguments) {
            let Some(flag) = argument.get_long().filter(|flag| *flag != "help") else { continue };
            let variable = argument.get_env().map(|name| name.to_string_lossy().into_owned());
            let named = format!("DECHAFF_{}", flag.replace('-', "_").to_uppercase());
            // `rules` knows fewer forms than the rest, so that it cannot share their variable.
            let is_known = [Some(named), Some("DECHAFF_RULES_FORMAT".to_owned())].contains(&variable);
            assert!(is_known, "--{flag}: {variable:?}");
        }
    }

    #[track_caller]
    fn check(line: &[&str], wanted: &str) {
        let arguments = std::iter::once(&"dechaff").chain(line).map(OsString::from);
        assert_eq!(with_command(arguments).join(" ".as_ref()), wanted);
    }

    #[test]
    fn without_a_command_it_serves() {
        check(&[], "dechaff serve");
        check(&["--listen", "127.0.0.1:0"], "dechaff serve --listen 127.0.0.1:0");
        check(&["clean", "-"], "dechaff clean -");
        check(&["--help"], "dechaff --help");
    }
}
