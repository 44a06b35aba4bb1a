"""The labelled data: documents, what of them is content, and the fold that each site belongs to."""
import gzip
import hashlib
import json
import re
from collections import Counter
from pathlib import Path

WORD = re.compile(r"\w+")
FOLDS = 5
# Documents of the project's own writing, which its tests read too.
LABELLED = Path(__file__).resolve().parent.parent.parent / "tests/labelled"
# Readers' labels of lines of the pages, found again by the digest of each line's words.
READ_LINES = Path(__file__).resolve().parent / "labels/pages.jsonl"
# How much a document of the project's own writing teaches beside a real one: where there are many real ones, little.
OWN_WEIGHT, OWN_WEIGHT_BESIDE_MANY = 0.7, 0.35
MANY_REAL = ("de", "en")
# Most lines of one page that the readers were given.
READ_AT_MOST = 110
# A promo line's label was given by a reader of that very line; a page's reference text says less of each block.
LINE_WEIGHT = 8.0


def words(text):
    return WORD.findall(text.lower())


def fold_of(site):
    return int(hashlib.sha256(site.encode()).hexdigest(), 16) % FOLDS


class Document:
    """One document, as HTML or as text, with the sources of its labels."""

    def __init__(self, name, site, html=None, text=None, reference=None, lines=None, kind=None):
        self.name, self.site, self.html, self.text = name, site, html, text
        self.reference, self.lines, self.kind = reference, lines, kind
        # Codes by the digest of a line, where readers labelled lines that are stored without their text.
        self.codes = {}
        self.fold = fold_of(site)
        # How much its labels weigh beside those of other documents of its kind.
        self.weight = 1.0

    @property
    def is_text(self):
        """Whether it was labelled as a text, and is nobody's here."""
        return self.html is None and not self.name.startswith(("promo/own:", "read/"))

    def record(self):
        key = "html" if self.html is not None else "text"
        return {"id": self.name, key: self.html if self.html is not None else self.text}

    def digest(self):
        return hashlib.sha256((self.html if self.html is not None else self.text).encode()).hexdigest()


def line_digest(text):
    return hashlib.sha256((" ".join(words(text)) or text.strip()).encode()).hexdigest()[:6]


def host(url):
    found = re.search(r"//(?:www\.)?([^/:?#]+)", url)
    return found.group(1).lower() if found else url


def page(path):
    return gzip.open(path, "rb").read().decode("utf-8", "replace")


def load(shared):
    """All documents under the folder of labelled data."""
    shared = Path(shared)
    promo = {d["id"]: d["lines"] for d in map(json.loads, open(shared / "promo/dev.jsonl"))}
    documents = []
    types = json.load(open(shared / "wcxb/metadata.json"))["files"]
    site_of = {}
    for name, facts in sorted(types.items()):
        truth = json.load(open(shared / f"wcxb/dev/ground-truth/{name}.json"))
        lines = promo.get(f"wcxb:{name}")
        site_of[f"wcxb:{name}"] = facts["domain"]
        reference = truth["ground_truth"].get("main_content")
        html = page(shared / f"wcxb/dev/html/{name}.html.gz")
        documents.append(Document(f"wcxb/{name}", facts["domain"], html, None, reference, lines, facts["page_type"]))
    snippets = json.load(open(shared / "multilingual/snippets.json"))
    pages = {name: page(shared / f"multilingual/html/{name}.html.gz") for name in sorted(snippets)}
    homes = find_homes({k: v for k, v in promo.items() if k.startswith("traf:")}, pages)
    lines_of = {home: key for key, home in homes.items()}
    for name, html in pages.items():
        site = host(snippets[name]["url"])
        key = lines_of.get(name)
        if key:
            site_of[key] = site
        documents.append(Document(f"multilingual/{name}", site, html, None, None, promo.get(key), "article"))
    read = {entry["page"]: entry["lines"] for entry in map(json.loads, open(READ_LINES))}
    for document in documents:
        for code, digests in read.get(document.name, {}).items():
            document.codes.update({digests[at:at + 6]: code for at in range(0, len(digests), 6)})
    own_weights = {}
    for source in sorted(LABELLED.glob("*.jsonl")):
        for entry in map(json.loads, open(source)):
            promo[f"own:{entry['id']}"] = entry["lines"]
            own_weights[f"own:{entry['id']}"] = OWN_WEIGHT_BESIDE_MANY if entry["lang"] in MANY_REAL else OWN_WEIGHT
    for key, lines in sorted(promo.items()):
        site = site_of.get(key) or site_of_name(key)
        documents.append(Document(f"promo/{key}", site, None, "\n\n".join(t for t, _ in lines), None, lines, "text"))
        documents[-1].weight = own_weights.get(key, 1.0)
    return documents


# How many lines before and after the article a text that is made from a page keeps: as people paste and scrapers dump,
# by tenths of the articles that were labelled as texts.
LINES_BEFORE = (0, 0, 0, 0, 0, 0, 0, 1, 2, 5)
LINES_AFTER = (0, 0, 0, 1, 2, 3, 5, 8, 12, 16)


