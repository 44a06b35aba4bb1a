//! The list of everything that is measured, and which rule speaks for each measurement.
//!
//! Names are what the scores file knows: adding a column or changing the order breaks nothing; renaming one does.

use super::super::lexicon::family::Family;
use super::super::lexicon::marks::Mark;

/// A group of measurements that one structural rule speaks for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Group {
    /// Phrases of a family.
    Phrases(Family),
    /// How much of the text phrases cover.
    Wording,
    /// What the words speak for, by their fitted weights.
    TellingWords,
    /// What the words of the paragraphs around speak for.
    TellingAround,
    /// Words that the rest of the document uses too.
    SharedTopic,
    /// What containers say that they are.
    Marked(Mark),
    /// Words, characters, lines.
    TextLength,
    /// Punctuation and the case of the first letter.
    SentenceShape,
    /// The share of the commonest words.
    FunctionWords,
    /// Upper case.
    CapitalLetters,
    /// Prices, dates, addresses, signs.
    NumbersAndSigns,
    /// How much of the text is a link.
    LinkShare,
    /// Where links go.
    LinkTarget,
    /// The element around the text.
    Element,
    /// Text that stands more than once.
    RepeatedText,
    /// Words of the page's title.
    TitleWords,
    /// The name of the site.
    SiteName,
    /// What the containers around hold.
    ContainerShare,
    /// The part of the page that holds most prose.
    MainContainer,
    /// Siblings of one make.
    AlikeSiblings,
    /// Where the paragraph stands on the page.
    Position,
    /// What the paragraphs around look like.
    Surroundings,
    /// The heading that the paragraph stands under.
    HeadingAbove,
    /// What kind of page it is.
    PageKind,
    /// Scores of the paragraphs before and after.
    Neighbours,
    /// Scores of the container's other paragraphs.
    ContainerScores,
    /// Where the paragraph stands in the article.
    Outline,
    /// What is too little to name.
    Remainder,
}

macro_rules! columns {
    ($(#[$doc:meta])* $kind:ident { $($variant:ident $name:literal $group:ident,)* }) => {
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq)]
        #[expect(missing_docs, reason = "the names say what is measured; the modules that measure say how")]
        #[repr(u8)]
        pub enum $kind { $($variant,)* }

        impl $kind {
            const LIST: &'static [(&'static str, Group)] = &[$(($name, Group::$group)),*];
        }
    };
}

