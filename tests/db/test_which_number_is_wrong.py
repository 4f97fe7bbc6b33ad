"""What was known against people before it was kept of which number: it counts for the one that they agreed to."""

from pathlib import Path

from sqlalchemy import create_engine, text

from db import migrate

SINCE = "2026-11-20 12:00:00.000000"


def test_what_was_known_against_somebody_stays_with_the_number_that_they_agreed_to(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'before.db'}"
    migrate.upgrade(url, "0008")
    engine = create_engine(url)
    people = (
        ("C1", SINCE, b"sealed 123", b"sealed 456", b"sealed 123"),
        ("C2", SINCE, None, b"sealed 456", b"sealed 456"),
        ("C3", None, b"sealed 123", b"sealed 123", None),
    )
    insert = text(
        "INSERT INTO individuals (case_ref, first_name, youth, staff_contact_only, texts_wrong_at, texts_number,"
        " mobile) VALUES (:ref, 'x', 0, 0, :at, :agreed, :mobile)"
    )
    with engine.begin() as connection:
        for ref, at, agreed, mobile, _ in people:
            connection.execute(insert, {"ref": ref, "at": at, "agreed": agreed, "mobile": mobile})
    migrate.upgrade(url, "0009")
    with engine.begin() as connection:
        found = connection.execute(
            text("SELECT case_ref, texts_wrong_number, texts_wrong_said FROM individuals ORDER BY case_ref")
        )
        assert [tuple(row) for row in found] == [(ref, wrong, 0) for ref, _, _, _, wrong in people]
    engine.dispose()
