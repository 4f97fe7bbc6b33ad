"""`minder questionnaire`: a council checks a form of its own, answers it in the terminal, and prints it."""

from collections.abc import Mapping
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.table import Table

from bot.clock import SystemClock
from domain import questionnaires, reading
from domain.calendar import Calendar
from domain.facts import AboutSitting
from domain.people import Individual
from domain.policy import Policy
from domain.questionnaires import Control, Definition, Event, Facts, Press, Screen, ScreenKind, Sitting, Type, Write
from domain.questionnaires.conditions import spelled
from messages import assisting, words
from messages import forms as screens
from messages.compose import Tongue, Voice
from usecases import forms

app = typer.Typer(no_args_is_help=True, help="The questions that people are asked: check a form, try it, print it.")

File = Annotated[str, typer.Argument(metavar="FILE", help="A form's file, or the name of one that comes with Minder.")]
Unpaid = Annotated[bool, typer.Option("--unpaid-work/--no-unpaid-work", help="The order has unpaid work.")]
Supervised = Annotated[bool, typer.Option("--supervision/--no-supervision", help="The order has supervision.")]
Started = Annotated[list[str] | None, typer.Option("--start", help="An answer at the start: goal=given, home=2.")]
Sensitive = Annotated[bool, typer.Option("--sensitive/--no-sensitive", help="Ask what is left out in the chat too.")]
Language = Annotated[str, typer.Option(help="Which language to ask in.")]

ENTER = {ScreenKind.INTRO: Control.BEGIN, ScreenKind.SUMMARY: Control.SEND, ScreenKind.STOPPED: Control.RESUME}


@app.command()
def check(file: File) -> None:
    """Says everything that is wrong with a form, by file and line (exit code 1), or what it holds."""
    for definition in _definitions(file):
        _summary(definition)


@app.command("try")
def try_(
    file: File,
    unpaid_work: Unpaid = True,
    supervision: Supervised = False,
    start: Started = None,
    sensitive: Sensitive = False,
    easy: Annotated[bool, typer.Option("--easy", help="In easier words.")] = False,
    language: Language = words.SOURCE,
) -> None:
    """Asks a form in the terminal, as the chat does. Nothing is kept. Numbers choose; /skip, /back and /stop work."""
    facts = Facts(_requirements(unpaid_work, supervision), _start(start or []), sensitive)
    definition, voice = _definitions(file)[0], _voice(language)
    sitting = questionnaires.begin(definition)
    screen = questionnaires.show(definition, sitting, facts)
    while not sitting.over:
        event = _asked(definition, screen, easy, voice)
        if event is None:
            typer.echo("Stopped. In the chat the answers would be kept until they go on.")
            break
        sitting, screen = questionnaires.step(definition, sitting, event, facts)
    if sitting.over:
        typer.echo(_shown(definition, screen, easy, voice))
    _table(definition, sitting, voice)


@app.command("print")
def print_(
    file: File,
    unpaid_work: Unpaid = True,
    supervision: Supervised = True,
    start: Started = None,
    to: Annotated[Path | None, typer.Option("--file", help="Where to write it (default: FORM.pdf).")] = None,
    language: Language = words.SOURCE,
) -> None:
    """Writes a form as a PDF to be filled in by hand: big letters, a big box for each answer, no name."""
    definition = _definitions(file)[0]
    known = Facts(_requirements(unpaid_work, supervision), _start(start or ["goal=given"]), sensitive_allowed=True)
    path = to or Path(f"{definition.form}.pdf")
    path.write_bytes(assisting.paper(definition, known, _voice(language)))
    typer.echo(str(path))


def _definitions(file: str) -> list[Definition]:
    """The forms of one file, or of one name, with their words learned; raises WrongForms."""
    path, ours = Path(file), forms.read()
    if path.parent.resolve() == forms.FOLDER.resolve():
        file = path.stem
    elif path.exists():
        read = forms.read(path.resolve())
        words.learn(read.words)
        return [one for ref, one in read.definitions.items() if ref not in ours.definitions]
    if file not in {one.form for one in ours.definitions.values()}:
        raise forms.WrongForms([f"{file}: no such file, and no form of this name comes with Minder"])
    return [ours.newest(file)]


def _requirements(unpaid_work: bool, supervision: bool) -> frozenset[str]:
    return frozenset(name for name, has in (("unpaid_work", unpaid_work), ("supervision", supervision)) if has)