columns! {
    /// What is measured of a block by itself.
    Own {
        Words "words" TextLength,
        Chars "chars" TextLength,
        WordLength "word-length" TextLength,
        Lines "lines" TextLength,
        Sentences "sentences" SentenceShape,
        EndsSentence "ends-sentence" SentenceShape,
        EndsColon "ends-colon" SentenceShape,
        EndsEllipsis "ends-ellipsis" SentenceShape,
        StartsLower "starts-lower" SentenceShape,
        Commas "commas" SentenceShape,
        Questions "questions" SentenceShape,
        Exclamations "exclamations" SentenceShape,
        Quotes "quotes" SentenceShape,
        OpensQuote "opens-quote" SentenceShape,
        OpensBracket "opens-bracket" SentenceShape,
        FunctionShare "function-share" FunctionWords,
        UpperShare "upper-share" CapitalLetters,
        TitleCaseShare "title-case-share" CapitalLetters,
        AllCaps "all-caps" CapitalLetters,
        DigitShare "digit-share" NumbersAndSigns,
        SignShare "sign-share" NumbersAndSigns,
        Prices "prices" NumbersAndSigns,
        Percents "percents" NumbersAndSigns,
        Years "years" NumbersAndSigns,
        Clocks "clocks" NumbersAndSigns,
        Dates "dates" NumbersAndSigns,
        Phones "phones" NumbersAndSigns,
        Emails "emails" NumbersAndSigns,
        Addresses "addresses" NumbersAndSigns,
        Handles "handles" NumbersAndSigns,
        Hashtags "hashtags" NumbersAndSigns,
        Arrows "arrows" NumbersAndSigns,
        Bars "bars" NumbersAndSigns,
        Emoji "emoji" NumbersAndSigns,
        Repeats "repeats" RepeatedText,
        RepeatOf "repeat-of-earlier" RepeatedText,
        TitleShare "title-share" TitleWords,
        TitleCovered "title-covered" TitleWords,
        SiteNamed "site-named" SiteName,
        LinkShare "link-share" LinkShare,
        Links "links" LinkShare,
        LinkWords "words-per-link" LinkShare,
        EndsLinked "ends-linked" LinkShare,
        LinkMail "link-mail" LinkTarget,
        LinkPhone "link-phone" LinkTarget,
        LinkSocial "link-social" LinkTarget,
        LinkAppStore "link-app-store" LinkTarget,
        LinkShop "link-shop" LinkTarget,
        LinkTracked "link-tracked" LinkTarget,
        LinkSameSite "link-same-site" LinkTarget,
        LinkOtherSite "link-other-site" LinkTarget,
        LinkFragment "link-fragment" LinkTarget,
        LinkNowhere "link-nowhere" LinkTarget,
        LinkSponsored "link-sponsored" LinkTarget,
        LinkTopic "link-topic" LinkTarget,
        LinkAuthor "link-author" LinkTarget,
        LinkFile "link-file" LinkTarget,
        LinkSignUp "link-sign-up" LinkTarget,
        HeadingLevel "heading-level" Element,
        IsItem "is-item" Element,
        IsRow "is-row" Element,
        IsCode "is-code" Element,
        IsCaption "is-caption" Element,
        IsControl "is-control" Element,
        IsTerm "is-term" Element,
        ListDepth "list-depth" Element,
        QuoteDepth "quote-depth" Element,
        Pictures "pictures" Element,
        InParagraph "in-paragraph" Element,
        InDivision "in-division" Element,
        InCell "in-cell" Element,
        InSummary "in-summary" Element,
        ContentPhrases "content-phrases" Wording,
        AdvertisingPhrases "advertising-phrases" Wording,
        CallPhrases "call-phrases" Wording,
        BoilerplatePhrases "boilerplate-phrases" Wording,
        FurnitureFamilies "furniture-families" Wording,
        WordsContent "words-content" TellingWords,
        WordsAdvertising "words-advertising" TellingWords,
        WordsCall "words-call" TellingWords,
        Stems "stems" SharedTopic,
        StemsAlone "stems-alone" SharedTopic,
        SharedProse "shared-prose" SharedTopic,
        SharedWeight "shared-weight" SharedTopic,
        SharedNear "shared-near" SharedTopic,
        SharedBefore "shared-before" SharedTopic,
        SharedAfter "shared-after" SharedTopic,
        SharedSoon "shared-soon" SharedTopic,
        SharedLead "shared-lead" SharedTopic,
        SharedPrevious "shared-previous" SharedTopic,
        SharedNext "shared-next" SharedTopic,
        SharedWindow2 "shared-window-2" SharedTopic,
        SharedWindow6 "shared-window-6" SharedTopic,
    }
}

