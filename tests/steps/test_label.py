"""What the label step makes of pages: which lines are the article, which are not, and why."""

from __future__ import annotations

from functools import cache

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from flows import schema
from flows.rulebook import KEPT_ROLES, Rulebook, load_rulebook
from flows.steps.label import fold_expression, label
from flows.steps.segment import segment
from flows.text.cues import fold
from flows.text.lines import mask_line

TITLE = "झील के किनारे फिर लौटे परदेसी पंछी"
LEAD = "इस साल झील में पानी ज़्यादा है और किनारों पर घास भी घनी हुई है, इसलिए परदेसी पंछियों की गिनती दूनी रही।"
LONG = LEAD + " गाँव के लोग सुबह से कतार में खड़े होकर उन्हें देखते हैं और बच्चे उनके नाम याद करते हैं, ऐसा बुज़ुर्ग बताते हैं।"
LAST = "वन विभाग ने बताया कि अगले महीने तक सारे पंछी लौट जाएँगे और तब झील की सफ़ाई का काम फिर शुरू होगा।"
SUBHEAD = "घाट पर बढ़ी चौकसी"


@cache
def rulebook() -> Rulebook:
    return load_rulebook()


def label_pages(texts: list[str], form: str = "text", templates: pl.DataFrame | None = None) -> pl.DataFrame:
    silent = dict.fromkeys(schema.DOCUMENTS) | {"source_record": 0, "format": form, "site": "s"}
    documents = [silent | {"article_id": str(n), "source_path": str(n), "text": text} for n, text in enumerate(texts)]
    cut = segment(pl.DataFrame(documents, schema.DOCUMENTS))
    accepted = schema.empty(schema.TEMPLATES) if templates is None else templates
    return label(cut.segments, cut.pages, accepted, rulebook())


def roles(*lines: str) -> list[tuple[str, str]]:
    """Role and text of every block of a text that is not blank."""
    return visible(label_pages(["\n".join(lines)]))


def visible(blocks: pl.DataFrame) -> list[tuple[str, str]]:
    shown = blocks.filter(pl.col("role") != "blank")
    return [(role, text.strip()) for role, text in shown.select("role", "raw_text").iter_rows()]


# ── the ledger ───────────────────────────────────────────────────────────────────────────────────────────────────────

LINES = (
    *(TITLE, LEAD, LONG, LAST, SUBHEAD, "", " ", "\u200b", "Related posts", "Comments", "यह भी पढ़ें", "Tags: एक, दो"),
    *("नई दिल्ली, एजेंसी। " + LEAD, "मॉस्को: " + LONG, LEAD + " (bbc.com)", "एक शीर्षक : " + LONG, "By मोहन लाल"),
    *("नदी (Delhi Fair News) का पानी (फाइल फोटो) उतर रहा है।", "5 जून 2023", "देश / " + TITLE, "एक\tदो\t3"),
)
PAGE = st.lists(st.sampled_from(LINES) | st.text(max_size=30), max_size=12).map("\n".join)
ENDS = st.sampled_from(["\n", "\r\n", "\r", "\u2028", "\x0b"])


@settings(max_examples=8, deadline=None)  # a call compiles all rules: many pages in few calls
@given(st.lists(st.tuples(PAGE, ENDS).map(lambda item: item[0].replace("\n", item[1])), min_size=20, max_size=40))
def test_blocks_are_the_text_in_order_and_each_says_why(texts: list[str]) -> None:
    blocks = label_pages(texts)
    for number, text in enumerate(texts):
        own = blocks.filter(pl.col("article_id") == str(number))
        assert "".join(own["raw_text"]) == text
        assert own["raw_start"].to_list() == [0, *own["raw_end"].to_list()][: own.height]
        assert own["block_no"].to_list() == list(range(own.height))
    assert (blocks["raw_text"].str.len_chars() == blocks["raw_end"] - blocks["raw_start"]).all()
    assert (blocks["is_kept"] == blocks["role"].is_in(list(KEPT_ROLES))).all()
    removed = blocks.filter(~pl.col("is_kept"))
    assert (removed["rule_id"] != "").all() and (removed["evidence"] != "").all()
    assert not blocks.filter(pl.col("role") == "blank")["raw_text"].str.contains(r"[\p{L}\p{N}]").any()


