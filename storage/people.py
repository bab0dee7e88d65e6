"""Questions and changes about people, the seats they hold and the forums those sit in."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import BindParameter, ColumnElement, bindparam
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from storage.database import once
from storage.models import (
    Agreement,
    Appointment,
    AuditEntry,
    Forum,
    ForumSeat,
    ForumSeatOption,
    Party,
    Person,
    Seat,
    Workspace,
)
from storage.vacancies import unfilled

# an appointment that ends the day before it begins never came to be
HAS_BEGUN = col(Appointment.ends).is_(None) | (col(Appointment.ends) >= col(Appointment.starts))


def of_team(team_id: str | BindParameter[str]) -> ColumnElement[bool]:
    """Whether a roster row belongs to the Slack team: it says so, or says nothing and the team is the workspace's own.

    For questions about Person joined with its Workspace.
    """
    own = col(Person.slack_team_id).is_(None) & (col(Workspace.team_id) == team_id)
    return (col(Person.slack_team_id) == team_id) | own


# Written once, since nearly everything that is asked begins with these: building them costs more than asking.
PERSON_BEHIND = (
    select(Person)
    .join(Workspace, col(Workspace.id) == Person.workspace_id)
    .where(
        Person.workspace_id == bindparam("workspace_id"),
        Person.slack_user_id == bindparam("user_id"),
        of_team(bindparam("team_id")),
    )
    .order_by(col(Person.slack_team_id).nulls_last(), col(Person.id))
    .limit(1)
)
SEATS_HELD = (
    select(Seat, Appointment)
    .join(Appointment, col(Appointment.seat_id) == Seat.id)
    .where(
        Appointment.person_id == bindparam("person_id"),
        col(Seat.active),
        col(Appointment.starts) <= bindparam("today"),
        col(Appointment.ends).is_(None) | (col(Appointment.ends) >= bindparam("today")),
    )
)
PLACES_OF_SEATS = (
    select(ForumSeat.forum_id, ForumSeatOption.seat_id, ForumSeat.kind)
    .join(ForumSeatOption, col(ForumSeatOption.forum_seat_id) == ForumSeat.id)
    .where(col(ForumSeatOption.seat_id).in_(bindparam("seat_ids", expanding=True)), col(ForumSeat.active))
)
EVERY_FORUM = (
    select(Forum, col(Agreement.ends))
    .join(Agreement, col(Agreement.id) == Forum.agreement_id)
    .where(Agreement.workspace_id == bindparam("workspace_id"))
    .order_by(col(Agreement.starts), col(Forum.position))
)
PARTIES = (
    select(Party)
    .where(Party.agreement_id == bindparam("agreement_id"), col(Party.active))
    .order_by(col(Party.signatory).desc(), col(Party.position), col(Party.id))
)


async def find_person(session: AsyncSession, *, workspace_id: int, team_id: str, user_id: str) -> Person | None:
    """The person behind a Slack identity, which is (team id, user id); None for nobody and for a closed account."""
    if not team_id or not user_id:
        return None
    asked = {"workspace_id": workspace_id, "user_id": user_id, "team_id": team_id}
    found = (await session.exec(PERSON_BEHIND, params=asked)).first()
    return None if found is None or found.deactivated else found


async def with_accounts(session: AsyncSession, *, workspace_id: int) -> Sequence[tuple[str | None, str]]:
    """(team id, user id) of everybody on the roster with a Slack account; team None is the workspace's own."""
    question = (
        select(Person.slack_team_id, Person.slack_user_id)
        .where(Person.workspace_id == workspace_id, col(Person.slack_user_id).is_not(None))
        .order_by(col(Person.id))
    )
    return [(team_id, user_id) for team_id, user_id in (await session.exec(question)).all() if user_id]


async def team_unsaid(session: AsyncSession, *, workspace_id: int, user_id: str) -> bool:
    """Whether somebody with the user id is on the roster without a team: known, but only in the workspace's own."""
    question = select(Person.id).where(
        Person.workspace_id == workspace_id, Person.slack_user_id == user_id, col(Person.slack_team_id).is_(None)
    )
    return (await session.exec(question.limit(1))).first() is not None


