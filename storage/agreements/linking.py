"""Which Slack channel a forum talks in."""

import re
from collections.abc import Collection
from datetime import date

from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from storage.agreements.names import fold, listing, nearest
from storage.agreements.touch import touch
from storage.models import Agreement, Forum


class LinkError(ValueError):
    """The forum cannot be linked; the message is for the person who asked."""


async def link_forum(
    session: AsyncSession,
    forum_name: str,
    channel_id: str,
    agreement_key: str | None = None,
    today: date | None = None,
    workspace_id: int | None = None,
    agreements: Collection[int] | None = None,
) -> list[Forum]:
    """Links a forum, found by name or alias, to a channel; returns the forums linked.

    With `workspace_id` among that workspace's agreements; with `agreements` (ids) among those alone. With
    `agreement_key` in that agreement only; else in every agreement that has not ended by `today` (all of
    them when no day is given, or when all have ended). Raises LinkError when no forum has the name, or the channel is
    another forum's in the same agreement.
    """
    channel = channel_id.strip()
    if not re.fullmatch(r"[CG][A-Z0-9]{2,}", channel):
        raise LinkError(f"{channel or 'ingenting'} är inget kanal-id; det börjar med C eller G, t.ex. C0123456789")
    forums = await _forums(session, agreement_key, today, workspace_id)
    wanted = fold(forum_name)
    found = [forum for forum in forums if wanted in {fold(name) for name in (forum.name, forum.key, *forum.aliases)}]
    if not found:
        names = list(dict.fromkeys(forum.name for forum in forums))
        near = nearest(forum_name, names)
        hint = f" Menade du {near}?" if near else ""
        raise LinkError(f"Inget forum heter {forum_name}.{hint} Forumen är: {listing(names) or 'inga ännu'}.")
    found = [forum for forum in found if agreements is None or forum.agreement_id in agreements]
    for forum in found:
        for other in forums:
            if other.agreement_id == forum.agreement_id and other.id != forum.id and other.channel_id == channel:
                raise LinkError(f"Kanalen är redan kopplad till {other.name}; ett forum per kanal.")
    for forum in found:
        forum.channel_id = channel
        session.add(forum)
        await touch(session, forum.agreement_id)  # there is somewhere to post now
    await session.flush()
    return found


async def _forums(
    session: AsyncSession, agreement_key: str | None, today: date | None, workspace_id: int | None
) -> list[Forum]:
    question = select(Agreement).order_by(col(Agreement.starts))
    if workspace_id is not None:
        question = question.where(Agreement.workspace_id == workspace_id)
    agreements = list((await session.exec(question)).all())
    if agreement_key is not None:
        keys = [agreement.key for agreement in agreements]
        agreements = [agreement for agreement in agreements if agreement.key == agreement_key]
        if not agreements:
            raise LinkError(
                f"Ingen överenskommelse heter {agreement_key}. De som finns: {listing(keys) or 'inga ännu'}."
            )
    elif today is not None:
        agreements = [each for each in agreements if each.ends is None or each.ends >= today] or agreements
    forums = select(Forum).where(col(Forum.agreement_id).in_([agreement.id for agreement in agreements]))
    return list((await session.exec(forums.where(col(Forum.active)).order_by(col(Forum.position)))).all())
