"""Whatever comes, changes, goes and returns, in whatever order and however many runs: one build from scratch is equal.

The machine keeps a model of its own of what each article said after each run, which `article_versions` must tell.
KHABAR_ORDERS=100 tries that many orders, each longer, with pools of workers and the recogniser that ships.
"""

from __future__ import annotations

import json
import os
import random
import shutil
import tempfile
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from conftest import make_page
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, precondition, rule, run_state_machine_as_test

from flows import batches, pipeline, warehouse, workers
from flows.decisions import Decision, append_decision
from flows.settings import Settings
from flows.tagger import NoTagger
from flows.verify import verify, verify_rebuild

LONG = int(os.environ.get("KHABAR_ORDERS", "0"))
SLOGAN = "नदी किनारे की चिट्ठी, हर रविवार"
#: Few, so that files return, meet others of the same text, and five hold the slogan.
PATHS = st.builds("{}/{}.txt".format, st.sampled_from(["setu", "setu", "ghat"]), st.integers(0, 7))
NUMBERS = st.integers(0, 11)
PICKS = st.integers(0, 99)
NAMES = ("लावरोव", "सर्गेई लावरोव", "पुतिन", "व्लादिमीर पुतिन")

pytestmark = pytest.mark.soak


def make_text(number: int) -> str:
    """A page with names and, as most have, the line that recurs; some numbers make no article."""
    if number == 11:
        return "Facebook Twitter WhatsApp\n"
    name = NAMES[number % len(NAMES)]
    extra = f"{name} ने मॉस्को में कहा कि {NAMES[(number + 1) % len(NAMES)]} से बात हो चुकी है।"
    return make_page(number, SLOGAN if number % 5 else None, extra)


class Orders(RuleBasedStateMachine):
    """A raw folder that changes, and runs that follow it."""

    def __init__(self) -> None:
        super().__init__()
        self.folder = Path(tempfile.mkdtemp(prefix="khabar-orders-"))
        (self.folder / "raw").mkdir()
        self.settings = Settings(self.folder / "raw", self.folder / "news.duckdb", workers=1, accept_loss=True)
        self.is_changed = False
        self.recleaned = 0
        self.numbers: dict[str, int] = {}  # what stands in the raw folder
        self.history: list[tuple[str, dict[str, int]]] = []  # after each run: when, and what each article says

    @initialize(numbers=st.permutations([number for number in range(11) if number % 5]))
    def begin(self, numbers: list[int]) -> None:
        """One less than make a recurring line a template: what comes and goes later then decides."""
        numbers = numbers[: self.settings.template_articles - 1]
        self.write({f"setu/{place}.txt": number for place, number in enumerate(numbers)})
        self.run(1, rebuild=False)

    @rule(numbers=st.dictionaries(PATHS, NUMBERS, min_size=2, max_size=6))
    def write(self, numbers: dict[str, int]) -> None:
        """Files come, change or return."""
        for path, number in numbers.items():
            file = self.settings.raw / path
            file.parent.mkdir(exist_ok=True)
            file.write_text(make_text(number), encoding="utf-8")
        self.numbers |= numbers
        self.is_changed = True

    @precondition(lambda self: self.numbers)
    @rule(pick=PICKS)
    def delete(self, pick: int) -> None:
        path = self.picked(pick)
        (self.settings.raw / path).unlink()
        del self.numbers[path]
        self.is_changed = True

    @precondition(lambda self: self.numbers)
    @rule(pick=PICKS, other=PATHS)
    def move(self, pick: int, other: str) -> None:
        path = self.picked(pick)
        (self.settings.raw / other).parent.mkdir(exist_ok=True)
        (self.settings.raw / path).rename(self.settings.raw / other)
        self.numbers[other] = self.numbers.pop(path)
        self.is_changed = True

    @precondition(lambda self: self.numbers)
    @rule(pick=PICKS, ago=st.integers(-5, 5))
    def touch(self, pick: int, ago: int) -> None:
        moment = time.time() - ago
        os.utime(self.settings.raw / self.picked(pick), (moment, moment))

    @rule(path=PATHS, day=st.sampled_from([None, "2025-03-04", "4 मार्च 2025", "kal", "2024-02-29T10:00:00Z"]))
    def describe(self, path: str, day: str | None) -> None:
        """A sidecar comes, changes or goes; it may stand beside nothing."""
        sidecar = self.settings.raw / f"{path}.meta.json"
        sidecar.parent.mkdir(exist_ok=True)
        if day is None:
            sidecar.unlink(missing_ok=True)
        else:
            sidecar.write_text(json.dumps({"url": f"https://news.example/{path}", "published_at": day}))

    @rule(verb=st.sampled_from(["join", "split"]), names=st.permutations(NAMES))
    def decide(self, verb: str, names: list[str]) -> None:
        append_decision(
            self.settings.decisions, Decision(verb, "PERSON", tuple(names[:2]), "2026-01-31T12:00:00+00:00")
        )

    @rule(is_refused=st.booleans())
    def refuse(self, is_refused: bool) -> None:
        """The user keeps the recurring line in the articles, or takes that back."""
        self.settings.state.mkdir(exist_ok=True)
        if is_refused and self.settings.warehouse.exists():
            patterns = self.ask("select site, pattern from site_templates where contains(pattern, 'चिट्ठी')")
            rows = "".join(f'{site},"{pattern}"\n' for site, pattern in patterns)
            self.settings.refused_templates.write_text(f"site,pattern\n{rows}", encoding="utf-8")
        else:
            self.settings.refused_templates.unlink(missing_ok=True)
        self.is_changed = True

    @precondition(lambda self: self.is_changed)
    @rule(count=st.integers(1, 8), rebuild=st.sampled_from([False, False, False, True]))
    def run(self, count: int, rebuild: bool) -> None:
        outcome = pipeline.run(replace(self.settings, workers=count, rebuild=rebuild))
        assert outcome.files_waiting == 0
        self.recleaned += outcome.articles_recleaned
        self.is_changed = False
        said = {path: number for path, number in self.numbers.items() if number != 11}
        self.history.append((pipeline.now(), said))
        rows = self.ask("select source_path from articles")
        assert {path for (path,) in rows} == said.keys()

    def picked(self, pick: int) -> str:
        return sorted(self.numbers)[pick % len(self.numbers)]

    def ask(self, sql: str) -> list[tuple[object, ...]]:
        return list(warehouse.query(self.settings.warehouse, sql).rows)

    def teardown(self) -> None:
        try:
            self.run(1, rebuild=False)
            assert pipeline.run(self.settings).status == "unchanged"
            assert verify(self.settings) == []
            assert verify_rebuild(self.settings) == []
            self.check_history()
        finally:
            shutil.rmtree(self.folder)

    def check_history(self) -> None:
        """At the end of each run, the versions in force are the articles that there were, with what they said."""
        for at, said in self.history:
            rows = self.ask(
                "select source_path, any_value(body) from article_versions join pages using (article_id)"
                f" where change <> 'deleted' and valid_from <= '{at}' and coalesce(valid_to, 'infinity') > '{at}'"
                " group by all"
            )
            here = {path: number for path, number in said.items() if path in self.numbers}
            assert {path: f"क्रम {here[str(path)]}0 में" in str(body) for path, body in rows} == dict.fromkeys(here, True)
            (count,) = self.ask(
                "select count(*) from article_versions"
                f" where change <> 'deleted' and valid_from <= '{at}' and coalesce(valid_to, 'infinity') > '{at}'"
            )
            assert count == (len(said),)


