"""The sets of documents: what is read from the disk, given to the program, and compared with what it answers."""
import gzip
import json
from pathlib import Path

import labelled
import metadata
import pages
from result import Result, Wrong
from words import ratio

# What is kept of a page's answer; paragraphs with their reasons would fill the memory.
PAGE_KEYS = ("text", "title", "byline", "published")
OWN = Path(__file__).resolve().parent.parent.parent / "tests/labelled"


def own(program):
    """The repository's own labelled documents, as pasted text."""
    documents = [document for path in sorted(OWN.glob("*.jsonl")) for document in _json_lines(path)]
    return _text("own", program, documents)


def pasted(program, data):
    """Labelled articles, as pasted text."""
    return _text("pasted", program, _promo(data))


def whole_pages(program, data):
    """Pages with reference texts and metadata, and those of them whose lines are labelled: the results of one run."""
    facts = json.loads((data / "wcxb/metadata.json").read_text(encoding="utf-8"))["files"]
    references = {name: _reference(data, name) for name in facts}
    known = [(name, facts[name]["page_type"], text) for name, text in sorted(references.items()) if text is not None]
    lines = [{**each, "id": each["id"].removeprefix("wcxb:")} for each in _promo(data) if each["id"].startswith("wcxb:")]
    answers, unknown = _clean_pages(program, data / "wcxb/dev/html", sorted(facts))
    texts = {name: answer.get("text") or "" for name, answer in answers.items()}
    leak = labelled.score_leak([each for each in lines if each["id"] not in unknown], texts)
    against = pages.score_references([each for each in known if each[0] not in unknown], texts)
    _note(leak, unknown, (each["id"] for each in lines), texts)
    _note(against, unknown, (name for name, *_ in known), texts)
    skipped = len(facts) - len(known)
    against.notes += [f"{skipped} pages have no reference text: skipped"] if skipped else []
    return [leak, against, *_metadata(data, answers)]


def _metadata(data, answers):
    """Titles, authors and dates of the same pages. None from what stands in for the program: it answers without them."""
    if not any("title" in answer for answer in answers.values()):
        return []
    result, wrong = Result("metadata"), Wrong("wrong values")
    counts, wrong.lines = metadata.compare(data, answers)
    kinds = sorted({kind for _, kind in counts}, key=lambda kind: (kind != "all", kind))
    for kind in kinds:
        of_kind = {field: cell for (field, each), cell in sorted(counts.items()) if each == kind and cell[1]}
        group = "" if kind == "all" else f"{kind}."
        result.row(kind, group, {field: ratio(right, held) for field, (right, held, _) in of_kind.items()}, None)
        enough = [field for field, (_, held, _) in of_kind.items() if held >= labelled.LEAST_DOCUMENTS]
        result.ways |= {f"metadata.{group}{field}": "least" for field in enough}
    beyond = ", ".join(f"{field} {cell[2]}" for (field, kind), cell in sorted(counts.items()) if kind == "all")
    result.notes.append(f"said where the reference has none: {beyond}")
    result.wrong.append(wrong)
    return [result]


def multilingual(program, data):
    """Pages with segments that must and must not stand in the output."""
    snippets = json.loads((data / "multilingual/snippets.json").read_text(encoding="utf-8"))
    answers, unknown = _clean_pages(program, data / "multilingual/html", sorted(snippets))
    texts = {name: answer.get("text") or "" for name, answer in answers.items()}
    result = pages.score_segments({name: page for name, page in snippets.items() if name not in unknown}, texts)
    _note(result, unknown, snippets, texts)
    return result


def _text(name, program, documents):
    answers, unknown = program.clean(map(labelled.text_record, documents), labelled.keep_labels)
    result = labelled.score_text(name, [each for each in documents if each["id"] not in unknown], answers)
    _note(result, unknown, (each["id"] for each in documents), answers)
    return result


def _promo(data):
    return _json_lines(data / "promo/dev.jsonl")


def _json_lines(path):
    with path.open(encoding="utf-8") as file:
        return [json.loads(line) for line in file]


def _reference(data, name):
    return json.loads((data / f"wcxb/dev/ground-truth/{name}.json").read_text(encoding="utf-8"))["ground_truth"].get("main_content")


def _clean_pages(program, folder, names):
    records = ({"id": name, "html": _page(folder, name)} for name in names)
    return program.clean(records, lambda answer: {key: answer[key] for key in PAGE_KEYS if key in answer})


def _page(folder, name):
    return gzip.decompress((folder / f"{name}.html.gz").read_bytes()).decode("utf-8", "replace")


def _note(result, unknown, names, answers):
    """Says which documents do not count: those that the program does not know, and those that it gave no answer."""
    names = list(names)
    left_out = sum(name in unknown for name in names)
    if left_out:
        result.notes.append(f"{left_out} of {len(names)} documents are newer than the fit: left out")
    result.unanswered += sum(name not in answers and name not in unknown for name in names)
    if result.unanswered:
        result.notes.append(f"{result.unanswered} paragraphs or documents without an answer")
