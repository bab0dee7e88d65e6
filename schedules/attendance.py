"""Who comes to a meeting: the people of a forum with their answers, and the parties that nobody will come from."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from schedules.loading import is_away
from storage.models import AttendanceAnswer, Party, Person, Seat
from storage.people import places


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


async def invited(session: AsyncSession, *, forum_id: int, occasion_id: int, on: date) -> list[Invited]:
    """Everybody with a place in the forum on the local day, ordinary before deputies; once for each seat."""
    rows = await session.exec(select(AttendanceAnswer).where(AttendanceAnswer.occasion_id == occasion_id))
    answers = {row.person_id: row for row in rows.all()}
    found: dict[tuple[int | None, int | None], Invited] = {}
    for place in await places(session, forum_id=forum_id, today=on):
        seats = {seat.id: seat for seat in place.seats}
        for person, held in place.holders:
            if not person.deactivated:
                key = (person.id, held.seat_id)
                seat, answer = seats[held.seat_id], answers.get(person.id or 0)
                found.setdefault(key, Invited(person, seat, held.deputy, answer, is_away(person, on)))
    return sorted(found.values(), key=lambda each: each.deputy)


async def parties_missing(session: AsyncSession, agreement_id: int, people: Sequence[Invited]) -> list[Party]:
    """The parties that have signed and have seats here, of which nobody will come as things stand.

    Who has not answered may still come; who is away, or sends a deputy, is counted as the deputy; a seat without
    anybody brings nobody.
    """
    rows = await session.exec(
        select(Party)
        .where(Party.agreement_id == agreement_id, col(Party.active), col(Party.signatory))
        .order_by(col(Party.position), col(Party.id))
    )
    missing = []
    for party in rows.all():
        ours = [each for each in people if each.seat.party_id == party.id]
        if ours and not any(_may_bring(each, ours) for each in ours if not each.deputy or each.coming):
            missing.append(party)
    return missing


def _may_bring(each: Invited, ours: Sequence[Invited]) -> bool:
    """Whether somebody may come from the seat after all."""
    if each.coming:
        return True
    if each.sends_deputy or (each.away and each.answer is None):
        return any(other.deputy and not other.declined and other.seat.id == each.seat.id for other in ours)
    return each.answer is None


def uncertain(people: Sequence[Invited]) -> list[Person]:
    """Those who are waited for: ordinary members without an answer who are not away, and the deputies of those who are
    or who send them. Each person once."""
    waited: dict[int | None, Person] = {}
    sent_for = {each.seat.id for each in people if not each.deputy and (each.sends_deputy or each.away)}
    for each in people:
        asked = each.seat.id in sent_for if each.deputy else not each.away
        if asked and each.answer is None:
            waited[each.person.id] = each.person
    return list(waited.values())
