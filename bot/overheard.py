"""A message already in a forum's channel that holds a personal identity number: a word to its author alone, once.

Nothing of the message is kept, logged or quoted; that its author has been told is remembered by the message's own time.
"""

import asyncio
import logging
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any

from bot.answering import channel_of, user_of, whisper
from commands.guard.gate import LONGEST_MESSAGE
from commands.texts import guard as texts
from schedules.message import say
from storage.database import insert_new
from storage.models import HandledRequest
from storage.workspaces import is_linked

if TYPE_CHECKING:
    from bot.app import Desk

log = logging.getLogger(__name__)

Body = dict[str, Any]
AT_ONCE = 4_000  # letters looked through between two other things
# elements of one line of text
INLINE = frozenset({"text", "link", "user", "channel", "emoji", "usergroup", "broadcast", "date", "color", "team"})
WRITTEN = (None, "file_share", "thread_broadcast", "me_message")


async def overhear(desk: "Desk", event: Body) -> None:
    """Looks at one message event of a channel. A message changed is looked at where it did not hold a number before."""
    changed = event.get("subtype") == "message_changed"
    message = event.get("message") if changed else event
    before = event.get("previous_message") if changed else None
    if not isinstance(message, dict) or message.get("subtype") not in WRITTEN or message.get("bot_id"):
        return
    if not user_of(message):
        return
    try:
        written, had = list(written_in(message)), list(written_in(before)) if isinstance(before, dict) else []
        new = [text for text in written if text not in had]  # Slack also tells of a link that got its preview
        if not await _holds(desk, new) or await _holds(desk, had):
            return
    except Exception as error:  # noqa: BLE001  (what was written in the channel must not end up in the log)
        log.error("an overheard message could not be checked: %s", type(error).__name__)
        return
    async with desk.database.reading() as session:
        if not await is_linked(session, channel_id=channel_of(event)):
            return
    if await first_told(desk, channel_of(event), message):
        await whisper(desk.client, {"channel": channel_of(event), "user": user_of(message)}, say(texts.OVERHEARD))


async def _holds(desk: "Desk", written: Sequence[str]) -> bool:
    today = desk.call({}).local_now.date()

    def looked() -> bool:
        return any(desk.look(text, today).stopped for text in written)

    if sum(map(len, written)) > AT_ONCE:  # a long one must not keep others waiting
        return await asyncio.to_thread(looked)
    return looked()


def written_in(message: Body) -> Iterator[str]:
    """Everything somebody may have written in a message, once each, no longer than Slack keeps: its text, its blocks,
    what was passed on with it, and files' names."""
    found = [str(message.get("text") or ""), *_flat(message.get("blocks"))]
    for file in _dicts(message.get("files")):
        found += [str(file.get(name) or "") for name in ("name", "title", "preview")]
    for each in _dicts(message.get("attachments")):
        found += [str(each.get(name) or "") for name in ("pretext", "title", "text", "fallback", "footer")]
        for field in _dicts(each.get("fields")):
            found += [str(field.get(name) or "") for name in ("title", "value")]
        found += _flat(each.get("blocks"))
        for passed_on in _dicts(each.get("message_blocks")):
            found += _flat((passed_on.get("message") or {}).get("blocks"))
    yield from dict.fromkeys(text[:LONGEST_MESSAGE] for text in found if text)


def _flat(blocks: object) -> list[str]:
    """The text of each block: what is bold inside a number does not divide it, a new line or item of a list does."""
    return ["".join(_leaves(block)) for block in _dicts(blocks)]


def _leaves(node: object) -> Iterator[str]:
    if isinstance(node, list):
        for each in node:
            yield from _leaves(each)
    elif isinstance(node, dict):
        for name in ("text", "url", "alt_text", "title", "elements", "fields", "rows"):
            held = node.get(name)
            yield from (held,) if isinstance(held, str) else _leaves(held)
        if node.get("type") not in INLINE:
            yield "\n"


def _dicts(held: object) -> Iterator[Body]:
    return (each for each in held if isinstance(each, dict)) if isinstance(held, list) else iter(())


async def first_told(desk: "Desk", channel: str, message: Body) -> bool:
    """Whether the author has not been told of this message, as it now stands, already: two events may tell of it, and
    one who speaks to the bot is answered by another listener. From now on they have been."""
    edited = message.get("edited")
    when = edited.get("ts") if isinstance(edited, dict) else message.get("ts")
    async with desk.database.transaction() as session:
        row = {"key": f"overheard:{channel}:{str(when)[:40]}", "handled_at": desk.clock.now()}
        return bool(await insert_new(session, HandledRequest, [row], "key"))
