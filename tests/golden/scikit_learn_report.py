#!/usr/bin/env python3
"""Golden values of scikit-learn for calibration_report and its parts on the data sets of the site.

    python3 tests/golden/scikit_learn_report.py [FOLDER OF THE DATA] > tests/golden/scikit_learn_report.json

The folder is web/public/data of this repository unless given. Needs scikit-learn 1.2 (later ones give up
log_loss(eps)) and NumPy; neither the build nor the tests run it. Every expected value is what a scikit-learn
function returns, or, where the source of a case says so, the difference of two of its scores. Labels and
probabilities stay in their files; cases name them, see data.mjs.

Weights are 1, 2, 3, 1, 2, 3, ... by row: whole numbers, so that scikit-learn's sums of them are exact, and so
that calibration_curve, which takes no weights, can be given each row as often as it weighs.
"""
import csv
import json
import sys
import warnings
from pathlib import Path

import numpy as np
import sklearn
from scipy.special import logit
from sklearn.calibration import calibration_curve
from sklearn.isotonic import IsotonicRegression
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import (
    average_precision_score, brier_score_loss, det_curve, log_loss, precision_recall_curve, r2_score,
    roc_auc_score, roc_curve)

BREAST_CANCER = "breast_cancer_oof.csv"
MODELS = ("p_logreg", "p_naive_bayes", "p_random_forest", "p_logreg_2feat")
NETWORKS = ("lenet_5_cifar_10.bin", "wideresnet_16_4_cifar_10.bin")
CLASSES = 10
CYCLE = [1, 2, 3]
VERSION = f"scikit-learn {sklearn.__version__}"

# calibration_curve adds up to 10,000 terms of one sign one after the other: 10,000 * 2^-53 = 1.1e-12 relative
# in the worst case, some 1e-14 in fact. The scores add pairwise, within 1e-15, and so they may be subtracted,
# in r2_score and in decompositions, within 1e-14.
SUM = {"atol": 1e-14, "rtol": 1e-12}
# Newton's method stops at a gradient of 1e-12 of the mean loss; its curvature is at least 1e-3 here.
NEWTON = {"atol": 0, "rtol": 1e-8}


class Sample:
    """Labels and probabilities of a file, weights or None, and how a case names them."""

    def __init__(self, name, where, labels, probabilities, args, weighted):
        self.name = f"{name}-weighted" if weighted else name
        self.where = where + (", weights 1, 2, 3, 1, ..." if weighted else "")
        self.y, self.p = labels, probabilities
        self.w = np.resize(CYCLE, labels.size).astype(float) if weighted else None
        self.args = dict(args, weights={"cycle": CYCLE, "length": int(labels.size)}) if weighted else args


def breast_cancer(folder, weighted):
    """A sample for each of the four models."""
    with open(folder / BREAST_CANCER, newline="") as file:
        rows = list(csv.DictReader(file))
    column = lambda name: np.array([float(row[name]) for row in rows])
    for model in MODELS:
        args = {"labels": {"csv": BREAST_CANCER, "column": "label"},
                "probabilities": {"csv": BREAST_CANCER, "column": model}}
        labels = column("label").astype(int)
        yield Sample(model[2:], f"{BREAST_CANCER}, column {model}", labels, column(model), args, weighted)


def networks(folder, weighted):
    """For each network: is the class of the largest probability, the first of equal ones, the true one?"""
    for file in NETWORKS:
        content = (folder / file).read_bytes()
        n = len(content) // (4 * CLASSES + 1)
        rows = np.frombuffer(content, "<f4", n * CLASSES).reshape(n, CLASSES).astype(float)
        truth = np.frombuffer(content, "u1", n, 4 * n * CLASSES)
        args = {"labels": {"network": file, "top": "right"},
                "probabilities": {"network": file, "top": "probability"}}
        yield Sample(file.split("_")[0], f"{file}, top label", (rows.argmax(axis=1) == truth).astype(int),
                     rows.max(axis=1), args, weighted)


def number(value):
    """As JSON has it: whole numbers without a point, and words for what is not finite."""
    if not np.isfinite(value):
        return "NaN" if np.isnan(value) else "Infinity" if value > 0 else "-Infinity"
    return int(value) if value == int(value) else float(value)


def numbers(values):
    return [number(value) for value in values]


