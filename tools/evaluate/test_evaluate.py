"""The arithmetic of the evaluation, on documents small enough to be counted by hand.

    python3 -m unittest discover -s tools/evaluate
"""
import contextlib
import gzip
import io
import json
import sys
import tempfile
import unittest
from pathlib import Path
from unittest import mock

import evaluate
import floors
import labelled
import metadata
import pages
import sets
from program import Failed, Program
from words import Held, word_f1

# Answers every record with its text in capitals, a bad one with an error, and ends with the status that a record names.
PROGRAM = """
import json, sys
for line in sys.stdin:
    record = json.loads(line)
    if "exit" in record: sys.exit(record["exit"])
    if record["text"] == "bad": print(json.dumps({"id": record["id"], "error": {"code": "no-text"}}))
    else: print(json.dumps({"id": record["id"], "text": record["text"].upper()}))
"""


class Arithmetic(unittest.TestCase):
    def check(self, got, wanted):
        """Compares figures by name, only those that are wanted."""
        for name, value in wanted.items():
            self.assertAlmostEqual(got[name], value, places=6, msg=name)

    def check_cases(self, function, cases):
        for *arguments, wanted in cases:
            with self.subTest(arguments):
                self.assertEqual(function(*arguments), wanted)


class Words(Arithmetic):
    def test_words_count_as_often_as_they_stand_there(self):
        cases = [
            ("a b c d", "a b c d", (1, 1, 1)),
            ("a a b", "A, b!", (0.8, 2 / 3, 1)),
            ("a b", "a b c d", (2 / 3, 1, 0.5)),
            ("x", "a", (0, 0, 0)),
            ("", "a", (0, 0, 0)),
            ("a", "", (0, 0, 0)),
            ("", "", (1, 1, 1)),
            (None, "a", (0, 0, 0)),
        ]
        for cleaned, reference, wanted in cases:
            with self.subTest(cleaned=cleaned, reference=reference):
                self.check(dict(enumerate(word_f1(cleaned, reference))), dict(enumerate(wanted)))

    def test_a_text_holds_half_of_a_line_or_all_of_a_short_one(self):
        text = Held("one two three four five six, seven")
        self.check_cases(text.holds, [
            ("Two three FOUR five", True),
            ("two three four five six", True),
            ("three four five x y z", False),
            ("four five six seven x", True),
            ("five six", True),
            ("six five", False),
            ("fiv", False),
            ("…", True),
        ])


