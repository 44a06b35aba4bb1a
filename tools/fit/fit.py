#!/usr/bin/env python3
"""Fits the scores: labelled documents in, scores.json and one scores file a fold out.

    tools/fit/fit.py --data FOLDER

The same data and the same pinned tools (requirements.txt) give the same file. What the fold files are for: score.py
with tools/fit/crossvalidated scores every document with a file that was fitted without its site.
"""
import argparse
import json
import subprocess
import sys
from collections import Counter
from pathlib import Path

import lightgbm as lgb
import numpy as np

import data
import vocabulary

HERE = Path(__file__).resolve().parent
ROOT = HERE.parent.parent
OUT = HERE / "out"
SCORES = ROOT / "src/engine/scores/scores.json"
KINDS = ("A", "T", "B")

COMMON = {"verbosity": -1, "num_threads": 2, "deterministic": True, "force_row_wise": True, "seed": 7, "max_bin": 127,
          "objective": "binary", "bagging_fraction": 0.8, "bagging_freq": 1}
PAGE_JUDGE = {**COMMON, "learning_rate": 0.07, "num_leaves": 40, "min_data_in_leaf": 60,
              "feature_fraction": 0.25, "lambda_l2": 10.0}
PAGE_JUDGE_TREES = 320
PAGE_SETTLE = {**COMMON, "learning_rate": 0.08, "num_leaves": 12, "min_data_in_leaf": 500,
               "feature_fraction": 0.5, "lambda_l2": 20.0}
PAGE_SETTLE_TREES = 30
TEXT_JUDGE = {**COMMON, "learning_rate": 0.05, "num_leaves": 48, "min_data_in_leaf": 60,
              "feature_fraction": 0.3, "lambda_l2": 20.0}
TEXT_JUDGE_TREES = 360
TEXT_SETTLE = {**COMMON, "learning_rate": 0.05, "num_leaves": 6, "min_data_in_leaf": 60,
               "feature_fraction": 0.4, "lambda_l2": 20.0}
TEXT_SETTLE_TREES = 40
KIND = {**COMMON, "learning_rate": 0.06, "num_leaves": 12, "min_data_in_leaf": 30,
        "feature_fraction": 0.3, "lambda_l2": 10.0}
KIND_TREES = 120
# The kinds of pages that the engine tells apart, in its order.
PAGE_KINDS = ("article", "collection", "documentation", "forum", "listing", "product", "service")
PAGE_KIND = {**COMMON, "learning_rate": 0.08, "num_leaves": 6, "min_data_in_leaf": 8,
             "feature_fraction": 0.3, "lambda_l2": 5.0}
PAGE_KIND_TREES = 50
# A pasted document is some forty lines: what is the same for all of them only tells documents apart, and there are too
# few documents to learn that from.
TEXT_UNUSED = ("page-", "kind-", "from-first-prose", "to-last-prose", "from-long-prose", "to-long-prose")
TEXT_SETTLE_UNUSED = ("container-", "alike-")
# Shares of content that a mode may lose at most, on documents that were not fitted on.
RECALL_LOSS, BALANCED_LOSS = 0.002, 0.015
# Share of promo lines that precision mode may leave in.
PRECISION_LEFT = {"page": 0.015, "text": 0.04}
# The reading, in log-odds of content, below which a reference text is not believed.
DOUBTED = -1.0
# How much more a text that was labelled as such weighs than one of our own writing or one that was made of a page.
TEXT_WEIGHT = 2.0
# How much more a promo line that is left in counts than a line of the article that is lost, on a page.
PROMO_WEIGHT = 2.5
# How much mean F1 of whole pages all promo lines left in, and all lines of articles lost, are worth.
LEAK_PRICE, LOSS_PRICE = 0.4, 0.6
# Shifts of log-odds that are tried, and the bounds of a page's cut, which are the engine's.
SHIFTS = np.linspace(-1.0, 1.0, 41)
LOWEST_CUT, HIGHEST_CUT = -1.5, 0.5


