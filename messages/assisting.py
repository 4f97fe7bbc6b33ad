"""Forms that staff ask in place of the chat: which and how, and the form on paper."""

from collections.abc import Iterator

from documents import paper_form
from domain.facts import AboutAsking, AboutBlank, AboutSitting, OpenForm
from domain.questionnaires import Condition, Definition, Facts, Question, Type
from domain.questionnaires.conditions import Answered, Every, Has, Is, Not, Some, facts_in, holds
from messages import words
from messages.actions.forms import FormBegin, FormPaper, FormTake
from messages.compose import Button, File, Message, Voice, says

LINES = {Type.TEXT: 5, Type.NUMBER: 1}  # to write on


@says("forms_of")
def forms_of(about: AboutAsking, voice: Voice) -> Message:
    """`staff`: who reads this. Of a form about the end only who was named to ask sees the ways."""
    case = about.individual.case_ref
    reader = voice.params.get("staff")
    mine = [one for one in about.forms if not one.apart or one.helper_id == reader]
    lines = [voice.say("aid.heading", case=case) if mine else voice.say("aid.none", case=case)]
    lines += [voice.say("aid.begun", form=name_of(one.form, voice)) for one in mine if one.begun]
    lines += [voice.say("aid.apart")] if len(mine) < len(about.forms) else []
    return Message("\n\n".join(lines), tuple(row for one in mine for row in _ways(one, voice)))


def _ways(one: OpenForm, voice: Voice) -> Iterator[tuple[Button, ...]]:
    name = name_of(one.form, voice)
    for way in one.ways:
        tap = FormTake(one.sitting, way) if one.sitting is not None else FormBegin(one.order_id, way, one.form)
        yield (voice.button(f"aid.way.{way}", tap, form=name),)
    yield (voice.button("aid.print", FormPaper(one.order_id, one.form), form=name),)


def name_of(form: str, voice: Voice) -> str:
    """What staff call a form: a council's own by the name that its file gives it."""
    key = f"aid.form.{form}"
    return voice.say(key) if words.knows(key) else form.replace("_", " ").capitalize()


@says("form_not_yours")
def form_not_yours(about: AboutSitting, voice: Voice) -> Message:
    return Message(voice.say("aid.not_yours", case=about.individual.case_ref))


@says("form_gone")
def form_gone(about: AboutSitting, voice: Voice) -> Message:
    return Message(voice.say("aid.gone", case=about.individual.case_ref))


# ── On paper ────────────────────────────────────────────────────────────────────────────────────────────────────────


@says("form_paper")
def form_paper(about: AboutBlank, voice: Voice) -> Message:
    """`form`: which."""
    name = f"questions-{voice.calendar.wall(voice.now):%Y-%m-%d-%H%M}.pdf"
    content = paper(about.forms[str(voice.params["form"])], about.known, voice)
    return Message(voice.say("aid.paper"), file=File(name, content))


def paper(definition: Definition, known: Facts, voice: Voice) -> bytes:
    """The whole form, sensitive questions too; without those that the order or the start leave out."""
    asked = [one for one in definition.questions if one.show_if is None or _possible(one.show_if, known)]
    numbers = {one.id: number for number, one in enumerate(asked, start=1)}
    end = definition.form in ("exit", "early_end")
    return paper_form.pdf(
        paper_form.PaperForm(
            title=voice.say("paper.title"),
            intro=[voice.say(f"paper.intro.{'end' if end else 'worker'}"), voice.say("paper.how")],
            questions=[_asked(one, numbers, definition, voice) for one in asked],
            thanks=voice.say("paper.thanks"),
            staff=voice.say("paper.staff", ref=definition.ref),
            page=voice.say("paper.page", n="{n}", of="{of}"),
        )
    )


def _possible(condition: Condition, known: Facts) -> bool:
    """Whether a question can apply at all, as far as is known before anything is answered."""
    match condition:
        case Has() | Answered("baseline") | Is("baseline"):
            return holds(condition, {}, known)
        case Not(Has() | Answered("baseline") | Is("baseline")):
            return holds(condition, {}, known)
        case Every(parts):
            return all(_possible(part, known) for part in parts)
        case Some(parts):
            return any(_possible(part, known) for part in parts)
    return True


def _asked(question: Question, numbers: dict[str, int], definition: Definition, voice: Voice) -> paper_form.Asked:
    small = [voice.say(question.hint_key)] if question.hint_key else []
    small = [*_only_if(question, numbers, definition, voice), *small]
    small += [voice.say("paper.several")] if question.type is Type.MULTI else []
    options = [
        voice.say("form.choice", number=number, label=voice.say(option.key))
        for number, option in enumerate(question.options, start=1)
    ]
    return paper_form.Asked(voice.say(question.text_key), small, options, LINES.get(question.type, 0))


def _only_if(question: Question, numbers: dict[str, int], definition: Definition, voice: Voice) -> list[str]:
    """When to answer it, in words. What a pen cannot decide by itself is left to whoever keys it in."""
    facts = [one for one in facts_in(question.show_if) if not isinstance(one, Has) and one.source == "answers"]
    if len(facts) != 1 or isinstance(question.show_if, Not):
        return [voice.say("paper.if_fits")] if facts else []
    [fact] = facts
    number = numbers.get(fact.question, 0)
    if isinstance(fact, Answered):
        return [voice.say("paper.if_answered", number=number)]
    earlier = definition.question(fact.question)
    ticked = [str(at) for at, option in enumerate(earlier.options, start=1) if option.id in fact.values]
    return [voice.say("paper.if_ticked", number=number, options=", ".join(ticked))]