@settings(max_examples=4, deadline=None)
@given(st.lists(PAGE, min_size=4, max_size=30))
def test_a_page_is_labelled_the_same_in_any_batch(texts: list[str]) -> None:
    together = label_pages(texts)
    for texts_of_batch in (texts[:1], texts[::-1]):
        batch = label_pages(texts_of_batch).partition_by("article_id", include_key=False)
        whole = together.partition_by("article_id", include_key=False)
        pages = dict(zip((t for t in texts if t), whole, strict=True))
        for text, page in zip((t for t in texts_of_batch if t), batch, strict=True):
            assert page.equals(pages[text])


@settings(max_examples=200, deadline=None)
@given(st.text(max_size=60))
def test_lines_and_rules_are_folded_alike(text: str) -> None:
    assert pl.select(fold_expression(pl.lit(text))).item() == fold(text)


# ── a text ───────────────────────────────────────────────────────────────────────────────────────────────────────────


ROLES = [
    pytest.param(
        ["31.2 C", "Madhya Pradesh", "November 22, 2024", "Gram Samvad", "देश विदेश", TITLE, LEAD],
        ["site_header", "kicker", "date", "site_header", "kicker", "title", "body"],
        id="masthead",
    ),
    pytest.param([TITLE, "5 जून 2023", TITLE, LEAD], ["title", "date", "title", "body"], id="title twice"),
    pytest.param([TITLE, LEAD, SUBHEAD, LAST], ["title", "body", "subhead", "body"], id="subhead"),
    pytest.param(["सत्य और साहस, जन का विश्वास", TITLE, LEAD], ["kicker", "title", "body"], id="a motto is no headline"),
    pytest.param([TITLE, "पंछियों की गिनती इस साल पहले से दूनी", LEAD], ["title", "standfirst", "body"], id="standfirst"),
    pytest.param(
        [TITLE, "घाट पर खड़े लोग", "फोटो: ग्राम टाइम्स", LEAD],
        ["title", "caption", "image_credit", "body"],
        id="caption above its credit",
    ),
    pytest.param([TITLE, "मोहन लाल", "5 जून 2023", LEAD], ["title", "byline", "date", "body"], id="name above date"),
    pytest.param([TITLE, "अनुराधा मिश्रा", LEAD], ["title", "byline", "body"], id="given name and surname"),
    pytest.param([TITLE, "घाट मिश्रा", LEAD], ["title", "standfirst", "body"], id="no given name"),
    pytest.param(
        [TITLE, "5 जून 2023", "Mohan Lal", LEAD], ["title", "date", "byline", "body"], id="name in Latin beside a date"
    ),
    pytest.param([TITLE, "Mohan Lal", LEAD], ["title", "standfirst", "body"], id="two words in Latin, no date"),
    pytest.param([LEAD, "यह भी पढ़ें", SUBHEAD, LAST], ["body", "also_read", "also_read", "body"], id="also read"),
    pytest.param(
        [LEAD, LAST, "Related posts", TITLE, "Gram Team", SUBHEAD],
        ["body", "body", "related", "related", "related", "related"],
        id="related to the end",
    ),
    pytest.param(
        [LEAD, LAST, "Comments", "raipur news", "cg news"],
        ["body", "body", "comment_prompt", "comment", "comment"],
        id="comments to the end",
    ),
    pytest.param(
        [LEAD, "Related posts", TITLE, TITLE + " अब", LAST],
        ["body", "related", "related", "subhead", "body"],
        id="the text comes back, perhaps with a subhead",
    ),
    pytest.param([LEAD, "Comments", LAST, LONG], ["body", "comment_prompt", "body", "body"], id="a button in the text"),
    pytest.param(
        [LONG, LONG, "By मोहन लाल", "विश्वविद्यालय से इतिहास का छात्र। किताबों में रुचि।"],
        ["body", "body", "byline", "author_bio"],
        id="bio",
    ),
    pytest.param(
        [LONG, LONG, "लेखक के बारे में", "मोहन लाल", "मोहन लाल गाँव के वरिष्ठ पत्रकार हैं और दस साल से पंछियों पर लिखते हैं।"],
        ["body", "body", "author_bio", "author_bio", "author_bio"],
        id="bio below its heading",
    ),
    pytest.param(
        [LONG, LONG, "भाषा सं मोहन आशा", "आशा", "0506 1845 दिल्ली"],
        ["body", "body", "source_credit", "source_credit", "source_credit"],
        id="an agency signs off",
    ),
    pytest.param(
        [LONG, LONG, SUBHEAD, "संवाद सहयोगी, तपा", LAST, LEAD],
        ["body", "body", "title", "byline", "body", "body"],
        id="no bio but text",
    ),
    pytest.param([LONG, LONG, "By मोहन लाल", LAST], ["body", "body", "byline", "body"], id="text below a name"),
    pytest.param(
        [TITLE, LEAD, "5 जून 2013", LAST, "6 जून 2016", LEAD],
        ["title", "body", "subhead", "body", "subhead", "body"],
        id="days",
    ),
    pytest.param([TITLE, LEAD, "5 जून 2013", LAST], ["title", "body", "date", "body"], id="one day"),
    pytest.param(
        [TITLE, LEAD, "पटना: " + LAST, "लखनऊ: " + LEAD], ["title", "body", "body", "body"], id="places that open items"
    ),
    pytest.param(
        [TITLE, LEAD, "पटना: " + LAST, LEAD],
        ["title", "body", "dateline", "other", "body", "body"],
        id="place below a summary",
    ),
    pytest.param([TITLE, LONG, LAST, "पटना: " + LEAD], ["title", "body", "body", "body"], id="a place inside the text"),
    pytest.param(["- झील में पानी दूना", LEAD, "- घाट पर चौकसी", LAST], ["body"] * 4, id="items are no headings"),
    pytest.param(
        [LEAD, LAST, "जानिए किस गाँव में सबसे पहले आती है बिजली और क्यों"],
        ["body", "body", "related"],
        id="a headline that heads nothing",
    ),
    pytest.param([LEAD, LAST, "मोहन लाल, वन अधिकारी"], ["body", "body", "body"], id="who was quoted"),
    pytest.param([TITLE, LEAD, "12 मार्च\t60", "13 मार्च\t76", LAST], ["title", *["body"] * 4], id="a table"),
    pytest.param(
        [TITLE, "नई दिल्ली", LEAD, LAST, TITLE + " दूजी बार", "पटना, जेएनएन। " + LEAD],
        ["title", "dateline", "body", "body", "title", "dateline", "other", "body"],
        id="a second article",
    ),
    pytest.param(
        [LEAD, "नई दिल्ली", LAST, "पटना", LONG],
        ["body", "subhead", "body", "subhead", "body"],
        id="places as subheads",
    ),
    pytest.param(["जेल का फाटक", "", "----"], ["title", "label"], id="no paragraph at all"),
]


