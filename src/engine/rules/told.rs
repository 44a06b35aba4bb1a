//! Rules that measure nothing: through them callers and operators speak by phrases of their own
//! ([`overrule`](crate::engine::overrule)).

use crate::engine::verdict::Label;

/// A caller's phrase drops the paragraph.
pub const CALLER_DROP: &str = "caller-drop-phrase";
/// A caller's phrase keeps the paragraph.
pub const CALLER_KEEP: &str = "caller-keep-phrase";
/// A rule of the operator's file drops the paragraph.
pub const FILE_DROP: &str = "rules-file-drop";
/// A rule of the operator's file keeps the paragraph.
pub const FILE_KEEP: &str = "rules-file-keep";

/// Name, label, what it looks for; sorted by name.
pub(super) const RULES: &[(&str, Option<Label>, &str)] = &[
    (CALLER_DROP, None, "a phrase of the caller’s: a paragraph that holds it goes"),
    (CALLER_KEEP, Some(Label::Content), "a phrase of the caller’s: a paragraph that holds it stays"),
    (FILE_DROP, None, "a rule of the operator’s file: a paragraph that it finds goes"),
    (FILE_KEEP, Some(Label::Content), "a rule of the operator’s file: a paragraph that it finds stays"),
];
