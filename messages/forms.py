"""A questionnaire as its person sees it: one message that changes as they go."""

from domain.facts import AboutSitting
from domain.questionnaires import Answer, Choice, Control, Question, Screen, ScreenKind, Type
from messages.actions import FormControl, FormOption
from messages.compose import Button, Message, Voice, says

LONGEST_QUOTE = 200  # characters of a typed answer that are shown again: a screen has room for 4,096 in all
BESIDE = (Control.BACK, Control.STOP)  # small and side by side; every other control has a row to itself
OVER = (ScreenKind.DONE, ScreenKind.DECLINED)


@says("form_offer", "form")
def form(about: AboutSitting, voice: Voice) -> Message:
    """The present screen, under a line that says why the last tap or word changed nothing, if it did not."""
    screen = about.screen
    if screen is None:
        return Message(voice.say("error_not_known"))
    notice = "" if screen.kind in OVER else _notice(voice)
    text = "\n\n".join(part for part in (notice, _body(about, screen, voice)) if part)
    return Message(text, (*_options(about, screen, voice), *_controls(about, screen, voice)))


def _notice(voice: Voice) -> str:
    notice = voice.params.get("notice")
    return voice.say(f"form.notice.{notice}", **voice.params) if notice else ""


def _body(about: AboutSitting, screen: Screen, voice: Voice) -> str:
    match screen.kind:
        case ScreenKind.QUESTION if screen.question is not None:
            return _question(screen, screen.question, voice)
        case ScreenKind.SUMMARY:
            return _summary(screen, voice)
        case ScreenKind.STOPPED | ScreenKind.DECLINED:
            return voice.say(f"form.{screen.kind}")
    return voice.say(f"form.{about.form}.{screen.kind}")


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
    lines = [
        f"{voice.say(question.text_key)}\n– {_answer(question, answer, voice)}" for question, answer in screen.given
    ]
    return "\n\n".join([voice.say("form.summary"), *lines])


def _answer(question: Question, answer: Answer | None, voice: Voice) -> str:
    if answer is None:
        return voice.say("form.summary.skipped")
    given = answer if isinstance(answer, tuple) else (answer,)
    chosen = [voice.say(option.key) for option in question.options if option.id in given]
    return "; ".join(chosen) if chosen else _quote("".join(given))


def _quote(words: str) -> str:
    return words if len(words) <= LONGEST_QUOTE else f"{words[: LONGEST_QUOTE - 1]}…"


def _options(about: AboutSitting, screen: Screen, voice: Voice) -> tuple[tuple[Button, ...], ...]:
    """One a row, with the number that can be typed instead."""
    several = screen.question is not None and screen.question.type is Type.MULTI
    return tuple((_option(about.id, screen.turn, choice, several, voice),) for choice in screen.choices)


def _option(sitting: int, turn: int, choice: Choice, several: bool, voice: Voice) -> Button:
    """On a multi-choice the button says what the tap leaves behind, so that a double tap does no harm."""
    key = "form.choice.ticked" if choice.ticked else "form.choice"
    tick = 0 if several and choice.ticked else 1
    action = FormOption(sitting, turn, choice.number, tick)
    return voice.button(key, action, number=choice.number, label=voice.say(choice.option.key))


def _controls(about: AboutSitting, screen: Screen, voice: Voice) -> tuple[tuple[Button, ...], ...]:
    made = {
        one: voice.button(f"form.control.{one}", FormControl(about.id, screen.turn, one)) for one in screen.controls
    }
    rows = [(button,) for one, button in made.items() if one not in BESIDE]
    last = tuple(made[one] for one in BESIDE if one in made)
    return (*rows, last) if last else tuple(rows)