async def anybody_on_a_roster(session: AsyncSession, *, workspace_id: int) -> bool:
    """Whether a roster has been imported at all."""
    return (
        await session.exec(select(Person.id).where(Person.workspace_id == workspace_id).limit(1))
    ).first() is not None


async def seats_held(session: AsyncSession, *, person_id: int, today: date) -> Sequence[tuple[Seat, Appointment]]:
    """The seats the person holds today, as ordinary holder or deputy; not those a later file no longer has."""
    return (await session.exec(SEATS_HELD, params={"person_id": person_id, "today": today})).all()


async def places_of_seats(session: AsyncSession, *, seat_ids: Sequence[int]) -> Sequence[tuple[int, int, str]]:
    """(forum, seat, kind of place) for every place one of the seats has in a forum: "ledamot", "sekreterare", …"""
    return (await session.exec(PLACES_OF_SEATS, params={"seat_ids": list(seat_ids)})).all()


async def forums_of_seats(session: AsyncSession, *, seat_ids: Sequence[int]) -> Sequence[int]:
    """Ids of the forums in which any of the seats has a place."""
    return (
        await session.exec(
            select(ForumSeat.forum_id)
            .join(ForumSeatOption, col(ForumSeatOption.forum_seat_id) == ForumSeat.id)
            .where(col(ForumSeatOption.seat_id).in_(seat_ids), col(ForumSeat.active))
            .distinct()
        )
    ).all()


@dataclass(frozen=True)
class Forums:
    """A workspace's forums, in the agreements' order: `current` those of agreements in force or to come; of every one
    there is or has been, ended agreements' too, `agreements` says whose it is."""

    current: tuple[Forum, ...]
    agreements: dict[int, int]


async def forums(session: AsyncSession, *, workspace_id: int, today: date) -> Forums:
    """The workspace's forums as of the day."""
    rows = (await session.exec(EVERY_FORUM, params={"workspace_id": workspace_id})).all()
    return Forums(
        tuple(forum for forum, ends in rows if forum.active and (ends is None or ends >= today)),
        {forum.id: forum.agreement_id for forum, _ in rows if forum.id is not None},
    )


@dataclass(frozen=True)
class Place:
    """One line of a forum's members: who sits there today, and who is appointed from a later day."""

    line: ForumSeat
    seats: tuple[Seat, ...]
    holders: tuple[tuple[Person, Appointment], ...]
    coming: tuple[tuple[Person, Appointment], ...] = ()

    @property
    def vacant(self) -> int:
        """How many of its places nobody holds."""
        ordinary = {(each.seat_id, each.person_id) for _, each in self.holders if not each.deputy}
        return unfilled(self.line.places, [seat.id or 0 for seat in self.seats], ordinary)


async def places(session: AsyncSession, *, forum_id: int, today: date) -> list[Place]:
    """A forum's lines with the people who hold them today and those to come, ordinary before deputies."""
    lines = (
        await session.exec(
            select(ForumSeat)
            .where(ForumSeat.forum_id == forum_id, col(ForumSeat.active))
            .order_by(col(ForumSeat.position), col(ForumSeat.id))
        )
    ).all()
    found = []
    for line in lines:
        seats = (
            await session.exec(
                select(Seat)
                .join(ForumSeatOption, col(ForumSeatOption.seat_id) == Seat.id)
                .where(ForumSeatOption.forum_seat_id == line.id, col(Seat.active))
                .order_by(col(Seat.id))
            )
        ).all()
        rows = (
            await session.exec(
                select(Person, Appointment)
                .join(Appointment, col(Appointment.person_id) == Person.id)
                .where(
                    col(Appointment.seat_id).in_([seat.id for seat in seats]),
                    col(Appointment.ends).is_(None) | (col(Appointment.ends) >= today),
                    HAS_BEGUN,
                )
                .order_by(col(Appointment.deputy), col(Appointment.starts), col(Person.name), col(Appointment.id))
            )
        ).all()
        now = tuple((person, each) for person, each in rows if each.starts <= today)
        later = tuple((person, each) for person, each in rows if each.starts > today)
        found.append(Place(line, tuple(seats), now, later))
    return found


