"""The vocabulary: weights of words and pairs of words, fitted by logistic regression on the lines and blocks of all
documents, for content and for two of the labels. Its scores are measurements of the trees that judge, so every block is
scored by a vocabulary that did not see its site."""
from concurrent.futures import ProcessPoolExecutor
from itertools import combinations_with_replacement

import numpy as np
import scipy.sparse as sparse
from scipy.optimize import minimize

import data

VOICES = ("words-content", "words-advertising", "words-call")
# A gram of fewer sites is a name, or chance.
FEWEST_SITES = 5
MOST_GRAMS = 20000
# The strength of the pull to nought, in blocks.
PULL = 2.0
ROUNDS = 50
# A label that a reader gave to the line, against one that was looked up in a reference text.
READ_WEIGHT, LOOKED_UP_WEIGHT = 10.0, 0.3


def read_grams(side, out):
    names = open(out / f"{side.name}.gram-names").read().split("\n")[:-1]
    return names, np.fromfile(out / f"{side.name}.grams", "<u4"), np.fromfile(out / f"{side.name}.gram-counts", "<u4")


class Vocabulary:
    """All blocks of some sides as counts of grams."""

    def __init__(self, sides, out):
        number, columns, counts = {}, [], []
        for side in sides:
            names, grams, lengths = read_grams(side, out)
            places = np.array([number.setdefault(name, len(number)) for name in names], np.int64)
            columns.append(places[grams])
            counts.append(lengths)
        columns, counts = np.concatenate(columns), np.concatenate(counts)
        sites = {document.site: at for at, document in enumerate(d for side in sides for d in side.documents)}
        site = np.concatenate([np.full(len(b), sites[d.site]) for s in sides for d, b in zip(s.documents, s.blocks)])
        pairs = np.unique(columns * len(sites) * 2 + np.repeat(site, counts))
        self.sites_of = np.bincount(pairs // (len(sites) * 2), minlength=len(number))
        chosen = np.flatnonzero(self.sites_of >= FEWEST_SITES)
        place = np.full(len(number), -1)
        place[chosen] = np.arange(len(chosen))
        names = np.array(list(number), dtype=object)
        self.names, self.sites_of = names[chosen], self.sites_of[chosen]
        kept = place[columns] >= 0
        row = np.repeat(np.arange(len(counts)), counts)[kept]
        scale = 1.0 / np.sqrt(np.maximum(counts, 1))
        self.blocks = sparse.csr_matrix((scale[row].astype(np.float32), (row, place[columns][kept])),
                                        shape=(len(counts), len(chosen)))
        self.fold = np.concatenate([side.fold for side in sides])
        labels = np.concatenate([side.labels for side in sides])
        codes = np.concatenate([side.codes for side in sides])
        read = np.array([bool(code) for code in codes])
        sure = read & (labels >= 0)
        self.targets = [(labels == 1, labels >= 0)]
        for letter in "AT":
            self.targets.append((np.array([letter in code for code in codes]) & (labels == 0), sure))
        told = np.concatenate([np.full(len(b), d.weight) for s in sides for d, b in zip(s.documents, s.blocks)])
        base = np.where(read, READ_WEIGHT, LOOKED_UP_WEIGHT)
        # Which label a line has, a document of our own writing tells as well as any.
        self.weights = [base * told, base, base]

    def fit_voice(self, voice, without):
        """Weights of one voice, fitted without some folds; the last is the start."""
        target, known = self.targets[voice]
        chosen = np.flatnonzero(known & ~np.isin(self.fold, list(without)))
        blocks, sign = self.blocks[chosen], np.where(target[chosen], 1.0, -1.0).astype(np.float32)
        weight = self.weights[voice][chosen] / self.weights[voice][chosen].mean()
        turned = blocks.T.tocsr()

        def loss(values):
            margin = sign * (blocks @ values[:-1].astype(np.float32) + values[-1])
            share = 1.0 / (1.0 + np.exp(np.clip(margin, -30, 30)))
            slope = -(weight * share * sign).astype(np.float32)
            total = np.sum(weight * np.logaddexp(0, -margin)) + 0.5 * PULL * values[:-1] @ values[:-1]
            return float(total), np.append(turned @ slope + PULL * values[:-1], slope.sum()).astype(float)

        return minimize(loss, np.zeros(blocks.shape[1] + 1), jac=True, method="L-BFGS-B", options={"maxiter": ROUNDS}).x

    def fit(self, folds):
        """Weights without each pair of folds, without each fold, and of all data, by the folds left out."""
        left_out = [()] + [tuple(sorted({a, b})) for a, b in combinations_with_replacement(range(folds), 2)]
        jobs = [(voice, without) for without in left_out for voice in range(len(VOICES))]
        with ProcessPoolExecutor(2) as pool:
            fitted = list(pool.map(self.fit_voice, *zip(*jobs)))
        self.weights_of = {}
        for at, without in enumerate(left_out):
            weights = np.column_stack(fitted[at * len(VOICES):][:len(VOICES)])
            said = np.abs(weights[:-1]).max(axis=1) * np.sqrt(self.sites_of)
            if len(said) > MOST_GRAMS:
                weights[:-1][said < np.sort(said)[-MOST_GRAMS]] = 0.0
            self.weights_of[without] = weights

    def score(self, fold):
        """For models that leave out a fold (None for none): every block's scores by a vocabulary that saw neither that
        fold nor the block's own."""
        out = np.zeros((len(self.fold), len(VOICES)), np.float32)
        for own in np.unique(self.fold):
            held = self.fold == own
            weights = self.weights_of[tuple(sorted({own, own if fold is None else fold}))]
            out[held] = self.blocks[held] @ weights[:-1].astype(np.float32) + weights[-1]
        return out

    def written(self, fold):
        """The vocabulary that goes with models that leave out a fold, as the engine reads it."""
        weights = self.weights_of[() if fold is None else (fold,)]
        kept = np.flatnonzero(np.abs(weights[:-1]).max(axis=1) > 0)
        kept = kept[np.argsort(self.names[kept])]
        rounded = lambda row: [float(f"{value:.3g}") for value in row]
        return {"start": rounded(weights[-1]), "grams": [str(name) for name in self.names[kept]],
                "weights": [rounded(weights[at]) for at in kept]}


def write_columns(side, scores):
    """Writes a side's scores into the columns of its rows that the engine fills from a vocabulary."""
    document = np.repeat(np.arange(len(side.blocks)), [len(b) for b in side.blocks])

    def step(values, by):
        moved = np.zeros_like(values)
        if by > 0:
            moved[by:] = np.where(document[by:] == document[:-by], values[:-by], 0)
        else:
            moved[:by] = np.where(document[:by] == document[-by:], values[-by:], 0)
        return moved

    for voice, name in enumerate(VOICES):
        said = scores[:, voice]
        for column, values in ((name, said), (name + "-previous", step(said, 1)), (name + "-next", step(said, -1)),
                               (name + "-near", step(said, 2) + step(said, 1) + step(said, -1) + step(said, -2))):
            side.rows[:, side.columns.index(column)] = values
    begin = np.cumsum([0] + [len(b) for b in side.blocks])[document]
    heading, start, end = side.around.T
    has_heading, has_run = heading >= 0, end > start
    above = begin + np.maximum(heading, 0)
    first = begin + np.where(has_run, start, 0)
    sums = np.concatenate([[0.0], np.cumsum(scores[:, 0], dtype=float)])
    mean = (sums[begin + end] - sums[begin + start]) / np.maximum(end - start, 1)
    for column, holds, values in (("words-content-heading", has_heading, scores[above, 0]),
                                  ("words-advertising-heading", has_heading, scores[above, 1]),
                                  ("words-call-heading", has_heading, scores[above, 2]),
                                  ("words-content-run", has_run, mean),
                                  ("words-content-run-first", has_run, scores[first, 0]),
                                  ("words-call-run-first", has_run, scores[first, 2])):
        side.rows[:, side.columns.index(column)] = np.where(holds, values, 0.0)
