"""A questionnaire as its person sees it: one message that changes as they go."""

from dataclasses import replace
from datetime import timedelta

from domain.facts import AboutSitting
from domain.questionnaires import Answer, Choice, Control, Question, Screen, ScreenKind, Type, Way
from messages.actions.forms import FormClear, FormControl, FormHere, FormLeave, FormOption, FormTakeBack, FormWords
from messages.compose import Button, Message, Voice, says

LONGEST_QUOTE = 200  # characters of a typed answer that are shown again: a screen has room for 4,096 in all
LONGEST_SUMMARY = 3_600  # characters; the answers beyond are kept, and counted at its end
BESIDE = (Control.BACK, Control.STOP)  # small and side by side; every other control has a row to itself
OVER = (ScreenKind.DONE, ScreenKind.DECLINED)
Rows = tuple[tuple[Button, ...], ...]


@says("form_offer", "form")
def form(about: AboutSitting, voice: Voice) -> Message:
    """The present screen, under a line that says why the last tap or word changed nothing, if it did not."""
    voice, screen = _easy(about, voice), about.screen
    if about.ended:
        return Message(voice.say(f"form.{about.ended}"))
    if screen is None:
        return Message(voice.say("error_not_known"))
    if about.way not in ("", Way.CHAT) and not about.closed and not voice.params.get("aided"):
        return form_elsewhere(about, voice)
    notice = "" if screen.kind in OVER else _notice(voice)
    said = (notice, _well_done(about, screen, voice), _body(screen, voice), _till(about, screen, voice))
    text = "\n\n".join(part for part in said if part)
    rows = (*_options(about, screen, voice), *_controls(about, screen, voice), *_besides(about, screen, voice))
    return Message(text, rows)


def _well_done(about: AboutSitting, screen: Screen, voice: Voice) -> str:
    """Only where a named person has confirmed the end: the export alone does not say how it came about."""
    praised = about.confirmed and about.form == "exit" and screen.kind is ScreenKind.INTRO
    return voice.say("form.well_done") if praised else ""


@says("form_elsewhere")
def form_elsewhere(about: AboutSitting, voice: Voice) -> Message:
    """To the person, while somebody on staff has the form on their phone."""
    return Message(voice.say("form.elsewhere"), ((voice.button("form.button.here", FormHere(about.id)),),))


@says("form_over")
def form_over(about: AboutSitting, voice: Voice) -> Message:
    """On the phone of staff, in the place of the questions: what the person said is not left there."""
    if about.screen is not None and about.screen.kind is ScreenKind.DECLINED:
        return Message(voice.say("form.over.declined", case=about.individual.case_ref))
    text = voice.say("form.over", case=about.individual.case_ref, until=_until(about, voice))
    return Message(text, ((voice.button("form.button.their_back", FormTakeBack(about.id, 0)),),))


@says("form_take_back")
def form_take_back(about: AboutSitting, voice: Voice) -> Message:
    key = "form.take_back.worker" if about.worker_sees else "form.take_back"
    buttons = (
        voice.button("form.button.sure", FormTakeBack(about.id, 1)),
        voice.button("form.button.leave", FormLeave(about.id)),
    )
    return Message(_easy(about, voice).say(key), tuple((one,) for one in buttons))


@says("form_kept")
def form_kept(about: AboutSitting, voice: Voice) -> Message:
    return Message(voice.say("form.kept", ring=voice.ring()))


@says("form_cleared")
def form_cleared(about: AboutSitting, voice: Voice) -> Message:
    return Message(voice.say("form.cleared"), _take_back(about, voice))


def _easy(about: AboutSitting, voice: Voice) -> Voice:
    return replace(voice, easy=about.individual.easy)


def _notice(voice: Voice) -> str:
    notice = voice.params.get("notice")
    return voice.say(f"form.notice.{notice}", **voice.params) if notice else ""


def _body(screen: Screen, voice: Voice) -> str:
    match screen.kind:
        case ScreenKind.QUESTION if screen.question is not None:
            return _question(screen, screen.question, voice)
        case ScreenKind.SUMMARY:
            return _summary(screen, voice)
        case ScreenKind.STOPPED | ScreenKind.DECLINED:
            return voice.say(f"form.{screen.kind}")
    return voice.say(screen.key or "error_not_known")


def _till(about: AboutSitting, screen: Screen, voice: Voice) -> str:
    """Once it is sent: until when it can be taken back."""
    if screen.kind is not ScreenKind.DONE or about.until is None:
        return ""
    return voice.say("form.till", until=_until(about, voice))


