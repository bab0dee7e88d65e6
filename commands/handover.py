"""A seat passing from one to another: what is open on it is asked about, coordinators hear of a vacancy at once, and
who comes hears what follows the seat."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date

from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from commands.access import Action
from commands.call import Call, Field, Option
from commands.permissions import Rights
from commands.seating import trace
from commands.texts import handover as texts
from commands.texts.matter import INTERNAL
from commands.words import whole_number
from schedules.facts import AgreementFacts
from schedules.loading import clock_time, coordinators
from schedules.message import Button, Message, Part
from schedules.rotation import years_ahead
from schedules.texts import LEFT_BY_SEAT
from storage.handovers import carry_out, choose, matters_waiting_for, open_matters_of
from storage.matters import open_measures_of_seat, visibilities
from storage.models import Commitment, Forum, Handover, Matter, Measure, Occasion, Person, Seat
from storage.outbox import tell
from storage.terms import CommitmentKind, OccasionState, is_internal
from storage.vacancies import Roster, Sitting, Vacancy

MOST_TOLD = 5
MOST_OPEN = 50
YEARS = 2


# --- what is open -----------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Open:
    """What is open on a seat, and the matters of the one who leaves it (or that wait for whoever comes)."""

    measures: Sequence[Measure]
    matters: Sequence[Matter]
    internal: Collection[Measure | Matter] = ()  # of these, what whoever asks may not read: only that it is there

    def __bool__(self) -> bool:
        return bool(self.measures or self.matters)

    def titles(self, rows: Sequence[Measure | Matter]) -> list[str]:
        """What the rows are called before whoever asks."""
        return [INTERNAL if each in self.internal else each.title for each in rows]


async def open_on(
    session: AsyncSession, asker: Rights, forum: Forum, seat: Seat, leaving: Person | None, *, deputy: bool
) -> Open:
    """What a handover asks about. A deputy has nothing of the seat's own, but the matters the deputy raised."""
    measures = [] if deputy else (await open_measures_of_seat(session, seat_id=seat.id or 0))[:MOST_OPEN]
    if leaving is None:
        matters = [] if deputy else await matters_waiting_for(session, seat_id=seat.id or 0)
    else:
        matters = await open_matters_of(session, forum_id=forum.id or 0, person_id=leaving.id or 0)
    matters = matters[:MOST_OPEN]
    marks = await visibilities(session, measures)
    marked: list[tuple[Measure | Matter, str]] = [
        *((each, marks[each.id or 0]) for each in measures),
        *((each, each.visibility) for each in matters),
    ]
    internal = [row for row, mark in marked if is_internal(mark) and not asker.may(Action.SEE_INTERNAL, row.forum_id)]
    return Open(measures, matters, internal)


def questions(what: Open, *, successor: bool) -> list[Field]:
    """Which of it follows the seat: everything, until somebody says otherwise. `successor`: somebody comes now."""
    hints = {
        "measures": texts.MEASURES_HINT if successor else texts.MEASURES_WAIT_HINT,
        "matters": texts.MATTERS_HINT if successor else texts.MATTERS_WAIT_HINT,
    }
    named = (("measures", texts.MEASURES, what.measures), ("matters", texts.MATTERS, what.matters))
    return [_asked(name, label, rows, what.titles(rows), hints[name]) for name, label, rows in named if rows]


def _asked(name: str, label: str, rows: Sequence[Measure | Matter], titles: Sequence[str], hint: str) -> Field:
    options = tuple(Option(title[:75], str(each.id)) for each, title in zip(rows, titles, strict=True))
    value = tuple(each.value for each in options)
    return Field(name, label, "many", value=value, options=options, required=False, hint=hint)


@dataclass(frozen=True)
class Passing:
    """A seat in a forum that passes on, by the ids of who leaves it and who comes (None: nobody): `day` is the first of
    whoever comes."""

    forum: Forum
    seat: Seat
    leaving: int | None
    coming: int | None
    day: date


@dataclass(frozen=True)
class Chosen:
    """What was chosen, stored: which rows, what stays behind, what follows."""

    ids: Sequence[int] = ()
    left: Sequence[Measure] = ()
    matters: Sequence[Matter] = ()


async def choice(
    call: Call, session: AsyncSession, asker: Rights, passing: Passing, what: Open, *, action: str
) -> Chosen:
    """Stores which of what was asked about follows the seat. It comes true on the day: at once if that is not ahead.

    What the form did not ask about is not chosen, and follows the seat as it always has.
    """
    measures = what.measures if "measures" in call.fields else ()
    matters = what.matters if "matters" in call.fields else ()
    if not measures and not matters:
        return Chosen()
    following = {("measure", whole_number(each) or 0) for each in call.many("measures")}
    following |= {("matter", whole_number(each) or 0) for each in call.many("matters")}
    like = Handover(
        agreement_id=passing.forum.agreement_id,
        forum_id=passing.forum.id or 0,
        seat_id=passing.seat.id or 0,
        from_person_id=passing.leaving,
        to_person_id=passing.coming,
        follows=True,
        day=passing.day,
        by=asker.person.id if asker.person else None,
        at=call.now,
    )
    made = await choose(session, like, measures=measures, matters=matters, following=following)
    today = call.local_now.date()
    done = await carry_out(
        session,
        agreement_id=passing.forum.agreement_id,
        today=today,
        now=call.now,
        text=LEFT_BY_SEAT,
        person=asker.person,
    )
    for each in done:
        if each.measure_id is not None and not each.follows:
            trace(call, session, asker, action, "measure", each.measure_id)
        elif each.matter_id is not None and each.follows:
            trace(call, session, asker, action, "matter", each.matter_id)
    return Chosen(
        [each.id or 0 for each in made],
        [each for each in measures if ("measure", each.id or 0) not in following],
        [each for each in matters if ("matter", each.id or 0) in following],
    )