def as_text(documents, blocks):
    """Pages whose lines readers labelled, as texts of these lines."""
    out = []
    for document, texts in zip(documents, blocks):
        lines = [(text, document.codes[line_digest(text)]) for text in texts if line_digest(text) in document.codes]
        article = [at for at, (_, code) in enumerate(lines) if code.startswith("C")]
        if article:
            draw = int(hashlib.sha256(document.name.encode()).hexdigest(), 16)
            before, after = LINES_BEFORE[draw % 10], LINES_AFTER[draw // 10 % 10]
            lines = lines[max(0, article[0] - before):article[-1] + 1 + after]
            text = "\n\n".join(text for text, _ in lines)
            out.append(Document(f"read/{document.name}", document.site, None, text, None, lines, "text"))
    return out


def site_of_name(key):
    found = re.match(r"(?:www\.)?([a-z0-9-]+(?:\.[a-z0-9-]+)*?\.(?:com|org|net|de|at|ch|info|eu|blog|co\.uk|io|es|fr|pl|world))", key.split(":", 1)[1].lower())
    return found.group(1) if found else key


def find_homes(lines_by_key, pages):
    """The page that each set of lines was taken from: the one that holds most of its long lines."""
    holders = {}
    for name, html in pages.items():
        text = " ".join(words(re.sub(r"<[^>]+>", " ", html)))
        holders[name] = text
    homes = {}
    for key, lines in lines_by_key.items():
        wanted = [" ".join(words(text)[:8]) for text, _ in lines if len(words(text)) >= 12][:6]
        if not wanted:
            continue
        best = max(holders, key=lambda name: sum(piece in holders[name] for piece in wanted))
        if sum(piece in holders[best] for piece in wanted) * 2 > len(wanted):
            homes[key] = best
    return homes


def grams(tokens):
    return list(zip(tokens, tokens[1:], tokens[2:], tokens[3:]))


class Reference:
    """Text that blocks are looked up in."""

    def __init__(self, text):
        tokens = words(text)
        self.spaced = " " + " ".join(tokens) + " "
        self.grams = set(grams(tokens))

    def holds(self, tokens):
        if not tokens:
            return False
        if len(tokens) < 4:
            return f" {' '.join(tokens)} " in self.spaced
        mine = grams(tokens)
        return sum(gram in self.grams for gram in mine) * 2 >= len(mine)


def truth(codes):
    """0 where the line must go, 1 where it must stay, None where either will do."""
    if "E" in codes or ("C" in codes and len(codes) > 1):
        return None
    return 1 if codes == "C" else 0


def label_lines(document, blocks):
    """For pasted text: each block's truth and codes, matched to the lines in order."""
    keys = [" ".join(words(text)) or text.strip() for text, _ in document.lines]
    out, at = [], 0
    for block in blocks:
        key = " ".join(words(block)) or block.strip()
        found = next((k for k in range(at, min(len(keys), at + 40)) if keys[k] == key), None)
        if found is None:
            out.append((None, ""))
            continue
        at = found + 1
        codes = document.lines[found][1]
        out.append((truth(codes), codes))
    return out


def label_page(document, blocks):
    """For a page: each block's truth, weight and codes."""
    reference = Reference(document.reference) if document.reference is not None else None
    stay = go = None
    codes_of = {}
    if document.lines:
        stay = Reference("\n".join(t for t, c in document.lines if truth(c) == 1))
        go = Reference("\n".join(t for t, c in document.lines if truth(c) == 0))
        for text, codes in document.lines:
            codes_of.setdefault(" ".join(words(text)), codes)
    out = []
    for block in blocks:
        tokens = words(block)
        by_reference = int(reference.holds(tokens)) if reference else None
        label, weight, codes = by_reference, 1.0, ""
        if document.codes:
            codes = document.codes.get(line_digest(block), "")
            if codes and truth(codes) is not None:
                label, weight = truth(codes), LINE_WEIGHT
            elif reference is None:
                # Readers saw all of a short page that could be article; what they did not see of it is around it.
                label = 0 if not codes and len(document.codes) < READ_AT_MOST * 0.8 else None
        elif document.lines:
            codes = codes_of.get(" ".join(tokens), "")
            if codes:
                line = truth(codes)
                if line is not None:
                    label, weight = line, LINE_WEIGHT
                elif reference is None:
                    label = None
            elif len(tokens) >= 4 and go.holds(tokens) and not stay.holds(tokens):
                label, weight = 0, LINE_WEIGHT
            elif stay.holds(tokens) and (reference is None or len(tokens) >= 4):
                label, weight = 1, LINE_WEIGHT
            elif reference is None:
                label = 0
        out.append((label, weight, codes))
    return out


def content_words(blocks, labels):
    return sum(len(words(block)) for block, (label, *_) in zip(blocks, labels) if label)


def count_kinds(documents):
    return Counter(document.kind for document in documents)
