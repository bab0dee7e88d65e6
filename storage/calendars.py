"""What stands in a calendar, and the secret addresses it is asked for by."""

import hashlib
import secrets
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlmodel import col, select, update
from sqlmodel.ext.asyncio.session import AsyncSession

from storage.models import CalendarFeed, Commitment, Forum, Notice, NoticeState, Occasion, Outcome, Outgoing
from storage.terms import NOT_INTERNAL, CommitmentKind, OccasionState, is_internal

TOKEN_BYTES = 24  # 192 bits: nobody guesses one


@dataclass(frozen=True)
class CalendarEntry:
    """One occasion as calendars know it: the same `root_id` wherever it is moved, and a `sequence` that rises with
    every change of it. `at` is local time of day, HH:MM, None where none is said."""

    occasion_id: int
    root_id: int
    sequence: int
    on: date
    at: str | None
    zone: str
    place: str
    area: str
    title: str
    kind: CommitmentKind
    forum: str
    source: str
    cancelled: bool
    internal: bool
    changed_at: datetime


async def entries_of(session: AsyncSession, forum_ids: Iterable[int], *, first: date) -> list[CalendarEntry]:
    """Everything booked in the forums from the local day `first` on, cancelled too; what was moved stands where it is
    now."""
    rows = (
        await session.exec(
            select(Occasion, Commitment, Forum.name)
            .join(Commitment, col(Commitment.id) == Occasion.commitment_id)
            .join(Forum, col(Forum.id) == Commitment.forum_id)
            .where(col(Commitment.forum_id).in_(list(forum_ids)))
            .order_by(col(Occasion.on), col(Occasion.at).nulls_first(), col(Occasion.id))
        )
    ).all()
    hidden = await _internally_logged(session, [row.id or 0 for row, _, _ in rows])
    came_from = {row.moved_to_id: row for row, _, _ in rows if row.moved_to_id is not None}
    return [
        _entry(row, _way(row, came_from), commitment, forum, place="" if row.id in hidden else row.place)
        for row, commitment, forum in rows
        if row.on >= first and not (row.state is OccasionState.MOVED and row.moved_to_id is not None)
    ]


async def _internally_logged(session: AsyncSession, ids: Sequence[int]) -> set[int]:
    """Those of the occasions whose outcome is internal: where they were held came with it."""
    question = select(Outcome.occasion_id).where(
        col(Outcome.occasion_id).in_(ids), col(Outcome.visibility).not_in(NOT_INTERNAL)
    )
    return set((await session.exec(question.distinct())).all())


def _way(row: Occasion, came_from: Mapping[int, Occasion]) -> list[Occasion]:
    """The occasion and those it was moved from, newest first."""
    way = [row]
    while (before := came_from.get(way[-1].id or 0)) is not None and before not in way:
        way.append(before)
    return way


def _entry(row: Occasion, way: Sequence[Occasion], commitment: Commitment, forum: str, *, place: str) -> CalendarEntry:
    return CalendarEntry(
        occasion_id=row.id or 0,
        root_id=way[-1].id or 0,
        sequence=sum(each.row_version for each in way) - 1,
        on=row.on,
        at=row.at,
        zone=row.zone,
        place=place,
        area=row.area or "",
        title=commitment.title,
        kind=commitment.kind,
        forum=forum,
        source=str(commitment.source.get("where", "")),
        cancelled=row.state in (OccasionState.CANCELLED, OccasionState.MOVED),
        internal=is_internal(commitment.visibility),
        changed_at=row.changed_at or row.booked_at,
    )


FILED = ("summons", "moved", "place", "cancelled")  # the kinds of notice whose thread gets the occasion as a file


@dataclass(frozen=True)
class Unfiled:
    """A message that stands in a channel without its calendar file."""

    notice_id: int
    occasion_id: int
    channel_id: str
    ts: str


async def unfiled(session: AsyncSession, *, since: datetime, today: date) -> list[Unfiled]:
    """What has been posted in channels after the instant about occasions from the local day on, and has no file."""
    rows = await session.exec(
        select(Notice.id, Notice.occasion_id, Outgoing.channel_id, Outgoing.ts)
        .join(Occasion, col(Occasion.id) == Notice.occasion_id)
        .join(Outgoing, col(Outgoing.id) == Notice.outgoing_id)
        .where(
            col(Occasion.on) >= today,
            Notice.state == NoticeState.SENT,
            col(Notice.kind).in_(FILED),
            col(Notice.calendar_at).is_(None),
            col(Notice.person_id).is_(None),
            col(Outgoing.person_id).is_(None),
            col(Outgoing.sent_at) > since,
        )
        .order_by(col(Notice.id))
    )
    return [
        Unfiled(number, occasion_id, channel_id, ts)
        for number, occasion_id, channel_id, ts in rows.all()
        if number is not None and occasion_id is not None and channel_id and ts
    ]


async def take_file(session: AsyncSession, *, notice_id: int, now: datetime) -> bool:
    """Whether the file is the caller's to post: once, whoever asks. `now` is aware UTC."""
    done = await session.exec(
        update(Notice).where(col(Notice.id) == notice_id, col(Notice.calendar_at).is_(None)).values(calendar_at=now)
    )
    return bool(done.rowcount)


def digest_of(token: str) -> str:
    """What is kept of a secret address."""
    return hashlib.sha256(token.encode()).hexdigest()


async def feed_of(session: AsyncSession, *, person_id: int, forum_id: int | None) -> CalendarFeed | None:
    """The person's feed of the forum (None: of all their own) that is on."""
    question = select(CalendarFeed).where(
        CalendarFeed.person_id == person_id,
        CalendarFeed.forum_id == forum_id if forum_id is not None else col(CalendarFeed.forum_id).is_(None),
        col(CalendarFeed.revoked_at).is_(None),
    )
    return (await session.exec(question.order_by(col(CalendarFeed.id).desc()).limit(1))).first()


async def feed_by_token(session: AsyncSession, token: str) -> CalendarFeed | None:
    """The feed with this address, where it is on."""
    question = select(CalendarFeed).where(
        CalendarFeed.token_digest == digest_of(token), col(CalendarFeed.revoked_at).is_(None)
    )
    return (await session.exec(question)).first()


async def revoke(session: AsyncSession, *, person_id: int, forum_id: int | None, now: datetime) -> bool:
    """Turns the person's address of the forum off; whether there was one. `now` is aware UTC."""
    feed = await feed_of(session, person_id=person_id, forum_id=forum_id)
    if feed is None:
        return False
    await session.exec(
        update(CalendarFeed)
        .where(
            col(CalendarFeed.person_id) == person_id,
            col(CalendarFeed.forum_id) == forum_id if forum_id is not None else col(CalendarFeed.forum_id).is_(None),
            col(CalendarFeed.revoked_at).is_(None),
        )
        .values(revoked_at=now)
    )
    return True


async def new_feed(
    session: AsyncSession, *, workspace_id: int, person_id: int, forum_id: int | None, now: datetime
) -> tuple[CalendarFeed, str]:
    """A new secret address, the only time it is told, in place of the one there was. `now` is aware UTC."""
    await revoke(session, person_id=person_id, forum_id=forum_id, now=now)
    token = secrets.token_urlsafe(TOKEN_BYTES)
    feed = CalendarFeed(
        workspace_id=workspace_id, person_id=person_id, forum_id=forum_id, token_digest=digest_of(token), made_at=now
    )
    session.add(feed)
    await session.flush()
    return feed, token
