"""What a change of the roster does: who comes and leaves, which places become vacant, whose turns in the chair change.

Worked out before anything is saved, so that it can be shown; afterwards exactly those concerned are told, once. The
entry that a change leaves in the trail holds what `commands.roster_undo` needs.
"""

import hashlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta

from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from commands.call import Call
from commands.handover import tell_vacancy, welcome
from commands.permissions import Rights
from commands.texts import roster as texts
from schedules.facts import AgreementFacts
from schedules.loading import agreement_facts
from schedules.message import Button, Message, Part
from schedules.rotation import years_ahead
from storage.agreements.touch import touch
from storage.models import Agreement, Appointment, Forum, Matter, Seat
from storage.outbox import tell
from storage.people import appoint, traced
from storage.vacancies import Roster, Sitting, Vacancy, roster_of

YEARS = 5
DAY = timedelta(days=1)


@dataclass(frozen=True)
class Change:
    """One sitting: as it was (None: somebody comes) and as it becomes."""

    was: Sitting | None
    becomes: Sitting

    @property
    def leaves(self) -> bool:
        """Whether it ends an appointment, or keeps one from ever beginning."""
        if self.becomes.ends is None or self.was is None:
            return False
        never = self.becomes.ends < self.becomes.starts
        return never or (
            self.was.starts == self.becomes.starts and (self.was.ends is None or self.becomes.ends < self.was.ends)
        )

    @property
    def backwards(self) -> date:
        """The first day on which it makes a difference."""
        if self.was is None or self.was.starts != self.becomes.starts:
            return min(self.becomes.starts, self.was.starts if self.was else self.becomes.starts)
        ends = [each.ends for each in (self.was, self.becomes) if each.ends is not None]
        return min(ends) + DAY if ends else self.becomes.starts


@dataclass(frozen=True)
class Vacated:
    """A place that the change leaves empty, from a day that is not past."""

    vacancy: Vacancy
    first: date


@dataclass(frozen=True)
class TurnChange:
    """Days on which other people sit in a forum's chair than would have."""

    forum_id: int
    forum: str
    first: date
    last: date | None
    was: tuple[Sitting, ...]
    becomes: tuple[Sitting, ...]


@dataclass(frozen=True)
class Effects:
    """What a change does in one agreement."""

    facts: AgreementFacts
    roster: Roster  # as it becomes
    today: date
    changes: tuple[Change, ...]
    vacated: tuple[Vacated, ...]
    turns: tuple[TurnChange, ...]

    @property
    def lines(self) -> list[str]:
        """All of it, for a reader."""
        return [*self.people_lines, *self.vacancy_lines, *self.turn_lines]

    @property
    def people_lines(self) -> list[str]:
        """Who comes and who leaves."""
        return first_of([_person_line(each, self.roster.titles) for each in self.changes])

    @property
    def vacancy_lines(self) -> list[str]:
        """Which places become vacant."""
        return first_of(
            [
                texts.vacant(
                    each.vacancy.name,
                    [self.roster.forums[forum] for forum in each.vacancy.forums],
                    each.first,
                    self.today,
                )
                for each in self.vacated
            ]
        )

    @property
    def turn_lines(self) -> list[str]:
        """Whose turns change, and which days."""
        return first_of([turn_line(each) for each in self.turns])

    @property
    def backwards(self) -> bool:
        """Whether it changes days that have been."""
        return any(each.backwards < self.today for each in self.changes)


def first_of(lines: Sequence[str]) -> list[str]:
    """The lines; of very many the first, and how many more there are."""
    hidden = len(lines) - texts.MOST_LINES
    return [*lines[: texts.MOST_LINES], *([texts.more(hidden)] if hidden > 0 else [])]


def _person_line(change: Change, titles: Mapping[int, str]) -> str:
    each = change.becomes
    seat = titles.get(each.seat_id, "")
    if change.leaves and each.ends is not None:
        return (
            texts.never_came(each.person, seat)
            if each.ends < each.starts
            else texts.leaves(each.person, seat, each.ends)
        )
    return texts.comes(each.person, seat, each.starts, each.ends, deputy=each.deputy)


def turn_line(change: TurnChange) -> str:
    """Whose turn it becomes instead of whose, from when to when."""
    names = [[each.person for each in several] for several in (change.was, change.becomes)]
    return texts.turn(change.forum, change.first, change.last, *names)


