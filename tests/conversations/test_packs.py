"""A manager draws up the pack of a quarter in the chat, looks at it, and signs it; nobody else gets near it."""

from hashlib import sha256
from io import BytesIO
from zipfile import ZipFile

from openpyxl import load_workbook
from pypdf import PdfReader

from db import tables
from documents import bundle
from messages.actions.packs import DrawPack, SignPack
from tests.conversations.conftest import Phone, World
from tests.conversations.looking import looked_at, rows
from tests.conversations.test_papers import file_in


async def test_a_manager_draws_looks_signs_and_corrects_and_an_officer_may_not(world: World, sam: Phone) -> None:
    morag, kirsty = await world.linked("Morag", "MGR1"), await world.linked("Kirsty", "CM1")
    await morag.says("/report")
    await morag.taps("Pack of files to sign")
    assert "This quarter is not over" in morag.newest()
    assert not any("Sign" in label for label in morag.buttons())
    await morag.taps("The quarter before")
    assert "Nobody has drawn one up yet." in morag.newest()
    await morag.taps("Draw it up")
    assert "Version 1: drawn up 23 November 2026 at 9:00, by Morag Reid" in morag.newest()
    assert set(morag.person.bot.chats[morag.person.id].doings) == {"upload_document"}, "it says so meanwhile"
    await morag.taps("Version 1 to read (PDF)")
    name, pdf = file_in(morag)
    assert name == "figures-2026Q3-v1.pdf"
    assert "Signed by Not signed yet." in " ".join(PdfReader(BytesIO(pdf)).pages[0].extract_text().split())
    assert "until 9 December 2026" in " ".join(
        "".join(page.extract_text() for page in PdfReader(BytesIO(pdf)).pages).split()
    )
    assert ("C1", "pack") in await looked_at(world, "MGR1")
    page = next(shown.id for shown in morag.person.chat if "Version 1: drawn up" in shown.text)

    def stands() -> str:
        return next(str(shown.text) for shown in morag.person.chat if shown.id == page)

    old = DrawPack(2026070120260930, 0).pack()

    await morag.taps("Sign version 1")
    assert "may still come in until 9 December 2026" in stands(), "what is signed is not the last word"
    await morag.taps("Not yet")
    assert "Signed by" not in stands()
    await morag.taps("Sign version 1")
    await morag.taps("Yes, sign it")
    [kept] = await rows(world, tables.packs)
    assert f"Signed by Morag Reid, 23 November 2026 at 9:00. Digest {kept.digest[:16]}" in stands()
    assert kept.signed_by is not None
    await morag.taps("Version 1, all files")
    name, whole = file_in(morag)
    assert name == "figures-2026Q3-v1.zip"
    assert sha256(whole).hexdigest() == kept.digest
    assert kept.digest in morag.newest()
    sheets = ZipFile(BytesIO(whole)).read("staff/figures-2026Q3-v1.xlsx")
    about = {row[0]: row[1] for row in load_workbook(BytesIO(sheets))["About"].iter_rows(values_only=True)}
    assert str(about["Signed by"]).startswith("Morag Reid, 23 November 2026 at 9:00.")

    await morag.taps("Draw it up again")
    assert "What is put right in the new one?" in morag.newest()
    await morag.says("A register came late")
    assert "Version 2: to be drawn up\nWhy: A register came late" in morag.newest()
    await morag.taps("Draw it up")
    assert "Version 2: drawn up" in morag.newest()
    first, second = await rows(world, tables.packs)
    assert first == kept
    assert (second.version, second.why, second.signed_at) == (2, "A register came late", None)

    await kirsty.says("/help")
    morag.person.press(old, page)  # a tap from another time, and a second signature
    morag.person.press(SignPack(first.id).pack(), page)
    kirsty.person.press(old, kirsty.person.chat[-1].id)
    kirsty.person.press(SignPack(second.id).pack(), kirsty.person.chat[-1].id)
    await world.town.settle()
    assert await rows(world, tables.packs) == [first, second]
    kirsty.sees("Sorry, that is not part of your role.")
    assert bundle.figures(second.content)
    await world.moves_to("2026-11-25 09:00")
    assert not [one for one in morag.person.chat if one.media is not None]