@pytest.mark.parametrize(("lines", "expected"), ROLES)
def test_roles_of_lines(lines: list[str], expected: list[str]) -> None:
    found = visible(tables()["\n".join(lines)])
    assert [role for role, _ in found] == expected, found


PIECES = [
    pytest.param("मॉस्को: " + LEAD, [("dateline", "मॉस्को"), ("other", ":"), ("body", LEAD)], id="place"),
    pytest.param(
        "इस्लामाबाद (रॉयटर्स)। " + LEAD,
        [("dateline", "इस्लामाबाद (रॉयटर्स)"), ("other", "।"), ("body", LEAD)],
        id="place and agency",
    ),
    pytest.param(
        "नई दिल्‍ली , जेएनएन । " + LEAD,
        [("dateline", "नई दिल्‍ली , जेएनएन"), ("other", "।"), ("body", LEAD)],
        id="a joiner in the raw text",
    ),
    pytest.param(
        "रुड़की, [मोहन लाल] । " + LEAD,
        [("byline", "रुड़की, [मोहन लाल]"), ("other", "।"), ("body", LEAD)],
        id="a name in the dateline",
    ),
    pytest.param(
        "पटना, एजेंसी। Gram Fair Update: " + LEAD,
        [
            ("dateline", "पटना, एजेंसी"),
            ("other", "।"),
            ("seo_tag", "Gram Fair Update"),
            ("other", ":"),
            ("body", LEAD),
        ],
        id="a key phrase behind a dateline",
    ),
    pytest.param(LEAD + " (bbc.com)", [("body", LEAD), ("source_credit", "(bbc.com)")], id="credit"),
    pytest.param(
        LEAD + " आगे की ख़बर के लिए यहाँ क्लिक करें।",
        [("body", LEAD), ("promo", "आगे की ख़बर के लिए यहाँ क्लिक करें।")],
        id="the last sentence asks to click",
    ),
    pytest.param(
        "मोहन (Mohan Delhi Visit) दिल्ली (Delhi) गए और वहाँ विश्व स्वास्थ्य संगठन (WHO) के मुख्यालय में रुके।",
        [
            ("body", "मोहन"),
            ("seo_tag", "(Mohan Delhi Visit)"),
            ("body", "दिल्ली (Delhi) गए और वहाँ विश्व स्वास्थ्य संगठन (WHO) के मुख्यालय में रुके।"),
        ],
        id="a tag goes, a gloss stays",
    ),
]


