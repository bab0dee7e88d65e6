"""`samverkansbot forum …`."""

import re
from datetime import UTC, datetime
from typing import Annotated

import typer
from sqlmodel import col, select

from bot import texts
from bot.cli.common import refuse, say, today, with_database
from storage.agreements.linking import LinkError, link_forum
from storage.agreements.touch import touch
from storage.database import Database
from storage.models import Agreement, Forum
from storage.reopening import reopen

CHANNEL = re.compile(r"[CGD][A-Z0-9]{2,20}")


def link(
    forum: Annotated[str, typer.Argument(metavar=texts.CLI_FORUM_NAME)],
    channel_id: Annotated[str, typer.Argument(metavar=texts.CLI_CHANNEL)],
    agreement: Annotated[str, typer.Option("--agreement", help=texts.CLI_AGREEMENT_KEY)] = "",
) -> None:
    """The forum's reminders go to the channel from now on."""
    if not CHANNEL.fullmatch(channel_id):
        refuse(texts.bad_channel(channel_id))

    async def work(database: Database) -> list[str]:
        async with database.transaction() as session:
            linked = await link_forum(session, forum, channel_id, agreement_key=agreement or None, today=today())
            for each in linked:
                await touch(session, each.agreement_id)
            await reopen(session, channel_id=channel_id, now=datetime.now(UTC))
            return [each.name for each in linked]

    try:
        say(texts.linked(with_database(work), channel_id))
    except LinkError as mistake:
        refuse(str(mistake))


def show_all() -> None:
    """Every forum with its agreement and channel."""

    async def work(database: Database) -> list[str]:
        async with database.reading() as session:
            rows = await session.exec(
                select(Forum, Agreement)
                .join(Agreement, col(Agreement.id) == Forum.agreement_id)
                .where(col(Forum.active))
                .order_by(col(Agreement.starts), col(Forum.position))
            )
            return [texts.forum_row(forum.name, agreement.key, forum.channel_id) for forum, agreement in rows.all()]

    rows = with_database(work)
    if not rows:
        refuse(texts.NO_AGREEMENTS)
    say("\n".join(rows))
