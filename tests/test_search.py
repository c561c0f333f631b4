"""A search finds every spelling, form and alias of what is asked, and nothing else."""

from __future__ import annotations

import json
import random
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import duckdb
import pytest
from helpers.parts import DAWN, Name, Page, ask, load, publish

from flows import warehouse
from flows.columns import width
from flows.search import Answer, Ask, Filters, answer, asking, make_snippet, parse
from flows.settings import Settings, UsageError
from flows.text.inflections import spelling

KHABAR = Path(sys.executable).with_name("khabar")
DUCKDB = Path(sys.executable).with_name("duckdb")

#: (asked, printed, whether the one finds the other).
PAIRS = [
    ("हिंदी", "हिन्दी", True),
    ("हिन्दी", "हिंदी", True),
    ("संबंध", "सम्बन्ध", True),
    ("पञ्चायत", "पंचायत", True),
    ("झंडा", "झण्डा", True),
    ("सड़क", "सडक", True),
    ("सडक", "सड़क", True),
    ("सड\u093cक", "सड़क", True),
    ("क़ानून", "कानून", True),
    ("अफगानिस्तान", "अफ़ग़ानिस्तान", True),
    ("चाँद", "चांद", True),
    ("माँ", "मां", True),
    ("दुख", "दुःख", True),
    ("क्‍या", "क्या", True),
    ("श्रीमान", "श्री\u200cमान", True),
    ("Erdogan", "Erdoğan", True),
    ("Erdoğan", "Erdogan", True),
    ("मूर्ति", "मूर्ती", True),
    ("हिंदू", "हिन्दु", True),
    ("महत्व", "महत्त्व", True),
    ("कर्तव्य", "कर्त्तव्य", True),
    ("नई", "नयी", True),
    ("चाहिए", "चाहिये", True),
    ("सेवाएं", "सेवायें", True),
    ("स्थायी", "स्थाई", True),
    ("बैठक", "बैठक।", True),
    ("बैठक", "बैठक|", True),
    ("दिल्ली", "दिल्लीः", True),
    ("2024", "२०२४", True),
    ("१५", "15", True),
    ("GST", "gst", True),
    ("किताब", "किताबें", True),
    ("किताबें", "किताब", True),
    ("किताबों", "किताबें", True),
    ("लड़का", "लड़कों", True),
    ("लड़के", "लड़का", True),
    ("लड़की", "लड़कियाँ", True),
    ("नदी", "नदियों", True),
    ("जाति", "जातियों", True),
    ("पार्टी", "पार्टियाँ", True),
    ("महिला", "महिलाओं", True),
    ("भाषा", "भाषाएँ", True),
    ("डाकू", "डाकुओं", True),
    ("लड़ाई", "लड़ाइयाँ", True),
    ("बड़ा", "बड़ी", True),
    ("पुराने", "पुरानी", True),
    ("करना", "करेंगे", True),
    ("कहा", "कहते", True),
    ("जाना", "जाएंगे", True),
    ("रुपये", "रुपया", True),
    ("रिपोर्ट", "रिपोर्ट्स", True),
    ("डॉक्टर", "डाक्टर", True),
    ("मास्को", "मॉस्को", True),
    ("जीएसटी", "GST", True),
    ("report", "Reports", True),
    ("company", "companies", True),
    ("पुतिन", "पतन", False),
    ("पतन", "पुतिन", False),
    ("पुतिन", "पुतिनवाद", False),
    ("नदी", "नाद", False),
    ("नदी", "नंदी", False),
    ("खान", "खाना", False),
    ("राज", "राजा", False),
    ("राजा", "राज", False),
    ("सभा", "सभी", False),
    ("पान", "पानी", False),
    ("पाना", "पानी", False),
    ("जाति", "जाती", False),
    ("घंटा", "घंटी", False),
    ("घाटा", "घाटी", False),
    ("लड़का", "लड़ाका", False),
    ("हाल", "हॉल", False),
    ("काल", "कॉल", False),
    ("कमल", "कमला", False),
    ("मीर", "मीरा", False),
    ("गीत", "गीता", False),
    ("चीन", "चीनी", False),
    ("दिन", "दीन", False),
    ("बल", "बाल", False),
    ("की", "कि", False),
    ("हरि", "हरी", False),
    ("माता", "माना", False),
    ("नेता", "ने", False),
    ("सेना", "से", False),
    ("अन्य", "अंय", False),
    ("पढ़ना", "पड़ना", False),
    ("रूस", "रस", False),
    ("Paris", "Pari", False),
    ("news", "newt", False),
]


