"""What cannot go where it should: told to the coordinators instead, or refused and they are told of it, once."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from zoneinfo import ZoneInfo

from sqlmodel import col, select, update
from sqlmodel.ext.asyncio.session import AsyncSession

from schedules import texts
from schedules.loading import coordinators
from storage.claims import Claimed
from storage.marks import mark_refused, mark_withdrawn
from storage.message import Message, Part, decoded
from storage.models import Agreement, Forum, Notice, NoticeState, Person, Workspace
from storage.outbox import Planned, plan, recipient_key, tell
from storage.reopening import FOR_THE_CHANNEL, NO_CHANNEL

UNSENT = "unsent"  # the kind of notice that tells of another; never told of in its turn


async def refuse(
    session: AsyncSession,
    claimed: Claimed,
    message: Message | None,
    failure: str,
    *,
    whole_channel: bool,
    unsure: bool,
    worker: str,
    now: datetime,
) -> None:
    """Closes a message that Slack will never take and tells the coordinators: once per message, or once a day where
    the whole channel is the trouble. Also shown by `storage.backlog.refused`."""
    notices = await _waiting_in(session, claimed)
    if not await mark_refused(session, claimed, worker=worker, failure=failure, unsure=unsure):
        return
    day = now.astimezone(await _zone(session, claimed.workspace_id)).date()
    key = f"{UNSENT}:{claimed.lane}:{failure}:{day}" if whole_channel else f"{UNSENT}:{claimed.key}"
    await _tell_coordinators(session, claimed, notices, message, failure, key=key, unsure=unsure, now=now)


async def refuse_notices(
    session: AsyncSession, claimed: Claimed, notices: Sequence[Notice], reasons: Mapping[int, str], *, now: datetime
) -> None:
    """Closes those of a message's notices that cannot be put into words; the others go on."""
    for notice in notices:
        assert notice.id is not None
        await session.exec(
            update(Notice)
            .where(col(Notice.id) == notice.id, col(Notice.state) == NoticeState.WAITING)
            .values(state=NoticeState.REFUSED, reason=reasons[notice.id])
        )
    key = f"{UNSENT}:{claimed.key}:part"
    await _tell_coordinators(
        session, claimed, notices, None, reasons[notices[0].id or 0], key=key, unsure=False, now=now
    )


async def reroute(
    session: AsyncSession, claimed: Claimed, notices: Sequence[Notice], *, worker: str, now: datetime
) -> None:
    """A forum without a channel, or a person without Slack and without a forum's channel to be named in: the
    coordinators get it as direct messages, each once. When none of them has Slack it is refused."""
    others = [
        person
        for person in await _coordinators_with_slack(session, claimed, notices, now)
        if person.id != claimed.person_id
    ]
    if not others:
        await refuse(
            session,
            claimed,
            decoded(claimed.payload) if claimed.payload else None,
            NO_CHANNEL,
            whole_channel=True,
            unsure=False,
            worker=worker,
            now=now,
        )
        return
    if not await mark_withdrawn(session, claimed, worker=worker, reason=f"{NO_CHANNEL}: told the coordinators instead"):
        return
    instead_of = {"instead_of": recipient_key(claimed.forum_id, claimed.person_id)}
    for person in others:
        await tell_instead(session, claimed, notices, person, instead_of, now=now)


async def tell_instead(
    session: AsyncSession,
    claimed: Claimed,
    notices: Sequence[Notice],
    person: Person,
    why: Mapping[str, str],
    *,
    now: datetime,
) -> None:
    """The message's notices to somebody else than it was for, under the keys they would have had: who has one already
    does not get it again. `why` is kept with them, and said when they are told. What is fixed goes as it is written,
    once, whichever of the notices it is told by."""
    if claimed.payload is None:
        copies = [_for(person, notice, why) for notice in notices]
        await plan(session, workspace_id=claimed.workspace_id, reminders=copies, now=now)
        return
    first = notices[0]
    await tell(
        session,
        workspace_id=claimed.workspace_id,
        key=first.key,
        kind=first.kind,
        due_at=first.due_at,
        now=now,
        forum_id=first.forum_id,
        person_id=person.id,
        message=decoded(claimed.payload),
        agreement_id=first.agreement_id,
        commitment_id=first.commitment_id,
        occasion_id=first.occasion_id,
        details={**first.details, **why},
        visibility=first.visibility,
    )


