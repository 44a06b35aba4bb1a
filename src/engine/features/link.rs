//! Measurements of a block's links: how much of its text they cover, and where they go.

use super::OwnRow;
use super::columns::Own;
use crate::engine::page::{Block, Inline, Page};

/// Hosts of social networks and messengers, without `www.`.
const SOCIAL: [&str; 26] = [
    "bsky.app",
    "discord.com",
    "discord.gg",
    "facebook.com",
    "fb.com",
    "flipboard.com",
    "instagram.com",
    "linkedin.com",
    "mastodon.social",
    "mix.com",
    "news.ycombinator.com",
    "ok.ru",
    "pinterest.com",
    "reddit.com",
    "snapchat.com",
    "t.me",
    "telegram.me",
    "threads.net",
    "tiktok.com",
    "tumblr.com",
    "twitter.com",
    "vk.com",
    "wa.me",
    "whatsapp.com",
    "x.com",
    "xing.com",
];
/// Hosts of app stores.
const APP_STORES: [&str; 4] = ["apps.apple.com", "itunes.apple.com", "play.google.com", "appgallery.huawei.com"];
/// Hosts where things are sold or commissions earned, without `www.`.
const SHOPS: [&str; 16] = [
    "aliexpress.com",
    "amazon.co.uk",
    "amazon.com",
    "amazon.de",
    "amazon.es",
    "amazon.fr",
    "amazon.it",
    "amzn.to",
    "awin1.com",
    "bookshop.org",
    "ebay.com",
    "etsy.com",
    "gumroad.com",
    "shareasale.com",
    "shop.app",
    "walmart.com",
];
/// Parameters by which a link is counted or paid for.
const TRACKING: [&str; 10] =
    ["utm_", "affid", "aff_", "affiliate", "partner=", "ref=", "tag=", "campaign", "cmpid", "promo"];
/// Steps of paths to pages about a topic.
const TOPIC_STEPS: [&str; 11] =
    ["tag", "tags", "category", "categories", "topic", "topics", "tema", "thema", "kategorie", "hashtag", "schlagwort"];
/// Steps of paths to pages about a person.
const AUTHOR_STEPS: [&str; 11] =
    ["author", "authors", "autor", "autoren", "profile", "user", "users", "people", "member", "members", "by"];
/// Words of paths to pages where one signs up, pays or writes.
const SIGN_UP_WORDS: [&str; 16] = [
    "newsletter",
    "subscribe",
    "subscription",
    "signup",
    "register",
    "login",
    "abo",
    "donate",
    "contact",
    "membership",
    "account",
    "kontakt",
    "cart",
    "checkout",
    "pricing",
    "demo",
];
/// Ends of paths to files.
const FILE_ENDS: [&str; 7] = [".pdf", ".zip", ".doc", ".docx", ".epub", ".exe", ".dmg"];
/// Longest address that is looked at, in bytes.
const ADDRESS_BYTES: usize = 600;

/// The site that a page belongs to, as far as it says so.
pub(super) struct Site(Option<String>);

impl Site {
    pub(super) fn of(page: &Page) -> Self {
        let og = page.head.metas.iter().find(|(name, _)| name == "og:url").map(|(_, content)| content.as_str());
        let address = page.head.canonical.as_deref().or(og).or(page.head.base.as_deref());
        Self(address.and_then(host).map(str::to_ascii_lowercase))
    }
}

/// The host of an absolute address, without `www.`.
pub(super) fn host(address: &str) -> Option<&str> {
    let (scheme, rest) = address.split_once("//")?;
    if !scheme.is_empty() && !scheme.ends_with(':') {
        return None;
    }
    let host = rest.split(['/', '?', '#', ':']).next()?;
    Some(host.strip_prefix("www.").unwrap_or(host)).filter(|host| !host.is_empty())
}

