"""What the explorer says about the roles, rules and types that the tables name by one word."""

from __future__ import annotations

from typing import Final

PAGES: Final = {
    "overview": "Overview",
    "entity": "Entities",
    "article": "Articles",
    "compare": "Compare sites",
    "network": "Network",
    "sql": "SQL",
}

TYPES: Final = {
    "PERSON": "person",
    "ORG": "organisation",
    "LOC": "place",
    "EVENT": "event",
    "FACILITY": "facility",
    "PRODUCT": "product",
    "PROJECT": "project",
}

#: What a removed span is, in groups that are coloured alike: about the article, pointers, readers' words, furniture.
GROUPS: Final = {
    "about": "about the article",
    "pointer": "pointers to other pages",
    "readers": "readers and sharing",
    "furniture": "furniture of the site",
}
ROLES: Final = {
    "title": ("about", "headline"),
    "byline": ("about", "who wrote it"),
    "author_bio": ("about", "about the author"),
    "dateline": ("about", "place and agency at the start"),
    "date": ("about", "date line"),
    "kicker": ("about", "line above the headline"),
    "image_credit": ("about", "credit of a picture"),
    "caption": ("about", "words under a picture"),
    "source_credit": ("about", "credit of the source"),
    "keywords": ("about", "topics of the article"),
    "also_read": ("pointer", "pointer inside the text"),
    "related": ("pointer", "list of other articles"),
    "promo": ("pointer", "advertisement for the site"),
    "comment_prompt": ("readers", "invitation to comment"),
    "comment": ("readers", "reader's comment"),
    "share": ("readers", "share buttons"),
    "site_header": ("furniture", "header or menu of the site"),
    "seo_tag": ("furniture", "words for search engines"),
    "label": ("furniture", "label of a section"),
    "other": ("furniture", "anything else"),
    "blank": ("furniture", "blank"),
}

CHANGES: Final = {
    "created": "first seen",
    "changed": "the page changed",
    "recleaned": "cleaned again by newer rules or site templates",
    "deleted": "the page is gone",
}


def group_of(role: str) -> str:
    """The group of a role; one that is not listed is furniture."""
    return ROLES.get(role, ("furniture", ""))[0]


def site_name(site: str | None) -> str:
    """A site as people read it."""
    return "no site" if site is None else site
