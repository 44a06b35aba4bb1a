"""Texts as rows of words: what every comparison of cleaned text with a reference is made of."""
import re
from collections import Counter

WORD = re.compile(r"\w+")


def words(text):
    return WORD.findall((text or "").lower())


def spaced(text):
    """The words with a space around each, so that a text is found in another by whole words."""
    return " " + " ".join(words(text)) + " "


def ratio(part, whole):
    return part / max(1, whole)


def f1(precision, recall):
    return 2 * precision * recall / max(1e-9, precision + recall)


def word_f1(cleaned, reference):
    """F1, precision and recall of the words, each counted as often as it stands there."""
    ours, theirs = Counter(words(cleaned)), Counter(words(reference))
    if not ours or not theirs:
        same = float(not ours and not theirs)
        return same, same, same
    hit = (ours & theirs).total()
    precision, recall = hit / ours.total(), hit / theirs.total()
    return f1(precision, recall), precision, recall


class Held:
    """A text that lines are looked up in: it holds a line where it holds half of the line's rows of four words, or the
    whole of a shorter line."""

    def __init__(self, text):
        tokens = words(text)
        self.spaced = " " + " ".join(tokens) + " "
        self.rows = set(rows_of_four(tokens))

    def holds(self, line):
        tokens = words(line)
        mine = rows_of_four(tokens)
        if not mine:
            return not tokens or f" {' '.join(tokens)} " in self.spaced
        return sum(row in self.rows for row in mine) * 2 >= len(mine)


def rows_of_four(tokens):
    return list(zip(tokens, tokens[1:], tokens[2:], tokens[3:]))
