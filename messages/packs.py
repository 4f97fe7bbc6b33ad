"""Packs in the chat: their versions, their files, and the question before one is signed."""

from datetime import datetime

from documents import bundle
from documents.bundle import Part
from domain.outcomes import Period
from domain.packs import AboutPack, AboutPacks, Kind, Version
from messages import papers
from messages.actions.packs import AgainPack, AskSign, DrawPack, OpenPacks, PackFile, SignPack
from messages.actions.report import ShowReport
from messages.books import name_of, still_growing
from messages.compose import Button, File, Message, Voice, says

Rows = tuple[tuple[Button, ...], ...]
MOST = 8  # versions on one message, the newest
DIGEST = 16  # characters of a digest that are shown: enough to hold one beside another


@says("packs")
def packs(about: AboutPacks, voice: Voice) -> Message:
    """Every version, who signed it, and what can be done with the newest."""
    blocks = [voice.say(f"pack.heading_{about.kind}", days=name_of(about.period, voice))]
    blocks += ["\n".join(_version(one, about, voice)) for one in about.versions[-MOST:]] or [voice.say("pack.none")]
    if not about.over:
        blocks.append(voice.say(f"pack.not_over_{about.kind}"))
    elif about.newest is not None and about.newest.drawn and not about.newest.signed:
        blocks.append(voice.say("pack.to_sign"))
    return Message("\n\n".join(blocks), _buttons(about, voice))


def _version(one: Version, about: AboutPacks, voice: Voice) -> list[str]:
    if not one.drawn:
        lines = [voice.say("pack.version_waits", n=one.number)]
    else:
        by = about.names.get(one.made_by or 0) or voice.say("pack.by_command_line")
        lines = [voice.say("pack.version", n=one.number, when=_when(one.made_at, voice), name=by)]
    if one.why:
        lines.append(voice.say("pack.version_why", why=one.why))
    if one.signed_at is not None:
        name, digest = about.names.get(one.signed_by or 0, ""), one.digest[:DIGEST]
        lines.append(voice.say("pack.version_signed", name=name, when=_when(one.signed_at, voice), digest=digest))
    return lines


def _when(at: datetime, voice: Voice) -> str:
    return papers.on_paper(voice).when(at)


def _buttons(about: AboutPacks, voice: Voice) -> Rows:
    newest, number = about.newest, about.period.number
    rows: list[tuple[Button, ...]] = []
    drawn = next((one for one in reversed(about.versions) if one.drawn), None)
    if drawn is not None:
        named = {"n": drawn.number}
        files = [voice.button(f"button.pack_{part}", PackFile(drawn.id, part), **named) for part in Part]
        rows += [tuple(files[:2]), tuple(files[2:])]
    if newest is not None and newest.drawn and not newest.signed and about.over:
        rows.append((voice.button("button.pack_sign", AskSign(newest.id), n=newest.number),))
    if newest is not None and newest.drawn and any(one.signed for one in about.versions):
        rows.append((voice.button("button.pack_again", AgainPack(number)),))
    else:
        key = "button.pack_draw" if newest is None or not newest.drawn else "button.pack_again"
        rows.append((voice.button(key, DrawPack(number, newest.number if newest is not None else 0)),))
    return (*rows, _elsewhere(about, voice))


def _elsewhere(about: AboutPacks, voice: Voice) -> tuple[Button, ...]:
    """The quarter or year before, and the year of a quarter."""
    period = about.period
    if about.kind is Kind.YEAR:
        before = period.a_year_before
        return (
            voice.button("button.report_year_before", OpenPacks(before.number), year=_year(before)),
            voice.button("button.report_figures", ShowReport(Period.quarter(period.last).number, 0)),
        )
    year = Period.year(period.first)
    return (
        voice.button("button.report_before", OpenPacks(period.before.number)),
        voice.button("button.pack_year", OpenPacks(year.number), year=_year(year)),
    )


def _year(period: Period) -> str:
    return f"{period.first.year}/{period.last:%y}"


@says("pack_why")
def pack_why(about: AboutPacks, voice: Voice) -> Message:
    return Message(voice.say("pack.why", days=name_of(about.period, voice)))


@says("pack_sign")
def pack_sign(about: AboutPacks, voice: Voice) -> Message:
    """Once more: nobody can take a signature back."""
    [version] = [one for one in about.versions if one.id == int(voice.params["pack"])]
    text = "\n\n".join(
        (
            *still_growing(about.period, version.made_at, papers.on_paper(voice)),
            voice.say("pack.sign", days=name_of(about.period, voice), n=version.number),
        )
    )
    yes = voice.button("button.pack_sign_yes", SignPack(version.id))
    return Message(text, ((yes,), (voice.button("button.pack_sign_no", OpenPacks(about.period.number)),)))


@says("pack_file")
def pack_file(about: AboutPack, voice: Voice) -> Message:
    """One file, with whether it is signed."""
    part, version = Part(str(voice.params["part"])), about.version
    name, content = bundle.part(about.content, part)
    key = "pack.file_signed" if version.signed else "pack.file"
    text = voice.say(key, days=name_of(version.period, voice), n=version.number, digest=version.digest)
    return Message(f"{text}\n{voice.say(f'pack.file_{part}')}", file=File(name, content))