async def holds(
    session: AsyncSession, *, seat_id: int, person_id: int, deputy: bool, starts: date, ends: date | None = None
) -> bool:
    """Whether the person holds the seat in that way on any of the days."""
    question = select(Appointment.id).where(
        Appointment.seat_id == seat_id,
        Appointment.person_id == person_id,
        Appointment.deputy == deputy,
        col(Appointment.ends).is_(None) | (col(Appointment.ends) >= starts),
        HAS_BEGUN,
    )
    if ends is not None:
        question = question.where(col(Appointment.starts) <= ends)
    return (await session.exec(question.limit(1))).first() is not None


async def appoint(
    session: AsyncSession, *, seat_id: int, person_id: int, deputy: bool, starts: date, ends: date | None = None
) -> Appointment | None:
    """Puts a person on a seat from a day, to a day if `ends` says so; None when they hold it then in the same way.

    Two who do it at once do it once: the seat is locked first.
    """
    await session.exec(select(Seat.id).where(Seat.id == seat_id).with_for_update())
    if await holds(session, seat_id=seat_id, person_id=person_id, deputy=deputy, starts=starts, ends=ends):
        return None
    appointment = Appointment(seat_id=seat_id, person_id=person_id, deputy=deputy, starts=starts, ends=ends)
    session.add(appointment)
    await session.flush()
    return appointment


async def end_appointment(session: AsyncSession, appointment: Appointment, *, last: date) -> bool:
    """Ends an appointment with a last day (included); False when it already ends then or earlier.

    The row stays: who sat when is history. `last` before the first day means that it never came to be, which is kept as
    an appointment that ends the day before it begins.
    """
    if appointment.ends is not None and appointment.ends <= last:
        return False
    appointment.ends = max(last, appointment.starts - timedelta(days=1))
    session.add(appointment)
    await session.flush()
    return True


async def known_of_slack(
    session: AsyncSession, *, workspace_id: int, user_id: str, team_id: str | None = None
) -> Person | None:
    """The person with the Slack identity; None where there is none yet. `team_id` None: the workspace's own team."""
    question = select(Person).join(Workspace, col(Workspace.id) == Person.workspace_id)
    same = of_team(team_id) if team_id else _of_own_team()
    question = question.where(Person.workspace_id == workspace_id, Person.slack_user_id == user_id, same)
    return (await session.exec(question.order_by(col(Person.id)).limit(1))).first()


async def person_of_slack(
    session: AsyncSession, *, workspace_id: int, user_id: str, name: str, team_id: str | None = None
) -> Person:
    """The person with the Slack identity, made when there is none yet."""
    found = await known_of_slack(session, workspace_id=workspace_id, user_id=user_id, team_id=team_id)
    if found is not None:
        return found
    person = Person(workspace_id=workspace_id, name=name, slack_user_id=user_id, slack_team_id=team_id or None)
    session.add(person)
    await session.flush()
    return person


def _of_own_team() -> ColumnElement[bool]:
    return col(Person.slack_team_id).is_(None) | (col(Person.slack_team_id) == col(Workspace.team_id))


async def party_names(session: AsyncSession, *, agreement_id: int) -> Sequence[Party]:
    """The agreement's parties and the other actors it names, signatories first."""

    async def ask() -> Sequence[Party]:
        return (await session.exec(PARTIES, params={"agreement_id": agreement_id})).all()

    return await once(session, ("parties", agreement_id), ask)


def traced(
    session: AsyncSession,
    *,
    workspace_id: int,
    now: datetime,
    actor: str,
    person_id: int | None,
    action: str,
    subject: str,
    subject_id: int | None,
    **details: object,
) -> AuditEntry:
    """Adds to the trail: who did what to which row. `details` are ids and states, never what people wrote."""
    entry = AuditEntry(
        workspace_id=workspace_id,
        at=now,
        actor=actor,
        person_id=person_id,
        action=action,
        subject=subject,
        subject_id=subject_id,
        details=dict(details),
    )
    session.add(entry)
    return entry