/// Measures a block's links.
pub(super) fn measure(block: &Block, site: &Site, row: &mut OwnRow<'_>) {
    let (mut covered, mut links, mut reached) = (0, 0u32, 0);
    for span in &block.spans {
        let Inline::Link { href, rel } = &span.kind else { continue };
        links += 1;
        covered += span.range.end.saturating_sub(span.range.start.max(reached));
        reached = reached.max(span.range.end);
        measure_target(href, rel, site, row);
    }
    if links == 0 {
        return;
    }
    let visible = block.text.len().max(1);
    row.set(Own::LinkShare, (covered as f32 / visible as f32).min(1.0));
    row.set(Own::Links, links.min(30) as f32);
    row.set(Own::LinkWords, row.get(Own::Words) / links as f32);
    row.flag(Own::EndsLinked, reached + 2 >= block.text.len());
}

/// Counts what a link's address shows of where it goes.
fn measure_target(href: &str, rel: &str, site: &Site, row: &mut OwnRow<'_>) {
    let address = href[..href.floor_char_boundary(ADDRESS_BYTES)].to_ascii_lowercase();
    let starts = |schemes: &[&str]| schemes.iter().any(|scheme| address.starts_with(scheme));
    let mut mark = |column: Own, holds: bool| {
        if holds {
            row.set(column, row.get(column) + 1.0);
        }
    };
    mark(Own::LinkMail, starts(&["mailto:"]));
    mark(Own::LinkPhone, starts(&["tel:", "sms:", "whatsapp:"]));
    mark(Own::LinkFragment, address.starts_with('#') && address.len() > 1);
    mark(Own::LinkNowhere, address.is_empty() || address == "#" || starts(&["javascript:"]));

    let host = host(&address);
    let is_at = |hosts: &[&str]| host.is_some_and(|host| hosts.iter().any(|known| is_within(host, known)));
    let is_shop = host.is_some_and(|host| host.starts_with("shop.") || host.starts_with("store."));
    let is_same = match (&site.0, host) {
        (Some(site), Some(host)) => is_within(host, site) || is_within(site, host),
        (_, None) => !address.contains(':') && !address.starts_with('#') && !address.is_empty(),
        (None, Some(_)) => false,
    };
    mark(Own::LinkSocial, is_at(&SOCIAL));
    mark(Own::LinkAppStore, is_at(&APP_STORES));
    mark(Own::LinkShop, is_shop || is_at(&SHOPS));
    mark(Own::LinkSameSite, is_same);
    mark(Own::LinkOtherSite, host.is_some() && !is_same);

    let (path, query) = address.split_once('?').unwrap_or((&address, ""));
    let path = path.split('#').next().unwrap_or_default();
    let has_step = |steps: &[&str]| path.split('/').any(|step| steps.contains(&step));
    let has_word = |words: &[&str]| path.split(['/', '-', '_', '.']).any(|word| words.contains(&word));
    mark(Own::LinkTracked, TRACKING.iter().any(|sign| query.contains(sign)));
    mark(Own::LinkSponsored, rel.contains("sponsored"));
    mark(Own::LinkTopic, rel.contains("tag") || has_step(&TOPIC_STEPS));
    mark(Own::LinkAuthor, rel.contains("author") || has_step(&AUTHOR_STEPS));
    mark(Own::LinkFile, FILE_ENDS.iter().any(|end| path.ends_with(end)));
    mark(Own::LinkSignUp, path.contains("sign-up") || has_word(&SIGN_UP_WORDS));
}

/// Whether a host is a domain or one of its subdomains.
fn is_within(host: &str, domain: &str) -> bool {
    host.strip_suffix(domain).is_some_and(|sub| sub.is_empty() || sub.ends_with('.'))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hosts_are_cut_out_of_addresses() {
        assert_eq!(host("https://www.example.org/a?b"), Some("example.org"));
        assert_eq!(host("//cdn.example.org:80"), Some("cdn.example.org"));
        assert_eq!(host("/a//b"), None);
        assert_eq!(host("mailto:a@b.org"), None);
    }
}
