"""Whether a channel reaches further than what is to be said: then it goes to the people directly instead.

What is internal is not posted where others than the parties may read, nor where nobody has looked who may; what is the
parties' not where others are known to read; what is public anywhere. Decided when the message is about to be posted: a
channel may have been shared since the notice was written. Source: the project's design, access and privacy.
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime
from zoneinfo import ZoneInfo

from sqlalchemy import bindparam
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from schedules.loading import coordinators
from schedules.reminders import ReminderKind
from schedules.unsent import refuse_notices, tell_instead
from storage.channels import outside_the_parties
from storage.claims import Claimed
from storage.matters import measures_of, open_matters, visibilities
from storage.models import Commitment, Forum, Measure, Notice, NoticeState, Outcome, Person, SlackChannel, Workspace
from storage.outbox import recipient_key, withdraw_notices
from storage.people import places
from storage.terms import NOT_INTERNAL, Visibility, is_internal, strictest

TURNED_ASIDE = "internal"  # why the notice was withdrawn
WITH_AGENDA = (ReminderKind.CALL_FOR_MATTERS.value, ReminderKind.SUMMONS.value)
OF_MEASURES = (ReminderKind.MEASURE_SOON.value, ReminderKind.MEASURE_DUE.value, ReminderKind.MEASURE_LATE.value)
REMINDERS = frozenset(each.value for each in ReminderKind)

KNOWN_AMONG = select(SlackChannel).where(col(SlackChannel.channel_id).in_(bindparam("channels", expanding=True)))
WAITING_AMONG = (
    select(Notice, Commitment.visibility)
    .join(Commitment, col(Commitment.id) == Notice.commitment_id, isouter=True)
    .where(col(Notice.outgoing_id).in_(bindparam("ids", expanding=True)), Notice.state == NoticeState.WAITING)
    .order_by(col(Notice.id))
)

LOGGED_INTERNALLY = (
    select(Outcome.visibility)
    .where(Outcome.occasion_id == bindparam("occasion_id"), col(Outcome.visibility).not_in(NOT_INTERNAL))
    .distinct()
)


async def further_than_meant(session: AsyncSession, several: Iterable[Claimed]) -> Mapping[int, Sequence[Notice]]:
    """Among the messages' waiting notices, by the message's id, those that may not be said in every channel, where the
    message is on its way to one that others may read, or nobody knows who."""
    to_channel = {each.id: each for each in several if each.lane.startswith("c:")}
    if not to_channel:
        return {}
    channels = [_channel(each) for each in to_channel.values()]
    known = {
        (row.workspace_id, row.channel_id): row
        for row in (await session.exec(KNOWN_AMONG, params={"channels": channels})).all()
    }
    reach = {id_: known.get((each.workspace_id, _channel(each))) for id_, each in to_channel.items()}
    wide = [id_ for id_, row in reach.items() if row is None or row.unsure or row.shared_with]
    found: dict[int, list[Notice]] = {}
    if wide:
        for notice, agreed in (await session.exec(WAITING_AMONG, params={"ids": wide})).all():
            mark = await _mark(session, notice, agreed)
            looked_at = reach[notice.outgoing_id] is not None
            if is_internal(mark) or (looked_at and mark != Visibility.PUBLIC.value):
                found.setdefault(notice.outgoing_id, []).append(notice)
    return found


def _channel(claimed: Claimed) -> str:
    return claimed.lane.removeprefix("c:")


async def _mark(session: AsyncSession, notice: Notice, agreed: str | None) -> str:
    """How far the notice may be shown: as it is marked itself, else as its commitment; a reminder, which is put into
    words when it is sent, as the narrowest of what it will tell."""
    mark = notice.visibility or agreed or Visibility.PARTIES.value
    if is_internal(mark) or notice.kind not in REMINDERS:
        return mark
    return strictest([mark, *await _told_with_it(session, notice)])


async def _told_with_it(session: AsyncSession, notice: Notice) -> list[str]:
    """The marks of the items that a reminder names: matters on the agenda, measures, where it was held."""
    marks: list[str] = []
    if notice.kind in OF_MEASURES and str(notice.details.get("detail", "")).isdigit():
        measure = await session.get(Measure, int(notice.details["detail"]))
        marks += (await visibilities(session, [measure])).values() if measure is not None else []
    if notice.kind in WITH_AGENDA and notice.forum_id is not None:
        marks += [each.visibility for each in await open_matters(session, forum_ids=[notice.forum_id])]
        marks += (await visibilities(session, await measures_of(session, forum_ids=[notice.forum_id]))).values()
    if notice.occasion_id is not None:
        marks += (await session.exec(LOGGED_INTERNALLY, params={"occasion_id": notice.occasion_id})).all()
    return [each for each in marks if each != Visibility.PUBLIC.value]


async def turn_aside(session: AsyncSession, claimed: Claimed, notices: Sequence[Notice], *, now: datetime) -> bool:
    """Sends the notices to the forum's people and the coordinators, each directly, where the channel is shared
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
                await refuse_notices(session, claimed, [notice], {notice.id or 0: TURNED_ASIDE}, now=now)
                continue
            aside[notice.id or 0] = TURNED_ASIDE
            why = {"internal_in": recipient_key(notice.forum_id, None) if notice.forum_id else ""}
            for person in people:
                await tell_instead(session, claimed, [notice], person, why, now=now)
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
