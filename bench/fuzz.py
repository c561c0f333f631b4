"""Gives the readers, the segmenter, cleaning and the HTML path what nobody wrote, until the time is up.

    .venv/bin/python bench/fuzz.py --minutes 10 [--seed 1]

tests/test_fuzz.py says what is tried and what must hold; this runs the same with as many examples as there is time for.
A crash is printed with the smallest input that brings it about: make it a test, then mend it.
"""

from __future__ import annotations

import argparse
import importlib
import random
import sys
import time
import traceback
from collections.abc import Callable
from pathlib import Path

from hypothesis import HealthCheck, given, seed, settings

sys.path.insert(0, str(Path(__file__).parents[1] / "tests"))

#: Between two looks at the clock.
EXAMPLES = 200


def counted(name: str, check: Callable[[object], None], executions: dict[str, int]) -> Callable[[object], None]:
    """The check, which also counts how often it was tried."""

    def one(value: object) -> None:
        executions[name] += 1
        check(value)

    return one


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--minutes", type=float, default=10)
    parser.add_argument("--seed", type=int, default=1)
    given_by_user = parser.parse_args()
    targets = importlib.import_module("test_fuzz").TARGETS
    chance, end = random.Random(given_by_user.seed), time.monotonic() + 60 * given_by_user.minutes
    executions, crashes = dict.fromkeys(targets, 0), dict.fromkeys(targets, 0)
    while time.monotonic() < end:
        for name, (check, strategy) in targets.items():
            quiet = settings(
                max_examples=EXAMPLES,
                deadline=None,
                database=None,
                suppress_health_check=list(HealthCheck),
            )
            try:
                seed(chance.getrandbits(64))(quiet(given(strategy)(counted(name, check, executions))))()
            except Exception:
                crashes[name] += 1
                traceback.print_exc()
    print(f"{'':<22}{'executions':>12}{'crashes':>10}")
    for name in targets:
        print(f"{name:<22}{executions[name]:>12}{crashes[name]:>10}")
    print(f"{'all':<22}{sum(executions.values()):>12}{sum(crashes.values()):>10}")
    return int(any(crashes.values()))


if __name__ == "__main__":
    sys.exit(main())
