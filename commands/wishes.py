"""What a person wants for their own reminders: absence (a deputy is asked instead), quiet hours, or all on Mondays."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, time

from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from commands.call import Answer, Call, Field, Form, Option, Refused, Reply
from commands.chair_absence import about_turns
from commands.misunderstood import misunderstood
from commands.permissions import rights
from commands.texts import commands as help_texts
from commands.texts import wishes as texts
from commands.words import Words, fold, whole_day
from schedules.message import Button, Message, Part, say
from storage.agreements.touch import touch
from storage.models import Appointment, Person, Seat
from storage.outbox import tell
from storage.people import seats_held, traced
from storage.quiet import quiet_hours


async def reminders(call: Call, session: AsyncSession) -> Answer:
    """`/samverkan påminnelser`: a form with one's own wishes, as they stand; submitting stores them."""
    asker = await rights(call, session)
    assert asker.person is not None
    if call.words:
        raise misunderstood("/samverkan paminnelser", call.words, (help_texts.EXAMPLE_WISHES,))
    if not call.submitted:
        return _form(asker.person)
    wanted = _wanted(call)
    person = await _locked(session, asker.person)
    person.gathers, person.quiet_from, person.quiet_to = wanted.gathers, wanted.quiet_from, wanted.quiet_to
    covered = await _set_absence(call, session, person, wanted.absent_from, wanted.absent_to)
    _trace(call, session, person)
    lines = await _standing(call, session, person)
    return Reply(Message((Part(lines=tuple(lines)), *covered), title=texts.TITLE))


def _form(person: Person) -> Form:
    options = (Option(texts.EACH_DAY, "each"), Option(texts.TOGETHER, "together"))
    return Form(
        "samverkan paminnelser",
        texts.TITLE,
        (
            Field("intro", texts.INTRO, "note"),
            Field("absent_from", texts.AWAY_FROM, "date", value=_iso(person.absent_from), required=False),
            Field(
                "absent_to",
                texts.AWAY_TO,
                "date",
                value=_iso(person.absent_to),
                required=False,
                hint=texts.AWAY_HINT,
            ),
            Field(
                "how",
                texts.HOW,
                "radio",
                value="together" if person.gathers else "each",
                options=options,
                hint=texts.TOGETHER_HINT,
            ),
            Field("quiet_from", texts.QUIET_FROM, "time", value=person.quiet_from or "", required=False),
            Field(
                "quiet_to",
                texts.QUIET_TO,
                "time",
                value=person.quiet_to or "",
                required=False,
                hint=texts.QUIET_HINT,
            ),
        ),
    )


def _iso(day: date | None) -> str:
    return day.isoformat() if day else ""


@dataclass(frozen=True)
class _Wanted:
    absent_from: date | None
    absent_to: date | None
    gathers: bool
    quiet_from: str | None
    quiet_to: str | None


def _wanted(call: Call) -> _Wanted:
    """What the form says. Raises Refused, field by field."""
    problems: dict[str, str] = {}
    days: dict[str, date | None] = {}
    for name in ("absent_from", "absent_to"):
        try:
            days[name] = whole_day(call.text(name)) if call.text(name) else None
        except ValueError:
            problems[name] = texts.GIVE_FROM
    clocks: dict[str, str | None] = {}
    for name in ("quiet_from", "quiet_to"):
        try:
            clocks[name] = time.fromisoformat(call.text(name)).strftime("%H:%M") if call.text(name) else None
        except ValueError:
            problems[name] = texts.BOTH_TIMES
    if problems:
        raise Refused(next(iter(problems.values())), fields=problems)
    first, last = days["absent_from"], days["absent_to"]
    if last is not None:
        if first is None:
            problems["absent_from"] = texts.GIVE_FROM
        elif last < first:
            problems["absent_to"] = texts.TO_BEFORE_FROM
        elif last < call.local_now.date():
            problems["absent_to"] = texts.TO_PAST
    if (clocks["quiet_from"] is None) != (clocks["quiet_to"] is None):
        problems["quiet_to" if clocks["quiet_to"] is None else "quiet_from"] = texts.BOTH_TIMES
    elif clocks["quiet_from"] is not None and clocks["quiet_from"] == clocks["quiet_to"]:
        problems["quiet_to"] = texts.DIFFERENT_TIMES
    if problems:
        raise Refused(next(iter(problems.values())), fields=problems)
    return _Wanted(first, last, call.text("how") == "together", clocks["quiet_from"], clocks["quiet_to"])