def measure(what, documents, name, scores=None):
    """Runs the engine's measurements; returns the rows, the column names and each document's blocks. `scores` holds a
    first vote for every block."""
    out = OUT / name
    source = OUT / f"{name}.ndjson"
    with open(source, "w") as file:
        for document in documents:
            file.write(json.dumps(document.record()) + "\n")
    command = [OUT / "target/release/examples/measure", what, out]
    if scores is not None:
        scores.astype("<f4").tofile(OUT / f"{name}.scores")
        command.append(OUT / f"{name}.scores")
    with open(source) as file:
        subprocess.run(command, stdin=file, check=True)
    columns = json.load(open(f"{out}.json"))
    rows = np.fromfile(f"{out}.rows", dtype="<f4").reshape(-1, len(columns))
    blocks = [json.loads(line)["blocks"] for line in open(f"{out}.blocks")]
    return rows, columns, blocks


def train(params, trees, rows, labels, weights, start=None):
    return lgb.train(params, lgb.Dataset(rows, labels, weight=weights, init_score=start), num_boost_round=trees)


def forest(model, columns):
    """A model as the engine reads it: nodes in parallel lists, children side by side after their parent."""
    nodes, roots = [], []
    for tree in model.dump_model()["tree_info"]:
        roots.append(len(nodes))
        nodes.append(None)
        queue = [(roots[-1], tree["tree_structure"])]
        while queue:
            at, node = queue.pop(0)
            if "leaf_value" in node:
                nodes[at] = (-1, 0.0, 0, node["leaf_value"])
                continue
            left = len(nodes)
            nodes += [None, None]
            nodes[at] = (node["split_feature"], node["threshold"], left, mean(node)[0])
            queue += [(left, node["left_child"]), (left + 1, node["right_child"])]
    used = sorted({node[0] for node in nodes if node[0] >= 0})
    place = {column: index for index, column in enumerate(used)}
    return {
        "columns": [columns[column] for column in used],
        "roots": roots,
        "column": [place.get(node[0], -1) for node in nodes],
        "threshold": [short(node[1]) for node in nodes],
        "left": [node[2] for node in nodes],
        "value": [short(node[3]) for node in nodes],
    }


def mean(node):
    """The fitted mean of all rows that come to a node, and how many they are."""
    if "leaf_value" in node:
        return node["leaf_value"], node.get("leaf_weight", node["leaf_count"]) or 1e-9
    (a, m), (b, n) = mean(node["left_child"]), mean(node["right_child"])
    return (a * m + b * n) / (m + n), m + n


def short(number):
    return float(f"{number:.5g}")


def without(rows, columns, unused):
    """The rows and names of the columns whose names do not begin with what is not used."""
    kept = [at for at, name in enumerate(columns) if not (unused and name.startswith(tuple(unused)))]
    return (rows if len(kept) == len(columns) else rows[:, kept]), [columns[at] for at in kept]


