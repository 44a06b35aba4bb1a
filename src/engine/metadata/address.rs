//! Where a page and its picture are: addresses of the web, absolute where that can be known.

use url::{ParseError, Url};

use super::Metas;
use super::json_ld::Facts;
use crate::engine::page::Page;

/// Fields of `<meta>` that name the picture, likeliest first.
const PICTURES: [&str; 7] =
    ["og:image", "og:image:secure_url", "og:image:url", "twitter:image", "twitter:image:src", "image", "thumbnailurl"];

/// The page's own address: the canonical one, else what the caller was told.
pub(super) fn of_page(page: &Page, metas: &Metas<'_>, told: Option<&str>) -> Option<String> {
    let canonical = page.head.canonical.as_deref().into_iter().chain(metas.all("og:url"));
    let base = base(page, told);
    canonical
        .filter_map(|address| absolute(address, base.as_ref()))
        .find(|address| Url::parse(address).is_ok())
        .or_else(|| told.map(str::to_owned))
}

/// The address of the picture that stands for the page; as written where it is relative and the page's is unknown.
pub(super) fn of_picture(page: &Page, facts: &Facts, metas: &Metas<'_>, own: Option<&str>) -> Option<String> {
    let base = base(page, own);
    let mut told = PICTURES.iter().flat_map(|field| metas.all(field)).chain(facts.image.as_deref());
    told.find_map(|address| absolute(address, base.as_ref()))
}

/// What relative addresses are relative to: what the page says, else where it stands.
fn base(page: &Page, own: Option<&str>) -> Option<Url> {
    let own = own.and_then(|own| Url::parse(own).ok());
    match page.head.base.as_deref().map(Url::parse) {
        Some(Ok(base)) => Some(base),
        Some(Err(ParseError::RelativeUrlWithoutBase)) => own.and_then(|own| own.join(page.head.base.as_deref()?).ok()),
        _ => own,
    }
}

/// An address of the web, absolute where the base is known; none of any other kind.
fn absolute(address: &str, base: Option<&Url>) -> Option<String> {
    let address = address.trim();
    match (Url::parse(address), base) {
        (Ok(url), _) => matches!(url.scheme(), "http" | "https").then(|| address.to_owned()),
        _ if address.is_empty() => None,
        (Err(ParseError::RelativeUrlWithoutBase), Some(base)) => base.join(address).ok().map(Into::into),
        (Err(ParseError::RelativeUrlWithoutBase), None) => Some(address.to_owned()),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use crate::engine::metadata::choose;
    use crate::engine::parse::{html, prescan::prescan};

    const TOLD: Option<&str> = Some("https://a.example/blog/rye");

    #[track_caller]
    fn check(head: &str, told: Option<&str>, url: Option<&str>, image: Option<&str>) {
        let metadata = choose(&html::parse(&prescan(head)), told);
        assert_eq!((metadata.url.as_deref(), metadata.image.as_deref()), (url, image), "{head}");
    }

    #[test]
    fn the_page_names_its_own_address() {
        let canonical =
            "<link rel=canonical href='https://a.example/rye'><meta property=og:url content='https://b.example/'>";
        check(canonical, TOLD, Some("https://a.example/rye"), None);
        check("<link rel=canonical href='/rye'>", TOLD, Some("https://a.example/rye"), None);
        check("<link rel=canonical href='/rye'>", None, None, None);
        check(
            "<link rel=canonical href='javascript:0'><meta property=og:url content='https://b.example/'>",
            None,
            Some("https://b.example/"),
            None,
        );
        check("<link rel=canonical href=''>", TOLD, TOLD, None);
        check("<title>Rye</title>", TOLD, TOLD, None);
    }

    #[test]
    fn the_picture_is_an_address_of_the_web() {
        let picture = |address: &str| format!("<meta property=og:image content='{address}'>");
        check(&picture("https://b.example/p.jpg"), None, None, Some("https://b.example/p.jpg"));
        check(&picture("/p.jpg"), TOLD, TOLD, Some("https://a.example/p.jpg"));
        check(&picture("//b.example/p.jpg"), TOLD, TOLD, Some("https://b.example/p.jpg"));
        check(&picture("/p.jpg"), None, None, Some("/p.jpg"));
        check(
            &format!("<base href='https://c.example/d/'>{}", picture("p.jpg")),
            TOLD,
            TOLD,
            Some("https://c.example/d/p.jpg"),
        );
        let second = format!(
            "{}<meta name=twitter:image content='https://b.example/p.jpg'>",
            picture("data:image/gif;base64,R0")
        );
        check(&second, None, None, Some("https://b.example/p.jpg"));
        let structured = r#"<script type="application/ld+json">{"@type":"Article","image":[{"@type":"ImageObject","url":"https://b.example/p.jpg"}]}</script>"#;
        check(structured, None, None, Some("https://b.example/p.jpg"));
    }
}
