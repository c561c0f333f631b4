"""Every command that the documentation shows is run, page by page, in a copy of this checkout with the sample articles.

A block of sh, python or sql is run; one that can't be says why in its info string: ```sh not-run: it goes on for ever.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import pytest
from conftest import ROOT

from flows.settings import Settings

PAGES = sorted([ROOT / "README.md", ROOT / "CONTRIBUTING.md", *(ROOT / "docs").rglob("*.md")])
COMMANDS = ("sh", "python", "sql")
#: Languages that are shown, not run; that of other programs, as docs/clients.md says.
OTHERS = ("js", "r", "mermaid", "toml", "json", "csv")

_FENCE = re.compile(r"^```(?P<info>[^\n]*)\n(?P<text>.*?)^```$", re.MULTILINE | re.DOTALL)
_COMMAND_LINE = re.compile(r"^(?:\$ )?(?:khabar|make|pip|duckdb|\.venv/bin/\S+) ", re.MULTILINE)

#: What a page promises: asked of the warehouse after its commands, and answered by a number that is not 0.
PROMISES = {
    "add-a-site.md": "select count(*) from articles where site = 'nadikinare' and published_on = '2026-03-03'",
    "add-raw-files.md": "select count(*) from files where path like '%/nakal.txt' and status = 'deleted'",
    "refuse-a-template.md": "select count(*) from site_templates where status = 'refused'",
    "fix-an-entity.md": "select count(*) from entities where name = 'सर्गेई लावरोफ' and entity_id <> 'sergei-lavrov'",
}


@dataclass(frozen=True)
class Block:
    """A fenced block; `reason` says why it is not run."""

    page: Path
    language: str
    rest: str
    text: str

    @property
    def reason(self) -> str:
        return self.rest.removeprefix("not-run:").strip() if self.rest.startswith("not-run:") else ""

    @property
    def commands(self) -> int:
        """Lines of a shell that begin a command; a script or a query is one."""
        if self.language != "sh":
            return 1
        text = re.sub(r"<<'END'\n.*?^END$", "", self.text, flags=re.MULTILINE | re.DOTALL).replace("\\\n", " ")
        return sum(bool(line.strip()) and not line.startswith(("#", " ")) for line in text.splitlines())


def blocks_of(page: Path) -> list[Block]:
    found = []
    for match in _FENCE.finditer(page.read_text(encoding="utf-8")):
        language, _, rest = match["info"].partition(" ")
        found.append(Block(page, language, rest, match["text"]))
    return found


BLOCKS = {page: blocks_of(page) for page in PAGES}
RUNNABLE = [page for page in PAGES if any(one.language in COMMANDS and not one.reason for one in BLOCKS[page])]


@pytest.fixture(scope="module")
def checkout(tmp_path_factory: pytest.TempPathFactory, sample_settings: Settings) -> Path:
    """A copy of what a user has after `make run`."""
    folder = tmp_path_factory.mktemp("docs") / "khabar"
    for name in ("flows", "sql", "raw", "docs", "tests"):
        shutil.copytree(ROOT / name, folder / name)
    for name in ("pyproject.toml", "Makefile"):
        shutil.copy(ROOT / name, folder)
    shutil.copytree(sample_settings.warehouse.parent, folder / "warehouse")
    (folder / ".venv").symlink_to(Path(sys.prefix))
    return folder


def run_block(block: Block, folder: Path) -> None:
    """Run one block in the folder; a command that fails ends it."""
    if block.language == "python":
        command = [sys.executable, "-c", block.text]
    elif block.language == "sql":
        given = ["-readonly", block.rest] if block.rest else []
        command = [str(Path(sys.executable).with_name("duckdb")), *given, "-bail", "-c", block.text]
    else:
        command = ["bash", "-euo", "pipefail", "-c", block.text]
    environment = {name: value for name, value in os.environ.items() if not name.startswith(("KHABAR_", "PREFECT_"))}
    environment |= {
        "PYTHONPATH": str(folder),
        "PATH": f"{Path(sys.executable).parent}:{environment['PATH']}",
        "KHABAR_WORKERS": "1",
    }
    done = subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True, timeout=200)
    assert done.returncode == 0, f"{block.page.relative_to(ROOT)}:\n{block.text}\n{done.stdout[-2000:]}{done.stderr}"
    assert "Traceback" not in done.stderr, done.stderr


#: The README's commands are tried every time.
PAGE_TESTS = [pytest.param(page, marks=[] if page.name == "README.md" else pytest.mark.soak) for page in RUNNABLE]


@pytest.mark.parametrize("page", PAGE_TESTS, ids=lambda page: page.relative_to(ROOT).as_posix())
def test_the_commands_of_a_page_run(page: Path, checkout: Path, tmp_path: Path) -> None:
    folder = tmp_path / "khabar"
    shutil.copytree(checkout, folder, symlinks=True)
    for block in BLOCKS[page]:
        if block.language in COMMANDS and not block.reason:
            run_block(block, folder)
    if page.name in PROMISES:
        from flows import warehouse

        ((count,),) = warehouse.query(folder / "warehouse" / "news.duckdb", PROMISES[page.name]).rows
        assert count, PROMISES[page.name]


def test_every_block_says_what_it_is() -> None:
    """A command in a block without a language would be shown and never tried."""
    for page, blocks in BLOCKS.items():
        for block in blocks:
            where = f"{page.relative_to(ROOT)}: ```{block.language} {block.rest}\n{block.text}"
            assert block.language in (*COMMANDS, *OTHERS, ""), where
            assert block.language or not _COMMAND_LINE.search(block.text), f"name the language sh:\n{where}"
            assert not block.rest.startswith("not-run") or len(block.reason) > 10, f"say why:\n{where}"


def test_most_commands_are_run(record_property: pytest.RecordProperty) -> None:
    shown = [one for blocks in BLOCKS.values() for one in blocks if one.language in COMMANDS]
    every, run = sum(one.commands for one in shown), sum(one.commands for one in shown if not one.reason)
    record_property("commands run of all", f"{run}/{every}")
    print(f"commands in the documentation: {run} run of {every}")
    assert run >= 0.7 * every


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.relative_to(ROOT).as_posix())
def test_links_lead_somewhere(page: Path) -> None:
    text = _FENCE.sub("", page.read_text(encoding="utf-8"))
    for target in re.findall(r"\]\(([^)#]+)(?:#[^)]*)?\)", text):
        if "://" not in target:
            assert (page.parent / target).exists(), f"{page.relative_to(ROOT)} → {target}"