class Side:
    """One way in: whole pages, or pasted text."""

    def __init__(self, name, documents, judge, settle, unused=((), ())):
        self.name, self.documents, self.judge, self.settle, self.unused = name, documents, judge, settle, unused
        self.rows, self.columns, self.blocks = measure("judge", documents, name)
        self.fold = np.concatenate([np.full(len(b), d.fold) for d, b in zip(documents, self.blocks)])
        self.around = np.fromfile(OUT / f"{name}.around", "<i4").reshape(-1, 3)
        self.label_blocks()

    def hear(self, words, at):
        """Has the words' scores read before the judges: for each fold and for all data. This side's blocks stand at `at`
        among those of the vocabulary."""
        self.words, self.at = words, at

    def listen(self, fold):
        """Sets the columns that hold the words' scores to those that models without a fold may see."""
        vocabulary.write_columns(self, self.words[fold][self.at:self.at + len(self.rows)])

    def fit_kinds(self):
        """For each fold and for all data the forests that tell a page's kind; the rows get what models said that did not
        see the page's site."""
        names = json.load(open(OUT / f"{self.name}.kinds.json"))
        rows = np.fromfile(OUT / f"{self.name}.kinds", "<f4").reshape(len(self.documents), -1)
        kinds = np.array([PAGE_KINDS.index(d.kind) for d in self.documents])
        folds = np.array([d.fold for d in self.documents])
        said = np.zeros((len(rows), len(PAGE_KINDS)))
        out = []
        for fold in [*range(data.FOLDS), None]:
            chosen = folds != fold if fold is not None else np.ones(len(folds), bool)
            models = []
            for kind in range(len(PAGE_KINDS)):
                label = (kinds[chosen] == kind).astype(int)
                weight = np.where(label == 1, (np.sum(label == 0) / max(1, np.sum(label == 1))) ** 0.5, 1.0)
                models.append(train(PAGE_KIND, PAGE_KIND_TREES, rows[chosen], label, weight))
                if fold is not None:
                    said[~chosen, kind] = models[-1].predict(rows[~chosen], raw_score=True)
            out.append([forest(model, names) for model in models])
        print(f"{self.name:5} kinds right {np.mean(said.argmax(axis=1) == kinds):.4f}")
        document = np.repeat(np.arange(len(self.blocks)), [len(b) for b in self.blocks])
        for kind, name in enumerate(PAGE_KINDS):
            self.rows[:, self.columns.index(f"kind-{name}")] = said[document, kind]
        return out

    def trust(self):
        """How much each block's label says of which label a line has: texts were labelled for it, and the lines of pages
        stand among the texts once more."""
        of = lambda d: 0.5 if d.html is not None else 2.5 if d.name.startswith("promo/own:") else 2.0 if d.is_text else 1.0
        return np.concatenate([np.full(len(b), of(d)) for d, b in zip(self.documents, self.blocks)])

    def label_blocks(self):
        labels, weights, codes = [], [], []
        for document, blocks in zip(self.documents, self.blocks):
            if document.html is None:
                for label, code in data.label_lines(document, blocks):
                    labels.append(-1 if label is None else label)
                    weights.append(TEXT_WEIGHT if document.is_text else document.weight)
                    codes.append(code)
                continue
            labelled = data.label_page(document, blocks)
            # Every page counts about alike, whatever its length, and every block by its words, but less than that.
            page = np.clip((300.0 / max(30, data.content_words(blocks, labelled))) ** 0.5, 0.3, 2.5)
            for block, (label, weight, code) in zip(blocks, labelled):
                labels.append(-1 if label is None else label)
                if code and label == 0:
                    weight *= PROMO_WEIGHT
                weights.append(weight * page * min(len(data.words(block)) + 1, 120) ** 0.5)
                codes.append(code)
        self.labels, self.weights, self.codes = np.array(labels), np.array(weights), np.array(codes)

    def fit(self, readers=None):
        """The models of every fold and of all data; sets `margin`, the scores by models that did not see the site.
        `readers` are the judges of pasted text, who say which blocks of a page read as promotion."""
        if readers:
            reading = np.zeros(len(self.rows))
            for fold in range(data.FOLDS):
                held = self.fold == fold
                self.listen(fold)
                read, _ = without(self.rows[held], self.columns, TEXT_UNUSED)
                reading[held] = readers[fold].predict(read, raw_score=True)
            # Reference texts keep many a promo that stands in the article: where nobody labelled the line, and it holds
            # a phrase and reads as one, it teaches nothing.
            phrases = self.rows[:, self.columns.index("furniture-families")] > 0
            unsure = (self.labels == 1) & (reading < DOUBTED) & phrases & np.array([not code for code in self.codes])
            print(f"{self.name:5} {np.sum(unsure)} blocks of content read as promotion: not used")
            self.labels = np.where(unsure, -1, self.labels)
        known = self.labels >= 0
        columns = without(self.rows[:0], self.columns, self.unused[0])[1]
        def heard(fold):
            self.listen(fold)
            return without(self.rows, self.columns, self.unused[0])[0]
        judges, first = self.fit_stage(self.judge, heard, known, np.zeros(len(known)))
        around, names, _ = measure("settle", self.documents, self.name + "-settle", first)
        around, names = without(around, names, self.unused[1])
        settles, self.margin = self.fit_stage(self.settle, lambda _: around, known, first)
        for name, values in (("judge", first), ("settle", self.margin)):
            print(f"{self.name:5} {name:6} loss {self.loss(values):.4f}  wrong {self.wrong(values):.4f}")
        self.judges = judges
        self.models = [(forest(j, columns), forest(s, names)) for j, s in zip(judges, settles)]

    def fit_stage(self, params, rows_for, known, start):
        """A model for every fold and one for all data, and the scores by models that did not see the site."""
        models, margin = [], start.copy()
        for fold in range(data.FOLDS):
            rows = rows_for(fold)
            chosen, held = known & (self.fold != fold), self.fold == fold
            models.append(train(*params, rows[chosen], self.labels[chosen], self.weights[chosen], start[chosen]))
            margin[held] += models[-1].predict(rows[held], raw_score=True)
        rows = rows_for(None)
        models.append(train(*params, rows[known], self.labels[known], self.weights[known], start[known]))
        return models, margin

    def loss(self, margin):
        known = self.labels >= 0
        sign = np.where(self.labels[known] == 1, 1.0, -1.0)
        return np.average(np.logaddexp(0, -sign * margin[known]), weights=self.weights[known])

    def wrong(self, margin):
        known = self.labels >= 0
        return np.average((margin[known] >= 0) != (self.labels[known] == 1), weights=self.weights[known])

    def thresholds(self, chosen):
        """The margins at which a paragraph stays, by mode, chosen where the labels are those of lines."""
        margin, label = self.margin[chosen], self.labels[chosen]
        stay = np.sort(margin[label == 1])
        recall = float(stay[int(len(stay) * RECALL_LOSS)])
        grid = np.linspace(-2.5, 2.5, 101)
        def f1(t):
            dropped = margin < t
            hit = np.sum(dropped & (label == 0))
            return 2 * hit / max(1, np.sum(dropped) + np.sum(label == 0))
        most_f1 = float(max(grid, key=f1))
        balanced = min(most_f1, float(stay[int(len(stay) * BALANCED_LOSS)]))
        go = np.sort(margin[label == 0])
        precision = max(balanced + 0.5, float(go[int(len(go) * (1 - PRECISION_LEFT[self.name]))]) if len(go) else 0.0)
        if self.name == "page":
            return {"precision": round(min(precision, 4.0), 3), "balanced": self.shifts(), "recall": round(recall, 3)}
        return {"precision": round(min(precision, 4.0), 3), "balanced": round(balanced, 3),
                "recall": round(min(recall, balanced), 3)}

    def shifts(self):
        """For each kind of page the shift of log-odds whose cut (the engine's cut.rs) gives the best mean word F1 of
        pages, less what promo lines left in and lines of articles lost cost."""
        starts = np.cumsum([0] + [len(b) for b in self.blocks])
        sizes = np.array([len(data.words(t)) for b in self.blocks for t in b])
        lines = np.array([bool(code) for code in self.codes]) & (sizes >= 3)
        promo, article = lines & (self.labels == 0), lines & (self.labels == 1)
        pages = sum(bool(document.reference) for document in self.documents)
        said = self.rows[:, [self.columns.index(f"kind-{kind}") for kind in PAGE_KINDS]]
        gains = np.zeros((len(PAGE_KINDS), len(SHIFTS)))
        total = np.zeros((3, len(SHIFTS)))
        for a, b, document, blocks in zip(starts, starts[1:], self.documents, self.blocks):
            if a == b:
                continue
            good = Counter(data.words(document.reference or ""))
            for at, shift in enumerate(SHIFTS):
                stay = self.margin[a:b] >= cut(self.margin[a:b], sizes[a:b], shift)
                held = Counter(word for text, stays in zip(blocks, stay) if stays for word in data.words(text))
                f1 = 2 * (held & good).total() / max(1, held.total() + good.total())
                costs = np.array([f1 / pages, np.sum(stay & promo[a:b]) / promo.sum(),
                                  np.sum(~stay & article[a:b]) / article.sum()])
                gains[said[a].argmax(), at] += costs @ (1.0, -LEAK_PRICE, -LOSS_PRICE)
                total[:, at] += costs
        for shift, (f1, left, lost) in zip(SHIFTS, total.T):
            print(f"page  at {shift:5.2f}: F1 {f1:.4f}  promo lines left {left:.3f}  article kept {1 - lost:.4f}")
        chosen = [round(float(SHIFTS[at]), 2) for at in gains.argmax(axis=1)]
        print("page ", dict(zip(PAGE_KINDS, chosen)))
        return chosen


