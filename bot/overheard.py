"""A message already in a forum's channel that holds a personal identity number: a word to its author alone, once.

Nothing of the message is kept, logged or quoted; that its author has been told is remembered by the message's own time.
"""

import logging
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from bot.answering import channel_of, user_of, whisper
from commands.texts import guard as texts
from schedules.message import say
from storage.database import insert_new
from storage.models import HandledRequest
from storage.workspaces import is_linked

if TYPE_CHECKING:
    from bot.app import Desk

log = logging.getLogger(__name__)

Body = dict[str, Any]
WRITTEN = (None, "file_share", "thread_broadcast", "me_message")


async def overhear(desk: "Desk", event: Body) -> None:
    """Looks at one message event of a channel. A message changed is looked at where it did not hold a number before."""
    changed = event.get("subtype") == "message_changed"
    message = event.get("message") if changed else event
    before = event.get("previous_message") if changed else None
    if not isinstance(message, dict) or message.get("subtype") not in WRITTEN or message.get("bot_id"):
        return
    if not user_of(message) or f"<@{desk.bot_user_id}" in str(message.get("text") or ""):
        return  # whoever speaks to the bot is answered there
    try:
        if not _holds(desk, message) or (isinstance(before, dict) and _holds(desk, before)):
            return
    except Exception as error:  # noqa: BLE001  (what was written in the channel must not end up in the log)
        log.error("an overheard message could not be checked: %s", type(error).__name__)
        return
    if await _first_time(desk, channel_of(event), message):
        await whisper(desk.client, {"channel": channel_of(event), "user": user_of(message)}, say(texts.OVERHEARD))


def _holds(desk: "Desk", message: Body) -> bool:
    today = desk.call({}).local_now.date()
    return any(desk.look(text, today).stopped for text in _texts(message))


def _texts(message: Body) -> Iterator[str]:
    yield str(message.get("text") or "")
    for key, names in (("files", ("name", "title")), ("attachments", ("text", "fallback", "title"))):
        for each in message.get(key) or []:
            yield from (str(each.get(name) or "") for name in names if isinstance(each, dict))


async def _first_time(desk: "Desk", channel: str, message: Body) -> bool:
    """Whether the channel is a forum's and the author has not been told of this already."""
    async with desk.database.reading() as session:
        if not await is_linked(session, channel_id=channel):
            return False
    edited = message.get("edited")
    when = edited.get("ts") if isinstance(edited, dict) else message.get("ts")
    async with desk.database.transaction() as session:
        row = {"key": f"overheard:{channel}:{str(when)[:40]}", "handled_at": desk.clock.now()}
        return bool(await insert_new(session, HandledRequest, [row], "key"))