@pytest.mark.parametrize(("line", "pieces"), PIECES)
def test_pieces_of_a_line(line: str, pieces: list[tuple[str, str]]) -> None:
    found = visible(tables()["\n".join((TITLE, line, LAST))])
    assert found == [("title", TITLE), *pieces, ("body", LAST)]


@cache
def tables() -> dict[str, pl.DataFrame]:
    """The blocks of every text of the tables above, labelled in one call."""
    texts = ["\n".join(row.values[0]) for row in ROLES] + ["\n".join((TITLE, row.values[0], LAST)) for row in PIECES]
    return dict(zip(texts, label_pages(texts).partition_by("article_id", maintain_order=True), strict=True))


@pytest.mark.parametrize("filler", ["\n", "\r", "\u202e", " \u200b"])
def test_a_long_run_without_letters_is_blank(filler: str) -> None:
    """Of a long line only the ends are folded; kept, it would be a paragraph of nothing and stop the run."""
    blocks = label_pages([f"{LONG}\n{filler * 3000}\n{LONG}\n"])
    assert blocks["role"].to_list() == ["body", "blank", "body"]


def test_run_in_headings_are_split_where_the_page_repeats_them() -> None:
    page = [TITLE, f"घाट पर चौकसी : मॉस्को: {LONG}", f"लौटेंगे पंछी : {LONG}"]
    assert [role for role, _ in roles(*page)] == [
        *("title", "subhead", "other", "dateline", "other", "body"),
        *("subhead", "other", "body"),
    ]
    assert [role for role, _ in roles(*page[:2])] == ["title", "body"], "once is no habit"


def test_pieces_of_a_line_continue_its_paragraph() -> None:
    blocks = label_pages([f"{TITLE}\nमॉस्को: {LEAD} (bbc.com)"])
    assert blocks["joins_previous"].to_list() == [False, False, True, True, True]


def test_a_hard_wrapped_paragraph_is_not_cut_inside() -> None:
    words = (LONG + " नई दिल्ली: " + LONG).split()
    rows = [" ".join(words[at : at + 9]) for at in range(0, len(words), 9)]
    blocks = label_pages(["\n".join([TITLE, "", *rows])])
    assert set(blocks.filter(pl.col("segment_no") > 1)["role"]) <= {"body", "title", "subhead"}


def test_a_page_never_loses_its_only_paragraph() -> None:
    (_, line) = found = label_pages(
        [f"{TITLE}\nपूरी कहानी और सारी तस्वीरें देखने के लिए अभी यहाँ क्लिक करें और पढ़ते रहें हमारा अख़बार।"]
    )["role"]
    assert found.to_list() == ["title", "body"] and line == "body"