async def away(call: Call, session: AsyncSession) -> Answer:
    """`/samverkan borta 28 jun till 30 jul`: absence in words; "slut" ends it. One day alone means that day.

    "till 30 jul" alone means from today.
    """
    asker = await rights(call, session)
    assert asker.person is not None
    words = Words(call.words)
    button = Button(texts.OPEN, "samverkan paminnelser", "", "primary")
    if not words.text:
        return Reply(say(texts.WHEN, buttons=(button,)))
    person = await _locked(session, asker.person)
    if fold(words.text) in {fold(each) for each in texts.BACK_WORDS}:
        if person.absent_from is None:
            return Reply(say(texts.WAS_NOT_AWAY))
        await _set_absence(call, session, person, None, None)
        _trace(call, session, person)
        return Reply(say(texts.BACK))
    first, last = _days(words, call.local_now.date())
    covered = await _set_absence(call, session, person, first, last)
    _trace(call, session, person)
    lines = await _standing(call, session, person)
    return Reply(Message((Part(tuple(lines), buttons=(Button(texts.OPEN, "samverkan paminnelser"),)), *covered)))


def _days(words: Words, today: date) -> tuple[date, date]:
    said = words.text
    until = fold(said).startswith(("till", "tom ", "t.o.m", "fram till"))
    days: list[date] = []
    for _ in range(2):
        day = words.take_date(max([today, *days]), past=False)
        if day is None:
            break
        days.append(day)
    words.take_names([("to", texts.TO_WORDS)])
    left = words.text.strip(" -")
    if not days or left:
        raise misunderstood("/samverkan borta", left or said, (help_texts.EXAMPLE_AWAY,))
    first, last = (today, days[0]) if until and len(days) == 1 else (days[0], days[-1])
    if last < first:
        raise Refused(texts.TO_BEFORE_FROM)
    if last < today:
        raise Refused(texts.TO_PAST)
    return first, last


async def _locked(session: AsyncSession, person: Person) -> Person:
    question = select(Person).where(Person.id == person.id).with_for_update()
    return (await session.exec(question.execution_options(populate_existing=True))).one()


async def _set_absence(
    call: Call, session: AsyncSession, person: Person, first: date | None, last: date | None
) -> list[Part]:
    """Stores the absence; deputies are told of a new one and of its end, each once. Returns what it covers of turns."""
    before, after = (person.absent_from, person.absent_to), (first, last)
    person.absent_from, person.absent_to = first, last
    session.add(person)
    await session.flush()
    if before == after:
        return []
    today = call.local_now.date()
    for seat, _ in await _ordinary(session, person, today):
        for deputy in await _deputies(session, seat, person, today):
            if first is not None:
                sentence = texts.told_deputy(person.name, seat.title, first, last)
            elif before[1] is None or before[1] >= today:
                sentence = texts.told_back(person.name, seat.title)
            else:
                continue
            await tell(
                session,
                workspace_id=call.workspace_id,
                key=f"absence:{person.id}:{seat.id}:{first}:{last}:{call.now.isoformat()}",
                kind="absence",
                due_at=call.now,
                now=call.now,
                person_id=deputy.id,
                message=say(sentence),
                agreement_id=seat.agreement_id,
            )
    held = await seats_held(session, person_id=person.id or 0, today=today)
    for agreement_id in sorted({seat.agreement_id for seat, _ in held}):
        await touch(session, agreement_id)
    return await about_turns(call, session, person, first, last) if first is not None else []


async def _ordinary(session: AsyncSession, person: Person, today: date) -> list[tuple[Seat, Appointment]]:
    held = await seats_held(session, person_id=person.id or 0, today=today)
    return [(seat, appointment) for seat, appointment in held if not appointment.deputy]


async def _deputies(session: AsyncSession, seat: Seat, besides: Person, today: date) -> Sequence[Person]:
    """The seat's other people today: the deputies, or those who share the seat."""
    return (
        await session.exec(
            select(Person)
            .join(Appointment, col(Appointment.person_id) == Person.id)
            .where(
                Appointment.seat_id == seat.id,
                Person.id != besides.id,
                col(Appointment.starts) <= today,
                col(Appointment.ends).is_(None) | (col(Appointment.ends) >= today),
            )
            .order_by(col(Appointment.deputy), col(Appointment.id))
        )
    ).all()


async def _standing(call: Call, session: AsyncSession, person: Person) -> list[str]:
    """The person's wishes, as they stand, in sentences."""
    today = call.local_now.date()
    lines = [texts.GATHERED if person.gathers else texts.ALL]
    hours = quiet_hours(person)
    if hours is not None:
        lines.append(texts.quiet(*hours))
    if person.absent_from is not None:
        lines.append(texts.away(person.absent_from, person.absent_to))
        for seat, _ in await _ordinary(session, person, today):
            names = [each.name for each in await _deputies(session, seat, person, today)]
            lines.append(texts.stands_in(seat.title, names))
    return lines


def _trace(call: Call, session: AsyncSession, person: Person) -> None:
    traced(
        session,
        workspace_id=call.workspace_id,
        now=call.now,
        actor=call.user_id,
        person_id=person.id,
        action="samverkan paminnelser",
        subject="person",
        subject_id=person.id,
    )
