//! The cleaned article: what stays, what went and why. The only place that drops a paragraph.

use std::ops::Range;

use super::decide::Decided;
use super::lexicon::normal;
use super::metadata::Metadata;
use super::options::{Format, Options};
use super::page::{Page, Shape, Source};
use super::render;
use super::verdict::{Ground, Label, Reason};
use super::warning::{Warning, WarningCode};

/// A document, cleaned.
#[derive(Debug, Clone, PartialEq)]
pub struct Cleaned {
    /// What is known besides the text.
    pub metadata: Metadata,
    /// The cleaned article: paragraphs in order, a blank line between them; items of one list and rows of one table on
    /// lines of their own.
    pub text: String,
    /// The article as Markdown, where it was asked for.
    pub markdown: Option<String>,
    /// The article as sanitised HTML, where it was asked for.
    pub html: Option<String>,
    /// Every paragraph of the input, in order, kept or not.
    pub paragraphs: Vec<Paragraph>,
    /// What was odd.
    pub warnings: Vec<Warning>,
}

impl Cleaned {
    /// How many paragraphs have a label.
    pub fn count(&self, label: Label) -> usize {
        self.paragraphs.iter().filter(|paragraph| paragraph.label == label).count()
    }
}

/// One paragraph of the input.
#[derive(Debug, Clone, PartialEq)]
pub struct Paragraph {
    /// Its text, white space folded.
    pub text: String,
    /// The name of its element: `p`, `h2`, `li`, `tr`, `pre`; `p` for pasted text, where a list has `li`.
    pub tag: &'static str,
    /// What it is.
    pub label: Label,
    /// Whether it stays in the article.
    pub kept: bool,
    /// How likely the label is, 0 to 1.
    pub confidence: f32,
    /// Why, strongest first.
    pub reasons: Vec<Reason>,
    /// Where it stands in the page, as element names; none for pasted text.
    pub path: Option<String>,
    /// Where it stands in the input, in bytes, where that is known.
    pub range: Option<Range<usize>>,
}

/// Puts the answer together.
pub fn assemble(
    mut page: Page,
    decided: Decided,
    metadata: Metadata,
    mut warnings: Vec<Warning>,
    options: &Options,
) -> Cleaned {
    let title = repeated_title(&page, &decided, &metadata);
    let stays = |at: &usize| options.says_of(*at).unwrap_or_else(|| decided.stays(*at, options) && Some(*at) != title);
    let kept: Vec<usize> = (0..page.blocks.len()).filter(stays).collect();
    let beyond = options.places_beyond(page.blocks.len());
    if beyond > 0 {
        let detail = format!("{beyond} places of paragraphs are beyond the {} of the document", page.blocks.len());
        warnings.push(Warning::new(WarningCode::NoSuchParagraph, detail));
    }
    if kept.is_empty() && !page.blocks.is_empty() {
        warnings.push(Warning::new(WarningCode::NoContent, "no paragraph is content: the cleaned article is empty"));
    }
    let base = metadata.url.as_deref().or(options.url.as_deref());
    let wants = |format: Format| options.formats.contains(&format);
    let markdown = wants(Format::Markdown).then(|| render::markdown::render(&page, &kept, base));
    let html = wants(Format::Html).then(|| render::html::render(&page, &kept, base));
    let text = render::text::render(&page, &kept);
    let mut is_kept = vec![false; page.blocks.len()];
    for at in &kept {
        is_kept[*at] = true;
    }
    let blocks = std::mem::take(&mut page.blocks);
    let paragraphs = blocks.into_iter().zip(decided.verdicts).zip(is_kept).map(|((block, verdict), kept)| Paragraph {
        tag: render::element_name(&page, &block),
        label: verdict.label,
        kept,
        confidence: verdict.confidence,
        reasons: verdict.reasons,
        path: (page.source == Source::Html).then(|| page.path(&block)),
        range: block.range,
        text: block.text,
    });
    Cleaned { text, markdown, html, paragraphs: paragraphs.collect(), warnings, metadata }
}