async def effects_of(session: AsyncSession, changes: Sequence[Change], today: date) -> list[Effects]:
    """What the changes would do, for each agreement that has not ended. Nothing of it need be stored."""
    seats = {each.becomes.seat_id for each in changes}
    rows = await session.exec(
        select(Seat.id, Seat.agreement_id)
        .join(Agreement, col(Agreement.id) == Seat.agreement_id)
        .where(col(Seat.id).in_(seats), col(Agreement.ends).is_(None) | (col(Agreement.ends) >= today))
    )
    found: dict[int, list[Change]] = {}
    agreements: dict[int | None, int] = dict(rows.all())
    for each in changes:
        if each.becomes.seat_id in agreements:
            found.setdefault(agreements[each.becomes.seat_id], []).append(each)
    every = []
    for agreement_id, mine in found.items():
        facts, stored = await agreement_facts(session, agreement_id), await roster_of(session, agreement_id)
        before, after = _before(stored, mine), _after(stored, mine)
        every.append(
            Effects(
                facts,
                after,
                today,
                tuple(mine),
                tuple(vacated(before, after, today)),
                tuple(turns_changed(facts, before, after, {each.becomes.seat_id for each in mine}, today)),
            )
        )
    return every


def _untouched(roster: Roster, changes: Sequence[Change]) -> list[Sitting]:
    ids = {each.becomes.appointment_id for each in changes} | {each.was.appointment_id for each in changes if each.was}
    return [each for each in roster.sittings if each.appointment_id not in ids - {None}]


def _before(roster: Roster, changes: Sequence[Change]) -> Roster:
    were = [each.was for each in changes if each.was is not None]
    return replace(roster, sittings=[*_untouched(roster, changes), *were])


def _after(roster: Roster, changes: Sequence[Change]) -> Roster:
    return replace(roster, sittings=[*_untouched(roster, changes), *(each.becomes for each in changes)])


def vacated(before: Roster, after: Roster, today: date) -> Iterator[Vacated]:
    """The places that are vacant after and were not before, each with its first day from today on."""
    seen: set[tuple[int, ...]] = set()
    for day in sorted({today, *(edge for edge in before.edges() | after.edges() if edge > today)}):
        was = {each.seats: each for each in before.vacancies(day)}
        for each in after.vacancies(day):
            known = was.get(each.seats)
            new = [forum for forum in each.forums if known is None or forum not in known.forums]
            if each.seats in seen or not (new or known is None or each.count > known.count):
                continue
            seen.add(each.seats)
            yield Vacated(replace(each, forums=tuple(new)) if new else each, day)


def turns_changed(
    facts: AgreementFacts, before: Roster, after: Roster, seats: set[int], today: date
) -> Iterator[TurnChange]:
    """The days on which somebody else than before sits in a chair, within the agreement's period; of the turns that are
    or begin within five years."""
    named = {before.titles[seat]: seat for seat in seats if seat in before.titles}
    for forum in facts.forums:
        for turn in years_ahead(forum, today, YEARS):
            seat = named.get(turn.seat)
            first = max(turn.first, today)
            if seat is None or (facts.ends is not None and first > facts.ends):
                continue
            for start, end in _stretches(first, turn.last, before.edges() | after.edges()):
                was, becomes = (tuple(roster.ordinary(seat, start)) for roster in (before, after))
                if {_who(each) for each in was} != {_who(each) for each in becomes}:
                    yield TurnChange(forum.id, forum.name, start, end, was, becomes)


def _who(sitting: Sitting) -> int | str:
    return sitting.person_id or sitting.person


def _stretches(first: date, last: date | None, edges: Iterable[date]) -> Iterator[tuple[date, date | None]]:
    """The time from `first` to `last`, cut at the edges."""
    inside = sorted({first, *(day for day in edges if day > first and (last is None or day <= last))})
    for number, day in enumerate(inside):
        yield day, inside[number + 1] - DAY if number + 1 < len(inside) else last


def mark_of(effects: Sequence[Effects], more: Sequence[str] = ()) -> str:
    """What tells whether what was shown is still what would happen, also of that which was too much to show."""
    whole = repr(([(each.changes, each.vacated, each.turns) for each in effects], list(more)))
    return hashlib.sha256(whole.encode()).hexdigest()[:16]


# --- afterwards -------------------------------------------------------------------------------------------------------


async def store(session: AsyncSession, changes: Sequence[Change]) -> list[Change] | None:
    """Writes the changes down; the same with the ids they got. None, with nothing certain stored, where somebody holds
    a seat already in the same way."""
    stored = []
    for each in changes:
        becomes = each.becomes
        if each.was is not None:
            row = await session.get(Appointment, becomes.appointment_id)
            assert row is not None
            row.starts, row.ends = becomes.starts, becomes.ends
            session.add(row)
            stored.append(each)
            continue
        assert becomes.person_id is not None
        made = await appoint(
            session,
            seat_id=becomes.seat_id,
            person_id=becomes.person_id,
            deputy=becomes.deputy,
            starts=becomes.starts,
            ends=becomes.ends,
        )
        if made is None:
            return None
        stored.append(Change(None, replace(becomes, appointment_id=made.id)))
    await session.flush()
    return stored


def carried(changes: Sequence[Change]) -> dict[str, object]:
    """What the trail must know for the change to be undone: ids and days."""
    return {
        "made": [_days(each.becomes) for each in changes if each.was is None],
        "was": [_days(each.was) for each in changes if each.was is not None],
        "became": [_days(each.becomes) for each in changes if each.was is not None],
    }