def search(settings: Settings, question: str, filters: Filters | None = None, limit: int = 20) -> Answer:
    with asking(settings.warehouse) as ask_warehouse:
        return answer(ask_warehouse, question, filters or Filters(), limit)


def found(settings: Settings, question: str, filters: Filters | None = None) -> list[str]:
    return [match.source_path for match in search(settings, question, filters).matches]


def story(path: str, title: str, *paragraphs: str, day: int = 0, names: tuple[Name, ...] = ()) -> Page:
    lines = [("body", paragraph) for paragraph in paragraphs]
    return Page(path, lines, path.split("/")[0], title, DAWN + timedelta(days=day), names)


@pytest.fixture(scope="module")
def words(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    """One article for each printed word of PAIRS; its path is the word's number."""
    settings = Settings(warehouse=tmp_path_factory.mktemp("words") / "news.duckdb", workers=1)
    publish(
        settings, [story(f"setu/{n}.txt", f"क्रम{n}", f"{printed} क्रम{n}") for n, (_, printed, _) in enumerate(PAIRS)]
    )
    return settings


@pytest.fixture(scope="module")
def among_words(words: Settings) -> Iterator[Ask]:
    with asking(words.warehouse) as ask_words:
        yield ask_words


@pytest.mark.parametrize("number", range(len(PAIRS)), ids=lambda n: "{} {}".format(*PAIRS[n][:2]))
def test_a_word_finds_its_spellings_and_forms_and_no_other_word(among_words: Ask, number: int) -> None:
    asked, _, is_found = PAIRS[number]
    matches = answer(among_words, asked, Filters(), 99).matches
    assert (f"setu/{number}.txt" in [match.source_path for match in matches]) is is_found


PUTIN = "व्लादिमीर पुतिन"
STORIES = [
    story("setu/visit.txt", "मास्को यात्रा", f"{PUTIN} दिल्ली आए। नई दिल्ली में बैठक हुई।", names=(Name(PUTIN, full=PUTIN),)),
    story("setu/talks.txt", "बातचीत", "कल Putin ने फोन किया।", day=1, names=(Name("Putin", full=PUTIN),)),
    story("ghat/river.txt", "नदी का मेला", "मेले में हिन्दी की किताबें बिकीं।", "दिल्ली दूर है।", day=2),
    story("ghat/books.txt", "खबर", "गाँव के मेले में नदी किनारे भीड़ रही और किताब कोई नहीं लाया।", day=3),
    story("ghat/copy.txt", "नदी का मेला", "मेले में हिन्दी की किताबें बिकीं।", "दिल्ली दूर है।", day=4),
    story("setu/title.txt", "पुतिन लौटे", "विमान रात में उड़ा।", day=5),
    story("setu/singh-1.txt", "एक", "रमेश सिंह बोले।", names=(Name("सिंह", full="रमेश सिंह"),)),
    story("setu/singh-2.txt", "दो", "सुरेश सिंह बोले।", names=(Name("सिंह", full="सुरेश सिंह"),)),
]
JOINED = {"पुतिन": PUTIN}


@pytest.fixture(scope="module")
def stories(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    settings = Settings(warehouse=tmp_path_factory.mktemp("stories") / "news.duckdb", workers=1)
    pages = [*STORIES, story("setu/short.txt", "तीन", "पुतिन सोए।", names=(Name("पुतिन", full=PUTIN),))]
    publish(settings, pages)
    return settings


def test_every_alias_finds_what_the_others_find_and_says_so(stories: Settings) -> None:
    everything = {"setu/visit.txt", "setu/talks.txt", "setu/title.txt", "setu/short.txt"}
    for name in ("पुतिन", "Putin", PUTIN, "putin", "व्लादिमीर\u200d पुतिन"):
        assert set(found(stories, name)) == everything, name
    assert search(stories, "Putin").also == {"Putin": ["पुतिन", PUTIN]}


def test_an_ambiguous_alias_is_not_expanded_and_says_who_it_may_be(stories: Settings) -> None:
    both = search(stories, "सिंह")
    assert {m.source_path for m in both.matches} == {"setu/singh-1.txt", "setu/singh-2.txt"}
    assert both.also == {}
    assert any("रमेश सिंह (1)" in note and "सुरेश सिंह (1)" in note for note in both.notes)
    assert found(stories, "रमेश सिंह") == ["setu/singh-1.txt"]


def test_all_words_must_be_there_and_a_title_counts_more(stories: Settings) -> None:
    assert found(stories, "नदी मेला") == ["ghat/river.txt", "ghat/books.txt"]
    assert found(stories, "नदी में की मेला") == ["ghat/river.txt", "ghat/books.txt"]
    some = search(stories, "नदी विमान")
    assert {m.source_path for m in some.matches} == {"ghat/river.txt", "ghat/books.txt", "setu/title.txt"}
    assert some.notes == ["no article holds all 2 words asked for; these hold 1"]


def test_a_phrase_stands_side_by_side_in_one_paragraph_and_in_this_form(stories: Settings) -> None:
    assert found(stories, '"हिंदी की किताबें"') == ["ghat/river.txt"]
    assert found(stories, '"नई दिल्ली" बैठक') == ["setu/visit.txt"]
    assert found(stories, "“नदी का मेला”") == ["ghat/river.txt"]
    assert found(stories, '"किताबें"') == ["ghat/river.txt"]
    for other in ('"दिल्ली नई"', '"बिकीं दिल्ली"', '"मेला मेले"', '"हिंदी की किताब"'):
        assert found(stories, other) == [], other


def test_copies_are_shown_once_and_counted(stories: Settings) -> None:
    assert [(m.source_path, m.copy_count) for m in search(stories, "बिकीं").matches] == [("ghat/river.txt", 2)]


def test_a_copy_whose_headline_lacks_a_word_does_not_answer_for_the_other(tmp_path: Path) -> None:
    settings = Settings(warehouse=tmp_path / "news.duckdb", workers=1)
    text = "विमान रात में उड़ा।"
    publish(settings, [story("setu/first.txt", "सुबह", text), story("ghat/copy.txt", "नदी", text, day=1)])
    assert [(m.source_path, m.copy_count) for m in search(settings, "नदी विमान").matches] == [("ghat/copy.txt", 1)]
    assert [(m.source_path, m.copy_count) for m in search(settings, "विमान").matches] == [("setu/first.txt", 2)]


@pytest.mark.parametrize(
    ("filters", "paths"),
    [
        (Filters(site="ghat"), ["ghat/books.txt", "ghat/river.txt"]),
        (Filters(site="setu"), []),
        (Filters(since=date(2026, 1, 4)), ["ghat/books.txt", "ghat/copy.txt"]),
        (Filters(until=date(2026, 1, 3)), ["ghat/river.txt"]),
        (Filters("ghat", date(2026, 1, 4), date(2026, 1, 4)), ["ghat/books.txt"]),
    ],
)
def test_filters(stories: Settings, filters: Filters, paths: list[str]) -> None:
    assert sorted(found(stories, "किताब", filters)) == paths


def test_an_empty_site_stands_for_articles_without_one(tmp_path: Path) -> None:
    settings = Settings(warehouse=tmp_path / "news.duckdb", workers=1)
    publish(settings, [STORIES[2], replace(STORIES[3], site=None)])
    assert found(settings, "किताब", Filters(site="")) == [STORIES[3].path]
    assert set(found(settings, "किताब")) == {STORIES[2].path, STORIES[3].path}


def test_an_unknown_site_is_wrong_usage(stories: Settings) -> None:
    with pytest.raises(UsageError, match="ghat, setu"):
        search(stories, "नदी", Filters(site="sethu"))


def test_equal_matches_come_in_one_order(tmp_path: Path) -> None:
    """Threads add scores up in any order, and a sum of doubles depends on it."""
    settings = Settings(warehouse=tmp_path / "news.duckdb", workers=2)
    some = random.Random(1)
    asked = ("नदी", "पानी", "बाढ़", "पुल", "सड़क")
    others = [f"शब्द{number}" for number in range(3000)]
    texts = [
        [*(word for word in asked for _ in range(some.randint(1, 3))), *some.sample(others, 80)] for _ in range(4000)
    ]
    publish(settings, [story(f"setu/{n}.txt", "खबर", " ".join(words)) for n, words in enumerate(texts)])
    query = warehouse.saved_queries()["search"].sql
    with asking(settings.warehouse) as ask_warehouse:
        sql, words = [], []
        for _ in range(8):
            found = answer(ask_warehouse, " ".join(asked), Filters(), 100).matches
            words.append([match.article_id for match in found])
            sql.append([row[4] for row in ask_warehouse(query, words=" ".join(asked), limit="100")])
    assert all(order == words[0] for order in words)
    assert all(order == sql[0] for order in sql)


def test_the_limit_cuts_the_best_and_the_total_stays(stories: Settings) -> None:
    some = search(stories, "पुतिन", limit=2)
    assert (len(some.matches), some.total) == (2, 4)


@pytest.mark.parametrize(
    ("question", "note"),
    [
        pytest.param("किताव", "no article holds किताव; did you mean किताब?", id="misspelt"),
        pytest.param("ज्ञ्ञ्ञ", "no article holds ज्ञ्ञ्ञ", id="nothing near"),
        pytest.param(
            '"दिल्ली नई"', "no article holds these words side by side; search again without the quotes", id="phrase"
        ),
    ],
)
def test_nothing_found_says_what_to_do(stories: Settings, question: str, note: str) -> None:
    assert search(stories, question).notes == [note]


@pytest.mark.parametrize("question", ["", " ", '""', "।", "-- ;", "\x1b[2J".replace("2J", ""), '"…"'])
def test_a_question_without_words_is_wrong_usage(question: str) -> None:
    with pytest.raises(UsageError, match="holds no word"):
        parse(question)


def test_a_lone_quote_is_none() -> None:
    assert [(group.words, group.is_quoted) for group in parse('"नई दिल्ली" का "मेला')] == [
        (("नई", "दिल्ली"), True),
        (("का",), False),
        (("मेला",), False),
    ]


def test_a_question_is_never_sql(stories: Settings) -> None:
    with asking(stories.warehouse) as ask_stories:
        for question in ("'; drop table articles; --", "$limit", "{found}", "%s नदी", "नदी' or '1'='1", "\x00नदी"):
            answer(ask_stories, question, Filters(), 1)
        assert ask_stories("select count(*) from articles") == [(9,)]


@pytest.mark.parametrize(
    ("body", "snippet"),
    [
        pytest.param("नदी किनारे मेला", "«नदी» किनारे मेला", id="whole body"),
        pytest.param("एक\n\nनदी।", "एक «नदी»।", id="paragraphs"),
        pytest.param("आम " * 50 + "नदी " + "आम " * 50, f"…{'आम ' * 8}«नदी» {'आम ' * 22}आम…", id="the middle"),
        pytest.param("आम " * 50, f"{'आम ' * 31}आम…", id="no match"),
        pytest.param("", "", id="nothing"),
    ],
)
def test_snippets(body: str, snippet: str) -> None:
    assert make_snippet(body, [(0, [frozenset({"नदी"})])]) == snippet


# --- the tables ------------------------------------------------------------------------------------------------------

CONTENT = """
select article_id, word, list_sort(list(term)), title_count, body_count, positions
from search_places join search_words using (word_no) join search_articles using (article_no)
group by all order by all
"""


def test_the_tables_are_those_of_a_rebuild_however_many_runs_it_took(tmp_path: Path) -> None:
    first = Settings(warehouse=tmp_path / "a.duckdb", workers=1)
    publish(first, STORIES[:5])
    publish(first, [replace(STORIES[0], title="नया", lines=[("body", "अब कुछ और लिखा है।")])], 2)
    publish(first, STORIES[5:], 3, gone=["ghat/books.txt", "ghat/copy.txt"])
    publish(first, [STORIES[0]], 4)
    rest = [page for page in STORIES if page.path not in ("ghat/books.txt", "ghat/copy.txt")]
    second = Settings(warehouse=tmp_path / "b.duckdb", workers=1)
    publish(second, rest)
    assert ask(first, CONTENT) == ask(second, CONTENT)
    assert ask(first, "select distinct word from search_words order by 1") == ask(
        second, "select distinct word from search_words order by 1"
    )
    publish(first, rest, 5, rebuild=True)
    assert ask(first, CONTENT) == ask(second, CONTENT)
    assert found(first, "किताब") == ["ghat/river.txt"]


def test_words_get_the_terms_of_new_rules(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    settings = Settings(warehouse=tmp_path / "news.duckdb", workers=1)
    with monkeypatch.context() as patch:
        patch.setattr("flows.steps.words.terms", lambda word: (spelling(word),))
        publish(settings, STORIES)
    assert found(settings, "लाना") == []
    publish(settings, STORIES, 2, rules_version="new")
    assert found(settings, "लाना") == ["ghat/books.txt"]


def test_an_article_that_waits_for_the_current_rules_may_be_older_than_search(tmp_path: Path) -> None:
    settings = Settings(warehouse=tmp_path / "news.duckdb", workers=1)
    publish(settings, STORIES)
    settings.warehouse.chmod(0o644)
    with duckdb.connect(str(settings.warehouse)) as connection:
        connection.execute("drop view search_hits")
        connection.execute("drop table search_places; drop table search_words; drop table search_articles")
    publish(settings, STORIES[1:], 2, rules_version="new")
    assert ask(settings, "select count(*) from articles anti join search_articles using (article_id)") == [(1,)]
    assert found(settings, "किताब") == ["ghat/books.txt", "ghat/river.txt"]
    publish(settings, STORIES[:1], 3, rules_version="new")
    assert found(settings, "बैठक") == ["setu/visit.txt"]


def test_words_are_sorted_once_enough_are_not(tmp_path: Path) -> None:
    settings = Settings(warehouse=tmp_path / "news.duckdb", workers=1)
    publish(settings, [story(f"setu/{n}.txt", "क्रम", "शब्द" + " शब्द" * 19) for n in range(20)])
    publish(settings, [story("setu/20.txt", "क्रम", "शब्द अब" + " शब्द अब" * 9)], 2)
    assert ask(settings, "select count(*) from search_articles where not is_merged") == [(1,)]
    publish(settings, [story(f"setu/{n}.txt", "क्रम", "शब्द अब" + " शब्द अब" * 9) for n in range(21, 25)], 3)
    assert ask(settings, "select count(*) from search_articles where not is_merged") == [(0,)]
    unsorted = (
        "select count(*) from (select word_no < lag(word_no) over () as is_less from search_places) where is_less"
    )
    assert ask(settings, unsorted) == [(0,)]


def test_the_search_is_not_in_the_digest(tmp_path: Path) -> None:
    settings = Settings(warehouse=tmp_path / "news.duckdb", workers=1)
    generation = load(settings, STORIES)
    warehouse.publish(generation, settings)
    before = warehouse.digest(settings.warehouse)
    settings.warehouse.chmod(0o644)
    with duckdb.connect(str(settings.warehouse)) as connection:
        connection.execute("delete from search_places; delete from search_words; delete from search_articles")
    assert warehouse.digest(settings.warehouse) == before


# --- plain SQL -------------------------------------------------------------------------------------------------------


def client(settings: Settings, sql: str) -> list[str]:
    """The lines that DuckDB's own command line client answers."""
    done = subprocess.run(
        [DUCKDB, "-readonly", "-csv", "-noheader", settings.warehouse, sql], capture_output=True, text=True, check=True
    )
    return done.stdout.splitlines()


def test_a_plain_client_searches_by_the_view(stories: Settings) -> None:
    sql = (
        "select articles.source_path from search_hits join articles using (article_id)"
        " where word in ('नदी', 'हिन्दी') group by all order by sum(score) desc, 1 limit 3"
    )
    assert client(stories, sql) == ["ghat/copy.txt", "ghat/river.txt", "ghat/books.txt"]


def test_the_saved_query_and_the_command_give_the_same_order_and_scores(stories: Settings) -> None:
    query = warehouse.saved_queries()["search"]
    for question in ("नदी", "हिंदी", "किताबों", "नदी मेला", "सड़क"):
        rows = warehouse.query(stories.warehouse, query.sql, query.defaults | {"words": question}).rows
        asked = [(m.article_id, m.score) for m in search(stories, question).matches]
        if question == "किताबों":  # a form that no article prints, which SQL alone can't know
            assert list(rows) == [] and asked
        else:
            assert [(row[4], row[0]) for row in rows] == [(key, round(score, 3)) for key, score in asked]


def test_the_saved_query_folds_what_is_asked(among_words: Ask) -> None:
    """As the command does, for what articles print in one form or another."""
    query = warehouse.saved_queries()["search"]
    for number, (asked, printed, _) in enumerate(PAIRS[:17]):
        rows = among_words(query.sql, words=asked, limit="99")
        assert f"क्रम{number}" in [row[3] for row in rows], (asked, printed)


# --- the command -----------------------------------------------------------------------------------------------------


def khabar(settings: Settings, *arguments: str, code: int = 0, columns: int = 80) -> tuple[str, str]:
    done = subprocess.run(
        [KHABAR, "search", *arguments, "--warehouse", settings.warehouse],
        capture_output=True,
        text=True,
        env={"COLUMNS": str(columns), "PATH": "/usr/bin:/bin", "PYTHONPATH": ":".join(sys.path)},
    )
    assert done.returncode == code, done.stderr
    return done.stdout, done.stderr


def test_the_command_shows_articles_within_80_columns(stories: Settings) -> None:
    out, _ = khabar(stories, "पुतिन", "--limit", "3")
    lines = out.splitlines()
    assert lines[0].startswith("पुतिन also as: ")
    assert "«पुतिन»" in out and "3 of 4 articles" in lines[-1]
    assert max(map(width, lines)) <= 80
    assert not any(line.endswith(" ") for line in lines)


def test_the_command_gives_json(stories: Settings) -> None:
    rows = json.loads(khabar(stories, "नदी", "मेला", "--site", "ghat", "--format", "json")[0])
    assert [row["title"] for row in rows] == ["नदी का मेला", "खबर"]
    assert set(rows[0]) >= {"article_id", "score", "title", "snippet", "also"}
    assert rows[0]["score"] > rows[1]["score"] and "«मेले»" in rows[0]["snippet"]
    nothing, said = khabar(stories, "किताव", "--format", "json")
    assert json.loads(nothing) == [] and "did you mean किताब" in said


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        pytest.param(("।",), "holds no word", id="no word"),
        pytest.param(("नदी", "--since", "कल"), "give a day as 2026-01-31", id="bad day"),
        pytest.param(("नदी", "--site", "x"), "no article is of that site", id="unknown site"),
        pytest.param(("नदी", "--limit", "0"), "--limit", id="no limit"),
    ],
)
def test_wrong_usage(stories: Settings, arguments: tuple[str, ...], says: str) -> None:
    assert says in khabar(stories, *arguments, code=2)[1]


def test_hostile_text_reaches_the_terminal_harmlessly(tmp_path: Path) -> None:
    settings = Settings(warehouse=tmp_path / "news.duckdb", workers=1)
    publish(settings, [story("setu/a.txt", "\x1b]0;बुरा\x07 [bold]", "नदी \x1b[2J‮ [red]पार[/red]")])
    for form in ("table", "json"):
        out, _ = khabar(settings, "नदी", "--format", form)
        assert "\x1b" not in out and "\x07" not in out and "\u202e" not in out and "[red]पार[/red]" in out