def _start(given: list[str]) -> Mapping[str, str]:
    """`goal=given` as question and answer."""
    pairs = [one.partition("=") for one in given]
    if odd := [name for name, equals, value in pairs if not (equals and value)]:
        raise typer.BadParameter(f"expected QUESTION=ANSWER, found {odd[0]!r}", param_hint="--start")
    return {name: value for name, _, value in pairs}


def _voice(language: str) -> Voice:
    return Tongue(Calendar(), Policy()).voice(language, SystemClock().now())


# ── What a form holds ───────────────────────────────────────────────────────────────────────────────────────────────


def _summary(definition: Definition) -> None:
    questions = definition.questions
    pairs = [one.pair for one in questions if one.pair]
    sensitive = [one.id for one in questions if one.sensitive]
    typer.echo(f"{definition.ref}: {len(questions)} questions")
    typer.echo(f"  asked again later, to compare: {', '.join(pairs) or 'none'}")
    typer.echo(f"  not asked in a chat: {', '.join(sensitive) or 'none'}")
    for one in questions:
        if one.show_if is not None:
            typer.echo(f"  only sometimes: {one.id}, if {spelled(one.show_if)}")
    grades = {key: reading.grade(words.say(key, words.SOURCE)) for key in _sentences(definition)}
    hardest = max(grades, key=lambda key: grades[key])
    typer.echo(f"  hardest to read: grade {max(grades[hardest], 0):.1f}, “{words.say(hardest, words.SOURCE)}”")
    easy = sum(words.knows(f"{one.text_key}.easy") for one in questions)
    typer.echo(f"  in easier words too: {easy} of {len(questions)} questions")


def _sentences(definition: Definition) -> list[str]:
    """What stands in whole sentences: the formula says nothing of labels."""
    keys = [key for one in definition.questions for key in (one.text_key, one.hint_key) if key]
    return [key for key in keys if len(words.say(key, words.SOURCE).split()) > 4] or keys


# ── In the terminal ─────────────────────────────────────────────────────────────────────────────────────────────────


def _asked(definition: Definition, screen: Screen, easy: bool, voice: Voice) -> Event | None:
    """What somebody types to a screen; None once there is nothing more to read."""
    typer.echo(f"\n{_shown(definition, screen, easy, voice)}\n")
    controls = {one.value: one for one in screen.controls}
    enter = Control.CONFIRM if Control.CONFIRM in screen.controls else ENTER.get(screen.kind)
    for name, control in controls.items():
        key = "Enter" if control is enter else f"/{name}"
        typer.echo(f"  {key:<10}{voice.say(f'form.control.{control}')}")
    try:
        typed = input("> ").strip()
    except EOFError:
        return None
    if not typed and enter is not None:
        return Press(enter)
    control_named = typed.removeprefix("/") if typed.startswith("/") else ""
    return Press(Control(control_named)) if control_named in set(Control) else Write(typed)


def _shown(definition: Definition, screen: Screen, easy: bool, voice: Voice) -> str:
    """A screen as the chat shows it, with its options as lines."""
    about = AboutSitting(0, Individual(0, "", "", easy=easy), definition.form, screen)
    notice = screen.notice
    if notice is not None:
        limits = {"found": notice.found or 0, "least": notice.least or 0, "most": notice.most or 0}
        voice = _voice_with(voice, {"notice": notice.kind.value, **limits})
    message = screens.form(about, voice)
    marks = {True: "✓", False: " "}
    labels = [f"  {marks[one.ticked]} {one.number}. {voice.say(one.option.key)}" for one in screen.choices]
    return "\n".join([message.text, *labels])


def _voice_with(voice: Voice, params: Mapping[str, str | int]) -> Voice:
    return Tongue(voice.calendar, voice.policy).voice(voice.locale, voice.now, params)


def _table(definition: Definition, sitting: Sitting, voice: Voice) -> None:
    grid = Table("question", "answer", "words")
    for question_id, answer in sitting.answers.items():
        question = definition.question(question_id)
        given = answer if isinstance(answer, tuple) else (answer,) if answer is not None else ()
        labels = [voice.say(option.key) for option in question.options if option.id in given]
        value = "" if question.type is Type.TEXT else "+".join(given)
        grid.add_row(question_id, value, "; ".join(labels) if labels else "".join(given) or "(skipped)")
    Console(soft_wrap=True).print(grid)