@pytest.fixture
def quick(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Without the recogniser in the short form; with pools of workers in the long one."""
    if LONG:
        monkeypatch.setattr(workers, "POOL_BYTES", 1)
    else:
        monkeypatch.setattr(batches, "tagger", lambda recogniser: NoTagger())
    yield


@pytest.mark.timeout(60 * 60 * 6 if LONG else 240)
@pytest.mark.usefixtures("quick")
def test_no_order_leaves_a_trace() -> None:
    run_state_machine_as_test(
        Orders,
        settings=settings(
            max_examples=LONG or 1,
            stateful_step_count=30 if LONG else 8,
            derandomize=not LONG,
            database=None,
            deadline=None,
            suppress_health_check=list(HealthCheck),
        ),
    )


@pytest.mark.parametrize("seed", range(2))
@pytest.mark.usefixtures("quick")
def test_a_walk_with_many_runs_leaves_no_trace(seed: int) -> None:
    """A few orders at random are tame: here every run follows several changes."""
    chance = random.Random(seed)
    walk = Orders()
    walk.begin(chance.sample([number for number in range(11) if number % 5], 8))
    try:
        for step in range(5):
            if step % 2:
                for _ in range(3):
                    walk.delete(chance.randrange(99))
                walk.move(chance.randrange(99), f"ghat/{step}.txt")
                walk.decide(chance.choice(["join", "split"]), chance.sample(NAMES, 2))
            places = chance.sample(range(8), 4 - 3 * (step % 2))
            walk.write({f"setu/{place}.txt": place + chance.choice([0, 0, 3]) for place in places})
            if step > 2:
                walk.refuse(step == 3)
            walk.describe(f"setu/{chance.randrange(8)}.txt", chance.choice([None, "2025-03-04"]))
            walk.run(1 + step, rebuild=step == 2)
        assert walk.recleaned, "no line became a template or ceased to be one"
    finally:
        walk.teardown()


def test_a_pool_of_workers_gives_what_one_process_gives(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(workers, "POOL_BYTES", 1)
    for number in range(9):
        file = settings.raw / "setu" / f"{number}.txt"
        file.parent.mkdir(exist_ok=True)
        file.write_text(make_text(number), encoding="utf-8")
    pooled = replace(settings, warehouse=settings.warehouse.with_name("pooled.duckdb"), workers=2, batch_bytes=4000)
    pipeline.run(settings)
    pipeline.run(pooled)
    assert warehouse.digest(pooled.warehouse) == warehouse.digest(settings.warehouse)