def _until(about: AboutSitting, voice: Voice) -> str:
    """The last whole day on which the answers can be taken back."""
    return voice.on(voice.calendar.day(about.until) - timedelta(days=1)) if about.until is not None else ""


def _besides(about: AboutSitting, screen: Screen, voice: Voice) -> Rows:
    """What can be done beside answering: other words before it, taking back and clearing up after it."""
    if screen.kind is ScreenKind.INTRO:
        easy = about.individual.easy
        key = "form.button.usual" if easy else "form.button.easy"
        return ((voice.button(key, FormWords(about.id, int(not easy))),),)
    if screen.kind is not ScreenKind.DONE:
        return ()
    clear = voice.button("form.button.clear", FormClear(about.id))
    mine = about.way in ("", Way.CHAT)
    return (*(((clear,),) if mine else ()), *_take_back(about, voice))


def _take_back(about: AboutSitting, voice: Voice) -> Rows:
    if about.until is None:
        return ()
    return ((voice.button("form.button.back", FormTakeBack(about.id, 0)),),)


def _question(screen: Screen, question: Question, voice: Voice) -> str:
    progress = voice.say("form.progress", number=screen.number or 0, total=screen.total)
    hint = voice.say(question.hint_key) if question.hint_key else ""
    asked = "\n".join(line for line in (voice.say(question.text_key), hint) if line)
    return "\n\n".join(
        part for part in (progress, asked, _before(screen, question, voice), _how(question, voice)) if part
    )


def _before(screen: Screen, question: Question, voice: Voice) -> str:
    """What was typed here before. What was tapped before is marked on its button."""
    if question.options or not isinstance(screen.answer, str):
        return ""
    return voice.say("form.wrote", words=_quote(screen.answer))


def _how(question: Question, voice: Voice) -> str:
    """How to answer, where buttons do not say so by themselves."""
    match question.type:
        case Type.MULTI:
            return voice.say("form.multi")
        case Type.TEXT:
            return voice.say("form.write")
        case Type.NUMBER:
            return voice.say("form.write_number", least=question.least, most=question.most)
    return ""


def _summary(screen: Screen, voice: Voice) -> str:
    """Every answer; of a very long form as many as one message holds."""
    shown = [voice.say("form.summary")]
    for number, (question, answer) in enumerate(screen.given):
        line = f"{voice.say(question.text_key)}\n– {_answer(question, answer, voice)}"
        if len("\n\n".join([*shown, line])) > LONGEST_SUMMARY:
            return "\n\n".join([*shown, voice.say("form.summary.more", n=len(screen.given) - number)])
        shown.append(line)
    return "\n\n".join(shown)


def _answer(question: Question, answer: Answer | None, voice: Voice) -> str:
    if answer is None:
        return voice.say("form.summary.skipped")
    given = answer if isinstance(answer, tuple) else (answer,)
    chosen = [voice.say(option.key) for option in question.options if option.id in given]
    return "; ".join(chosen) if chosen else _quote("".join(given))


def _quote(words: str) -> str:
    return words if len(words) <= LONGEST_QUOTE else f"{words[: LONGEST_QUOTE - 1]}…"


def _options(about: AboutSitting, screen: Screen, voice: Voice) -> Rows:
    """One a row, with the number that can be typed instead."""
    several = screen.question is not None and screen.question.type is Type.MULTI
    return tuple((_option(about.id, screen.turn, choice, several, voice),) for choice in screen.choices)


def _option(sitting: int, turn: int, choice: Choice, several: bool, voice: Voice) -> Button:
    """On a multi-choice the button says what the tap leaves behind, so that a double tap does no harm."""
    key = "form.choice.ticked" if choice.ticked else "form.choice"
    tick = 0 if several and choice.ticked else 1
    action = FormOption(sitting, turn, choice.number, tick)
    return voice.button(key, action, number=choice.number, label=voice.say(choice.option.key))


def _controls(about: AboutSitting, screen: Screen, voice: Voice) -> Rows:
    made = {
        one: voice.button(f"form.control.{one}", FormControl(about.id, screen.turn, one)) for one in screen.controls
    }
    rows = [(button,) for one, button in made.items() if one not in BESIDE]
    last = tuple(made[one] for one in BESIDE if one in made)
    return (*rows, last) if last else tuple(rows)
