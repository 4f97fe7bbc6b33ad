import pytest

from sandbox import markup
from sandbox.refusals import Refused


def test_tags_become_entities_counted_in_utf16() -> None:
    text, entities = markup.parse('Hi 👋 <b>Jamie</b>, <a href="https://example.org/?a=1&amp;b=2">see &lt;this&gt;</a>')
    assert text == "Hi 👋 Jamie, see <this>"
    assert entities == [
        {"type": "bold", "offset": 6, "length": 5},
        {"type": "text_link", "offset": 13, "length": 10, "url": "https://example.org/?a=1&b=2"},
    ]


def test_tags_nest_outermost_first() -> None:
    text, entities = markup.parse("<b>one <i>two</i></b> <u>3</u><s>4</s><code>5</code>")
    assert text == "one two 345"
    assert [entity["type"] for entity in entities] == ["bold", "italic", "underline", "strikethrough", "code"]
    assert entities[0] == {"type": "bold", "offset": 0, "length": 7}


@pytest.mark.parametrize(
    ("source", "why"),
    [
        ("<b>never closed", 'Can\'t find end tag corresponding to start tag "b"'),
        ("<b>wrong</i>", 'Unmatched end tag at byte offset 8, expected "</b>", found "</i>"'),
        ("é </b>", "Unexpected end tag at byte offset 3"),
        ("<marquee>no</marquee>", 'Unsupported start tag "marquee" at byte offset 0'),
        ("4 < 5", "Unclosed start tag at byte offset 2"),
        ("I <3 you > me", 'Unsupported start tag "" at byte offset 2'),
    ],
)
def test_bad_markup_is_refused(source: str, why: str) -> None:
    with pytest.raises(Refused) as refused:
        markup.parse(source)
    assert refused.value.description == f"Bad Request: can't parse entities: {why}"


def test_commands_and_addresses_are_marked_unasked() -> None:
    assert markup.found("/start abc or https://example.org/a/help, not 24/7") == [
        {"type": "bot_command", "offset": 0, "length": 6},
        {"type": "url", "offset": 14, "length": 26},
    ]