class Labelled(Arithmetic):
    def test_codes_say_what_must_happen(self):
        self.check_cases(labelled.must_go, [
            ("C", False), ("A", True), ("TB", True), ("E", None), ("CE", None), ("CA", None), ("AC", None), ("BE", None),
        ])

    def test_paragraphs_are_found_in_order(self):
        a, b, star = ("A, b", "content"), ("c", "advertising"), ("***", "boilerplate")
        far = [(f"n{at}", "content") for at in range(labelled.LOOK_AHEAD)]
        self.check_cases(labelled.align, [
            (["a b", "C!"], [a, b], ["content", "advertising"]),
            (["c", "a b"], [a, b], ["advertising", None]),
            (["a b", "a b"], [a, b], ["content", None]),
            (["gone", "c"], [a, b], [None, "advertising"]),
            (["***"], [a, star], ["boilerplate"]),
            (["---"], [a, star], [None]),
            (["c"], [*far, b], [None]),
            (["c"], [*far[1:], b], ["advertising"]),
        ])

    def test_pasted_text_is_counted_line_by_line(self):
        english = {"id": "1", "lang": "en", "lines": [
            ["prose one", "C"], ["prose two", "C"], ["buy", "A"], ["join", "T"], ["either", "E"], ["menu", "BA"], ["ad", "A"]]}
        german = {"id": "2", "lang": "de", "lines": [["prosa", "C"], ["werbung", "A"]]}
        said = ["content", "boilerplate", "advertising", "content", "content", "advertising", "boilerplate"]
        answers = {"1": [(line, label) for (line, _), label in zip(english["lines"], said)],
                   "2": [("prosa", "content"), ("werbung", "advertising")]}
        result = labelled.score_text("pasted", [english, german], answers)
        self.check(result.figures, {
            "pasted.precision": 4 / 5, "pasted.recall": 4 / 5, "pasted.f1": 4 / 5, "pasted.kept": 2 / 3,
            "pasted.english.precision": 3 / 4, "pasted.english.recall": 3 / 4, "pasted.english.kept": 1 / 2,
            "pasted.other.f1": 1, "pasted.other.kept": 1, "pasted.lang.de.recall": 1,
            "pasted.label.all": 3 / 4, "pasted.label.advertising": 2 / 3, "pasted.label.boilerplate": 1,
            "pasted.exact": 1 / 2,
        })
        self.assertNotIn("pasted.lang.de.f1", result.ways, "one document is no floor")
        self.assertEqual(result.ways["pasted.other.f1"], "least")
        self.assertEqual([wrong.name for wrong in result.worst()], ["1"])
        self.assertEqual(result.worst()[0].lines, ["dropped (C, said boilerplate): prose two", "left in (T, said content): join"])

    def test_a_line_without_an_answer_is_dropped_and_counted(self):
        document = {"id": "1", "lang": "en", "lines": [["prose", "C"], ["buy", "A"]]}
        result = labelled.score_text("own", [document], {})
        self.check(result.figures, {"own.precision": 1 / 2, "own.recall": 1, "own.kept": 0})
        self.assertEqual(result.unanswered, 2)
        self.assertNotIn("own.label.all", result.figures, "no label was given")

    def test_a_leak_is_a_promo_line_that_stands_nowhere_in_the_article(self):
        lines = [
            ["the council voted on monday", "C"], ["a second line of prose stands", "C"], ["short prose", "C"],
            ["buy our new mug", "A"], ["get the new app", "A"], ["join us now", "T"], ["our menu", "B"],
            ["voted on monday", "B"], ["join us", "T"], ["by the desk today", "E"], ["the desk today", "T"],
        ]
        text = "The council voted on Monday. Buy our new mug! Our menu. Join us"
        result = labelled.score_leak([{"id": "1", "lines": lines}, {"id": "2", "lines": lines[:1]}], {"1": text})
        self.check(result.figures, {
            "leak.all": 1 / 3, "leak.advertising": 1 / 2, "leak.call_to_action": 0, "leak.boilerplate": 0,
            "leak.kept": 1 / 3, "leak.clean": 1 / 2,
        })
        self.assertEqual([result.ways[f"leak.{name}"] for name in ("all", "kept")], ["most", "least"])
        self.assertEqual(len(result.worst()[0].lines), 2)


class Pages(Arithmetic):
    def test_pages_count_alike_whatever_their_length(self):
        references = [("1", "article", "a b c d"), ("2", "article", "a"), ("3", "forum", "x y")]
        result = pages.score_references(references, {"1": "a b", "2": "a", "3": "x y z z z z"})
        self.check(result.figures, {
            "wcxb.article.f1": (2 / 3 + 1) / 2, "wcxb.article.recall": 3 / 4, "wcxb.article.precision": 1,
            "wcxb.forum.precision": 1 / 3, "wcxb.f1": (2 / 3 + 1 + 1 / 2) / 3,
        })
        self.assertEqual([wrong.name[:1] for wrong in result.worst()], ["3", "1"])

    def test_wrong_lines_stand_on_the_side_that_holds_them(self):
        result = pages.score_references([("1", "article", "prose\nlost")], {"1": "promo\nprose"})
        self.assertEqual(result.worst()[0].lines, ["left in (1 words): promo", "lost (1 words): lost"])

    def test_segments_are_found_by_whole_words(self):
        snippets = {
            "1": {"with": ["one two", "three"], "without": ["menu", "log in"], "url": "u"},
            "2": {"with": ["four", "six"], "without": ["fiv"], "url": "u"},
        }
        result = pages.score_segments(snippets, {"1": "One, two. Menu", "2": "four five"})
        self.check(result.figures, {
            "multilingual.precision": 2 / 3, "multilingual.recall": 2 / 4, "multilingual.f1": 4 / 7,
            "multilingual.accuracy": 4 / 7,
        })