# ── templates ────────────────────────────────────────────────────────────────────────────────────────────────────────


def accepted(*patterns: str, role: str = "other") -> pl.DataFrame:
    rows = [("s", mask_line(pattern), role) for pattern in patterns]
    return pl.DataFrame(rows, schema.TEMPLATES, orient="row")


def test_a_template_of_the_site_is_removed_and_a_rule_that_knows_more_gives_the_role() -> None:
    letter = "सुबह की चिट्ठी: पाँच बातें सीधे आपके झोले में, रोज़ सात बजे"
    templates = accepted(letter, "फोटो: ग्राम टाइम्स", LAST)
    blocks = label_pages([f"{TITLE}\n{LEAD}\n{letter}\nफोटो: ग्राम टाइम्स\n{LONG}\n{LAST}"], templates=templates)
    assert [role for role, _ in visible(blocks)] == ["title", "body", "other", "image_credit", "body", "other"]
    assert blocks["rule_id"].to_list().count("template") >= 2


def test_a_template_is_kept_where_it_is_the_only_paragraph_or_of_another_site() -> None:
    assert [role for role, _ in visible(label_pages([f"{TITLE}\n{LEAD}"], templates=accepted(LEAD)))] == [
        "title",
        "body",
    ]
    other = accepted(LAST).with_columns(site=pl.lit("t"))
    assert "template" not in label_pages([f"{LEAD}\n{LAST}"], templates=other)["rule_id"].to_list()


# ── web pages ────────────────────────────────────────────────────────────────────────────────────────────────────────

WEB_PAGE = f"""<html><head><title>{TITLE} - Gram Times</title></head><body>
<header><nav><ul><li><a href=/>देश</a></li></ul></nav></header>
<ol class=breadcrumb><li><a href=/>होम</a></li></ol>
<article><span class=kicker>पंछी</span><h1>{TITLE}</h1>
<h2 class=summary>पंछियों की गिनती इस साल पहले से दूनी हो गई है</h2>
<div class=byline>मोहन लाल</div><ul class=share-bar><li><a href=#>फेसबुक पर साझा करें</a></li></ul>
<figure><img><figcaption>घाट पर खड़े लोग फोटो: ग्राम टाइम्स</figcaption></figure>
<div class=article-body><p>मॉस्को: {LONG}</p><p>{LONG} दूसरा।</p>
<p class=also-read><a href=#>और पढ़ें: मेले में भीड़</a></p><h3>{SUBHEAD}</h3><p>{LONG} तीसरा।</p></div>
<div class=author-box><p class=bio>मोहन लाल दस साल से पंछियों पर लिखते हैं और गाँव में रहते हैं।</p></div></article>
<aside class=related><h3>संबंधित ख़बरें</h3><a href=#>दूसरे गाँव में भी मेला लगा</a></aside>
<footer><p>© ग्राम टाइम्स</p></footer></body></html>"""


def test_a_weblog_shows_its_name_and_the_headline() -> None:
    page = f"""<html><head><title>गाँव की चिट्ठी: {TITLE}</title></head><body><div id=header><h1>गाँव की चिट्ठी</h1></div>
    <h3 class=post-title>{TITLE}</h3><div class=post-body><p>{LONG}</p><p>{LONG} दूसरा।</p></div></body></html>"""
    assert ("title", TITLE) in visible(label_pages([page], "html"))


