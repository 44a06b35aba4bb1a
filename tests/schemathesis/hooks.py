"""What schemathesis cannot know of the service from its OpenAPI document."""

import json

import schemathesis
from schemathesis.transport.serialization import Binary

NDJSON = "application/x-ndjson"


@schemathesis.serializer(NDJSON)
def serialize_line(ctx, value):
    """A batch of one line; the document tells the shape of a line."""
    if isinstance(value, Binary):
        return {"data": value.data}
    return {"data": json.dumps(value).encode() + b"\n"}


@schemathesis.deserializer(NDJSON)
def deserialize_line(ctx, response):
    """The one answer to it; what was no line at all has none, as which the shape of an empty batch may pass."""
    return json.loads(response.content or b'{"id": null, "error": {}}')


def phrases_hold_words(options):
    """The dialect of patterns that every program shares has no name for letters and digits of all scripts."""
    if not isinstance(options, dict):
        return True
    for name in ("drop_phrases", "keep_phrases"):
        phrases = options.get(name)
        if isinstance(phrases, list) and any(isinstance(it, str) and not has_word(it) for it in phrases):
            return False
    return True


def has_word(phrase):
    return any(sign.isascii() and sign.isalnum() for sign in phrase)


@schemathesis.hook
def filter_case(context, case):
    """Any text is a document: there is no wrong one, and JSON that is sent as text is text. A form brings its options
    itself; those of the query are for JSON."""
    if case.media_type in ("text/html", "text/plain"):
        return is_text(case.body)
    if case.path == "/" and case.media_type not in (None, "application/json") and case.query:
        return False
    if case.media_type == "multipart/form-data" and isinstance(case.body, dict):
        return is_text(case.body.get("file", ""))
    return True


def is_text(value):
    return isinstance(value, (str, bytes, Binary))


@schemathesis.hook
def filter_query(context, query):
    return phrases_hold_words(query)


@schemathesis.hook
def filter_body(context, body):
    return not isinstance(body, dict) or phrases_hold_words(body.get("options"))
