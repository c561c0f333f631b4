"""A warehouse in which every text tries to be more than a text, for the pages of the explorer."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from helpers.parts import DAWN, Name, Page, parts_of, publish, quarantined

from flows.settings import Settings

#: HTML, event handlers, marimo's own elements and braces, Markdown, formulas, icons, SQL; calls hacked() if it runs.
EVIL = (
    "<script>hacked()</script><img src=x onerror=hacked()><b onmouseover=hacked()>b</b> \"'> <marimo-ui-element>"
    "</marimo-ui-element> {evil} ${hacked()} **bold** $x^2$ ::lucide:rocket:: [a](javascript:hacked()) "
    "'; drop table articles; --"
)
EVIL_SITE = "<img src=x onerror=hacked()>' {x} %"
PUTIN = Name("पुतिन", full="व्लादिमीर पुतिन")
EVIL_NAME = Name("<i onclick=hacked()>विरोध</i>", "ORG")


def story(number: int, site: str, *lines: tuple[str, str], title: str | None = None) -> Page:
    """A page that names both entities, after the lines given."""
    prose = [("body", f"पुतिन ने क्रम {number} पर {EVIL_NAME.surface} से बात की।"), ("share", f"शेयर करें {number}")]
    return Page(
        f"{site.replace('/', '_')}/{number}.txt",
        [*lines, *prose],
        site,
        title=title or f"पुतिन की बात {number}",
        published_at=DAWN + timedelta(days=number),
        names=(PUTIN, EVIL_NAME),
    )


def evil_story() -> Page:
    lines = [(role, f"{EVIL} {role}") for role in ("title", "byline", "body", "also_read")]
    return story(1, EVIL_SITE, *lines, title=EVIL)


def publish_evil(settings: Settings) -> None:
    """Two runs: the second changes the evil story."""
    parts = parts_of([evil_story(), *(story(number, "ghat") for number in range(2, 40))])
    parts.files.append(quarantined(f"ghat/{EVIL.replace('/', '_')}.txt") | {"error_message": EVIL})
    publish(settings, parts)
    evil = evil_story()
    publish(settings, [replace(evil, lines=[*evil.lines, ("body", "एक नई पंक्ति जुड़ी।")], sha256="2")], 2)
