"""The warehouse that the tests of the explorer look at."""

from __future__ import annotations

import pytest
from helpers.evil import publish_evil

from flows.settings import Settings


@pytest.fixture(scope="session")
def hostile(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    """Every text in it tries to be more than a text; don't write to it."""
    settings = Settings(warehouse=tmp_path_factory.mktemp("explorer") / "news.duckdb", workers=1)
    publish_evil(settings)
    return settings