def cut(margin, sizes, shift):
    """The engine's cut.rs: the margin whose blocks and all surer ones have the highest expected F1."""
    order = np.argsort(-margin, kind="stable")
    likely = sizes[order] / (1 + np.exp(-margin[order] - shift))
    expected = 2 * np.cumsum(likely) / np.maximum(np.cumsum(sizes[order]) + likely.sum(), 1e-9)
    return float(np.clip(margin[order[expected.argmax()]], LOWEST_CUT, HIGHEST_CUT)) if likely.sum() > 0 else HIGHEST_CUT


def fit_kinds(sides):
    """For each fold and for all data, one forest a label: is a line that goes of this label?"""
    going = [np.array([bool(code) and data.truth(code) == 0 for code in side.codes]) for side in sides]
    codes = [code for side, chosen in zip(sides, going) for code in side.codes[chosen]]
    folds = np.concatenate([side.fold[chosen] for side, chosen in zip(sides, going)])
    trust = np.concatenate([side.trust()[chosen] for side, chosen in zip(sides, going)])
    out, right = [], 0.0
    for fold in [*range(data.FOLDS), None]:
        for side in sides:
            side.listen(fold)
        rows = np.concatenate([side.rows[chosen] for side, chosen in zip(sides, going)])
        chosen = folds != fold if fold is not None else np.ones(len(folds), bool)
        models = []
        for kind in KINDS:
            # A line of two labels counts for both: a whole for its first, half for its second.
            share = np.array([1.0 if c[0] == kind else 0.5 if kind in c else 0.0 for c in codes])
            label = (share > 0).astype(int)
            # Boilerplate is commonest by far: unless the rare labels count more, it takes all that is doubtful.
            rarity = (np.sum(label == 0) / max(1, np.sum(label == 1))) ** 0.5
            weight = np.where(label == 1, share * rarity, 1.0) * trust
            models.append(train(KIND, KIND_TREES, rows[chosen], label[chosen], weight[chosen]))
        if fold is not None:
            held = folds == fold
            said = np.argmax([model.predict(rows[held], raw_score=True) for model in models], axis=0)
            right += sum(KINDS[s] in c for s, c in zip(said, np.array(codes)[held]))
        out.append([forest(model, sides[0].columns) for model in models])
    print(f"kinds right {right / len(codes):.4f} of {len(codes)}")
    return out


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", required=True, help="the folder with wcxb, promo and multilingual")
    arguments = parser.parse_args()
    OUT.mkdir(exist_ok=True)
    subprocess.run(["cargo", "build", "--release", "--examples", "--target-dir", OUT / "target"], cwd=ROOT, check=True)
    documents = data.load(arguments.data)
    print(dict(data.count_kinds(documents)))
    pages = [d for d in documents if d.html is not None and (d.reference is not None or d.lines or d.codes)]
    page = Side("page", pages, (PAGE_JUDGE, PAGE_JUDGE_TREES), (PAGE_SETTLE, PAGE_SETTLE_TREES))
    texts = [d for d in documents if d.html is None] + data.as_text(pages, page.blocks)
    text = Side("text", texts, (TEXT_JUDGE, TEXT_JUDGE_TREES), (TEXT_SETTLE, TEXT_SETTLE_TREES),
                (TEXT_UNUSED, TEXT_SETTLE_UNUSED))
    words = vocabulary.Vocabulary([text, page], OUT)
    words.fit(data.FOLDS)
    heard = {fold: words.score(fold) for fold in [*range(data.FOLDS), None]}
    text.hear(heard, 0)
    page.hear(heard, len(text.rows))
    page_kinds = page.fit_kinds()
    text.fit()
    page.fit(text.judges)
    kinds = fit_kinds([text, page])
    from_lines = np.array([bool(code) for code in page.codes]) & (page.labels >= 0)
    # Documents of our own writing and texts made of pages teach; what a threshold costs is asked of texts.
    real = np.concatenate([np.full(len(b), d.is_text) for d, b in zip(texts, text.blocks)])
    thresholds = {"page": page.thresholds(from_lines), "text": text.thresholds(real & (text.labels >= 0))}
    print(thresholds)
    for fold in range(data.FOLDS + 1):
        scores = {"kinds": kinds[fold], "page_kinds": page_kinds[fold],
                  "vocabulary": words.written(fold if fold < data.FOLDS else None)}
        for side in (page, text):
            judge, settle = side.models[fold]
            scores[side.name] = {"judge": judge, "settle": settle, "thresholds": thresholds[side.name]}
        path = SCORES if fold == data.FOLDS else OUT / f"fold-{fold}.json"
        path.write_text(json.dumps(scores, separators=(",", ":"), sort_keys=True).replace('],"', '],\n"') + "\n")
    json.dump({d.digest(): d.fold for d in documents}, open(OUT / "folds.json", "w"))


if __name__ == "__main__":
    sys.exit(main())