columns! {
    /// What is measured of a block by what is around it, and of its page.
    Around {
        ProseShare1 "prose-share-1" ContainerShare,
        ProseShare2 "prose-share-2" ContainerShare,
        ProseShare3 "prose-share-3" ContainerShare,
        ProseShare4 "prose-share-4" ContainerShare,
        ProseShare5 "prose-share-5" ContainerShare,
        ProseShare7 "prose-share-7" ContainerShare,
        LinkShare1 "container-link-share-1" ContainerShare,
        LinkShare2 "container-link-share-2" ContainerShare,
        LinkShare3 "container-link-share-3" ContainerShare,
        LinkShare4 "container-link-share-4" ContainerShare,
        LinkShare5 "container-link-share-5" ContainerShare,
        ProseBlocks1 "prose-blocks-1" ContainerShare,
        ProseBlocks2 "prose-blocks-2" ContainerShare,
        ProseBlocks3 "prose-blocks-3" ContainerShare,
        ProseBlocks4 "prose-blocks-4" ContainerShare,
        Words1 "container-words-1" ContainerShare,
        Words2 "container-words-2" ContainerShare,
        Words3 "container-words-3" ContainerShare,
        Words4 "container-words-4" ContainerShare,
        Blocks1 "container-blocks-1" ContainerShare,
        Blocks2 "container-blocks-2" ContainerShare,
        Blocks3 "container-blocks-3" ContainerShare,
        Phrases1 "container-phrases-1" ContainerShare,
        Phrases2 "container-phrases-2" ContainerShare,
        Phrases3 "container-phrases-3" ContainerShare,
        Depth "depth" ContainerShare,
        InMain "in-main" MainContainer,
        LeavesMain "levels-out-of-main" MainContainer,
        DepthInMain "depth-in-main" MainContainer,
        MainShare "main-share" MainContainer,
        BeforeMain "before-main" MainContainer,
        AfterMain "after-main" MainContainer,
        Alike0 "alike-0" AlikeSiblings,
        Alike1 "alike-1" AlikeSiblings,
        Alike2 "alike-2" AlikeSiblings,
        Alike3 "alike-3" AlikeSiblings,
        AlikeMost "alike-most" AlikeSiblings,
        AlikeWords "alike-words" AlikeSiblings,
        AlikeLinkShare "alike-link-share" AlikeSiblings,
        Index "index" Position,
        IndexFromEnd "index-from-end" Position,
        IndexShare "index-share" Position,
        WordsBefore "words-before" Position,
        ProseBefore "prose-before" Position,
        FromFirstHeading "from-first-heading" Position,
        FromFirstProse "from-first-prose" Position,
        ToLastProse "to-last-prose" Position,
        FromLongProse "from-long-prose" Position,
        ToLongProse "to-long-prose" Position,
        WordsPrevious "words-previous" Surroundings,
        WordsPrevious2 "words-previous-2" Surroundings,
        WordsNext "words-next" Surroundings,
        WordsNext2 "words-next-2" Surroundings,
        WordsWindow3 "words-window-3" Surroundings,
        WordsWindow8 "words-window-8" Surroundings,
        LinksPrevious "links-previous" Surroundings,
        LinksNext "links-next" Surroundings,
        LinksWindow3 "links-window-3" Surroundings,
        LinksWindow8 "links-window-8" Surroundings,
        SentencesWindow3 "sentences-window-3" Surroundings,
        SentencesWindow8 "sentences-window-8" Surroundings,
        PhrasesPrevious "phrases-previous" Surroundings,
        PhrasesNext "phrases-next" Surroundings,
        PhrasesWindow3 "phrases-window-3" Surroundings,
        PhrasesWindow8 "phrases-window-8" Surroundings,
        ContentPrevious "words-content-previous" TellingAround,
        ContentNext "words-content-next" TellingAround,
        ContentNear "words-content-near" TellingAround,
        AdvertisingPrevious "words-advertising-previous" TellingAround,
        AdvertisingNext "words-advertising-next" TellingAround,
        AdvertisingNear "words-advertising-near" TellingAround,
        CallPrevious "words-call-previous" TellingAround,
        CallNext "words-call-next" TellingAround,
        CallNear "words-call-near" TellingAround,
        SiteNamedNear "site-named-near" SiteName,
        SiteNamedHeading "site-named-heading" SiteName,
        HeadingContent "words-content-heading" TellingAround,
        HeadingAdvertising "words-advertising-heading" TellingAround,
        HeadingCall "words-call-heading" TellingAround,
        RunContent "words-content-run" TellingAround,
        RunShared "shared-prose-run" TellingAround,
        RunFirstContent "words-content-run-first" TellingAround,
        RunFirstCall "words-call-run-first" TellingAround,
        RunFirstFurniture "phrases-run-first" Surroundings,
        HeadingPrevious "heading-previous" Surroundings,
        HeadingNext "heading-next" Surroundings,
        SamePrevious "same-container-previous" Surroundings,
        SameNext "same-container-next" Surroundings,
        BareRun "bare-run" Surroundings,
        HeadingDistance "heading-distance" HeadingAbove,
        HeadingAboveLevel "heading-above-level" HeadingAbove,
        HeadingFurniture "heading-furniture" HeadingAbove,
        HeadingPitch "heading-pitch" HeadingAbove,
        HeadingSameContainer "heading-same-container" HeadingAbove,
        PageWords "page-words" PageKind,
        PageBlocks "page-blocks" PageKind,
        PageLinkShare "page-link-share" PageKind,
        PageProseShare "page-prose-share" PageKind,
        PageProseBlocks "page-prose-blocks" PageKind,
        PageHeadings "page-headings" PageKind,
        PageForms "page-forms" PageKind,
        PageFields "page-fields" PageKind,
        PageDates "page-dates" PageKind,
        PagePrices "page-prices" PageKind,
        PageArticles "page-articles" PageKind,
        PageCommentShare "page-comment-share" PageKind,
        PagePostShare "page-post-share" PageKind,
        PageCodeShare "page-code-share" PageKind,
        PageListShare "page-list-share" PageKind,
        PageRowShare "page-row-share" PageKind,
        PageAlikeShare "page-alike-share" PageKind,
        PageMainProse "page-main-prose" PageKind,
        PageSaysArticle "page-says-article" PageKind,
        PageSaysProduct "page-says-product" PageKind,
        PageSaysForum "page-says-forum" PageKind,
        PageSaysList "page-says-list" PageKind,
        PageSaysCompany "page-says-company" PageKind,
        PageSaysSite "page-says-website" PageKind,
        PagePathDepth "page-path-depth" PageKind,
        PagePathWords "page-path-words" PageKind,
        PageSpaced "page-spaced" PageKind,
        KindArticle "kind-article" PageKind,
        KindCollection "kind-collection" PageKind,
        KindDocumentation "kind-documentation" PageKind,
        KindForum "kind-forum" PageKind,
        KindListing "kind-listing" PageKind,
        KindProduct "kind-product" PageKind,
        KindService "kind-service" PageKind,
    }
}

