"""What Slack says of somebody's account: written down, and the coordinators told whose seats are left without a person.

A closed account has no rights from that moment (`storage.people.find_person`), and with them the calendar and the
reminders end; a deputy on the same seat is asked instead. Source: the project's design, access and privacy.
"""

from collections.abc import Sequence
from datetime import date, datetime
from zoneinfo import ZoneInfo

from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from schedules import texts
from schedules.loading import coordinators
from storage.channels import note_account
from storage.message import Button, Message, Part
from storage.models import Forum, Person, Seat, Workspace
from storage.outbox import tell
from storage.people import places_of_seats, seats_held, traced

ACCOUNT = "account"  # the kind of notice


async def account_seen(
    session: AsyncSession,
    *,
    workspace_id: int,
    team_id: str,
    user_id: str,
    deactivated: bool,
    guest: bool,
    now: datetime,
) -> int:
    """Writes down what Slack says of an account. Who holds a seat and is newly closed is told of, once; returns how
    many are told. `now` is aware UTC."""
    told = 0
    before = await _closed(session, workspace_id)
    for person_id in await note_account(
        session, workspace_id=workspace_id, team_id=team_id, user_id=user_id, deactivated=deactivated, guest=guest
    ):
        traced(
            session,
            workspace_id=workspace_id,
            now=now,
            actor=user_id,
            person_id=person_id,
            action="user_change",
            subject="person",
            subject_id=person_id,
            deactivated=deactivated,
        )
        if deactivated and person_id not in before:
            told += await _tell(session, workspace_id, await session.get_one(Person, person_id), now)
    return told


async def _closed(session: AsyncSession, workspace_id: int) -> set[int | None]:
    question = select(Person.id).where(Person.workspace_id == workspace_id, col(Person.deactivated))
    return set((await session.exec(question)).all())


async def _tell(session: AsyncSession, workspace_id: int, person: Person, now: datetime) -> int:
    workspace = await session.get_one(Workspace, workspace_id)
    today = now.astimezone(ZoneInfo(workspace.zone)).date()
    seats: dict[int, list[Seat]] = {}
    for seat, _ in await seats_held(session, person_id=person.id or 0, today=today):
        seats.setdefault(seat.agreement_id, []).append(seat)
    told = 0
    for agreement_id, held in seats.items():
        part = await _part(session, person, held)
        for each in await _who_mend(session, workspace_id, agreement_id, today):
            new = await tell(
                session,
                workspace_id=workspace_id,
                key=f"account:{person.id}:{agreement_id}:{now.isoformat()}",
                kind=ACCOUNT,
                due_at=now,
                now=now,
                person_id=each.id,
                message=Message((part,)),
                agreement_id=agreement_id,
            )
            told += new is not None
    return told


async def _part(session: AsyncSession, person: Person, held: Sequence[Seat]) -> Part:
    titles = [seat.title for seat in held]
    found = await places_of_seats(session, seat_ids=[seat.id or 0 for seat in held])
    forums = [await session.get_one(Forum, forum_id) for forum_id in sorted({forum_id for forum_id, _, _ in found})]
    buttons = tuple(Button(texts.members_of(each.name), "samverkan medlemmar", f"f:{each.id}") for each in forums[:5])
    lines = (texts.account_closed(titles, [each.name for each in forums]), texts.ACCOUNT_CLOSED)
    return Part(lines, texts.account_closed_heading(person.name), buttons=buttons)


async def _who_mend(session: AsyncSession, workspace_id: int, agreement_id: int, today: date) -> Sequence[Person]:
    """The coordinators; the administrators where no coordinator has an account any more."""
    found = [each for each in await coordinators(session, agreement_id, today) if not each.deactivated]
    if found:
        return found
    question = select(Person).where(
        Person.workspace_id == workspace_id, col(Person.administrator), col(Person.deactivated).is_(False)
    )
    return (await session.exec(question)).all()