class Metadata(Arithmetic):
    def test_titles_are_compared_by_their_words(self):
        self.check_cases(metadata.same_title, [
            ("The Author’s Day — Part 1", "the author's day: part 1", True),
            ("Bread & butter", "Bread and Butter", True),
            ("Bread and butter", "Bread and butter | The Daily", True),
            ("Bread and butter", "Bread and butter | The Very Daily Post", False),
            ("Bread and butter", "Bread or butter", False),
            ("Bread and butter for all", "Bread butter for all", False),
            ("???", "???", True),
            ("???", "Bread", False),
            ("Bread", None, False),
        ])

    def test_authors_are_compared_as_sets_of_names(self):
        self.check_cases(metadata.same_author, [
            ("Ann Lee, Bo Chan", "Bo Chan and Ann Lee", True),
            ("Dr. Ann Lee, MD", "Ann Lee", True),
            ("Ann Lee", "Ann Lee, Bo Chan", True),
            ("Ann Lee", "Ann Lee, Bo Chan, Cy Dean", False),
            ("Ann Lee, Bo Chan", "Ann Lee", False),
            ("NASA", "nasa", True),
            ("Ann Lee", None, False),
        ])

    def test_dates_are_compared_by_the_day(self):
        self.check_cases(metadata.same_date, [
            ("2024-05-01T10:00:00Z", "2024-05-01", True), ("2024-05-01", "2024-05-02", False), ("2024-05-01", None, False),
        ])


class Floors(Arithmetic):
    def floors(self):
        return {"least": {"binary.own.f1": 0.82}, "most": {"binary.leak.all": 0.1}}

    def test_what_sank_is_named(self):
        measured = {"binary.own", "binary.leak"}
        self.check_cases(lambda f1, leak: [each.split()[0] for each in floors.check(
            self.floors(), {"binary.own.f1": f1, "binary.leak.all": leak}, measured)], [
            (0.82, 0.1, []), (0.9, 0.05, []), (0.8199, 0.1, ["binary.own.f1"]), (0.9, 0.1001, ["binary.leak.all"]),
            (0.5, 0.5, ["binary.leak.all", "binary.own.f1"]),
        ])

    def test_a_floor_without_its_figure_is_named_where_its_set_was_run(self):
        self.check_cases(lambda measured: [each.split()[0] for each in floors.check(self.floors(), {}, measured)], [
            ({"binary.leak"}, ["binary.leak.all"]), ({"crossvalidated.own"}, []), ({"binary.ow"}, []),
        ])

    def test_only_better_figures_become_floors_with_a_margin(self):
        self.check_cases(lambda f1, leak: self.raised({"binary.own.f1": f1, "binary.leak.all": leak}), [
            (0.85, 0.08, (0.847, 0.083)),
            (0.8501, 0.0801, (0.847, 0.084)),
            (0.938, 0.08, (0.935, 0.083)),
            (0.823, 0.097, (0.82, 0.1)),
            (0.7, 0.2, (0.82, 0.1)),
            (1.0, 0.0, (0.997, 0.003)),
        ])

    def raised(self, figures):
        held = self.floors()
        floors.raise_floors(held, figures, {"binary.own.f1": "least", "binary.leak.all": "most"})
        return held["least"]["binary.own.f1"], held["most"]["binary.leak.all"]

    def test_a_figure_without_a_floor_gets_one(self):
        held = self.floors()
        changed = floors.raise_floors(held, {"binary.own.kept": 0.99}, {"binary.own.kept": "least"})
        self.assertEqual((held["least"]["binary.own.kept"], len(changed)), (0.987, 1))

    def test_a_floor_is_lowered_by_name_only(self):
        for wish, way, name, value in [("binary.own.f1=0.8", "least", "binary.own.f1", 0.8),
                                       ("binary.leak.all=0.2", "most", "binary.leak.all", 0.2)]:
            held = self.floors()
            floors.lower(held, wish)
            self.assertEqual(held[way][name], value, wish)
        for wish in ["binary.own.f1=0.9", "binary.leak.all=0.05", "binary.own.f1=0.82", "own.f1=0.1", "binary.own.f1=low",
                     "binary.own.f1", "binary.own.f1=-1", "binary.own.f1=nan"]:
            with self.subTest(wish), self.assertRaises(ValueError):
                floors.lower(self.floors(), wish)

    def test_the_file_is_written_as_it_is_read(self):
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / "floors.json"
            floors.write(floors.read(), path)
            self.assertEqual(path.read_text(), floors.FILE.read_text())

    def test_every_floor_has_a_figure_that_may_hold_it(self):
        """A name that no run measures would be a floor that holds nothing."""
        names = [name for of_way in floors.read().values() for name in of_way]
        runs = {"binary", "crossvalidated", "binary-precision", "binary-recall"}
        known = {"own", "pasted", "leak", "wcxb", "multilingual", "metadata"}
        wrong = [name for name in names if name.split(".")[0] not in runs or name.split(".")[1] not in known]
        self.assertEqual(wrong, [])
        for mode, held in evaluate.HELD_IN_MODE.items():
            self.assertLessEqual({name.split(".", 1)[1] for name in names if name.startswith(f"binary-{mode}.")}, set(held))