def case(function, sample, label, args, expected, called, tolerance=SUM):
    return {"id": f"{function}/scikit-learn-{sample.name}{label}", "function": function,
            "args": {**sample.args, **args}, "expected": expected, **tolerance,
            "source": f"{VERSION} {called} (run) on {sample.where}"}


# ---- parts of the report ----

def table(sample, n_bins, strategy):
    """calibration_curve by bin; it leaves out the empty ones, which are found by its own rule."""
    times = np.ones(sample.y.size, int) if sample.w is None else sample.w.astype(int)
    y, p = np.repeat(sample.y, times), np.repeat(sample.p, times)
    mean_label, mean_prob = calibration_curve(y, p, n_bins=n_bins, strategy=strategy)
    at = np.linspace(0, 1, n_bins + 1)
    edges = np.percentile(p, 100 * at) if strategy == "quantile" else at
    filled = np.bincount(np.searchsorted(edges[1:-1], p), minlength=n_bins) > 0
    columns = {"mean_prob": np.full(n_bins, np.nan), "mean_label": np.full(n_bins, np.nan)}
    columns["mean_prob"][filled] = mean_prob
    columns["mean_label"][filled] = mean_label
    return {name: numbers(column) for name, column in columns.items()}


def without_clipping(sample, p):
    """log_loss, Infinity where probability 0 was given to what happened."""
    with np.errstate(divide="ignore"):
        return log_loss(sample.y, p, eps=0, sample_weight=sample.w)


def decomposition(score, sample, fitted):
    """CORP decomposition by three scores: of the forecast, of its isotonic fit and of the base rate."""
    base_rate = np.full(sample.y.size, np.average(sample.y, weights=sample.w))
    of_forecast, of_fit, of_base_rate = score(sample.p), score(fitted), score(base_rate)
    return {"score": number(of_forecast), "miscalibration": number(of_forecast - of_fit),
            "discrimination": number(of_base_rate - of_fit), "uncertainty": number(of_base_rate)}


def corp(sample):
    """Ends of the flat pieces of the isotonic curve, and its value for each row.

    Fitted to the ranks, on which alone it depends: IsotonicRegression takes numbers closer than 1e-15 for
    equal, and naive Bayes tells 3e-16, given to an event, from 140 smaller probabilities of other rows.
    """
    distinct, rank = np.unique(sample.p, return_inverse=True)
    fit = IsotonicRegression().fit(rank, sample.y, sample_weight=sample.w)
    return distinct[fit.X_thresholds_.astype(int)], fit.y_thresholds_, np.clip(fit.predict(rank), 0, 1)


def corners(sample):
    """roc_curve without the points that lie on a straight line, found in whole numbers."""
    w = np.ones(sample.y.size) if sample.w is None else sample.w
    fpr, tpr, _ = roc_curve(sample.y, sample.p, sample_weight=sample.w, drop_intermediate=False)
    x = np.rint(fpr * w[sample.y == 0].sum()).astype(int)
    y = np.rint(tpr * w[sample.y == 1].sum()).astype(int)
    keep = [0]
    for i in range(1, x.size):
        at_end = i + 1 == x.size
        a, b = keep[-1], i if at_end else i + 1
        if at_end or (x[i] - x[a]) * (y[b] - y[a]) != (y[i] - y[a]) * (x[b] - x[a]):
            keep.append(i)
    return {"fpr": numbers(fpr[keep]), "tpr": numbers(tpr[keep])}


def metrics(sample):
    given = {"sample_weight": sample.w}
    return {"brier_score": brier_score_loss(sample.y, sample.p, **given),
            "log_loss": without_clipping(sample, sample.p),
            "brier_skill_score": r2_score(sample.y, sample.p, **given),
            "roc_auc": roc_auc_score(sample.y, sample.p, **given),
            "average_precision": average_precision_score(sample.y, sample.p, **given)}


def report(sample):
    """The whole report, in bins of equal width: ten with weights, where rows lie on edges, else fifteen."""
    n_bins = 15 if sample.w is None else 10
    x, cep, fitted = corp(sample)
    brier = lambda p: brier_score_loss(sample.y, p, sample_weight=sample.w)
    whole = {"metrics": {name: {"estimate": number(value)} for name, value in metrics(sample).items()},
             "table": table(sample, n_bins, "uniform"),
             "corp": {"x": numbers(x), "cep": numbers(cep)},
             "corp_brier": decomposition(brier, sample, fitted),
             "corp_log": decomposition(lambda p: without_clipping(sample, p), sample, fitted)}
    made = case("calibration_report", sample, "", {"n_bins": n_bins, "n_boot": 2}, {"whole": whole},
                "brier_score_loss, log_loss(eps=0), r2_score, roc_auc_score, average_precision_score, "
                "calibration_curve(strategy='uniform'), roc_curve, IsotonicRegression of the ranks and, for "
                "decompositions, differences of scores")
    found = corners(sample)
    if len(found["fpr"]) <= 1000:  # more, as of lenet, would be most of the file; its roc_auc is compared
        made["roc_corners"] = found
    return made


