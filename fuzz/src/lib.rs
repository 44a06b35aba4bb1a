//! What the fuzz targets try: the laws that the tests of dechaff hold it to (`tests/law`).

#[path = "../../tests/law/mod.rs"]
mod law;

/// Bytes of any charset become text.
pub fn decode(data: &[u8]) {
    law::check_decode(data);
}

/// What the prescan cuts is no text of a page.
pub fn prescan(data: &[u8]) {
    law::check_prescan_of(data);
}

/// Any bytes are cleaned as a page.
pub fn html(data: &[u8]) {
    law::check_page(data);
}

/// Any text is cleaned as if it had been pasted, and stays as it is when it is cleaned again.
pub fn text(data: &[u8]) {
    law::check_text_of(data);
}

/// Any file of rules is read, or told what is wrong with it.
pub fn rules_file(data: &[u8]) {
    law::check_rules_file(data);
}

/// Any lines are cut and answered, each for itself.
pub fn batch_reader(data: &[u8]) {
    law::check_batch_reader(data);
}
