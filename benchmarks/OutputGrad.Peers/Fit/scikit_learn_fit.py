"""Fits scikit-learn's LogisticRegression as often as asked, for a comparison that runs in another process.

usage: scikit_learn_fit.py [FILE ROWS FEATURES]

FILE holds ROWS x FEATURES floats and ROWS labels of 32 bits. Prints a line with the versions, then answers requests, a line each:
    {"C": 1, "tol": 1e-4, "max_iter": 1000}    fits and tells how that went
    {"save": PATH}                             writes the coefficients and intercepts of the last fit as doubles
"""
import json
import re
import sys
import time

import numpy
import scipy
import sklearn
import threadpoolctl
from scipy import optimize
from sklearn.linear_model import LogisticRegression


def versions():
    blas = [pool for pool in threadpoolctl.threadpool_info() if pool["user_api"] == "blas"]
    names = [f"{pool['internal_api']} {pool['version']} {pool.get('architecture', '')}".strip() for pool in blas]
    return {
        "sklearn": sklearn.__version__,
        "numpy": numpy.__version__,
        "scipy": scipy.__version__,
        "blas": ", ".join(names) or "a BLAS without threads",
    }


def resident(field):
    with open("/proc/self/status") as status:
        return int(re.search(rf"^{field}:\s+(\d+) kB", status.read(), re.M)[1]) * 1024


def reset_peak():
    with open("/proc/self/clear_refs", "w") as file:
        file.write("5")


def answer(value):
    print(json.dumps(value), flush=True)


class Evaluations:
    """How often the last fit computed the objective, which LogisticRegression does not tell."""

    def __init__(self):
        self.count = 0
        self._minimize = optimize.minimize
        optimize.minimize = self

    def __call__(self, *arguments, **options):
        result = self._minimize(*arguments, **options)
        self.count = int(result.nfev)
        return result


def main():
    answer(versions())
    if len(sys.argv) == 1:
        return

    path, rows, features = sys.argv[1], int(sys.argv[2]), int(sys.argv[3])
    vectors = numpy.fromfile(path, numpy.float32, rows * features).reshape(rows, features)
    vectors = vectors.astype(numpy.float64)  # what its L-BFGS works in: it would convert them in every fit
    labels = numpy.fromfile(path, numpy.int32, rows, offset=4 * rows * features)
    evaluations = Evaluations()
    model = None
    for line in sys.stdin:
        request = json.loads(line)
        if "save" in request:
            numpy.concatenate([model.coef_.ravel(), model.intercept_]).tofile(request["save"])
            answer({})
            continue

        model = LogisticRegression(**request)
        reset_peak()
        before = resident("VmRSS")
        start = time.perf_counter()
        model.fit(vectors, labels)
        seconds = time.perf_counter() - start
        answer({
            "seconds": seconds,
            "iterations": int(model.n_iter_[0]),
            "evaluations": evaluations.count,
            "growth": resident("VmHWM") - before,
        })


main()
