"""A manager asks what changed: one line for each area of life, by quarters that are over, and nothing of too few."""

from datetime import date

from sqlalchemy import insert

from db import tables
from tests.conversations.conftest import Phone, World

SUMMER = date(2026, 7, 1)


async def settled(world: World, name: str, before: str, after: str | None, times: int) -> None:
    """So many forms of the summer, as the nightly job leaves them: home and money answered twice, or not at the end."""
    ending = "silent" if after is None else "finished"
    row = {"form": "exit", "version": "1", "ended_on": SUMMER, "ending": ending, "start": "baseline@1", "way": "chat"}
    ids = [f"{name}{n}" for n in range(times)]
    async with world.town.app.service.db.write() as tx:
        await tx.execute(insert(tables.forms), [{"form_id": id_, **row} for id_ in ids])
        await tx.execute(insert(tables.starts), [{"form_id": id_, "pair": "home", "value": before} for id_ in ids])
        if after is not None:
            answers = [{"form_id": id_, "question": "home", "value": after} for id_ in ids]
            await tx.execute(insert(tables.answers), answers)


async def test_what_changed_is_one_line_for_each_area_of_life(world: World, sam: Phone) -> None:
    morag = await world.linked("Morag", "MGR1")
    await settled(world, "a", "2", "4", 22)
    await settled(world, "b", "3", "3", 12)
    await settled(world, "c", "4", "3", 7)
    await settled(world, "d", "1", None, 9)
    async with world.town.app.service.db.write() as tx:
        few = [{"form_id": f"a{n}", "pair": "money", "value": "1"} for n in range(3)]
        await tx.execute(insert(tables.starts), few)
        await tx.execute(
            insert(tables.answers), [{"form_id": f"a{n}", "question": "money", "value": "2"} for n in range(3)]
        )

    await morag.says("/report")
    await morag.taps("What changed")
    text = morag.sees("for orders that ended 2026-07-01 to 2026-09-30", "Home:")
    assert "Home: 41 answered twice. 22 better, 12 same, 7 worse. 2.6 → 3.5." in text
    assert "Began at 1 or 2: 22. 22 better, 0 same, 0 worse. 2.0 → 4.0." in text
    assert "Money: too few to show." in text
    assert "Money: of those" not in text
    assert (
        "Home: of those who finished the form 22 of 41 (54%, 95% sure: 38 to 68%); of those who did not 9 of 9" in text
    )
    assert "Hidden: fewer than 5" in text
    assert "Nobody was compared with people who had no order" in text
    assert "Nothing here says whether anybody offends less" in text
    assert "Answers given on a worker's phone" in text
    assert "deliver" not in text

    assert morag.buttons() == ["The quarter before", "The year 2025/26", "Figures"]
    await morag.taps("The year 2025/26")
    morag.sees("2025-04-01 to 2026-03-31", "No form has been settled of this time yet")
    await morag.taps("The year before")
    morag.sees("2024-04-01 to 2025-03-31")
    await morag.taps("Figures")
    morag.sees("Figures for 2024-04-01 to 2025-03-31")


async def test_days_that_are_no_quarter_lead_to_the_last_quarter_that_is_over(world: World, sam: Phone) -> None:
    morag = await world.linked("Morag", "MGR1")
    await morag.says("/report 2026-05-01 2026-11-20")
    await morag.taps("What changed")
    morag.sees("2026-07-01 to 2026-09-30", "No form has been settled")