/// How many measurements a block has by itself: its own, then one for each phrase family.
pub const OWN_COLUMNS: usize = Own::LIST.len() + Family::ALL.len();
/// How many measurements a block has: by itself, by its surroundings, then one for each mark.
pub const COLUMNS: usize = OWN_COLUMNS + Around::LIST.len() + Mark::ALL.len();

/// The index of a measurement in a row.
pub trait Column: Copy {
    /// The index.
    fn index(self) -> usize;
}

impl Column for Own {
    fn index(self) -> usize {
        self as usize
    }
}

impl Column for Family {
    fn index(self) -> usize {
        Own::LIST.len() + self as usize
    }
}

impl Column for Around {
    fn index(self) -> usize {
        OWN_COLUMNS + self as usize
    }
}

impl Column for Mark {
    fn index(self) -> usize {
        OWN_COLUMNS + Around::LIST.len() + self as usize
    }
}

impl Around {
    /// The measurements that are taken once for the page: name and place in the list.
    pub fn page_facts() -> impl Iterator<Item = (&'static str, usize)> {
        Self::LIST
            .iter()
            .enumerate()
            .filter(|(_, (name, _))| name.starts_with("page-"))
            .map(|(at, (name, _))| (*name, at))
    }
}

/// Name and group of every column, by index.
pub fn all() -> impl Iterator<Item = (String, Group)> {
    let named = |(name, group): &(&str, Group)| ((*name).to_owned(), *group);
    let families = Family::ALL.iter().map(|family| (format!("phrases-{}", family.name()), Group::Phrases(*family)));
    let marks = Mark::ALL.iter().map(|mark| (format!("marked-{}", mark.name()), Group::Marked(*mark)));
    Own::LIST.iter().map(named).chain(families).chain(Around::LIST.iter().map(named)).chain(marks)
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::*;

    #[test]
    fn names_are_unique_and_counted() {
        let names: HashSet<String> = all().map(|(name, _)| name).collect();
        assert_eq!(names.len(), COLUMNS);
        assert_eq!(all().count(), COLUMNS);
    }

    #[test]
    fn indices_follow_the_list() {
        let names: Vec<String> = all().map(|(name, _)| name).collect();
        assert_eq!(names[Own::LinkShare.index()], "link-share");
        assert_eq!(names[Family::ReadMore.index()], "phrases-read-more");
        assert_eq!(names[Around::PageWords.index()], "page-words");
        assert_eq!(names[Mark::Footer.index()], "marked-footer");
    }
}
