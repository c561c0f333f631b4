"""Lines are cut without loss, joined only where a column broke them, and masked so that copies look alike."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from flows.text.lines import find_wrapped, mask_line, split_lines

PARAGRAPHS = (
    "नगर परिषद ने पुराने पुल की मरम्मत के लिए इस साल दो चरणों में काम कराने का निर्णय लिया है। अधिकारियों के अनुसार पहले चरण में "
    "खंभों की जाँच होगी और उसके बाद भारी वाहनों का रास्ता बदला जाएगा। व्यापारियों ने माँग रखी कि बाज़ार की सड़क खुली रहे।",
    "परिषद की अगली बैठक में ख़र्च का पूरा हिसाब सदस्यों के सामने रखा जाएगा और उस पर चर्चा होगी। स्थानीय लोगों का कहना है कि बरसात से "
    "पहले काम पूरा नहीं हुआ तो आना-जाना मुश्किल हो जाएगा। इंजीनियरों के दल ने नींव की गहराई बढ़ाने का सुझाव दिया है।",
    "किसानों ने बताया कि नहर का पानी समय पर मिलने से इस बार बुआई जल्दी शुरू हो सकी।",
)


def columns(text: str) -> int:
    return sum(unicodedata.category(char) not in ("Mn", "Me", "Cf") for char in text)


def size(text: str) -> int:
    return len(text.encode())


def wrap(text: str, width: int, measure: Callable[[str], int]) -> list[str]:
    """The text broken where the next word would stand beyond the width."""
    lines = [""]
    for word in text.split():
        longer = f"{lines[-1]} {word}".lstrip()
        if lines[-1] and measure(longer) > width:
            lines.append(word)
        else:
            lines[-1] = longer
    return lines


# --- cutting ---------------------------------------------------------------------------------------------------------

CUT = {
    "nothing": ("", []),
    "no last newline": ("एक\nदो", ["एक\n", "दो"]),
    "kinds of newline": ("1\r\n2\r3\n4\v5\f6\x857\u20288\u20299", list("123456789")),
    "blank lines are one": ("1\n\n \t\n\u200b\r\n\ufeff\n2\n\n", ["1\n", "\n \t\n\u200b\r\n\ufeff\n", "2\n", "\n"]),
    "blank at the start": ("\n\n1", ["\n\n", "1"]),
    "CR LF is one": ("1\r\n\r\n2", ["1\r\n", "\r\n", "2"]),
}


@pytest.mark.parametrize(("text", "lines"), CUT.values(), ids=CUT.keys())
def test_split_lines(text: str, lines: list[str]) -> None:
    found = split_lines(text)
    assert "".join(found) == text
    assert [line.strip() for line in found] == [line.strip() for line in lines]


@given(st.text(st.sampled_from("ab \t\n\r\v\f\x1c\x85\u2028\u200b\ufeff।") | st.characters(exclude_categories=["Cs"])))
def test_nothing_is_lost_between_lines(text: str) -> None:
    lines = split_lines(text)
    assert "".join(lines) == text
    assert all(lines)
    blank = [not line.strip("\u200b\ufeff \t\n\r\v\f\x1c\x85\u2028") for line in lines]
    assert not any(one and other for one, other in pairwise(blank))


# --- joining ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("newline", ["\n", "\r\n"], ids=["LF", "CR LF"])
@pytest.mark.parametrize(
    ("measure", "width"),
    [(len, 72), (len, 100), (columns, 60), (size, 120)],
    ids=["72", "100", "60 columns", "120 bytes"],
)
def test_wrapped_paragraphs_come_together(measure: Callable[[str], int], width: int, newline: str) -> None:
    broken = [wrap(paragraph, width, measure) for paragraph in PARAGRAPHS]
    text = (newline * 2).join(
        newline.join(lines) for lines in [["पुल पर फैसला"], ["By संवाददाता", "12 March"], *broken]
    ) + newline
    lines = split_lines(text)
    paragraphs: list[str] = []
    for line, joins in zip(lines, find_wrapped(lines), strict=True):
        if joins:
            paragraphs[-1] += " " + line.strip()
        elif line.strip():
            paragraphs.append(line.strip())
    assert paragraphs == ["पुल पर फैसला", "By संवाददाता", "12 March", *PARAGRAPHS]


def test_title_right_above_a_wrapped_paragraph_is_not_joined() -> None:
    lines = ["पुल पर फैसला\n", *(f"{line}\n" for line in wrap(PARAGRAPHS[0] + PARAGRAPHS[1], 72, len))]
    assert find_wrapped(lines) == [False, False, *([True] * (len(lines) - 2))]


def sentences() -> list[str]:
    return [
        f"{sentence.strip()}।\n" for paragraph in PARAGRAPHS for sentence in paragraph.split("।") if sentence.strip()
    ]


NOT_WRAPPED = {
    "a paragraph a line": [f"{paragraph}\n" for paragraph in PARAGRAPHS] * 4,
    "a sentence a line": sentences() * 2,
    "a list of names": ["मोहित\n", "कविता\n", "सलमान\n", "बातिर\n", "मनीष\n", "अरविंद\n", "ओम\n"] * 3,
    "head of a page": [
        "अरावली\n",
        "29.4 C\n",
        "March 6, 2025\n",
        "होम » दुनिया\n",
        "\n",
        "By मोहित\n",
        "Published: Mar 05, 2025\n",
    ],
    "headlines": [f"पुल की मरम्मत पर परिषद का फैसला, {n} गाँवों के लोगों को मिलेगी राहत\n" for n in range(8)],
    "two lines only": [f"{line}\n" for line in wrap(PARAGRAPHS[2], 60, len)],
    "one line": ["एक पंक्ति"],
    "none": [],
}


@pytest.mark.parametrize("lines", NOT_WRAPPED.values(), ids=NOT_WRAPPED.keys())
def test_lines_that_are_paragraphs_stay_apart(lines: list[str]) -> None:
    assert not any(find_wrapped(lines))


@given(st.lists(st.text(st.sampled_from("अब cd.। \n"), max_size=150), max_size=20))
def test_a_blank_line_is_never_joined_over(lines: list[str]) -> None:
    lines = [line.replace("\n", "") + "\n" for line in lines]
    joins = find_wrapped(lines)
    assert len(joins) == len(lines)
    for at, is_joined in enumerate(joins):
        assert not is_joined or (at > 0 and lines[at].strip() and lines[at - 1].strip())


# --- masking ---------------------------------------------------------------------------------------------------------

ALIKE = {
    "page date": ("Mon. Dec 23rd, 2024", "Tue. Jan 1st, 2019"),
    "weather": ("23.9 C", "9.12 C"),
    "date and hour": ("30-Sep-2021 5:02 PM", "2-May-2024 11:59 am"),
    "Hindi date": ("शुक्रवार, 12 जनवरी 2024 | दिल्ली", "मंगलवार, 1 फ़रवरी 2023 | दिल्ली"),
    "Devanagari digits": ("१२ मार्च २०२०", "3 जून 2021"),
    "glued month": ("14सितंबर को अपडेट", "5अगस्त को अपडेट"),
    "short months": ("अपडेटेड: 12 अग 2024", "अपडेटेड: 3 दिसं 2023"),
    "nukta in one code point or two": ("\u095eरवरी", "फ\u093cरवरी"),
    "addresses": ("लिखें desk@khabar.example", "लिखें info@other.example"),
    "links": ("देखें https://a.example/1?x", "देखें www.b.example/2"),
    "space and trim": (" यह भी पढ़ें: \n", "यह\u00a0भी\tपढ़ें"),
    "counts of readers": ("Views: 1,204", "Views: 87"),
    "minutes to read": ("पढ़ने में समय: 4 मिनट", "पढ़ने में समय: 11 मिनट"),
    "a label and a date": ("प्रकाशित: 4.5.2024", "प्रकाशित: 11.12.2023"),
    "a label and a time": ("दिल्ली: 5:30", "दिल्ली: 18:45"),
    "bullets": ("• ताज़ा ख़बरें »", "ताज़ा ख़बरें"),
}


@pytest.mark.parametrize(("one", "other"), ALIKE.values(), ids=ALIKE.keys())
def test_copies_of_a_template_look_alike(one: str, other: str) -> None:
    assert mask_line(one) == mask_line(other)


DIFFERENT = {
    "words": ("यह भी पढ़ें", "और पढ़ें"),
    "values of a table": ("Battery: 5,000 mAh", "Battery: 4,500 mAh"),
    "values behind a visarga": ("कीमतः 12,999 रुपये", "कीमतः 8,499 रुपये"),
    "prices": ("कीमत: 12,999 रुपये", "कीमत: 8,499 रुपये"),
    "a name that is a short weekday": ("रवि कुमार", "सोम कुमार"),
    "a word that begins like a month": ("मईदान", "जूनियर"),
    "marks only": ("***", "---"),
    "long lines": ("क " * 200, "ख " * 200),
}


@pytest.mark.parametrize(("one", "other"), DIFFERENT.values(), ids=DIFFERENT.keys())
def test_other_lines_do_not(one: str, other: str) -> None:
    assert mask_line(one) != mask_line(other)


def test_a_long_line_is_masked_by_a_digest_that_a_copy_shares() -> None:
    line = PARAGRAPHS[0] * 2
    masked = mask_line(line)
    assert len(masked) < 40 and not any(word in masked for word in line.split())
    assert mask_line(line.replace(" ", "\u00a0 ") + "\n") == masked
    assert mask_line(line.replace("पुल", "बाँध")) != masked


@given(st.text(st.sampled_from("अ1२ -:.,()|PMapm\nजूनMay") | st.characters(exclude_categories=["Cs"]), max_size=80))
def test_a_mask_shows_no_digit_but_zero_and_is_never_lost(text: str) -> None:
    masked = mask_line(text.replace(":", " "))
    assert not any(char.isdecimal() and char != "0" for char in masked)
    assert bool(mask_line(text)) == bool(text.split())
