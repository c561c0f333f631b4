"""How many threads the libraries in C may use: said in the environment, before they are first imported."""

from __future__ import annotations

import os

#: numpy multiplies small matrices here: threads that wait for each other took twice the time of one.
BLAS = ("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS")
POLARS = "POLARS_MAX_THREADS"


def bound_threads(count: int | None = None) -> None:
    """One thread for numpy, at most `count` for polars, unless the user's environment says another number."""
    for name in BLAS:
        os.environ.setdefault(name, "1")
    if count is not None:
        os.environ.setdefault(POLARS, str(count))