/// The heading that only repeats the title: the answer has a field for that, and an article does not open with it.
fn repeated_title(page: &Page, decided: &Decided, metadata: &Metadata) -> Option<usize> {
    let title = normal::fold(metadata.title.as_deref().filter(|_| page.source == Source::Html)?);
    let first = (0..page.blocks.len()).find(|at| decided.verdicts[*at].label == Label::Content)?;
    // Who keeps it by a phrase wants it in the text.
    let is_title = decided.verdicts[first].ground == Ground::Scores
        && matches!(page.blocks[first].shape, Shape::Heading(_))
        && normal::fold(&page.blocks[first].text) == title;
    is_title.then_some(first)
}

#[cfg(test)]
mod tests {
    use crate::engine::clean_html;
    use crate::engine::options::{Mode, Options};
    use crate::engine::verdict::Label;
    use crate::engine::warning::WarningCode;

    const PAGE: &str = "<p>The bridge opens in May, the mayor said on Monday after the vote in the council.</p>\
        <p>Advertisement</p><p>Traffic will be led around the old town until the works have been finished.</p>";

    fn clean(page: &str, options: &Options) -> super::Cleaned {
        clean_html(page.as_bytes(), None, options).expect("no limit is passed")
    }

    #[test]
    fn labels_that_the_caller_keeps_stay() {
        let keep = Options { keep: vec![Label::Advertising], ..Options::default() };
        assert!(!clean(PAGE, &Options::default()).text.contains("Advertisement"));
        let kept = clean(PAGE, &keep);
        assert!(kept.text.contains("\n\nAdvertisement\n\n") && kept.count(Label::Advertising) == 1);
    }

    #[test]
    fn the_title_is_not_repeated_before_the_text() {
        let page = format!("<title>Bridge opens in May</title><h1>Bridge opens in May</h1>{PAGE}");
        let cleaned = clean(&page, &Options::default());
        assert_eq!(cleaned.metadata.title.as_deref(), Some("Bridge opens in May"));
        assert!(cleaned.text.starts_with("The bridge opens"), "{}", cleaned.text);
        assert_eq!((cleaned.paragraphs[0].label, cleaned.paragraphs[0].kept), (Label::Content, false));
    }

    #[test]
    fn the_caller_decides_on_single_paragraphs_and_the_labels_stay() {
        let usual = clean(PAGE, &Options::default());
        let told = |keep: &[usize], drop: &[usize]| {
            let sets = (keep.iter().copied().collect(), drop.iter().copied().collect());
            let cleaned =
                clean(PAGE, &Options { keep_paragraphs: sets.0, drop_paragraphs: sets.1, ..Options::default() });
            for (one, other) in cleaned.paragraphs.iter().zip(&usual.paragraphs) {
                assert_eq!((one.label, &one.reasons), (other.label, &other.reasons));
            }
            let kept: Vec<usize> = (0..3).filter(|at| cleaned.paragraphs[*at].kept).collect();
            (kept, cleaned.warnings.first().map(|warning| warning.code))
        };
        assert_eq!(told(&[], &[]), (vec![0, 2], None));
        assert_eq!(told(&[1], &[0]), (vec![1, 2], None));
        assert_eq!(told(&[0, 2], &[0, 1, 2]), (vec![0, 2], None), "what keeps wins");
        assert_eq!(told(&[3], &[200_000]), (vec![0, 2], Some(WarningCode::NoSuchParagraph)));
        let keep = Options { keep_paragraphs: [0].into(), ..Options::default() };
        let page = format!("<title>Bridge opens in May</title><h1>Bridge opens in May</h1>{PAGE}");
        assert!(clean(&page, &keep).text.starts_with("Bridge opens in May\n"), "also the title");
    }

    #[test]
    fn an_empty_article_is_told() {
        let cleaned = clean("<p>Advertisement</p>", &Options::default());
        assert!(cleaned.text.is_empty());
        assert_eq!(cleaned.warnings.last().map(|warning| warning.code), Some(WarningCode::NoContent));
    }

    #[test]
    fn a_stricter_mode_keeps_no_more() {
        let kept = |mode| {
            let cleaned = clean(PAGE, &Options { mode, ..Options::default() });
            cleaned.paragraphs.iter().filter(|paragraph| paragraph.kept).count()
        };
        assert!(kept(Mode::Precision) <= kept(Mode::Balanced) && kept(Mode::Balanced) <= kept(Mode::Recall));
    }
}
