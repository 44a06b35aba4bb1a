//! Rules about shape and place: what words do not tell.

use crate::engine::features::columns::Group;

/// Group, name, what it looks for; sorted by name.
pub(super) const RULES: &[(Group, &str, &str)] = &[
    (Group::AlikeSiblings, "alike-siblings", "elements of one make side by side, as cards, posts and rows are"),
    (Group::CapitalLetters, "capital-letters", "text in capitals, or with every word capitalised"),
    (
        Group::ContainerShare,
        "container-share",
        "how much of the page’s prose, links and paragraphs the containers around hold",
    ),
    (Group::ContainerScores, "container-verdict", "what the other paragraphs of the same container are"),
    (Group::Element, "element", "the element around the text: heading, list item, cell, button, code"),
    (Group::FunctionWords, "function-words", "the share of words that every sentence of the language has"),
    (Group::HeadingAbove, "heading-above", "the heading that the paragraph stands under"),
    (Group::LinkShare, "link-share", "how much of the text is a link"),
    (Group::LinkTarget, "link-target", "where links go: shops, app stores, social networks, mail, the same site"),
    (
        Group::MainContainer,
        "main-container",
        "whether the paragraph stands in the part of the page that holds most of the prose",
    ),
    (Group::Neighbours, "neighbours", "what the paragraphs before and after are"),
    (Group::NumbersAndSigns, "numbers-and-signs", "prices, dates, clock times, addresses, handles, arrows, bars"),
    (Group::Remainder, "other-signs", "all that says little by itself, and where every verdict starts"),
    (Group::Outline, "outline", "whether the paragraph stands before, in or after the article"),
    (Group::PageKind, "page-kind", "what kind of page it is: article, forum, product, list"),
    (Group::Wording, "phrase-coverage", "how much of the text known phrases cover"),
    (Group::Position, "position", "how far from the start and end of the page, its first heading and its prose"),
    (Group::RepeatedText, "repeated-text", "text that stands more than once on the page"),
    (
        Group::SentenceShape,
        "sentence-shape",
        "whether the text reads as sentences: how it opens, how it ends, commas, quotes",
    ),
    (Group::SharedTopic, "shared-topic", "words that carry a topic and stand in the rest of the document too"),
    (Group::SiteName, "site-name", "the name of the site or company that the page belongs to"),
    (Group::Surroundings, "surroundings", "how long, how linked and how promotional the paragraphs around are"),
    (Group::TellingAround, "telling-neighbours", "words of the paragraphs around, by their fitted weights"),
    (
        Group::TellingWords,
        "telling-words",
        "words and pairs of words that promotion or articles are fond of, by their fitted weights",
    ),
    (Group::TextLength, "text-length", "how long the text is"),
    (Group::TitleWords, "title-words", "words of the page’s title"),
];