class Running(Arithmetic):
    def run_on(self, *records, known=None):
        program = Program([sys.executable, "-c", PROGRAM], known=known)
        return program.clean(iter(records), lambda answer: answer["text"])

    def test_answers_are_kept_by_id_and_errors_are_none(self):
        answers, unknown = self.run_on({"id": 1, "text": "a"}, {"id": 2, "text": "bad"}, {"id": 3, "text": "b"})
        self.assertEqual((answers, unknown), ({1: "A", 3: "B"}, []))

    def test_documents_newer_than_the_fit_are_left_out(self):
        known = {"ca978112ca1bbdcafac231b39a23dc4da786eff8147c4e72b9807785afee48bb": 0}
        answers, unknown = self.run_on({"id": 1, "text": "a"}, {"id": 2, "text": "b"}, known=known)
        self.assertEqual((answers, unknown), ({1: "A"}, [2]))

    def test_a_program_that_fails_is_no_figure(self):
        for records in [[{"id": 1, "text": "a"}, {"id": 2, "exit": 1, "text": ""}], [{"id": 1, "text": "bad"}]]:
            with self.subTest(records), self.assertRaises(Failed):
                self.run_on(*records)

    def test_what_cannot_be_read_ends_the_run(self):
        def records():
            yield {"id": 1, "text": "a"}
            raise OSError("no such page")
        with self.assertRaises(OSError):
            Program([sys.executable, "-c", PROGRAM]).clean(records(), json.dumps)


# Stands in for the program: of what it is given it keeps the lines without a mark, and with precision also drops those
# with a question mark.
CLEANER = f"""#!{sys.executable}
import json, sys
marks = "!?" if sys.argv[1:] == ["batch", "--mode", "precision"] else "!"
for line in sys.stdin:
    record = json.loads(line)
    lines = record.get("html", record.get("text")).split("\\n\\n")
    said = [{{"text": each, "label": "advertising" if each[-1] in marks else "content"}} for each in lines]
    text = "\\n\\n".join(each["text"] for each in said if each["label"] == "content")
    print(json.dumps({{"id": record["id"], "text": text, "paragraphs": said, "title": "Council votes"}}))
"""
ARTICLE = [["The council voted on Monday", "C"], ["Will it be built in May?", "C"], ["Buy our new mug!", "A"],
           ["Join us now, will you?", "T"]]
PAGES = {"1": {"main_content": "The council voted on Monday. Will it be built in May", "title": "Council votes"},
         "2": {"title": "A page without a reference text"}}


