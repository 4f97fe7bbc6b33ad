"""Words of danger are found however they are typed, with the sentence; everyday talk is not."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain import danger
from usecases import danger as lists

ENTRIES, EXCEPTIONS = lists.lists().entries, lists.lists().exceptions
FILLER = st.text(alphabet="abdegmnorw ,.;!?\n'’“”()", max_size=60)


def found(text: str) -> danger.Found | None:
    return danger.find(text, ENTRIES, EXCEPTIONS)


@pytest.mark.parametrize(
    "text",
    [
        "I want to die",
        "i WANT  to\ndie.",
        "I can’t go on",
        "I cant go on",
        "I can`t go on!!!",
        "thinking about suicide",
        "feeling suicidal",
        "suisidal thoughts again",
        "sucide",
        "süïcide",
        "k\u200bill myself",
        "I'll kill\u00admyself",
        "ＫＩＬＬ him",
        "he battered me last night",
        "self-harm",
        "self harming again",
        "I took too many pills",
        "want tae die",
        "cannae go on",
        "there is nae point, better aff deid",
        "he has a knife",
        "call 999",
        "killing time before I kill myself",
        "dying for a pint and then I'll end it all",
        "my phone is dying and so am I, I am dying",
    ],
)
def test_words_of_danger_are_found(text: str) -> None:
    assert found(text) is not None, text


@pytest.mark.parametrize(
    "text",
    [
        "",
        "just killing time at the bus stop",
        "the app will kill my phone battery",
        "dying for a fag",
        "Dying, for a pint!",
        "dead tired, sorry",
        "I'm cutting the grass at my mum's",
        "cutting the hedges the day",
        "my back is killing me",
        "my back’s killing me",
        "my skill set",
        "going to see Killie on Saturday",
        "traffic was murder",
        "I cut myself shaving",
        "who looks after me on Monday?",
        "I was under the table",
        "my diet",
        "the weed killer is finished",
        "can you beat me at pool?",
        "ring me back after 3",
        "family emergency, sorry",
        "I'm dead chuffed",
    ],
)
def test_everyday_talk_raises_nothing(text: str) -> None:
    assert found(text) is None, text


@given(st.sampled_from(ENTRIES), FILLER, FILLER, st.booleans(), st.sampled_from([" ", "\n", " \u200b", ", ", "... "]))
def test_an_entry_is_found_wherever_it_stands(entry: str, before: str, after: str, loud: bool, gap: str) -> None:
    words = gap.join(entry.removesuffix("*").split())
    said = words.upper() if loud else words
    hit = danger.find(f"{before} {said} {after}", ENTRIES, ())
    assert hit is not None
    assert 0 < len(hit.quote) <= danger.LONGEST_QUOTE


@given(st.sampled_from(EXCEPTIONS), st.booleans())
def test_an_exception_alone_raises_nothing_and_hides_nothing_beside_it(exception: str, first: bool) -> None:
    words = exception.removesuffix("*")
    assert found(words) is None
    assert found(f"{words}. I want to die" if first else f"I want to die. {words}") is not None


@given(st.text(max_size=300))
def test_any_text_at_all_is_read_without_harm(text: str) -> None:
    hit = found(text)
    assert hit is None or hit.quote in text


def test_the_sentence_is_quoted_and_nothing_more() -> None:
    hit = found("My gran is in hospital. I can’t go on like this! Can you ring me?")
    assert hit is not None
    assert hit.quote == "I can’t go on like this!"


def test_a_long_ramble_is_cut_around_the_words() -> None:
    hit = found("and so " * 700 + "I want to die " + "and so " * 700)
    assert hit is not None
    assert "I want to die" in hit.quote
    assert len(hit.quote) <= danger.LONGEST_QUOTE


def test_no_entry_is_said_twice_and_each_exception_is_needed() -> None:
    """A list that is checked by people stays short enough to be read."""
    for which in (ENTRIES, EXCEPTIONS):
        assert len(set(which)) == len(which)
    assert [one for one in EXCEPTIONS if danger.find(one.removesuffix("*"), ENTRIES, ()) is None] == []
    assert [one for one in ENTRIES if found(one.removesuffix("*")) is None] == []
