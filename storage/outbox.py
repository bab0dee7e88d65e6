"""The outbox: the only way a message leaves. Putting things in it, and taking them out before they have gone.

Call these in the transaction that changes the facts: a change and what follows from it are written together or not at
all. Carrying is `storage.claims` and `storage.marks`; questions about what waits are `storage.backlog`.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from itertools import count, groupby
from typing import Any

from sqlalchemy import BindParameter, ColumnElement, bindparam
from sqlmodel import col, delete, select, update
from sqlmodel.ext.asyncio.session import AsyncSession

from storage.database import insert_new
from storage.message import Message, encoded
from storage.models import Notice, NoticeState, Outgoing, OutgoingState

NOTICES_IN_ONE = 10  # with heading, text, note and buttons each, more would pass Slack's 50 blocks

_KEYS: BindParameter[Sequence[str]] = bindparam("keys", expanding=True)
# written once: at every look they are only asked
KNOWN = select(Notice.key).where(col(Notice.key).in_(_KEYS))
BY_KEY = select(Outgoing.key, Outgoing.id).where(col(Outgoing.key).in_(_KEYS))


@dataclass(frozen=True)
class Planned:
    """A reminder for one recipient: a forum's channel, or a person (`about_forum_id`: which forum it is about).

    `key` is unique for ever: commitment, window or occasion, kind, lead and recipient. `details` holds ids and dates.
    """

    key: str
    kind: str
    due_at: datetime
    forum_id: int | None = None
    person_id: int | None = None
    agreement_id: int | None = None
    about_forum_id: int | None = None
    commitment_id: int | None = None
    occasion_id: int | None = None
    moved_from: date | None = None
    details: dict[str, Any] = field(default_factory=dict)

    @property
    def recipient(self) -> str:
        return recipient_key(self.forum_id, self.person_id)


def recipient_key(forum_id: int | None, person_id: int | None) -> str:
    """ "p12" for a person, "f3" for a forum's channel. Raises ValueError when it is neither."""
    if person_id is not None:
        return f"p{person_id}"
    if forum_id is not None:
        return f"f{forum_id}"
    raise ValueError("a message needs a forum or a person to go to")


async def tell(
    session: AsyncSession,
    *,
    workspace_id: int,
    key: str,
    kind: str,
    due_at: datetime,
    now: datetime,
    forum_id: int | None = None,
    person_id: int | None = None,
    message: Message | None = None,
    agreement_id: int | None = None,
    commitment_id: int | None = None,
    occasion_id: int | None = None,
    details: dict[str, Any] | None = None,
    visibility: str | None = None,
) -> int | None:
    """Puts one message of its own in the outbox: to the person if given, else to the forum's channel.

    With `message` the content is fixed now; without, it is made when sent, from `kind` and `details`
    (`schedules.composing.details_of`). With both a person and a forum, the forum is the one it is about. `due_at` and
    `now` are aware UTC. Returns the notice's id, or None when the same key was told to the same recipient before:
    saying it twice is harmless. `visibility` None: as its commitment's. Raises ValueError without a recipient.
    """
    to_forum = forum_id if person_id is None else None
    full_key = f"{key}:{recipient_key(forum_id, person_id)}"
    carrier = _outgoing(workspace_id, full_key, to_forum, person_id, due_at, now)
    carrier["payload"] = encoded(message) if message else None
    if not await insert_new(session, Outgoing, [carrier], "key"):
        return None
    outgoing_id = (await session.exec(select(Outgoing.id).where(Outgoing.key == full_key))).one()
    notice = Notice(
        workspace_id=workspace_id,
        outgoing_id=outgoing_id or 0,
        key=full_key,
        kind=kind,
        agreement_id=agreement_id,
        forum_id=forum_id,
        commitment_id=commitment_id,
        occasion_id=occasion_id,
        person_id=person_id,
        details=details or {},
        visibility=visibility,
        due_at=due_at,
        created_at=now,
    )
    session.add(notice)
    await session.flush()
    return notice.id


