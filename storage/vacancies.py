"""Which of the forums' places nobody holds on a day: one reckoning, for lists, for messages and for what a change of
the roster would leave empty."""

from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date

from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from storage.models import Appointment, Forum, ForumSeat, ForumSeatOption, Person, Seat


@dataclass(frozen=True)
class Sitting:
    """A person on a seat as a plain value: as it is, or as it is about to be (then `appointment_id` may be None, and
    `person_id` of somebody new)."""

    seat_id: int
    person: str
    person_id: int | None
    deputy: bool
    starts: date
    ends: date | None
    appointment_id: int | None = None

    def on(self, day: date) -> bool:
        """Whether it covers the day."""
        return self.starts <= day and (self.ends is None or day <= self.ends)


@dataclass(frozen=True)
class Line:
    """A line of a forum's members: how many places, and the seats that may hold them. `forum_id` None: a coordinator's
    seat that has no place in any forum."""

    forum_id: int | None
    label: str
    places: int
    seats: tuple[int, ...]


@dataclass(frozen=True)
class Vacancy:
    """Places nobody holds, in every forum where it is so. Whoever is put on one of the seats fills one of them."""

    seats: tuple[int, ...]
    name: str
    count: int
    forums: tuple[int, ...]


@dataclass(frozen=True)
class Roster:
    """An agreement's places and everybody who has sat, sits and will sit. `titles` by seat, `forums` by id."""

    titles: Mapping[int, str]
    forums: Mapping[int, str]
    lines: Sequence[Line]
    sittings: Sequence[Sitting]

    def ordinary(self, seat_id: int, day: date) -> list[Sitting]:
        """Who sits there that day, deputies left out."""
        return [each for each in self.sittings if each.seat_id == seat_id and not each.deputy and each.on(day)]

    def vacancies(self, day: date) -> list[Vacancy]:
        """Every vacancy of the day, each once whatever number of forums it is in, in the agreement's order."""
        held = {(each.seat_id, each.person_id or each.person) for each in self._ordinary_on(day)}
        found: dict[tuple[int, ...], Vacancy] = {}
        for line in self.lines:
            for each in self._of_line(line, {pair for pair in held if pair[0] in line.seats}):
                before = found.get(each.seats)
                if before is None:
                    found[each.seats] = each
                else:
                    forums = tuple(dict.fromkeys((*before.forums, *each.forums)))
                    found[each.seats] = replace(before, count=max(before.count, each.count), forums=forums)
        return list(found.values())

    def _ordinary_on(self, day: date) -> list[Sitting]:
        return [each for each in self.sittings if not each.deputy and each.on(day)]

    def _of_line(self, line: Line, held: Collection[tuple[int, int | str]]) -> list[Vacancy]:
        count = unfilled(line.places, line.seats, held)
        forums = (line.forum_id,) if line.forum_id is not None else ()
        empty = [seat for seat in line.seats if seat not in {on for on, _ in held}]
        if count and count == len(empty):
            return [Vacancy((seat,), self.titles[seat], 1, forums) for seat in empty]
        return [Vacancy(line.seats, line.label, count, forums)] if count else []

    def edges(self) -> set[date]:
        """The days on which who sits somewhere changes."""
        starts = {each.starts for each in self.sittings}
        return starts | {date.fromordinal(each.ends.toordinal() + 1) for each in self.sittings if each.ends}


def unfilled(places: int, seats: Collection[int], held: Iterable[tuple[int, int | str]]) -> int:
    """How many of a line's places nobody holds. `held`: (seat, person) for each ordinary holder, deputies left out.

    Of several seats each counts for itself, whoever sits on it: two who share one of two leave the other empty, one on
    both leaves none. Only where there are more places than seats does a second person on a seat fill a second place.
    """
    most = max(1, places - len(seats) + 1)
    people = Counter(seat for seat, _ in set(held))
    return max(0, places - sum(min(number, most) for number in people.values()))


async def roster_of(session: AsyncSession, agreement_id: int) -> Roster:
    """The agreement's places and people, with all history. A few questions, whatever the number of forums."""
    seats = (
        await session.exec(
            select(Seat).where(Seat.agreement_id == agreement_id, col(Seat.active)).order_by(col(Seat.id))
        )
    ).all()
    titles = {seat.id: seat.title for seat in seats if seat.id is not None}
    rows = await session.exec(
        select(ForumSeat, Forum, ForumSeatOption.seat_id)
        .join(Forum, col(Forum.id) == ForumSeat.forum_id)
        .join(ForumSeatOption, col(ForumSeatOption.forum_seat_id) == ForumSeat.id)
        .where(Forum.agreement_id == agreement_id, col(Forum.active), col(ForumSeat.active))
        .order_by(col(Forum.position), col(ForumSeat.position), col(ForumSeat.id), col(ForumSeatOption.seat_id))
    )
    options: dict[int, list[int]] = {}
    lines: dict[int, tuple[ForumSeat, Forum]] = {}
    for line, forum, seat_id in rows.all():
        if seat_id in titles:
            lines[line.id or 0] = (line, forum)
            options.setdefault(line.id or 0, []).append(seat_id)
    placed = {seat for several in options.values() for seat in several}
    unplaced = [seat for seat in seats if seat.coordinator and seat.id not in placed]
    people = await session.exec(
        select(Appointment, Person.name)
        .join(Person, col(Person.id) == Appointment.person_id)
        .where(col(Appointment.seat_id).in_(titles))
        .order_by(col(Appointment.id))
    )
    return Roster(
        titles=titles,
        forums={forum.id or 0: forum.name for _, forum in lines.values()},
        lines=[
            *(Line(forum.id, line.label, line.places, tuple(options[key])) for key, (line, forum) in lines.items()),
            *(Line(None, seat.title, 1, (seat.id or 0,)) for seat in unplaced),
        ],
        sittings=[sitting_of(appointment, name) for appointment, name in people.all()],
    )


def sitting_of(appointment: Appointment, name: str) -> Sitting:
    """The row as a value."""
    return Sitting(
        appointment.seat_id,
        name,
        appointment.person_id,
        appointment.deputy,
        appointment.starts,
        appointment.ends,
        appointment.id,
    )
