//! The meanings that phrases are grouped by: each family is one rule, and what it finds speaks for one label.

use crate::engine::verdict::Label;

/// What a family's phrases say of the paragraph that holds them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Speaks {
    /// For a label, by themselves.
    For(Label),
    /// For nothing by themselves; together with other signs.
    Weakly,
}

macro_rules! families {
    ($($variant:ident $name:literal $speaks:ident: $finds:literal),* $(,)?) => {
        /// A meaning of phrases; sorted by name.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        #[expect(missing_docs, reason = "each variant is described by `finds`")]
        #[repr(u8)]
        pub enum Family { $($variant),* }

        impl Family {
            /// Every family, sorted by name.
            pub const ALL: &'static [Self] = &[$(Self::$variant),*];

            /// The family's name in the lexicons, and as a rule.
            pub fn name(self) -> &'static str {
                match self { $(Self::$variant => $name),* }
            }

            /// What its phrases find, in a few words.
            pub fn finds(self) -> &'static str {
                match self { $(Self::$variant => $finds),* }
            }

            /// What its phrases speak for.
            pub fn speaks(self) -> Speaks {
                match self { $(Self::$variant => speaks!($speaks)),* }
            }
        }
    };
}

macro_rules! speaks {
    (Weak) => {
        Speaks::Weakly
    };
    ($label:ident) => {
        Speaks::For(Label::$label)
    };
}

families! {
    AccountInvitation "account-invitation" CallToAction: "an invitation to log in, register or save",
    AdMarker "ad-marker" Advertising: "a mark that what stands here is advertising",
    AffiliateDisclosure "affiliate-disclosure" Advertising: "a note on affiliate links",
    AppDownload "app-download" CallToAction: "an invitation to download an app",
    Attribution "attribution" Content: "reported speech",
    AuthorBox "author-box" Boilerplate: "a byline, date line or author box",
    CaptionCredit "caption-credit" Content: "a caption or picture credit",
    CommentInvitation "comment-invitation" CallToAction: "an invitation to comment",
    CommentSection "comment-section" Boilerplate: "furniture of a comment area",
    CompanyPitch "company-pitch" Advertising: "a company that offers its own services",
    ContactInvitation "contact-invitation" CallToAction: "an invitation to write, call or send tips",
    CookieNotice "cookie-notice" Boilerplate: "a cookie or consent notice",
    CounterLine "counter-line" Boilerplate: "counts of comments, likes, views, minutes",
    DiscountOffer "discount-offer" Advertising: "a discount, coupon or deal",
    DonationRequest "donation-request" CallToAction: "a request for donations or membership",
    EditorsNote "editors-note" Content: "a correction, an editor’s note or a source",
    EventPitch "event-pitch" Advertising: "a course, webinar or event for sale",
    FollowUs "follow-us" CallToAction: "an invitation to follow a profile, channel or group",
    FormLabel "form-label" Boilerplate: "labels of a form",
    HowToStep "how-to-step" Content: "a step of instructions or a recipe",
    ImperativeOpening "imperative-opening" Weak: "a paragraph that opens with an order to the reader",
    LegalNotice "legal-notice" Boilerplate: "a copyright or legal notice",
    Navigation "navigation" Boilerplate: "words of menus and pagination",
    NewsletterSignUp "newsletter-sign-up" CallToAction: "an invitation to a newsletter or to alerts",
    PageTool "page-tool" Boilerplate: "words of players, galleries and page tools",
    PaidSubscription "paid-subscription" Advertising: "a subscription for sale",
    PromotionalWord "promotional-word" Weak: "words that promotion is fond of",
    PublicService "public-service" Content: "an appeal or helpline that the article is about",
    PublisherVoice "publisher-voice" Weak: "words in which the publisher speaks of itself",
    PurchasePitch "purchase-pitch" Advertising: "a thing for sale",
    ReadMore "read-more" CallToAction: "a click through to another piece",
    ReaderAddress "reader-address" Weak: "words that address the reader",
    RelatedHeading "related-heading" Boilerplate: "a heading above other pieces",
    ShareButton "share-button" Boilerplate: "words of share rows",
    ShareThis "share-this" CallToAction: "an invitation to share the piece",
    ShopFurniture "shop-furniture" Boilerplate: "furniture of a shop page",
    SurveyInvitation "survey-invitation" CallToAction: "an invitation to a poll, survey, quiz or rating",
    TagsLine "tags-line" Boilerplate: "tags and categories",
    Urgency "urgency" Weak: "words that press for time",
    WatchOrListen "watch-or-listen" CallToAction: "an invitation to watch or listen to something else",
}

impl Family {
    /// The family of a name.
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|family| family.name() == name)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn families_are_sorted() {
        assert!(Family::ALL.is_sorted_by_key(|family| family.name()));
    }
}
