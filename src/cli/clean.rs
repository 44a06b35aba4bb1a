//! `dechaff clean`: one document in, the cleaned article out.

use std::fs;
use std::io::{self, Read, Write};
use std::path::Path;

use super::{Failure, own_rules, say};
use crate::config::{Clean, Kind};
use crate::engine::clean_text_bytes;
use crate::wire::{Answer, Output, looks_like_html};
use crate::{Cleaned, Reasons, clean_html};

/// Cleans one document.
pub(super) fn run(flags: &Clean) -> Result<(), Failure> {
    let mut chosen = flags.choices().read().map_err(|error| Failure::WrongCall(format!("dechaff: {error}")))?;
    chosen.options.rules = own_rules::read(flags.rules())?;
    let file = flags.file.as_deref().filter(|file| *file != Path::new("-"));
    let name = file.map_or_else(|| "standard input".to_owned(), |file| file.display().to_string());
    let document = read(file).map_err(|error| Failure::new(&name, error))?;
    let form = chosen.output.unwrap_or_default();
    if form != Output::Json {
        chosen.options.reasons = Reasons::Omitted;
    }
    let clean = match flags.kind.or_else(|| file.and_then(kind_of_name)) {
        Some(Kind::Html) => clean_html,
        None if looks_like_html(&document) => clean_html,
        _ => clean_text_bytes,
    };
    let cleaned =
        clean(&document, flags.charset.as_deref(), &chosen.options).map_err(|why| Failure::new(&name, why))?;
    if form != Output::Json {
        for warning in &cleaned.warnings {
            say(&format!("warning: {}", warning.detail));
        }
    }
    let answer = Answer::new(&cleaned, chosen.paragraphs, None);
    write(&cleaned, &answer, form).map_err(|error| Failure::output(&error))
}

fn read(file: Option<&Path>) -> io::Result<Vec<u8>> {
    if let Some(file) = file {
        return fs::read(file);
    }
    let mut document = Vec::new();
    io::stdin().lock().read_to_end(&mut document)?;
    Ok(document)
}

fn write(cleaned: &Cleaned, answer: &Answer, form: Output) -> io::Result<()> {
    let article = match form {
        Output::Text => cleaned.text.clone(),
        Output::Markdown => cleaned.markdown.clone().unwrap_or_default(),
        Output::Html => cleaned.html.clone().unwrap_or_default(),
        Output::Json => serde_json::to_string(answer)?,
    };
    let mut output = io::stdout().lock();
    output.write_all(article.as_bytes())?;
    // An article of no text is an empty file, not an empty line.
    if !article.is_empty() && !article.ends_with('\n') {
        output.write_all(b"\n")?;
    }
    output.flush()
}

fn kind_of_name(file: &Path) -> Option<Kind> {
    let extension = file.extension()?.to_str()?.to_ascii_lowercase();
    match extension.as_str() {
        "html" | "htm" => Some(Kind::Html),
        "txt" => Some(Kind::Text),
        _ => None,
    }
}
