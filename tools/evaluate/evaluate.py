#!/usr/bin/env python3
"""Evaluates dechaff on labelled documents. Python's standard library only.

    evaluate.py --data FOLDER                      the program, on all documents
    evaluate.py --data FOLDER --crossvalidated     every document with scores that were fitted without its site
    evaluate.py --own                              the repository's own documents only (tests/labelled)
    evaluate.py --lower FIGURE=VALUE               accepts less of a figure from now on

FOLDER holds promo/dev.jsonl (articles whose lines are labelled), wcxb/ (pages with reference texts) and multilingual/
(pages with segments). Printed are: pasted text (what is dropped, what of the article is kept, labels, by language),
whole pages (promo lines left in, article lines kept, word F1 by type of page, segments, metadata).
"""
import argparse
import json
import sys
from pathlib import Path

import floors
import sets
from program import Failed, Program

BINARY = Path(__file__).resolve().parent.parent.parent / "target/release/dechaff"
MODES = ("precision", "balanced", "recall")
# Exit status where nothing can be said; 1 is that of a figure below its floor.
NOT_EVALUATED = 2
# What floors hold of a mode: what it is for and, of precision, what of the article it must not cost; balanced is held in
# all its figures.
HELD_IN_MODE = {
    "precision": ("own.recall", "pasted.recall", "leak.all", "own.kept", "pasted.kept", "leak.kept"),
    "recall": ("own.kept", "pasted.kept", "leak.kept", "wcxb.recall", "multilingual.recall"),
}
# What the modes are compared by: a title, the figure, and whether it is a share of what goes that is asked the other way.
COMPARED = (
    ("article kept: own documents", "own.kept", False),
    ("article kept: pasted text", "pasted.kept", False),
    ("article kept: whole pages", "leak.kept", False),
    ("promo left in: own documents", "own.recall", True),
    ("promo left in: pasted text", "pasted.recall", True),
    ("promo left in: whole pages", "leak.all", False),
    ("word precision of pages", "wcxb.precision", False),
    ("word recall of pages", "wcxb.recall", False),
    ("segments: precision", "multilingual.precision", False),
    ("segments: recall", "multilingual.recall", False),
)


def main():
    arguments = read_arguments()
    sys.stdout.reconfigure(errors="backslashreplace", line_buffering=True)
    held = floors.read()
    if arguments.lower:
        for wish in arguments.lower:
            print(floors.lower(held, wish))
        floors.write(held)
        return 0
    figures, ways, complaints = evaluate(arguments)
    if arguments.json:
        arguments.json.write_text(json.dumps(figures, indent=2, sort_keys=True) + "\n")
    if arguments.raise_:
        changed = floors.raise_floors(held, figures, ways)
        floors.write(held)
        print("\n".join(["", *changed]) if changed else "\nno figure is better than its floor")
    complaints += floors.check(held, figures, {".".join(name.split(".")[:2]) for name in figures})
    if arguments.check or arguments.raise_:
        print("\n".join(["", *complaints]) if complaints else "\nno figure is below its floor")
        free = sorted(set(ways) - {name for of_way in held.values() for name in of_way})
        if free:
            print(f"{len(free)} figures have no floor yet (--raise gives them one): {', '.join(free)}")
    return int(arguments.check and bool(complaints))


def read_arguments():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    what = parser.add_mutually_exclusive_group(required=True)
    what.add_argument("--data", type=Path, metavar="FOLDER", help="labelled documents; the repository's own are added")
    what.add_argument("--own", action="store_true", help="the repository's own documents only")
    what.add_argument("--lower", action="append", metavar="FIGURE=VALUE", help="lowers a floor; may be repeated")
    of = parser.add_mutually_exclusive_group()
    of.add_argument("--bin", type=Path, default=BINARY, help="the program (default: target/release/dechaff)")
    of.add_argument("--crossvalidated", action="store_true", help="tools/fit/crossvalidated in the program's place")
    parser.add_argument("--mode", choices=[*MODES, "all"], default="balanced", help="what happens to doubtful paragraphs")
    parser.add_argument("-v", action="store_true", help="the worst documents, and the wrong lines of each")
    parser.add_argument("--json", type=Path, metavar="FILE", help="writes every figure to a file")
    then = parser.add_mutually_exclusive_group()
    then.add_argument("--check", action="store_true", help="exits with 1 where a figure is below its floor, and names it")
    then.add_argument("--raise", dest="raise_", action="store_true", help="takes better figures as new floors")
    arguments = parser.parse_args()
    if arguments.crossvalidated and arguments.mode != "balanced":
        parser.error("--mode asks the program: cross-validated scores are read in balanced mode only")
    return arguments


def evaluate(arguments):
    """Runs and prints what was asked for. Returns all figures, the ways of those that floors may hold, and complaints of
    what has no answer. A figure's name is `run.set.…`."""
    figures, ways, complaints, by_mode = {}, {}, [], {}
    for mode in MODES if arguments.mode == "all" else [arguments.mode]:
        run = name_of_run(arguments, mode)
        program = Program.crossvalidated() if arguments.crossvalidated else Program.binary(arguments.bin, mode)
        print(f"\n{run}")
        by_mode[mode] = {}
        for result in results(program, arguments, mode):
            print_result(result, arguments.v)
            by_mode[mode] |= result.figures
            held = {name: way for name, way in result.ways.items() if name in HELD_IN_MODE.get(mode, result.ways)}
            figures |= {f"{run}.{name}": figure for name, figure in result.figures.items()}
            ways |= {f"{run}.{name}": way for name, way in held.items()}
            if result.unanswered:
                complaints.append(f"{run}.{result.name}: {result.unanswered} without an answer")
    if set(by_mode) != {"balanced"}:
        print_modes(by_mode)
    return figures, ways, complaints


def name_of_run(arguments, mode):
    if arguments.crossvalidated:
        return "crossvalidated"
    return "binary" if mode == "balanced" else f"binary-{mode}"


def results(program, arguments, mode):
    yield sets.own(program)
    if arguments.own:
        return
    yield sets.pasted(program, arguments.data)
    yield from sets.whole_pages(program, arguments.data)
    yield sets.multilingual(program, arguments.data)


def print_result(result, is_verbose):
    print("\n".join([result.name, *result.rows, *(f"  {note}" for note in result.notes)]))
    for wrong in result.worst() if is_verbose else []:
        print("\n".join([f"    {wrong.name}", *(f"      {line}" for line in wrong.lines)]))


def print_modes(by_mode):
    """What recall keeps, what precision leaves in, and what each pays for it."""
    print("\n" + f"{'modes':32}" + "".join(f"{mode:>11}" for mode in by_mode))
    for title, name, is_rest in COMPARED:
        row = [figures.get(name) for figures in by_mode.values()]
        if None not in row:
            print(f"  {title:30}" + "".join(f"{1 - figure if is_rest else figure:11.4f}" for figure in row))


if __name__ == "__main__":
    try:
        sys.exit(main())
    except (Failed, ValueError, OSError) as error:
        print(f"evaluate: {error}", file=sys.stderr)
        sys.exit(NOT_EVALUATED)
