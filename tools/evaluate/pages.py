"""Whole pages against reference texts and against segments that must and must not stand in the output."""
from collections import defaultdict

from result import Result, Wrong
from words import Held, f1, ratio, spaced, word_f1, words

# Pages that are shown, those of the least F1: hardly a page is without a wrong word.
SHOWN_PAGES = 60
# Lines of one page that are shown on either side, those of the most words.
SHOWN_LINES = 8


def score_references(pages, texts):
    """`pages` is (id, type, reference); `texts` holds each page's cleaned text. Means of the pages' own figures."""
    result, by_type, scored = Result("wcxb"), defaultdict(list), []
    for name, kind, reference in pages:
        scores = word_f1(texts.get(name), reference)
        by_type[kind].append(scores)
        scored.append((scores, name, kind, reference))
    for (score, precision, recall), name, kind, reference in sorted(scored)[:SHOWN_PAGES]:
        wrong = Wrong(f"{name} {kind} F1 {score:.3f} P {precision:.3f} R {recall:.3f}", 1 - score)
        compare_lines(wrong, texts.get(name, ""), reference)
        result.wrong.append(wrong)
    groups = {"": [scores for each in by_type.values() for scores in each]}
    groups |= {f"{kind}.": by_type[kind] for kind in sorted(by_type)}
    for group, scores in groups.items():
        means = {key: sum(each[at] for each in scores) / len(scores) for at, key in enumerate(("f1", "precision", "recall"))}
        result.row(f"{group[:-1] or 'all':16} {len(scores):4} pages", group, means, "least")
    return result


def compare_lines(wrong, text, reference):
    for what, lines, other in (("left in", text, reference), ("lost", reference, text)):
        held = Held(other)
        missing = [line for line in lines.splitlines() if line.strip() and not held.holds(line)]
        for line in sorted(missing, key=lambda line: -len(words(line)))[:SHOWN_LINES]:
            wrong.add(what, f"{len(words(line))} words", line)


def score_segments(pages, texts):
    """`pages` is {id: {"with", "without", "url"}}."""
    result = Result("multilingual")
    found = lost = left = gone = 0
    for name, page in pages.items():
        text, wrong = spaced(texts.get(name)), Wrong(f"{name} {page['url']}")
        for segment in page["with"]:
            stands = spaced(segment) in text
            found, lost = found + stands, lost + (not stands)
            if not stands:
                wrong.add("lost", "must stand", segment)
        for segment in page["without"]:
            stands = spaced(segment) in text
            left, gone = left + stands, gone + (not stands)
            if stands:
                wrong.add("left in", "must not stand", segment)
        result.wrong.append(wrong)
    precision, recall = ratio(found, found + left), ratio(found, found + lost)
    shares = {"precision": precision, "recall": recall, "f1": f1(precision, recall),
              "accuracy": ratio(found + gone, found + lost + left + gone)}
    result.row(f"segments         {len(pages):4} pages", "", shares, "least")
    return result