def quantile_report(sample):
    """Bins of equal numbers of rows; without weights, which move scikit-learn's edges but not assay's."""
    args = {"n_bins": 10, "strategy": "quantile", "n_boot": 2}
    return case("calibration_report", sample, "-quantile", args,
                {"whole": {"table": table(sample, 10, "quantile")}}, "calibration_curve(strategy='quantile')")


# ---- single functions, for what the report has no option or no room for ----

def scores(sample):
    given = {"sample_weight": sample.w}
    yield case("log_loss", sample, "-clipped", {"eps": 2.0 ** -52},
               number(log_loss(sample.y, sample.p, **given)), "log_loss, which clips at 2^-52")
    yield case("roc_auc", sample, "-partial", {"max_fpr": 0.1},
               number(roc_auc_score(sample.y, sample.p, max_fpr=0.1, **given)), "roc_auc_score(max_fpr=0.1)")


def isotonic(sample):
    fit = IsotonicRegression(out_of_bounds="clip").fit(sample.p, sample.y, sample_weight=sample.w)
    query = np.linspace(0, 1, 21)
    return case("isotonic", sample, "", {"query": numbers(query)},
                {"query": numbers(fit.predict(query)), "n_blocks": int(np.unique(fit.y_thresholds_).size)},
                "IsotonicRegression(out_of_bounds='clip')")


def curves(sample):
    given = {"sample_weight": sample.w}
    fpr, tpr, thresholds = roc_curve(sample.y, sample.p, drop_intermediate=False, **given)
    thresholds[0] = np.inf
    yield case("roc_curve", sample, "", {},
               {"fpr": numbers(fpr), "tpr": numbers(tpr), "thresholds": numbers(thresholds)},
               "roc_curve(drop_intermediate=False), its first threshold replaced by Infinity,")
    names = ("precision", "recall", "thresholds")
    found = precision_recall_curve(sample.y, sample.p, **given)
    yield case("pr_curve", sample, "", {}, {name: numbers(part) for name, part in zip(names, found)},
               "precision_recall_curve")
    names = ("fpr", "fnr", "thresholds")
    found = det_curve(sample.y, sample.p, **given)
    yield case("det_curve", sample, "", {}, {name: numbers(part) for name, part in zip(names, found)},
               "det_curve")


def recalibration(sample):
    fit = LogisticRegression(penalty=None, solver="newton-cholesky", tol=1e-12, max_iter=1000)
    fit.fit(logit(sample.p)[:, None], sample.y, sample_weight=sample.w)
    return case("calibration_slope_intercept", sample, "", {},
                {"slope": number(fit.coef_[0, 0]), "intercept": number(fit.intercept_[0])},
                "LogisticRegression(penalty=None, solver='newton-cholesky', tol=1e-12) of the logits", NEWTON)


def cases(folder):
    for weighted in (False, True):
        models = list(breast_cancer(folder, weighted))
        for sample in models + list(networks(folder, weighted)):
            yield report(sample)
            if not weighted:
                yield quantile_report(sample)
            yield from scores(sample)
            if np.diff(np.unique(sample.p)).min() > 1e-15:  # else it joins probabilities, see corp
                yield isotonic(sample)
        for sample in models:
            if sample.name.startswith("random_forest"):  # many rows at each threshold
                yield from curves(sample)
            if np.all((sample.p > 0) & (sample.p < 1)):  # logits exist
                yield recalibration(sample)


def main():
    here = Path(__file__).resolve().parent
    folder = Path(sys.argv[1]) if len(sys.argv) > 1 else here.parent.parent / "web" / "public" / "data"
    warnings.simplefilter("error")
    lines = [json.dumps(made, separators=(",", ":")) for made in cases(folder)]
    print('{"area": "calibration", "cases": [\n' + ",\n".join(lines) + "\n]}")


if __name__ == "__main__":
    main()
