"""Messages that were refused because their channel was closed to the bot wait again when it no longer is.

Whether they are still said is decided as for every other that waits: by their sense, and by how late they are.
"""

from datetime import datetime, timedelta

from sqlmodel import col, select, update
from sqlmodel.ext.asyncio.session import AsyncSession

from storage.channels import CLOSED_TO_US
from storage.models import Forum, Notice, NoticeState, Outgoing, OutgoingState

NO_CHANNEL = "no_channel"  # the forum had none, and no coordinator could be told instead
FOR_THE_CHANNEL = CLOSED_TO_US | {NO_CHANNEL}
REOPENED_FOR = timedelta(days=7)  # what is older than that is history


async def reopen(session: AsyncSession, *, channel_id: str, now: datetime) -> int:
    """What the forums of a channel were to have there in the last days and was refused for the channel's sake waits
    from `now` (aware UTC); how many messages. Where one may have arrived all the same it is looked for first."""
    forums = select(Forum.id).where(Forum.channel_id == channel_id)
    told_beside = (
        select(Notice.id)
        .where(Notice.outgoing_id == Outgoing.id, col(Notice.forum_id).in_(forums), col(Outgoing.lane).startswith("c:"))
        .exists()
    )
    refused = await session.exec(
        select(Outgoing.id).where(
            Outgoing.state == OutgoingState.REFUSED,
            col(Outgoing.failure).in_(FOR_THE_CHANNEL),
            Outgoing.due_at >= now - REOPENED_FOR,
            col(Outgoing.forum_id).in_(forums) | told_beside,
        )
    )
    ids = refused.all()
    if not ids:
        return 0
    await session.exec(
        update(Notice)
        .where(
            col(Notice.outgoing_id).in_(ids),
            col(Notice.state) == NoticeState.REFUSED,
            col(Notice.reason).in_(FOR_THE_CHANNEL),
        )
        .values(state=NoticeState.WAITING, reason=None)
        .execution_options(synchronize_session=False)
    )
    done = await session.exec(
        update(Outgoing)
        .where(col(Outgoing.id).in_(ids), col(Outgoing.state) == OutgoingState.REFUSED)
        .values(
            state=OutgoingState.WAITING,
            not_before=now,
            created_at=now,  # it could not go before: nobody is blamed for the time between
            claimed_by=None,
            lease_until=None,
            tries=0,
            failure=None,
        )
        .execution_options(synchronize_session=False)
    )
    return int(done.rowcount)
