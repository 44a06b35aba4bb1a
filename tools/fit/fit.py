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
from pathlib import Path

import lightgbm as lgb
import numpy as np

import data

HERE = Path(__file__).resolve().parent
ROOT = HERE.parent.parent
OUT = HERE / "out"
SCORES = ROOT / "src/engine/scores/scores.json"
KINDS = ("A", "T", "B")

COMMON = {"verbosity": -1, "num_threads": 2, "deterministic": True, "force_row_wise": True, "seed": 7, "max_bin": 127}
PAGE_JUDGE = {**COMMON, "objective": "binary", "learning_rate": 0.08, "num_leaves": 24, "min_data_in_leaf": 60,
              "feature_fraction": 0.4, "bagging_fraction": 0.8, "bagging_freq": 1, "lambda_l2": 10.0}
PAGE_JUDGE_TREES = 260
PAGE_SETTLE = {**COMMON, "objective": "binary", "learning_rate": 0.08, "num_leaves": 16, "min_data_in_leaf": 100,
               "feature_fraction": 0.5, "bagging_fraction": 0.8, "bagging_freq": 1, "lambda_l2": 20.0}
PAGE_SETTLE_TREES = 90
TEXT_JUDGE = {**COMMON, "objective": "binary", "learning_rate": 0.05, "num_leaves": 10, "min_data_in_leaf": 25,
              "feature_fraction": 0.3, "bagging_fraction": 0.8, "bagging_freq": 1, "lambda_l2": 10.0}
TEXT_JUDGE_TREES = 260
TEXT_SETTLE = {**COMMON, "objective": "binary", "learning_rate": 0.05, "num_leaves": 8, "min_data_in_leaf": 40,
               "feature_fraction": 0.4, "bagging_fraction": 0.8, "bagging_freq": 1, "lambda_l2": 20.0}
TEXT_SETTLE_TREES = 80
KIND = {**COMMON, "objective": "binary", "learning_rate": 0.06, "num_leaves": 8, "min_data_in_leaf": 20,
        "feature_fraction": 0.3, "bagging_fraction": 0.8, "bagging_freq": 1, "lambda_l2": 10.0}
KIND_TREES = 80
# Shares of content that a mode may lose at most, on documents that were not fitted on.
RECALL_LOSS, BALANCED_LOSS = 0.002, 0.012


def measure(what, documents, name, scores=None):
    """Runs the engine's measurements; returns the rows, the column names and each document's blocks."""
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


def forest(model, columns, shift=0.0):
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
    if shift:
        # The start of every walk: added to the first tree whole, so that its steps stay what they are.
        nodes.append((-1, 0.0, 0, shift))
        roots.append(len(nodes) - 1)
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