async def plan(session: AsyncSession, *, workspace_id: int, reminders: Iterable[Planned], now: datetime) -> int:
    """Puts reminders in the outbox, each key once, from any number of replicas; returns how many were new.

    Those to one recipient that fall due at the same instant become one message. (Several late ones become one list when
    they are claimed, so that an outage of Slack's counts as well as one of ours.)
    """
    wanted = {each.key: each for each in reminders}
    known = set((await session.exec(KNOWN, params={"keys": list(wanted)})).all()) if wanted else set()
    # in one order everywhere: two replicas that insert the same keys wait for each other instead of locking up
    fresh = sorted(
        (each for key, each in wanted.items() if key not in known),
        key=lambda each: (each.recipient, each.due_at, each.key),
    )
    batches = list(_batches(fresh))
    ids = await _new_outgoing(session, workspace_id, batches, now)
    begun = [(ids[batch.key], batch.reminders) for batch in batches if batch.key in ids]
    new = await _put(session, workspace_id, begun, now)
    for batch in batches:
        if batch.key not in ids:  # something was planned for that recipient and instant before
            outgoing_id = await _open_outgoing(session, workspace_id, batch, now)
            new += await _put(session, workspace_id, [(outgoing_id, batch.reminders)], now)
    return new


@dataclass(frozen=True)
class _Batch:
    """What goes in one message: `base` and a number make its key."""

    base: str
    number: int
    reminders: Sequence[Planned]

    @property
    def key(self) -> str:
        return f"{self.base}:{self.number}"


def _batches(fresh: Iterable[Planned]) -> Iterator[_Batch]:
    """Those to one recipient at one instant together, as many as a message holds."""
    for (recipient, due_at), group in groupby(fresh, key=lambda each: (each.recipient, each.due_at)):
        together = list(group)
        base = f"{recipient}:{due_at.astimezone(UTC):%Y%m%dT%H%MZ}"
        for number, first in enumerate(range(0, len(together), NOTICES_IN_ONE)):
            yield _Batch(base, number, together[first : first + NOTICES_IN_ONE])


async def _new_outgoing(
    session: AsyncSession, workspace_id: int, batches: Sequence[_Batch], now: datetime
) -> dict[str, int]:
    """A message for each batch that is the first of its recipient and instant: ids by key, without the others."""
    rows = [_outgoing_of(workspace_id, batch.key, batch.reminders[0], now) for batch in batches]
    new = await insert_new(session, Outgoing, rows, "key")
    found = (await session.exec(BY_KEY, params={"keys": new})).all() if new else []
    return {key: number for key, number in found if number is not None}


async def _put(
    session: AsyncSession, workspace_id: int, several: Sequence[tuple[int, Sequence[Planned]]], now: datetime
) -> int:
    """Puts notices in the messages (by id); how many were new."""
    rows = [
        {
            "workspace_id": workspace_id,
            "outgoing_id": outgoing_id,
            "key": each.key,
            "kind": each.kind,
            "agreement_id": each.agreement_id,
            "forum_id": each.about_forum_id if each.about_forum_id is not None else each.forum_id,
            "commitment_id": each.commitment_id,
            "occasion_id": each.occasion_id,
            "person_id": each.person_id,
            "details": each.details,
            "due_at": each.due_at,
            "moved_from": each.moved_from,
            "state": NoticeState.WAITING,
            "created_at": now,
        }
        for outgoing_id, reminders in several
        for each in reminders
    ]
    new = set(await insert_new(session, Notice, rows, "key"))
    # another replica was first with every one of them: an empty message must not stay behind
    empty = [number for number, reminders in several if not any(each.key in new for each in reminders)]
    if empty:
        has_any = select(Notice.id).where(Notice.outgoing_id == Outgoing.id).correlate(Outgoing).exists()
        await session.exec(delete(Outgoing).where(col(Outgoing.id).in_(empty), ~has_any))
    return len(new)


async def _open_outgoing(session: AsyncSession, workspace_id: int, batch: _Batch, now: datetime) -> int:
    """A message that surely is not in Slack, locked; a new one where those of that instant have gone or are full."""
    for number in count():
        key = f"{batch.base}:{number}"
        await insert_new(session, Outgoing, [_outgoing_of(workspace_id, key, batch.reminders[0], now)], "key")
        found = (await session.exec(select(Outgoing).where(Outgoing.key == key).with_for_update())).first()
        # unsure: it may already stand in Slack, without what we would add
        if found is None or found.id is None or found.state is not OutgoingState.WAITING or found.unsure:
            continue
        held = (await session.exec(select(Notice.id).where(Notice.outgoing_id == found.id))).all()
        if len(held) + len(batch.reminders) <= NOTICES_IN_ONE:
            return found.id
    raise AssertionError("counting does not end")


