"""Documents whose lines people labelled: what must go and what must stay, as pasted text and in whole pages."""
from collections import Counter, defaultdict

from result import Result, Wrong
from words import f1, ratio, spaced, words

# A reader's code of each label; E is "either will do", and several codes are several right labels.
LABELS = {"C": "content", "A": "advertising", "T": "call_to_action", "B": "boilerplate"}
CODES = {label: code for code, label in LABELS.items()}
# A paragraph of the answer is looked for among so many after the last that was found.
LOOK_AHEAD = 40
# Lines of fewer words stand in a page by chance.
LEAST_PROMO_WORDS, LEAST_ARTICLE_WORDS = 3, 5
# A language's own figures are held by floors from so many documents on: with fewer, one line moves them.
LEAST_DOCUMENTS = 20


def must_go(codes):
    """True where every accepted label drops the line, False where every one keeps it, None where either will do."""
    if "E" in codes or ("C" in codes and codes != "C"):
        return None
    return codes != "C"


def align(lines, paragraphs):
    """The label that each line got: paragraphs are matched in order by their words; a line that is not found has None."""
    key = lambda text: " ".join(words(text)) or text.strip()
    keys, labels, at = [key(text) for text, _ in paragraphs], [], 0
    for line in lines:
        found = next((k for k in range(at, min(len(keys), at + LOOK_AHEAD)) if keys[k] == key(line)), None)
        labels.append(None if found is None else paragraphs[found][1])
        at = at if found is None else found + 1
    return labels


class Tally:
    """Lines by what must happen to them and what happened."""

    def __init__(self):
        self.gone = self.missed = self.lost = self.kept = self.documents = 0

    def add(self, must, dropped):
        if must:
            self.gone, self.missed = self.gone + dropped, self.missed + (not dropped)
        else:
            self.lost, self.kept = self.lost + dropped, self.kept + (not dropped)

    def shares(self):
        """Precision, recall and F1 of what is dropped, and the share of the article that is kept."""
        precision, recall = ratio(self.gone, self.gone + self.lost), ratio(self.gone, self.gone + self.missed)
        return {"precision": precision, "recall": recall, "f1": f1(precision, recall),
                "kept": ratio(self.kept, self.kept + self.lost)}


def text_record(document):
    return {"id": document["id"], "text": "\n\n".join(text for text, _ in document["lines"])}


def keep_labels(answer):
    return [(paragraph["text"], paragraph["label"]) for paragraph in answer.get("paragraphs", [])]


def score_text(name, documents, answers):
    """Pasted text. `answers` holds each document's paragraphs with their labels."""
    result, tallies, right, exact = Result(name), defaultdict(Tally), defaultdict(Counter), 0
    for document in documents:
        groups = ["", "english."] if document["lang"] == "en" else ["", "other.", f"lang.{document['lang']}."]
        for group in groups:
            tallies[group].documents += 1
        wrong = Wrong(document["id"])
        got = align([text for text, _ in document["lines"]], answers.get(document["id"], []))
        for (line, codes), label in zip(document["lines"], got):
            must, dropped = must_go(codes), label != "content"
            result.unanswered += label is None
            if must is None:
                continue
            for group in groups:
                tallies[group].add(must, dropped)
            if must and dropped and label:
                for code in ("", codes[0]):
                    right[code].update(right=CODES[label] in codes, of=1)
            if must != dropped:
                wrong.add("left in" if must else "dropped", f"{codes}, said {label}", line)
        exact += not wrong.lines
        result.wrong.append(wrong)
    write_text(result, tallies, right, ratio(exact, len(documents)))
    return result


def write_text(result, tallies, right, exact):
    titles = {"": "all", "english.": "English", "other.": "other languages"}
    for group, tally in sorted(tallies.items(), key=lambda item: (item[0].startswith("lang."), item[0] != "", item[0])):
        held = not group.startswith("lang.") or tally.documents >= LEAST_DOCUMENTS
        title = titles.get(group) or f"  {group.split('.')[1]}"
        result.row(f"{title:16} {tally.documents:4} documents", group, tally.shares(), "least" if held else None)
    shares = {LABELS.get(code, ""): ratio(count["right"], count["of"]) for code, count in sorted(right.items())}
    result.row("label right", "label.", {name or "all": share for name, share in shares.items()}, "least")
    result.row("documents exact", "", {"exact": exact}, "least")


def score_leak(documents, texts):
    """Whole pages. `texts` holds each page's cleaned text: promo lines that it holds, article lines that it holds."""
    result, left, kept, clean = Result("leak"), defaultdict(Counter), Counter(), 0
    for document in documents:
        text, wrong = spaced(texts.get(document["id"])), Wrong(document["id"])
        # What may stand there, E lines with it: a promo line that stands in it is no leak.
        may_stay = "".join(spaced(line) for line, codes in document["lines"] if must_go(codes) is not True)
        leaks = 0
        for line, codes in document["lines"]:
            must, key = must_go(codes), spaced(line)
            size, found = len(key.split()), key in text
            if must and size >= LEAST_PROMO_WORDS and key not in may_stay:
                leaks += found
                for label in ("all", LABELS[codes[0]]):
                    left[label].update(left=found, of=1)
                if found:
                    wrong.add("left in", codes, line)
            elif must is False and size >= LEAST_ARTICLE_WORDS:
                kept.update(kept=found, of=1)
                if not found:
                    wrong.add("lost", codes, line)
        clean += not leaks
        result.wrong.append(wrong)
    shares = {label: ratio(left[label]["left"], left[label]["of"]) for label in ("all", *list(LABELS.values())[1:])}
    result.row("promo lines left in", "", shares, "most")
    result.row("article lines", "", {"kept": ratio(kept["kept"], kept["of"])}, "least")
    result.row("pages without a leak", "", {"clean": ratio(clean, len(documents))}, "least")
    return result
