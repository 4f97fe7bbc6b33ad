"""A chart is drawn as lines and letters: its numbers stand at round steps, and its words can be found in the file."""

from io import BytesIO

import pytest
from pypdf import PdfReader

from documents import charts, printed
from documents.book import Bar, Chart

SHARES = (
    Bar("Worker named", "82% (83 of 101)", 82, last=95, year_ago=88, target=100),
    Bar("A label that is longer than one line takes", "hidden"),
)
CHARTS = (
    Chart("bars", "Kept in time", SHARES, "", "", most=100, marks=("last quarter", "a year ago", "target")),
    Chart("dots", "Missed", (Bar("before", "25%", 25, low=20, high=31), Bar("since", "too few")), "", "", most=100),
    Chart("parts", "Change", (Bar("Home", "", parts=(8, 0, 7)),), "", "", names=("better", "the same", "worse")),
)


@pytest.mark.parametrize(
    ("end", "shown"),
    [
        (1.42, ["0.0", "0.2", "0.4", "0.6", "0.8", "1.0", "1.2", "1.4"]),
        (7.1, ["0", "1", "2", "3", "4", "5", "6", "7"]),
        (21.3, ["0.0", "2.5", "5.0", "7.5", "10.0", "12.5", "15.0", "17.5", "20.0"]),
        (119.28, ["0", "20", "40", "60", "80", "100"]),
        (9000, [str(n) for n in range(0, 9001, 1000)]),
    ],
)
def test_an_axis_has_ten_round_numbers_at_most_and_ends_where_the_words_still_fit(end: float, shown: list[str]) -> None:
    assert [words for _, words in charts.ticks(Chart("bars", "", (), "", ""), end)] == shown


def test_every_word_and_number_of_a_chart_is_text_in_the_file() -> None:
    printed.register_fonts()
    drawn = [charts.drawing(one, 400) for one in CHARTS]
    file = PdfReader(BytesIO(printed.made(drawn, "Charts", printed.numbered(lambda *_: None))))
    words = " ".join(" ".join(page.extract_text() for page in file.pages).split())
    for bar in (bar for one in CHARTS for bar in one.bars):
        assert bar.text in words
    for one in (
        "Kept in time",
        "last quarter",
        "a year ago",
        "target",
        "A label that",
        "takes",
        "75%",
        "worse",
        "8",
        "7",
    ):
        assert one in words
