"""Hands a file to one person, in their direct messages with the bot, or to a channel: Slack's upload in three steps.

Source: docs.slack.dev, files.getUploadURLExternal and files.completeUploadExternal. Nothing is retried: a second file
would be a second copy.
"""

import logging
from typing import Protocol

import aiohttp
from slack_sdk.errors import SlackApiError, SlackClientError
from slack_sdk.web.async_client import AsyncWebClient

from bot import texts
from bot.blocks import message_blocks, message_text
from bot.files import is_slacks_address
from commands.call import Enclosure
from schedules.message import say
from storage.database import Database

log = logging.getLogger(__name__)

SEND_WITHIN = aiohttp.ClientTimeout(total=120)
LOST = (SlackApiError, SlackClientError, aiohttp.ClientError, OSError, TimeoutError, ValueError, LookupError)


class Giver(Protocol):
    """What handing over needs of the desk."""

    @property
    def database(self) -> Database: ...

    @property
    def client(self) -> AsyncWebClient: ...


async def hand_over(desk: Giver, user_id: str, enclosed: Enclosure, channel: str = "") -> None:
    """Makes the file and sends it where it is for; a word to the person where it could not be sent. Never raises.

    `channel`: where they asked. People of other organisations may be out of reach for direct messages, and hear there.
    """
    try:
        async with desk.database.reading() as session:
            content = await enclosed.make(session)
        place = enclosed.channel_id
        if not place:
            direct = await desk.client.conversations_open(users=user_id)
            place = str(direct["channel"]["id"])
        await upload(desk.client, place, enclosed.name, content)
    except Exception as lost:  # the edge: nothing waits for this, and the person must hear
        log.warning("a file could not be handed over: %s", type(lost).__name__, exc_info=not isinstance(lost, LOST))
        await _say_lost(desk.client, user_id, enclosed.name, channel)


async def upload(client: AsyncWebClient, channel: str, name: str, content: bytes, *, thread: str = "") -> None:
    """Puts a file in a conversation, in the thread of the message with that ts where one is given.

    Raises what the client raises, aiohttp.ClientError, and ValueError for an address that is not Slack's.
    """
    place = await client.files_getUploadURLExternal(filename=name, length=len(content))
    address = str(place["upload_url"])
    if not is_slacks_address(address, client.base_url):
        raise ValueError("not an address of Slack's")
    async with (
        aiohttp.ClientSession(timeout=SEND_WITHIN, trust_env=True) as http,
        http.post(address, data=content, allow_redirects=False, raise_for_status=True) as answer,
    ):
        if answer.status != 200:
            raise ValueError(f"HTTP {answer.status}")
    await client.files_completeUploadExternal(
        files=[{"id": place["file_id"], "title": name}], channel_id=channel, thread_ts=thread or None
    )


async def _say_lost(client: AsyncWebClient, user_id: str, name: str, channel: str) -> None:
    message = say(texts.not_handed_over(name))
    text, blocks = message_text(message), message_blocks(message)
    try:
        await client.chat_postMessage(channel=user_id, text=text, blocks=blocks, unfurl_links=False)
    except LOST as lost:
        log.warning("nor could that be told directly: %s", type(lost).__name__)
    else:
        return
    if channel:
        try:
            await client.chat_postEphemeral(channel=channel, user=user_id, text=text, blocks=blocks)
        except LOST as lost:
            log.warning("nor in the channel: %s", type(lost).__name__)
