"""Small tables of names and cue words for the tests of naming."""

from pathlib import Path

import pytest

from flows.gazetteer import Gazetteer, load_gazetteer


@pytest.fixture(scope="session")
def gazetteer() -> Gazetteer:
    return load_gazetteer(Path(__file__).parent / "tables")
