//! What the second vote looks at: first votes of the paragraphs around, and where among them a paragraph stands.

use crate::engine::features::columns::Group;

macro_rules! columns {
    ($($variant:ident $name:literal $group:ident,)*) => {
        /// One measurement of the second vote.
        #[derive(Debug, Clone, Copy, PartialEq, Eq)]
        #[repr(u8)]
        pub(super) enum Around { $($variant,)* }

        /// Name and group of every column, by index.
        pub(super) const LIST: &[(&str, Group)] = &[$(($name, Group::$group)),*];
    };
}

columns! {
    Own "own-score" Neighbours,
    Previous1 "previous-1" Neighbours,
    Previous2 "previous-2" Neighbours,
    Previous3 "previous-3" Neighbours,
    Previous4 "previous-4" Neighbours,
    Next1 "next-1" Neighbours,
    Next2 "next-2" Neighbours,
    Next3 "next-3" Neighbours,
    Next4 "next-4" Neighbours,
    Before4 "before-4" Neighbours,
    After4 "after-4" Neighbours,
    Before10 "before-10" Neighbours,
    After10 "after-10" Neighbours,
    Window3 "window-3" Neighbours,
    Lowest2 "lowest-2" Neighbours,
    PreviousWords "words-previous" Neighbours,
    NextWords "words-next" Neighbours,
    OwnWords "own-words" Neighbours,
    OwnLinkShare "own-link-share" Neighbours,
    OwnEnds "own-ends-sentence" Neighbours,
    OwnHeading "own-heading-level" Neighbours,
    OwnItem "own-item" Neighbours,
    OwnRepeat "own-repeat-of-earlier" Neighbours,
    OwnFurniture "own-furniture-families" Neighbours,
    OwnTitle "own-title-covered" Neighbours,
    PreviousHeading "heading-previous" Neighbours,
    NextHeading "heading-next" Neighbours,
    PreviousPitch "pitch-previous" Neighbours,
    NextPitch "pitch-next" Neighbours,
    Previous2Pitch "pitch-previous-2" Neighbours,
    Next2Pitch "pitch-next-2" Neighbours,
    Container0 "container-0" ContainerScores,
    Container1 "container-1" ContainerScores,
    Container2 "container-2" ContainerScores,
    Container3 "container-3" ContainerScores,
    Container4 "container-4" ContainerScores,
    ContainerBest1 "container-best-1" ContainerScores,
    ContainerBest2 "container-best-2" ContainerScores,
    ContainerBlocks1 "container-blocks-1" ContainerScores,
    ContainerBlocks2 "container-blocks-2" ContainerScores,
    ContainerKept1 "container-kept-share-1" ContainerScores,
    ContainerKept2 "container-kept-share-2" ContainerScores,
    ContainerKept3 "container-kept-share-3" ContainerScores,
    Alike1 "alike-1" ContainerScores,
    Alike2 "alike-2" ContainerScores,
    HeadingScore "heading-score" Outline,
    HeadingDistance "heading-distance" Outline,
    Section "section" Outline,
    SectionWords "section-words" Outline,
    SectionBest "section-best" Outline,
    FromFirst "from-first-sure" Outline,
    ToLast "to-last-sure" Outline,
    FromRemoved "from-last-removed" Outline,
    ToRemoved "to-next-removed" Outline,
}
