"""A letter is the council's own words with fields in them: filled wherever a word processor put them."""

from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from docx import Document

from documents import letter
from messages import papers


def made(*runs: str) -> bytes:
    """A template of one paragraph, in these pieces, with a table and a head of the page."""
    document = Document()
    paragraph = document.add_paragraph()
    for text in runs:
        paragraph.add_run(text)
    paragraph.runs[0].bold = True
    document.add_table(1, 1).cell(0, 0).text = "ref «case_ref»"
    document.sections[0].header.paragraphs[0].text = "«service»"
    out = BytesIO()
    document.save(out)
    return out.getvalue()


def opened(content: bytes) -> Any:
    return Document(BytesIO(content))


VALUES = {"first_name": "Sam", "case_ref": "C1", "service": "Dates", "missed": ""}


@pytest.mark.parametrize(
    ("runs", "text"),
    [
        (["Dear «first_name»,"], "Dear Sam,"),
        (["Dear «first", "_name», hello"], "Dear Sam, hello"),
        (["Dear «", "first_name", "»", "."], "Dear Sam."),
        (["«first_name»«first_name»"], "SamSam"),
        (["«first_name» and «case_ref»", " «first_name»"], "Sam and C1 Sam"),
        (["a «case", "_ref» b «first_", "name» c"], "a C1 b Sam c"),
        (["We missed you: «missed»."], "We missed you: ."),
        (["« first_name »"], "Sam"),
        (["«of ours»", " and «first_name»"], "«of ours» and Sam"),
        (["no field at all"], "no field at all"),
    ],
)
def test_a_field_is_filled_however_it_is_cut_into_pieces(runs: list[str], text: str) -> None:
    document = opened(letter.filled(made(*runs), VALUES))
    assert document.paragraphs[0].text == text
    assert document.paragraphs[0].runs[0].bold
    assert document.tables[0].cell(0, 0).text == "ref C1"
    assert document.sections[0].header.paragraphs[0].text == "Dates"


def test_our_own_template_has_only_fields_that_are_filled_and_is_read_as_a_councils_would_be(tmp_path: Path) -> None:
    file = tmp_path / "letter.docx"
    file.write_bytes(papers.template("en"))
    assert letter.read(str(file), papers.FIELDS) == file.read_bytes()
    assert letter.fields(file.read_bytes()) <= set(papers.FIELDS)
    assert letter.read("", papers.FIELDS) == b""


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (made("Dear «surname»,"), "found «surname»; expected only «today»"),
        (b"no zip archive", "expected a DOCX file"),
        (None, "No such file or directory; expected a DOCX file"),
    ],
)
def test_a_template_that_cannot_be_used_says_what_was_found_and_what_is_expected(
    tmp_path: Path, content: bytes | None, says: str
) -> None:
    file = tmp_path / "ours.docx"
    if content is not None:
        file.write_bytes(content)
    with pytest.raises(letter.WrongTemplate, match=says) as raised:
        letter.read(str(file), papers.FIELDS)
    assert "ours.docx" in str(raised.value)
