"""How an answer reaches the one who asked, and nobody else: beside the message, in a dialog, or as a direct message.

What Slack no longer takes in one way (an expired trigger, a spent response_url) goes in the next; nothing is silent.
"""

import logging
import uuid
from collections.abc import Mapping
from typing import Any

import aiohttp
from slack_sdk.errors import SlackApiError, SlackClientError
from slack_sdk.web.async_client import AsyncWebClient
from slack_sdk.webhook.async_client import AsyncWebhookClient

from bot import texts
from bot.blocks import FINISHED, Asked, form_view, message_blocks, message_text, message_view, messages
from commands.call import Form
from schedules.message import Button, Message, say

log = logging.getLogger(__name__)

Body = dict[str, Any]
LOST = (SlackApiError, SlackClientError, aiohttp.ClientError, TimeoutError, OSError)
RESPONSE_URL_USES = 5


class NoTrigger(Exception):
    """What was asked in a message, and not by a press or a command, opens no dialog."""


def user_of(body: Mapping[str, Any]) -> str:
    """The Slack id of whoever a payload or event comes from."""
    user = body.get("user") or body.get("user_id") or ""
    return str(user.get("id") or "") if isinstance(user, Mapping) else str(user)


def channel_of(body: Mapping[str, Any]) -> str:
    """The channel of a payload or event; "" where there is none (Home, a form)."""
    channel = body.get("channel")
    if isinstance(channel, Mapping):
        return str(channel.get("id") or "")
    return str(body.get("channel_id") or channel or "")


def surface_of(body: Mapping[str, Any]) -> str:
    """Where a button was pressed: "modal", "home", or "" for a message."""
    return str((body.get("view") or {}).get("type") or "")


async def open_form(client: AsyncWebClient, body: Mapping[str, Any], form: Form, words: str) -> None:
    """Opens a form, above the one that is open if any; where the trigger is spent, hands over a button that opens it.

    `words`: what was typed or pressed, so that the button opens the same form.
    """
    asked = Asked(words, channel_of(body))
    view = form_view(form, uuid.uuid4().hex, home=surface_of(body) == "home", asked=asked)
    try:
        await _show(client, body, view)
    except (*LOST, NoTrigger) as lost:
        log.warning("a form did not open: %s", type(lost).__name__)
        button = Button(texts.open_form(form.title), form.command, words, "primary")
        await whisper(client, body, say(texts.OPEN_FORM, buttons=(button,)))


async def show_dialog(client: AsyncWebClient, body: Mapping[str, Any], message: Message) -> None:
    """Shows a message as a dialog, where a button was pressed on Home or in a dialog."""
    try:
        await _show(client, body, message_view(message))
    except (*LOST, NoTrigger) as lost:
        log.warning("a dialog did not open: %s", type(lost).__name__)
        await whisper(client, body, message)


async def _show(client: AsyncWebClient, body: Mapping[str, Any], view: Body) -> None:
    trigger, under = str(body.get("trigger_id") or ""), body.get("view") or {}
    if not trigger:
        raise NoTrigger
    if surface_of(body) != "modal":
        await client.views_open(trigger_id=trigger, view=view)
    elif under.get("callback_id") == FINISHED or under.get("previous_view_id"):
        # what is finished gives way, and no stack may be deeper than three
        await client.views_update(view_id=str(under["id"]), view=view)
    else:
        await client.views_push(trigger_id=trigger, view=view)


async def whisper(client: AsyncWebClient, body: Mapping[str, Any], message: Message) -> None:
    """Tells the one who asked, and nobody else: through the response_url, else in the channel, else directly."""
    several = list(messages(message))[:RESPONSE_URL_USES]
    for said in several:
        if not await _respond(client, body, said):
            await _post_to(client, body, said)


async def _respond(client: AsyncWebClient, body: Mapping[str, Any], message: Message) -> bool:
    if not body.get("response_url"):
        return False
    # no retries: an answer that got through and was repeated would stand twice
    hook = AsyncWebhookClient(str(body["response_url"]), timeout=10, session=client.session, retry_handlers=[])
    try:
        sent = await hook.send(
            text=message_text(message),
            blocks=message_blocks(message),
            response_type="ephemeral",
            replace_original=False,
        )
    except LOST as lost:
        log.warning("a response_url failed: %s", type(lost).__name__)
        return False
    if sent.status_code != 200:
        log.warning("a response_url answered %s", sent.status_code)
    return sent.status_code == 200


async def _post_to(client: AsyncWebClient, body: Mapping[str, Any], message: Message) -> None:
    channel, user = channel_of(body), user_of(body)
    text, blocks = message_text(message), message_blocks(message)
    if channel:
        try:
            await client.chat_postEphemeral(channel=channel, user=user, text=text, blocks=blocks)
        except LOST as lost:
            log.warning("an answer could not be shown in the channel: %s", lost)
        else:
            return
    try:
        await client.chat_postMessage(channel=user, text=text, blocks=blocks, unfurl_links=False, unfurl_media=False)
    except LOST:
        log.exception("an answer reached nobody")
