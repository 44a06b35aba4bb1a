"""Titles, authors and dates of whole pages against those of the reference.

What counts as right:
    title   equal after folding case, white space and punctuation, or one holds the other as a run of words that is at
            least 60 % of the longer one
    author  names folded (case, punctuation, honorifics, degrees): every name of the reference is found, and at most one
            that is found is not in it
    date    the same day

Of the pages for which the reference has a value, the share that is right is the figure. What is said of the others is
counted beside it: a page may name an author whom the reference passes over."""
import json
import re
import unicodedata
from collections import defaultdict
from pathlib import Path

WORD = re.compile(r"[^\W_]+")
# Signs inside a word that do not part it: apostrophes between letters, and what is not shown.
INSIDE_WORD = re.compile(r"(?<=\w)['’ʼ`](?=\w)|[\u00ad\u200b-\u200f\ufeff]")
# What parts names in a byline.
BETWEEN = re.compile(r"\s*[,;&|•·\n]\s*(?:and\s)?|\s(?:/|and|und|y|et|e)\s", re.IGNORECASE)
# Words around a name that are not of it.
TITLES = frozenset("dr prof professor mr mrs ms sir dipl ing ma ba bsc msc phd md mph rn rd jd esq cpa ceo cfa".split())
# A piece between commas that has no lower-case letter and is no longer is a degree, not a name.
DEGREE_LETTERS = 8
# The names of each field: here, in the reference, in an answer.
FIELDS = (("title", "title", "title"), ("author", "author", "byline"), ("date", "publish_date", "published"))
# A title that holds the other one is right when the other has this share of its words.
HELD = 0.6
# Names beyond the reference's that are forgiven.
EXTRA = 1


def compare(data, answers):
    """`answers` is {page: answer}. Counts by (field, page type): (right, with a reference, said without one); and a line
    for each value that is wrong or beyond the reference."""
    facts = json.loads((Path(data) / "wcxb/metadata.json").read_text(encoding="utf-8"))["files"]
    counts, wrong = defaultdict(lambda: [0, 0, 0]), []
    for name in sorted(facts):
        kind, answer = facts[name]["page_type"], answers.get(name, {})
        file = Path(data) / f"wcxb/dev/ground-truth/{name}.json"
        reference = json.loads(file.read_text(encoding="utf-8"))["ground_truth"]
        for field, in_reference, in_answer in FIELDS:
            wanted, said = reference.get(in_reference), answer.get(in_answer)
            right = bool(wanted) and SAME[field](wanted, said)
            for cell in (counts[field, "all"], counts[field, kind]):
                cell[0] += right
                cell[1] += bool(wanted)
                cell[2] += bool(said) and not wanted
            if wanted and not right:
                wrong.append(f"{field} {name} {kind} | {wanted} | {said}")
            elif said and not wanted:
                wrong.append(f"{field}-beyond {name} {kind} | - | {said}")
    return counts, sorted(wrong)


def same_title(wanted, said):
    short, long = sorted((words(wanted), words(said)), key=len)
    if not short:
        return wanted.strip() == (said or "").strip()
    runs = (long[at : at + len(short)] for at in range(len(long) - len(short) + 1))
    return len(short) >= HELD * len(long) and short in runs


def same_author(wanted, said):
    wanted, said = names(wanted), names(said)
    return bool(wanted) and wanted <= said and len(said - wanted) <= EXTRA


def same_date(wanted, said):
    return bool(said) and wanted[:10] == said[:10]


SAME = {"title": same_title, "author": same_author, "date": same_date}


def words(text):
    """A text's words, folded."""
    folded = unicodedata.normalize("NFKC", text or "").casefold()
    return WORD.findall(INSIDE_WORD.sub("", folded).replace("&", " and "))


def names(text):
    """The names of a byline, folded."""
    pieces = [piece for piece in BETWEEN.split(text or "") if words(piece)]
    plain = [piece for piece in pieces if any(map(str.islower, piece)) or len(piece) > DEGREE_LETTERS] or pieces[:1]
    folded = {" ".join(word for word in words(piece) if word not in TITLES) for piece in plain}
    return {name for name in folded if name}