class Side:
    """One way in: whole pages, or pasted text."""

    def __init__(self, name, documents, judge, settle):
        self.name, self.documents, self.judge, self.settle = name, documents, judge, settle
        self.rows, self.columns, self.blocks = measure("judge", documents, name)
        self.fold = np.concatenate([np.full(len(b), d.fold) for d, b in zip(documents, self.blocks)])
        self.label_blocks()

    def label_blocks(self):
        labels, weights, codes = [], [], []
        for document, blocks in zip(self.documents, self.blocks):
            if document.html is None:
                for label, code in data.label_lines(document, blocks):
                    labels.append(-1 if label is None else label)
                    weights.append(1.0)
                    codes.append(code)
                continue
            labelled = data.label_page(document, blocks)
            # Every page counts about alike, whatever its length, and every block by its words, but less than that.
            page = np.clip((300.0 / max(30, data.content_words(blocks, labelled))) ** 0.5, 0.3, 2.5)
            for block, (label, weight, code) in zip(blocks, labelled):
                labels.append(-1 if label is None else label)
                weights.append(weight * page * min(len(data.words(block)) + 1, 120) ** 0.5)
                codes.append(code)
        self.labels, self.weights, self.codes = np.array(labels), np.array(weights), np.array(codes)

    def fit(self):
        """The models of every fold and of all data; sets `margin`, the scores by models that did not see the site."""
        known = self.labels >= 0
        first = np.zeros(len(self.labels))
        judges = []
        for fold in range(data.FOLDS):
            chosen = known & (self.fold != fold)
            judges.append(train(*self.judge, self.rows[chosen], self.labels[chosen], self.weights[chosen]))
            held = self.fold == fold
            first[held] = judges[-1].predict(self.rows[held], raw_score=True)
        judges.append(train(*self.judge, self.rows[known], self.labels[known], self.weights[known]))
        around, names, _ = measure("settle", self.documents, self.name + "-settle", first)
        start = np.clip(first, -6, 6)
        settles = []
        self.margin = first.copy()
        for fold in range(data.FOLDS):
            chosen = known & (self.fold != fold)
            settles.append(train(*self.settle, around[chosen], self.labels[chosen], self.weights[chosen], first[chosen]))
            held = self.fold == fold
            self.margin[held] += settles[-1].predict(around[held], raw_score=True)
        settles.append(train(*self.settle, around[known], self.labels[known], self.weights[known], first[known]))
        for name, values in (("judge", first), ("settle", self.margin)):
            print(f"{self.name:5} {name:6} loss {self.loss(values):.4f}  wrong {self.wrong(values):.4f}")
        self.models = [(forest(j, self.columns), forest(s, names)) for j, s in zip(judges, settles)]
        del start

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
        best = max(grid, key=f1)
        balanced = min(float(best), float(stay[int(len(stay) * BALANCED_LOSS)])) if self.name == "text" else self.page_threshold()
        go = np.sort(margin[label == 0])
        precision = max(balanced + 0.5, float(go[int(len(go) * 0.96)]) if len(go) else 0.0)
        return {"precision": round(min(precision, 4.0), 3), "balanced": round(balanced, 3), "recall": round(min(recall, balanced), 3)}

    def page_threshold(self):
        """The margin with the best mean word F1 of pages, as blocks count it."""
        best = (0, 0.0)
        starts = np.cumsum([0] + [len(b) for b in self.blocks])
        sizes = np.array([len(data.words(t)) for b in self.blocks for t in b])
        for t in np.linspace(-1.5, 1.5, 31):
            scores = []
            for a, b in zip(starts, starts[1:]):
                stay = (self.margin[a:b] >= t) * sizes[a:b]
                good = (self.labels[a:b] == 1) * sizes[a:b]
                if good.sum():
                    scores.append(2 * np.minimum(stay, good).sum() / max(1, stay.sum() + good.sum()))
            best = max(best, (float(np.mean(scores)), float(t)))
        print(f"page  F1 of blocks {best[0]:.4f} at {best[1]:.2f}")
        return best[1]


def fit_kinds(sides):
    """For each fold and for all data, one forest a label: is a line that goes of this label?"""
    rows, codes, folds, weights = [], [], [], []
    for side in sides:
        chosen = np.array([bool(code) and data.truth(code) == 0 for code in side.codes])
        rows.append(side.rows[chosen])
        codes += list(side.codes[chosen])
        folds.append(side.fold[chosen])
    rows, folds = np.concatenate(rows), np.concatenate(folds)
    out, right = [], 0.0
    for fold in [*range(data.FOLDS), None]:
        chosen = folds != fold if fold is not None else np.ones(len(folds), bool)
        models = []
        for kind in KINDS:
            # A line of two labels counts for both: a whole for its first, half for its second.
            share = np.array([1.0 if c[0] == kind else 0.5 if kind in c else 0.0 for c in codes])
            label = (share > 0).astype(int)
            weight = np.where(label == 1, share, 1.0)
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
    pages = [d for d in documents if d.html is not None and (d.reference is not None or d.lines)]
    texts = [d for d in documents if d.html is None]
    page = Side("page", pages, (PAGE_JUDGE, PAGE_JUDGE_TREES), (PAGE_SETTLE, PAGE_SETTLE_TREES))
    text = Side("text", texts, (TEXT_JUDGE, TEXT_JUDGE_TREES), (TEXT_SETTLE, TEXT_SETTLE_TREES))
    for side in (page, text):
        side.fit()
    kinds = fit_kinds([text, page])
    from_lines = np.array([bool(code) for code in page.codes]) & (page.labels >= 0)
    thresholds = {"page": page.thresholds(from_lines), "text": text.thresholds(text.labels >= 0)}
    print(thresholds)
    for fold in range(data.FOLDS + 1):
        scores = {"kinds": kinds[fold]}
        for side in (page, text):
            judge, settle = side.models[fold]
            scores[side.name] = {"judge": judge, "settle": settle, "thresholds": thresholds[side.name]}
        path = SCORES if fold == data.FOLDS else OUT / f"fold-{fold}.json"
        path.write_text(json.dumps(scores, separators=(",", ":"), sort_keys=True).replace('],"', '],\n"') + "\n")
    json.dump({d.digest(): d.fold for d in documents}, open(OUT / "folds.json", "w"))


if __name__ == "__main__":
    sys.exit(main())