def test_roles_of_a_web_page() -> None:
    blocks = label_pages([WEB_PAGE], "html")
    assert visible(blocks) == [
        ("site_header", "देश"),
        ("site_header", "होम"),
        ("kicker", "पंछी"),
        ("title", TITLE),
        ("standfirst", "पंछियों की गिनती इस साल पहले से दूनी हो गई है"),
        ("byline", "मोहन लाल"),
        ("share", "फेसबुक पर साझा करें"),
        ("caption", "घाट पर खड़े लोग"),
        ("image_credit", "फोटो: ग्राम टाइम्स"),
        ("dateline", "मॉस्को"),
        ("other", ":"),
        ("body", LONG),
        ("body", f"{LONG} दूसरा।"),
        ("also_read", "और पढ़ें: मेले में भीड़"),
        ("subhead", SUBHEAD),
        ("body", f"{LONG} तीसरा।"),
        ("author_bio", "मोहन लाल दस साल से पंछियों पर लिखते हैं और गाँव में रहते हैं।"),
        ("related", "संबंधित ख़बरें"),
        ("related", "दूसरे गाँव में भी मेला लगा"),
        ("site_header", "© ग्राम टाइम्स"),
    ]


@pytest.mark.parametrize(
    ("above", "line", "role"),
    [
        pytest.param(LAST, "पड़ोस के गाँव में आम की नई किस्म तैयार, किसान खुश", "related", id="a headline"),
        pytest.param(LAST, "पड़ोस के गाँव के लोग भी अब सुबह यहीं टहलने आया करेंगे", "body", id="a sentence without its stop"),
        pytest.param(LAST, "पड़ोस के गाँव के लोग भी अब सुबह यहीं टहलने आते हैं", "body", id="another"),
        pytest.param(LAST, "पड़ोस के गाँव के लोग", "body", id="too short"),
        pytest.param(
            LONG.rstrip("।"), "पड़ोस के गाँव में आम की नई किस्म तैयार, किसान खुश", "body", id="a text that leaves out its stops"
        ),
    ],
)
def test_a_line_behind_the_text_goes_only_if_it_can_be_no_sentence(above: str, line: str, role: str) -> None:
    assert roles(TITLE, LEAD, above, LAST, line)[-1] == (role, line)


def hinted(*segments: tuple[str, str, bool]) -> pl.DataFrame:
    """Blocks of an HTML page given as text, css and trafilatura's verdict, in paragraphs of one article."""
    start, rows = 0, []
    for number, (text, css, is_extracted) in enumerate(segments):
        place = ("0", number, start, start + len(text))
        rows.append((*place, text, False, text, "p", css, "p div body html", 0.0, False, is_extracted))
        start += len(text)
    page = dict.fromkeys(schema.PAGES) | {"article_id": "0", "source_path": "0", "source_record": 0, "format": "html"}
    frames = pl.DataFrame(rows, schema.SEGMENTS, orient="row"), pl.DataFrame([page], schema.PAGES)
    return label(*frames, schema.empty(schema.TEMPLATES), rulebook())


def test_a_paragraph_that_trafilatura_dropped_out_of_the_text_is_rescued() -> None:
    blocks = hinted((LONG, "text", True), (LAST, "text", False), (LEAD, "text", True), (LAST, "else", False))
    assert blocks["is_kept"].to_list() == [True, True, True, False]
    assert blocks["rule_id"].to_list()[3] == "html.not_extracted"


def test_where_trafilatura_kept_nothing_the_box_with_most_prose_is_kept_and_says_so() -> None:
    blocks = hinted((LAST, "menu", False), (LONG, "story", False), (LONG, "story", False))
    assert blocks["is_kept"].to_list() == [False, True, True]
    assert "trafilatura" in blocks["evidence"].to_list()[2]


def test_no_pages_no_blocks() -> None:
    blocks = label_pages([])
    assert blocks.is_empty() and blocks.schema == pl.Schema(schema.BLOCKS)


def test_a_hidden_paragraph_is_no_part_of_the_article_unless_it_is_most_of_it() -> None:
    seen, unseen = f"<p>{LEAD}</p><p>{LONG}</p>", f"<p hidden>{LAST}</p>"
    blocks = label_pages([f"<html><body><h1>{TITLE}</h1>{seen}{unseen}</body></html>"], form="html")
    assert "html.hidden" in blocks["rule_id"].to_list()
    whole = f"<html><body><h1>{TITLE}</h1><div style='display:none'>{seen}{unseen}</div></body></html>"
    assert "html.hidden" not in label_pages([whole], form="html")["rule_id"].to_list()
