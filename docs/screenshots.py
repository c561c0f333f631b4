"""Makes the pictures of docs/explorer.md from the sample articles: `make screenshots`; prints how long pages take."""

from __future__ import annotations

import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT / "tests"))  # the tests drive the same browser

from helpers.browser import MISSING, Watch, chromium, chromium_path, explorer  # noqa: E402

from flows.pipeline import run  # noqa: E402
from flows.settings import Settings  # noqa: E402
from flows.warehouse import open_reader  # noqa: E402

PICTURES = ROOT / "docs" / "images"
ARTICLE = "aravallitv/2026/tapi-ashgabat.txt"
#: Width and height of what is shown of a page; the narrow one is that of a telephone.
SIZES = {"wide": (1280, 900), "network": (1280, 1040), "narrow": (400, 800)}


def main() -> None:
    if chromium_path() is None:
        raise SystemExit(MISSING)
    PICTURES.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory() as folder:
        settings = Settings(raw=ROOT / "raw", warehouse=Path(folder) / "news.duckdb")
        run(settings)
        with open_reader(settings.warehouse) as reader:
            article = reader.ask("select article_id from articles where source_path = $path", {"path": ARTICLE})
        pages = {
            "overview": ("", "figure svg"),
            "entity": ("?page=entity&entity=sergei-lavrov", "figure svg"),
            "article": (f"?page=article&article={article.rows[0][0]}", ".k-text del"),
            "compare": ("?page=compare&entity=russia", "figure svg"),
            "network": ("?page=network", ".k-network"),
            "sql": ("?page=sql", ".k summary"),
            "narrow": (f"?page=article&article={article.rows[0][0]}", ".k-text del"),
        }
        begun = time.monotonic()
        with explorer(settings.warehouse) as (_, address), chromium() as browser, browser.new_context() as window:
            print(f"{time.monotonic() - begun:5.1f} s  until the command says its address")
            watch = Watch(window.new_page())
            for name, (query, shows) in pages.items():
                width, height = SIZES.get(name, SIZES["wide"])
                watch.page.set_viewport_size({"width": width, "height": height})
                begun = time.monotonic()
                watch.open(address + query, shows)
                print(f"{time.monotonic() - begun:5.1f} s  {name}")
                if name == "sql":
                    watch.page.get_by_role("button", name="Run").click()
                    watch.page.wait_for_selector(".k-answer")
                watch.page.evaluate("document.fonts.ready")
                watch.page.wait_for_timeout(500)
                watch.page.screenshot(path=PICTURES / f"explorer-{name}.png")
            print(
                f"{len(watch.complaints)} errors and warnings in the console, {len(watch.strangers)} requests elsewhere"
            )
            print(*watch.complaints, *watch.strangers, sep="\n", end="")


if __name__ == "__main__":
    main()
