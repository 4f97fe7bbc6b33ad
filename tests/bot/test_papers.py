"""`minder evidence` and `minder letter-template`: papers at the command line."""

from io import BytesIO

from docx import Document
from pypdf import PdfReader

from tests.bot.conftest import Machine

PEOPLE = "case_ref,first_name\nC1,Sam\n"
ORDERS = "order_ref,case_ref,imposed_on,requirements,hours,status\nO1,C1,2026-09-01,unpaid_work,100,active\n"
DATES = "appointment_ref,order_ref,kind,date,start,end\nA1,O1,unpaid_work,2026-09-21,09:30,15:30\n"


async def test_the_record_of_an_order_is_written_for_its_owner_alone(machine: Machine) -> None:
    await machine.is_set_up()
    for name, rows in (("people", PEOPLE), ("orders", ORDERS), ("dates", DATES)):
        (machine.folder / f"{name}.csv").write_text(rows)
    await machine.minder("import", ".")
    made = await machine.minder("evidence", "O1", "--to", "2026-10-31", "--file", "o1.pdf")
    assert made.code == 0, made.err
    file = machine.folder / "o1.pdf"
    text = " ".join(PdfReader(BytesIO(file.read_bytes())).pages[0].extract_text().split())
    assert "Period 1 September 2026 to 31 October 2026 Dates in it 1" in text
    assert "21 September 2026 at 9:30" in text
    assert file.stat().st_mode & 0o777 == 0o600
    nobody = await machine.minder("evidence", "O9")
    assert nobody.code == 1
    assert "'O9'" in nobody.err
    assert "evidence record" in (await machine.minder("audit", "who", "C1", "--reason", "complaint")).out


async def test_a_council_edits_the_letter_and_a_field_that_nobody_knows_is_named(machine: Machine) -> None:
    await machine.is_set_up()
    written = await machine.minder("letter-template", "ours.docx")
    assert "«first_name»" in written.out
    file = machine.folder / "ours.docx"
    machine.environment["MINDER_LETTER_FILE"] = str(file)
    assert (await machine.minder("retention")).code == 0
    document = Document(str(file))
    document.add_paragraph("«surname»")
    document.save(str(file))
    wrong = await machine.minder("retention")
    assert wrong.code == 1
    assert "ours.docx: found «surname»; expected only «today»" in wrong.err
