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

fn measure_target(href: &str, rel: &str, site: &Site, row: &mut OwnRow<'_>) {
    let href = &href[..href.floor_char_boundary(ADDRESS_BYTES)];
    let lower = href.to_ascii_lowercase();
    let mut mark = |column: Own, holds: bool| {
        if holds {
            row.set(column, row.get(column) + 1.0);
        }
    };
    mark(Own::LinkMail, lower.starts_with("mailto:"));
    mark(Own::LinkPhone, lower.starts_with("tel:") || lower.starts_with("sms:") || lower.starts_with("whatsapp:"));
    mark(Own::LinkFragment, lower.starts_with('#') && lower.len() > 1);
    mark(Own::LinkNowhere, lower.is_empty() || lower == "#" || lower.starts_with("javascript:"));
    let host = host(&lower);
    let is_at = |hosts: &[&str]| {
        host.is_some_and(|host| {
            hosts.iter().any(|known| host == *known || host.strip_suffix(known).is_some_and(|sub| sub.ends_with('.')))
        })
    };
    mark(Own::LinkSocial, is_at(&SOCIAL));
    mark(Own::LinkAppStore, is_at(&APP_STORES));
    mark(
        Own::LinkShop,
        is_at(&SHOPS) || host.is_some_and(|host| host.starts_with("shop.") || host.starts_with("store.")),
    );
    let path = lower.split(['?', '#']).next().unwrap_or_default();
    let query = lower.split_once('?').map_or("", |(_, query)| query);
    let tracked = ["utm_", "affid", "aff_", "affiliate", "partner=", "ref=", "tag=", "campaign", "cmpid", "promo"];
    mark(Own::LinkTracked, tracked.iter().any(|sign| query.contains(sign)));
    let same = match (&site.0, host) {
        (Some(site), Some(host)) => {
            host == site || host.ends_with(&format!(".{site}")) || site.ends_with(&format!(".{host}"))
        }
        (_, None) => !lower.contains(':') && !lower.starts_with('#') && !lower.is_empty(),
        (None, Some(_)) => false,
    };
    mark(Own::LinkSameSite, same);
    mark(Own::LinkOtherSite, host.is_some() && !same);
    mark(Own::LinkSponsored, rel.contains("sponsored"));
    let has_step = |steps: &[&str]| path.split('/').any(|step| steps.contains(&step));
    mark(
        Own::LinkTopic,
        rel.contains("tag")
            || has_step(&[
                "tag",
                "tags",
                "category",
                "categories",
                "topic",
                "topics",
                "tema",
                "thema",
                "kategorie",
                "hashtag",
                "schlagwort",
            ]),
    );
    mark(
        Own::LinkAuthor,
        rel.contains("author")
            || has_step(&[
                "author", "authors", "autor", "autoren", "profile", "user", "users", "people", "member", "members",
                "by",
            ]),
    );
    mark(
        Own::LinkFile,
        [".pdf", ".zip", ".doc", ".docx", ".epub", ".exe", ".dmg"].iter().any(|end| path.ends_with(end)),
    );
    let sign_up = [
        "newsletter",
        "subscribe",
        "subscription",
        "signup",
        "sign-up",
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
    mark(
        Own::LinkSignUp,
        path.split(['/', '-', '_', '.']).any(|step| sign_up.contains(&step)) || path.contains("sign-up"),
    );
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