def _days(sitting: Sitting) -> list[object]:
    ends = sitting.ends.isoformat() if sitting.ends else None
    return [sitting.appointment_id, sitting.starts.isoformat(), ends]


async def done(
    call: Call,
    session: AsyncSession,
    asker: Rights,
    effects: Sequence[Effects],
    *,
    action: str,
    forum: Forum | None,
    handovers: Sequence[int] = (),
    left: Sequence[int] = (),
    matters: Sequence[Matter] = (),
) -> Button:
    """Leaves the entry in the trail, makes everybody look again, and tells exactly those concerned but the asker.

    `effects` of a change that is stored. `left`: measures that do not follow; `matters` that do. The button undoes it.
    """
    changes = [change for each in effects for change in each.changes]
    subject, subject_id = ("appointment", changes[-1].becomes.appointment_id) if forum is not None else ("roster", None)
    entry = traced(
        session,
        workspace_id=call.workspace_id,
        now=call.now,
        actor=call.user_id,
        person_id=asker.person.id if asker.person else None,
        action=action,
        subject=subject,
        subject_id=subject_id,
        forum=forum.id if forum else None,
        handovers=list(handovers),
        **carried(changes),
    )
    await session.flush()
    for each in effects:
        await touch(session, each.facts.id)
        await tell_all(call, session, asker, each, key=f"roster:{entry.id}", left=left, matters=matters)
    of = f"f:{forum.id} " if forum is not None else ""
    return Button(texts.UNDO, "samverkan angra", f"{of}e:{entry.id}")


async def tell_all(
    call: Call,
    session: AsyncSession,
    asker: Rights,
    effects: Effects,
    *,
    key: str,
    left: Sequence[int] = (),
    matters: Sequence[Matter] = (),
    untold: frozenset[int] = frozenset(),
) -> None:
    """Tells who comes, who leaves and whose turns change, each by themselves, and the coordinators of what becomes
    vacant. What the asker has just been shown is not told to the asker as well."""
    asking = asker.person.id if asker.person else None

    async def say(person_id: int | None, about: str, part: Part, forum_id: int | None) -> None:
        if person_id is not None and person_id not in untold:
            await tell(
                session,
                workspace_id=call.workspace_id,
                key=f"{key}:{about}",
                kind="seat",
                due_at=call.now,
                now=call.now,
                forum_id=forum_id,
                person_id=person_id,
                message=Message((part,)),
                agreement_id=effects.facts.id,
            )

    for change in effects.changes:
        each = change.becomes
        forum_id = next((line.forum_id for line in effects.roster.lines if each.seat_id in line.seats), None)
        if change.leaves:
            if each.person_id != asking:
                await say(each.person_id, f"left:{each.appointment_id}", _left(each, effects.roster.titles), forum_id)
        elif change.was is not None:
            await say(each.person_id, f"days:{each.appointment_id}", _days_now(each, effects.roster.titles), forum_id)
        else:
            part = await welcome(session, effects.facts, effects.roster, each, left=left, matters=matters)
            await say(each.person_id, f"appointed:{each.appointment_id}", part, forum_id)
    for (person_id, forum_id), turns in _by_person(effects.turns).items():
        if person_id != asking:
            part = Part(
                tuple(first_of([turn_line(each) for each in turns])),
                texts.turn_heading(turns[0].forum),
                buttons=(Button(texts.FORECAST, "ordforande prognos", f"f:{forum_id}"),),
            )
            await say(person_id, f"turns:{forum_id}", part, forum_id)
    for empty in effects.vacated:
        await tell_vacancy(
            call, session, effects.facts, effects.roster, empty.vacancy, empty.first, key=key, untold=untold
        )


def _by_person(turns: Sequence[TurnChange]) -> dict[tuple[int | None, int], list[TurnChange]]:
    """(person, forum) → the turns that the person loses or gets there."""
    found: dict[tuple[int | None, int], list[TurnChange]] = {}
    for turn in turns:
        kept = {_who(each) for each in turn.was} & {_who(each) for each in turn.becomes}
        for each in (*turn.was, *turn.becomes):
            if _who(each) not in kept:
                mine = found.setdefault((each.person_id, turn.forum_id), [])
                mine += [turn] if turn not in mine else []
    return found


def _days_now(sitting: Sitting, titles: Mapping[int, str]) -> Part:
    seat = titles.get(sitting.seat_id, "")
    return Part((texts.days_now(seat, sitting.starts, sitting.ends),), texts.left_heading(seat))


def _left(sitting: Sitting, titles: Mapping[int, str]) -> Part:
    seat = titles.get(sitting.seat_id, "")
    if sitting.ends is None or sitting.ends < sitting.starts:
        return Part((texts.not_coming(seat),), texts.left_heading(seat))
    return Part((texts.left(seat, sitting.ends),), texts.left_heading(seat))
