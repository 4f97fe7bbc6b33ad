"""`minder questionnaire`: a council checks its own form, answers it in the terminal, and prints it."""

from io import BytesIO
from pathlib import Path

from pypdf import PdfReader

from tests.bot.conftest import Machine, Result

LUNCH = """\
form: lunch@1
intro: A few words about lunch. You can skip any of them.
done: Thank you.
questions:
  - {id: lunch, type: scale, scale: good5, text: "How is your lunch?", hint: "Is it hot?"}
  - {id: fed, type: yesno, text: "Did you eat?", easy: "Eat?"}
  - {id: dish, type: multi, text: "What did you eat?", options: {soup: Soup, pie: Pie}, show_if: answers.fed == yes}
  - {id: more, type: text, text: "What else?", max: 100}
"""


def put(machine: Machine, text: str, name: str = "lunch.yaml") -> str:
    (machine.folder / name).write_text(text, encoding="utf-8")
    return name


def rows(result: Result) -> list[list[str]]:
    """The table of answers at the end."""
    return [[cell.strip() for cell in line.split("│")[1:-1]] for line in result.out.splitlines() if "│" in line]


async def test_a_sound_form_is_summed_up_and_a_wrong_one_told_line_by_line(machine: Machine) -> None:
    sound = await machine.minder("questionnaire", "check", put(machine, LUNCH))
    assert sound.code == 0, sound.err
    assert sound.out.splitlines() == [
        "lunch@1: 4 questions",
        "  asked again later, to compare: none",
        "  not asked in a chat: none",
        "  only sometimes: dish, if answers.fed == yes",
        "  hardest to read: grade 0.0, “How is your lunch?”",
        "  in easier words too: 1 of 4 questions",
    ]
    twice_wrong = LUNCH.replace("good5", "good6").replace("Is it hot?", "Is it a court?").replace("max: 100", "max: x")
    wrong = await machine.minder("questionnaire", "check", put(machine, twice_wrong, "wrong.yaml"))
    assert wrong.code == 1
    assert [line.split(": ")[0] for line in wrong.err.splitlines()] == ["wrong.yaml:5", "wrong.yaml:5", "wrong.yaml:8"]
    ours = await machine.minder("questionnaire", "check", "exit")
    assert "only sometimes: goal_got, if baseline.answered(goal)" in ours.out
    nothing = await machine.minder("questionnaire", "check", "nowhere")
    assert (nothing.code, "nowhere: no such file" in nothing.err) == (1, True)


async def test_a_form_is_answered_in_the_terminal_as_in_the_chat(machine: Machine) -> None:
    typed = "\n".join(["", "9", "4", "1", "/back", "2", "/skip", "", ""])
    tried = await machine.minder("questionnaire", "try", put(machine, LUNCH), typed=f"{typed}\n")
    assert tried.code == 0, tried.err
    assert "1 of 3\n\nHow is your lunch?\nIs it hot?" in tried.out
    assert "send a number from 1 to 5" in tried.out
    assert "What did you eat?" in tried.out
    assert rows(tried)[-3:] == [["lunch", "4", "Good"], ["fed", "no", "No"], ["more", "", "(skipped)"]]


async def test_facts_can_be_chosen_and_a_form_can_be_left(machine: Machine) -> None:
    plain = await machine.minder("questionnaire", "try", "exit", "--no-unpaid-work", typed="\n/stop\n\n3\n")
    assert "1 of 10" in plain.out
    assert "OK, we have stopped." in plain.out
    assert rows(plain) == [["home", "3", "OK"]]
    more = await machine.minder("questionnaire", "try", "exit", "--sensitive", "--start", "goal=given", typed="\n")
    assert "1 of 15" in more.out
    none = await machine.minder("questionnaire", "try", "early_end", typed="/decline\n")
    assert "We have kept no answers." in none.out


async def test_a_form_is_printed_with_a_box_for_each_answer(machine: Machine) -> None:
    made = await machine.minder("questionnaire", "print", "exit", "--file", "end.pdf")
    assert made.code == 0, made.err
    reader = PdfReader(BytesIO(Path(machine.folder / "end.pdf").read_bytes()))
    text = " ".join(" ".join(page.extract_text() for page in reader.pages).split())
    assert "2. How well are you doing with drink or drugs right now? 1. Very bad" in text
    assert "Only if you chose 2, 3, 4 at question 12." in text
    assert "In a small team someone may still guess." in text
    own = await machine.minder("questionnaire", "print", put(machine, LUNCH))
    text = PdfReader(BytesIO((machine.folder / "lunch.pdf").read_bytes())).pages[0].extract_text()
    assert own.out == "lunch.pdf\n"
    assert "Only if you chose 1 at question 2." in " ".join(text.split())


async def test_the_bot_does_not_start_with_a_wrong_form_and_says_where_it_is(machine: Machine) -> None:
    await machine.is_set_up()
    (machine.folder / "ours").mkdir()
    (machine.folder / "ours" / "lunch.yaml").write_text(LUNCH.replace("type: yesno", "type: bool"))
    machine.environment["MINDER_QUESTIONNAIRES_FOLDER"] = "ours"
    wrong = await machine.minder("report")
    assert wrong.code == 1
    assert wrong.err.startswith("lunch.yaml:6: type: expected one of scale, choice,")
