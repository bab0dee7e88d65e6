"""What is marked internal does not go to a channel that others than the parties may read, but to the people directly.

Decided when the message is about to be posted: a channel may have been shared since the notice was written.
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime
from zoneinfo import ZoneInfo

from sqlalchemy import bindparam, func
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from schedules.loading import coordinators
from schedules.unsent import refuse_notices
from storage.channels import outside_the_parties
from storage.claims import Claimed
from storage.message import decoded
from storage.models import Commitment, Forum, Notice, NoticeState, Person, Workspace
from storage.outbox import Planned, plan, recipient_key, tell, withdraw_notices
from storage.people import places
from storage.terms import Visibility

INTERNAL = "internal"  # why the notice was withdrawn


INTERNAL_AMONG = (
    select(Notice)
    .join(Commitment, col(Commitment.id) == Notice.commitment_id, isouter=True)
    .where(
        col(Notice.outgoing_id).in_(bindparam("ids", expanding=True)),
        Notice.state == NoticeState.WAITING,
        func.coalesce(Notice.visibility, Commitment.visibility) == Visibility.INTERNAL.value,
    )
    .order_by(col(Notice.id))
)


async def internal_in(session: AsyncSession, several: Iterable[Claimed]) -> Mapping[int, Sequence[Notice]]:
    """The internal ones among the messages' waiting notices, by the message's id, where it is on its way to a
    channel."""
    ids = [claimed.id for claimed in several if claimed.lane.startswith("c:")]
    found: dict[int, list[Notice]] = {}
    if ids:
        for notice in (await session.exec(INTERNAL_AMONG, params={"ids": ids})).all():
            found.setdefault(notice.outgoing_id, []).append(notice)
    return found


async def turn_aside(session: AsyncSession, claimed: Claimed, notices: Sequence[Notice], *, now: datetime) -> bool:
    """Sends the internal notices to the forum's people and the coordinators, each directly, where the channel is shared
    outside the parties. Whether anything was turned aside. What is fixed goes as it is written. `now` is aware UTC."""
    channel = claimed.lane.removeprefix("c:")
    zone = (await session.exec(select(Workspace.zone).where(Workspace.id == claimed.workspace_id))).one()
    today = now.astimezone(ZoneInfo(zone)).date()
    aside: dict[int, str] = {}
    for notice in notices:
        agreement_id = await _agreement_of(session, notice)
        if agreement_id is not None and await outside_the_parties(
            session,
            workspace_id=claimed.workspace_id,
            agreement_id=agreement_id,
            channel_id=channel,
            today=today,
        ):
            people = await _audience(session, notice, agreement_id, today)
            if not people:  # nobody to tell: it stands as refused, and is not posted
                await refuse_notices(session, claimed, [notice], {notice.id or 0: INTERNAL}, now=now)
                continue
            aside[notice.id or 0] = INTERNAL
            for person in people:
                await _copy(session, claimed, notice, person, now)
    if aside:
        await withdraw_notices(session, aside, now=now)
    return bool(aside)


async def _agreement_of(session: AsyncSession, notice: Notice) -> int | None:
    if notice.agreement_id is not None or notice.forum_id is None:
        return notice.agreement_id
    return (await session.exec(select(Forum.agreement_id).where(Forum.id == notice.forum_id))).first()


async def _audience(session: AsyncSession, notice: Notice, agreement_id: int, today: date) -> list[Person]:
    """Those who sit in the forum today, and the coordinators, as far as they can be reached in Slack; each once."""
    found: dict[int | None, Person] = {}
    if notice.forum_id is not None:
        for place in await places(session, forum_id=notice.forum_id, today=today):
            found |= {person.id: person for person, _ in place.holders}
    found |= {person.id: person for person in await coordinators(session, agreement_id, today)}
    return [each for each in found.values() if each.slack_user_id and not each.deactivated]


async def _copy(session: AsyncSession, claimed: Claimed, notice: Notice, person: Person, now: datetime) -> None:
    """The notice for one person, under the key it would have had: who has it already does not get it again."""
    details = {**notice.details, "internal_in": recipient_key(notice.forum_id, None) if notice.forum_id else ""}
    if claimed.payload is not None:
        await tell(
            session,
            workspace_id=claimed.workspace_id,
            key=notice.key,
            kind=notice.kind,
            due_at=notice.due_at,
            now=now,
            forum_id=notice.forum_id,
            person_id=person.id,
            message=decoded(claimed.payload),
            agreement_id=notice.agreement_id,
            commitment_id=notice.commitment_id,
            occasion_id=notice.occasion_id,
            details=details,
            visibility=notice.visibility,
        )
        return
    planned = Planned(
        key=f"{notice.key.rpartition(':')[0]}:{recipient_key(None, person.id)}",
        kind=notice.kind,
        due_at=notice.due_at,
        person_id=person.id,
        agreement_id=notice.agreement_id,
        about_forum_id=notice.forum_id,
        commitment_id=notice.commitment_id,
        occasion_id=notice.occasion_id,
        moved_from=notice.moved_from,
        details=details,
    )
    await plan(session, workspace_id=claimed.workspace_id, reminders=[planned], now=now)