def _for(person: Person, notice: Notice, why: Mapping[str, str]) -> Planned:
    return Planned(
        key=f"{notice.key.rpartition(':')[0]}:{recipient_key(None, person.id)}",
        kind=notice.kind,
        due_at=notice.due_at,
        person_id=person.id,
        agreement_id=notice.agreement_id,
        about_forum_id=notice.forum_id,
        commitment_id=notice.commitment_id,
        occasion_id=notice.occasion_id,
        moved_from=notice.moved_from,
        details={**notice.details, **why},
    )


async def _tell_coordinators(
    session: AsyncSession,
    claimed: Claimed,
    notices: Sequence[Notice],
    message: Message | None,
    failure: str,
    *,
    key: str,
    unsure: bool,
    now: datetime,
) -> None:
    if any(notice.kind == UNSENT for notice in notices):
        return  # a coordinator who cannot be reached: status shows it, but nobody is told in circles
    about = message or (decoded(claimed.payload) if claimed.payload else None)
    said = _heads(about) or sorted({texts.KINDS[notice.kind] for notice in notices if notice.kind in texts.KINDS})
    lines = [texts.unsent(failure, unsure, again=claimed.forum_id is not None and failure in FOR_THE_CHANNEL)]
    if said:
        lines.append(texts.unsent_said(said))
    if claimed.forum_id is not None:
        lines.append(texts.unsent_remedy())
    heading = texts.unsent_heading(await _name_of_recipient(session, claimed))
    for person in await _coordinators_with_slack(session, claimed, notices, now):
        await tell(
            session,
            workspace_id=claimed.workspace_id,
            key=key,
            kind=UNSENT,
            due_at=now,
            now=now,
            person_id=person.id,
            message=Message((Part(heading=heading, lines=tuple(lines)),)),
            agreement_id=notices[0].agreement_id if notices else None,
        )


def _heads(message: Message | None) -> list[str]:
    """What a message is about, in few words."""
    if message is None:
        return []
    return [part.heading for part in message.parts if part.heading] or [
        line for line in (message.title, *(line for part in message.parts for line in part.lines)) if line
    ][:1]


async def _waiting_in(session: AsyncSession, claimed: Claimed) -> Sequence[Notice]:
    rows = await session.exec(
        select(Notice)
        .where(Notice.outgoing_id == claimed.id, Notice.state == NoticeState.WAITING)
        .order_by(col(Notice.id))
    )
    return rows.all()


async def _coordinators_with_slack(
    session: AsyncSession, claimed: Claimed, notices: Sequence[Notice], now: datetime
) -> list[Person]:
    agreement_id = await _agreement_of(session, claimed, notices)
    if agreement_id is None:
        return []
    today = now.astimezone(await _zone(session, claimed.workspace_id)).date()
    return [person for person in await coordinators(session, agreement_id, today) if person.slack_user_id]


async def _agreement_of(session: AsyncSession, claimed: Claimed, notices: Sequence[Notice]) -> int | None:
    """The agreement it is about: its notices', its forum's, or the workspace's newest."""
    for notice in notices:
        if notice.agreement_id is not None:
            return notice.agreement_id
    forum_id = claimed.forum_id or next((notice.forum_id for notice in notices if notice.forum_id), None)
    if forum_id is not None:
        return (await session.exec(select(Forum.agreement_id).where(Forum.id == forum_id))).first()
    newest = select(Agreement.id).where(Agreement.workspace_id == claimed.workspace_id)
    return (await session.exec(newest.order_by(col(Agreement.starts).desc()).limit(1))).first()


async def _name_of_recipient(session: AsyncSession, claimed: Claimed) -> str:
    if claimed.person_id is not None:
        name = (await session.exec(select(Person.name).where(Person.id == claimed.person_id))).first()
    else:
        name = (await session.exec(select(Forum.name).where(Forum.id == claimed.forum_id))).first()
    return name or ""


async def _zone(session: AsyncSession, workspace_id: int) -> ZoneInfo:
    zone = (await session.exec(select(Workspace.zone).where(Workspace.id == workspace_id))).one()
    return ZoneInfo(zone)