class Command(Arithmetic):
    """The command, from the folder of labelled data to its exit status."""

    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.root = Path(folder.name)
        html = "\n\n".join(line for line, _ in ARTICLE)
        self.write("cleaner", CLEANER).chmod(0o755)
        self.write("own/en.jsonl", json.dumps({"id": "own", "lang": "en", "lines": ARTICLE[:3]}))
        self.write("data/promo/dev.jsonl", json.dumps({"id": "wcxb:1", "lang": "de", "lines": ARTICLE}))
        self.write("data/wcxb/metadata.json", json.dumps({"files": {name: {"page_type": "article"} for name in PAGES}}))
        for name, truth in PAGES.items():
            self.write(f"data/wcxb/dev/ground-truth/{name}.json", json.dumps({"ground_truth": truth}))
            self.write(f"data/wcxb/dev/html/{name}.html.gz", html)
        self.write("data/multilingual/snippets.json", json.dumps({"x": {"with": ["Monday"], "without": ["mug"], "url": "u"}}))
        self.write("data/multilingual/html/x.html.gz", html)
        floors.write({"least": {"binary.own.f1": 0.9, "binary.pasted.recall": 0.4}, "most": {"binary.leak.all": 0.5}},
                     self.root / "floors.json")

    def write(self, path, text):
        file = self.root / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(gzip.compress(text.encode()) if path.endswith(".gz") else text.encode())
        return file

    def run_with(self, *arguments):
        """The exit status and what was printed."""
        command = ["evaluate.py", *map(str, arguments)]
        printed = io.TextIOWrapper(io.BytesIO(), encoding="utf-8")
        with (mock.patch.object(sys, "argv", command), mock.patch.object(floors, "FILE", self.root / "floors.json"),
              mock.patch.object(sets, "OWN", self.root / "own"), contextlib.redirect_stdout(printed)):
            status = evaluate.main()
            printed.flush()
        return status, printed.buffer.getvalue().decode()

    def evaluate(self, *arguments):
        of = ["--bin", self.root / "cleaner"]
        what = [] if "--own" in arguments else ["--data", self.root / "data"]
        return self.run_with(*what, *of, "--json", self.root / "figures.json", *arguments)

    def test_every_set_has_its_figures(self):
        status, printed = self.evaluate("--check", "-v")
        self.assertEqual(status, 0, printed)
        self.check(json.loads((self.root / "figures.json").read_text()), {
            "binary.own.f1": 1, "binary.own.exact": 1, "binary.pasted.recall": 1 / 2, "binary.pasted.lang.de.kept": 1,
            "binary.leak.all": 1 / 2, "binary.leak.kept": 1, "binary.wcxb.recall": 1, "binary.wcxb.article.precision": 11 / 16,
            "binary.multilingual.accuracy": 1,
        })
        for part in ("1 pages have no reference text: skipped", "left in (T): Join us now", "figures have no floor yet"):
            self.assertIn(part, printed)

    def test_metadata_is_a_set_of_its_own(self):
        self.evaluate()
        figures = json.loads((self.root / "figures.json").read_text())
        self.check(figures, {"binary.metadata.title": 1 / 2, "binary.metadata.article.title": 1 / 2})
        self.assertNotIn("binary.metadata.date", figures, "no page has one")

    def test_modes_have_runs_of_their_own(self):
        _, printed = self.evaluate("--mode", "all")
        self.check(json.loads((self.root / "figures.json").read_text()), {
            "binary.pasted.recall": 1 / 2, "binary-precision.pasted.recall": 1, "binary-precision.pasted.kept": 1 / 2,
            "binary-recall.pasted.recall": 1 / 2,
        })
        self.assertRegex(printed, r"article kept: pasted text +0\.5000 +1\.0000 +1\.0000")
        self.assertRegex(printed, r"promo left in: pasted text +0\.0000 +0\.5000 +0\.5000")

    def test_the_check_names_what_sank(self):
        (self.root / "floors.json").write_text('{"least": {"binary.own.f1": 0.9, "binary.pasted.recall": 0.6}, "most": {}}')
        status, printed = self.evaluate("--check")
        self.assertEqual(status, 1)
        self.assertIn("binary.pasted.recall is 0.5000, at least 0.600 is accepted", printed)
        self.assertNotIn("binary.own.f1 is", printed)
        self.assertEqual(self.evaluate("--check", "--own")[0], 0, "only what was run is checked")

    def test_floors_are_raised_and_lowered(self):
        self.assertEqual(self.evaluate("--raise")[0], 0)
        held = floors.read(self.root / "floors.json")
        self.assertEqual(held["least"]["binary.own.f1"], 0.997)
        self.assertEqual(held["least"]["binary.pasted.recall"], 0.497)
        self.assertEqual(held["most"]["binary.leak.all"], 0.5, "a worse one, with the margin, is none")
        self.assertNotIn("binary.pasted.lang.de.f1", held["least"])
        self.run_with("--lower", "binary.own.f1=0.5")
        self.assertEqual(floors.read(self.root / "floors.json")["least"]["binary.own.f1"], 0.5)


if __name__ == "__main__":
    unittest.main()
