"""Who comes to a meeting: the people of a forum with their answers, and the parties that nobody will come from."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from schedules import texts
from schedules.loading import is_away
from storage.models import Appointment, AttendanceAnswer, ForumSeat, ForumSeatOption, Party, Person, Seat


@dataclass(frozen=True)
class Invited:
    """Somebody who sits in the forum on the day of the meeting. `answer` None: none so far."""

    person: Person
    seat: Seat
    deputy: bool
    answer: AttendanceAnswer | None
    away: bool  # has said to be away that day

    @property
    def coming(self) -> bool:
        return self.answer is not None and self.answer.coming

    @property
    def declined(self) -> bool:
        return self.answer is not None and not self.answer.coming

    @property
    def sends_deputy(self) -> bool:
        return self.answer is not None and self.answer.sends_deputy


@dataclass(frozen=True)
class Gathering:
    """Who is called to a meeting: ordinary before deputies, once for each seat; and the parties that nobody would come
    from as things stand."""

    people: tuple[Invited, ...]
    missing: tuple[Party, ...]


async def gathering(
    session: AsyncSession, *, agreement_id: int, forum_id: int, occasion_id: int, on: date
) -> Gathering:
    """The forum of the agreement as it is called to the occasion, on its local day.

    Of the parties that have signed, those are expected that somebody sits here for, or that have a place of their own
    among the members (not one that another party may hold instead). Who has not answered may still come; who is away,
    or sends a deputy, is counted as the deputy; a seat without anybody brings nobody, also where it is all a party has.
    """
    lines = (
        await session.exec(
            select(ForumSeat, Seat)
            .join(ForumSeatOption, col(ForumSeatOption.forum_seat_id) == ForumSeat.id)
            .join(Seat, col(Seat.id) == ForumSeatOption.seat_id)
            .where(ForumSeat.forum_id == forum_id, col(ForumSeat.active), col(Seat.active))
            .order_by(col(ForumSeat.position), col(ForumSeat.id), col(Seat.id))
        )
    ).all()
    people = await _people(session, [seat for _, seat in lines], occasion_id, on)
    own: dict[int | None, set[int | None]] = {}
    for line, seat in lines:
        if line.kind == "ledamot":
            own.setdefault(line.id, set()).add(seat.party_id)
    parties = await session.exec(
        select(Party)
        .where(Party.agreement_id == agreement_id, col(Party.active), col(Party.signatory))
        .order_by(col(Party.position), col(Party.id))
    )
    missing = [
        party
        for party in parties.all()
        if (any(each.seat.party_id == party.id for each in people) or {party.id} in own.values())
        and not _may_come([each for each in people if each.seat.party_id == party.id])
    ]
    return Gathering(tuple(people), tuple(missing))


async def _people(session: AsyncSession, seats: Sequence[Seat], occasion_id: int, on: date) -> list[Invited]:
    rows = await session.exec(select(AttendanceAnswer).where(AttendanceAnswer.occasion_id == occasion_id))
    answers = {row.person_id: row for row in rows.all()}
    held = (
        await session.exec(
            select(Person, Appointment)
            .join(Appointment, col(Appointment.person_id) == Person.id)
            .where(
                col(Appointment.seat_id).in_({seat.id for seat in seats}),
                col(Appointment.starts) <= on,
                col(Appointment.ends).is_(None) | (col(Appointment.ends) >= on),
                ~col(Person.deactivated),
            )
            .order_by(col(Appointment.deputy), col(Appointment.starts), col(Person.name), col(Appointment.id))
        )
    ).all()
    found: dict[tuple[int | None, int | None], Invited] = {}
    for seat in seats:
        for person, one in held:
            if one.seat_id == seat.id:
                invited = Invited(person, seat, one.deputy, answers.get(person.id or 0), is_away(person, on))
                found.setdefault((person.id, seat.id), invited)
    return sorted(found.values(), key=lambda each: each.deputy)


def _may_come(ours: Sequence[Invited]) -> bool:
    """Whether somebody may come after all, of those who sit for a party."""
    ordinary = {each.seat.id for each in ours if not each.deputy}
    return any(
        _may_bring(each, ours) for each in ours if not each.deputy or each.coming or each.seat.id not in ordinary
    )


def _may_bring(each: Invited, ours: Sequence[Invited]) -> bool:
    """Whether somebody may come from the seat after all."""
    if each.coming:
        return True
    if each.sends_deputy or (each.away and each.answer is None):
        return any(
            other.deputy and not other.declined and other.seat.id == each.seat.id
            for other in ours
            if other.person.id != each.person.id
        )
    return each.answer is None


def uncertain(people: Sequence[Invited]) -> list[Person]:
    """Those who are waited for: ordinary members without an answer who are not away, and the deputies of those who are,
    who send them, or who are not there: of a vacant seat. Each person once."""
    waited: dict[int | None, Person] = {}
    sent_for = {each.seat.id for each in people if not each.deputy and (each.sends_deputy or each.away)}
    ordinary = {each.seat.id for each in people if not each.deputy}
    for each in people:
        alone = each.seat.id in sent_for or each.seat.id not in ordinary
        asked = alone if each.deputy else not each.away
        if asked and each.answer is None:
            waited[each.person.id] = each.person
    return list(waited.values())


def tally(gathered: Gathering) -> list[str]:
    """A line for each answer that somebody has given, for those who are waited for or away, and for what is missing."""
    people = gathered.people
    lines = texts.tally(
        _names(each for each in people if each.coming),
        _names(each for each in people if each.declined and not each.sends_deputy),
        _names(each for each in people if each.sends_deputy),
        [each.name for each in uncertain(people)],
    )
    away = _names(each for each in people if each.away and each.answer is None)
    lines += [texts.also_away(away)] if away else []
    lines += [texts.nobody_from([party.name for party in gathered.missing])] if gathered.missing else []
    return lines


def _names(people: Iterable[Invited]) -> list[str]:
    """Each once, with two seats too."""
    return list(dict.fromkeys(each.person.name for each in people))
