"""Nothing personal can be read in the database by somebody without the key."""

from typing import Any

from sqlalchemy import create_engine, inspect, text

from tests.conversations.conftest import Phone, World


def everything(url: str) -> str:
    """Every column of every table as a stranger with the files but without the key sees it."""
    address = url.replace("postgresql:", "postgresql+psycopg:")
    engine = create_engine(address)
    with engine.connect() as connection:
        rows: list[Any] = [
            row
            for table in inspect(connection).get_table_names()
            for row in connection.execute(text(f'SELECT * FROM "{table}"')).all()
        ]
    engine.dispose()
    return "\n".join(
        " ".join(bytes(one).decode("latin-1") if isinstance(one, bytes | memoryview) else str(one) for one in row)
        for row in rows
    )


async def test_nothing_personal_can_be_read_without_the_key(world: World, sam: Phone, database_url: str) -> None:
    kirsty = await world.linked("Kirsty", "CM1")
    await sam.says("my daughter Ishbel is ill, ring 07700900199")
    await world.moves_to("2026-11-24 18:00")
    await sam.taps("I can't make it")
    found = everything(database_url)
    assert "non_attendance" in found or "cannot" in found  # it is the database that was read
    personal = ["Kirsty Muir", "Ishbel", "07700900199", "daughter", str(sam.person.id), str(kirsty.person.id)]
    assert [word for word in personal if word in found] == []