def _outgoing_of(workspace_id: int, key: str, first: Planned, now: datetime) -> dict[str, Any]:
    return _outgoing(workspace_id, key, first.forum_id, first.person_id, first.due_at, now)


def _outgoing(
    workspace_id: int, key: str, forum_id: int | None, person_id: int | None, due_at: datetime, now: datetime
) -> dict[str, Any]:
    return {
        "workspace_id": workspace_id,
        "key": key,
        "forum_id": forum_id,
        "person_id": person_id,
        "due_at": due_at,
        "not_before": due_at,
        "state": OutgoingState.WAITING,
        "unsure": False,
        "tries": 0,
        "created_at": now,
    }


async def withdraw(
    session: AsyncSession,
    *,
    reason: str,
    now: datetime,
    occasion_id: int | None = None,
    commitment_id: int | None = None,
    keys: Sequence[str] | None = None,
) -> int:
    """Takes back the reminders waiting about an occasion or a commitment, or what has these notice keys; how many.

    Messages of fixed content about an occasion stay: what they tell has happened, whatever comes after.
    They stay, with the reason, so that "varför" can tell. What is already on its way to Slack at this moment may still
    arrive. A message that has been tried with unknown outcome is left to the courier, who looks before closing it.
    Raises ValueError when nothing says what to withdraw.
    """
    fixed = select(Outgoing.id).where(Outgoing.id == Notice.outgoing_id, col(Outgoing.payload).is_not(None)).exists()
    about: list[ColumnElement[bool]] = []
    if occasion_id is not None:
        about += [col(Notice.occasion_id) == occasion_id, ~fixed]
    if commitment_id is not None:
        about += [col(Notice.commitment_id) == commitment_id, ~fixed]
    if keys is not None:
        about.append(col(Notice.key).in_(keys))
    if not about:
        raise ValueError("withdraw needs an occasion, a commitment or keys")
    found = (
        await session.exec(
            select(Notice.id, Notice.outgoing_id).where(col(Notice.state) == NoticeState.WAITING, *about)
        )
    ).all()
    return await withdraw_notices(session, {notice: reason for notice, _ in found if notice is not None}, now=now)


async def withdraw_told(
    session: AsyncSession, *, kind: str, occasion_id: int, reason: str, now: datetime, key: str = ""
) -> list[Notice]:
    """Takes back what was told of fixed content about an occasion and still waits: of the kind, with keys that begin
    so. Returns all of that kind and key as they were, those that are told already too."""
    question = select(Notice).where(
        Notice.occasion_id == occasion_id, Notice.kind == kind, col(Notice.key).startswith(key, autoescape=True)
    )
    found = list((await session.exec(question)).all())
    waiting = {each.id: reason for each in found if each.state is NoticeState.WAITING and each.id is not None}
    if waiting:
        await withdraw_notices(session, waiting, now=now)
    return found


async def withdraw_notices(session: AsyncSession, reasons: dict[int, str], *, now: datetime) -> int:
    """Withdraws waiting notices by id, each with its reason, and the messages that thereby have nothing left to say."""
    if not reasons:
        return 0
    carriers = select(Notice.outgoing_id).where(col(Notice.id).in_(reasons))
    # messages before notices, as the courier does: two that lock in opposite orders would lock up
    locked = (
        await session.exec(
            select(Outgoing.id).where(col(Outgoing.id).in_(carriers)).order_by(col(Outgoing.id)).with_for_update()
        )
    ).all()
    withdrawn = 0
    for notice_id, reason in sorted(reasons.items()):
        done = await session.exec(
            update(Notice)
            .where(col(Notice.id) == notice_id, col(Notice.state) == NoticeState.WAITING)
            .values(state=NoticeState.WITHDRAWN, reason=reason)
        )
        withdrawn += done.rowcount
    speaks = (
        select(Notice.id)
        .where(Notice.outgoing_id == Outgoing.id, Notice.state == NoticeState.WAITING)
        .correlate(Outgoing)
        .exists()
    )
    await session.exec(
        update(Outgoing)
        .where(
            col(Outgoing.id).in_(locked),
            col(Outgoing.state) == OutgoingState.WAITING,
            col(Outgoing.unsure).is_(False),
            ~speaks,
        )
        .values(state=OutgoingState.WITHDRAWN, failure=None)
    )
    return withdrawn