# --- telling ----------------------------------------------------------------------------------------------------------


async def tell_vacancy(
    call: Call,
    session: AsyncSession,
    facts: AgreementFacts,
    roster: Roster,
    vacancy: Vacancy,
    first: date,
    *,
    key: str,
    untold: frozenset[int] = frozenset(),
) -> None:
    """Tells the coordinators, but whoever asked, that a place will be empty from a day on; once."""
    today = call.local_now.date()
    forum_id = next(iter(vacancy.forums), None)
    forums = [roster.forums[forum] for forum in vacancy.forums]
    part = Part(
        (
            texts.vacant(vacancy.name, forums, first, today),
            *[line for seat in vacancy.seats for line in await _follows(session, seat)][:MOST_TOLD],
            *_turns(facts, {roster.titles[seat] for seat in vacancy.seats}, first),
        ),
        texts.vacancy_heading(forums[0] if forums else vacancy.name),
        buttons=(Button(texts.APPOINT, "samverkan tillsatt", f"f:{forum_id}", "primary"),) if forum_id else (),
    )
    for person in await coordinators(session, facts.id, today):
        if person.id not in untold and (person.slack_user_id is None or person.slack_user_id != call.user_id):
            await tell(
                session,
                workspace_id=call.workspace_id,
                key=f"{key}:vacancy:{'-'.join(str(seat) for seat in vacancy.seats)}",
                kind="seat",
                due_at=call.now,
                now=call.now,
                forum_id=forum_id,
                person_id=person.id,
                message=Message((part,)),
                agreement_id=facts.id,
            )


async def welcome(
    session: AsyncSession,
    facts: AgreementFacts,
    roster: Roster,
    sitting: Sitting,
    *,
    left: Collection[int] = (),
    matters: Sequence[Matter] = (),
) -> Part:
    """What whoever comes to a seat should know: what follows it (open measures but those `left`, the predecessor's
    `matters` that are to follow, turns in the chair) and the next meetings."""
    places = [line.forum_id for line in roster.lines if sitting.seat_id in line.seats and line.forum_id is not None]
    forums = list(dict.fromkeys(places))
    seat = roster.titles.get(sitting.seat_id, "")
    follows = [] if sitting.deputy else await _follows(session, sitting.seat_id, left)
    turns = [] if sitting.deputy else _turns(facts, {seat}, sitting.starts)
    standing = (Button(texts.STANDING, "lage", f"f:{forums[0]}"),) if forums else ()
    return Part(
        (
            texts.seated(seat, sitting.starts, deputy=sitting.deputy),
            *follows,
            *turns,
            *(texts.matter(each.title) for each in matters[:MOST_TOLD]),
            *await _meetings(session, forums, sitting.starts),
        ),
        texts.welcome([roster.forums[forum] for forum in forums] or [seat]),
        buttons=(Button(texts.MINE, "lage mina"), *standing),
    )


async def _follows(session: AsyncSession, seat_id: int, left: Collection[int] = ()) -> list[str]:
    """The open measures that are the seat's, whoever sits on it."""
    found = await open_measures_of_seat(session, seat_id=seat_id)
    return [texts.measure(each.title, each.due) for each in found if each.id not in left][:MOST_TOLD]


def _turns(facts: AgreementFacts, seats: Collection[str], first: date) -> list[str]:
    """The seats' turns in the chair that are or begin within two years from the day."""
    found = [
        (forum.name, turn)
        for forum in facts.forums
        for turn in years_ahead(forum, first, YEARS)
        if turn.seat in seats and (facts.ends is None or turn.first <= facts.ends)
    ]
    return [texts.turn(name, max(turn.first, first), turn.last) for name, turn in found[:MOST_TOLD]]


async def _meetings(session: AsyncSession, forums: Collection[int], first: date) -> list[str]:
    rows = await session.exec(
        select(Occasion)
        .join(Commitment, col(Commitment.id) == Occasion.commitment_id)
        .where(
            col(Commitment.forum_id).in_(forums),
            Commitment.kind == CommitmentKind.MEETING,
            Occasion.state == OccasionState.PLANNED,
            col(Occasion.on) >= first,
        )
        .order_by(col(Occasion.on))
        .limit(3)
    )
    return [texts.meeting(each.on, clock_time(each.at), each.place) for each in rows.all()]
