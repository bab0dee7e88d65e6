"""The Bolt app: every command, button and form through one adapter; the one place that turns errors into sentences.

A command's answer rides on the ack. A Refused becomes its sentence; anything unknown becomes a short sentence with a
reference, with the trace in the log and what the person wrote given back.
"""

import logging
import re
import uuid
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from typing import Any

from slack_bolt.async_app import AsyncAck, AsyncApp
from slack_bolt.authorization import AuthorizeResult
from slack_sdk.web.async_client import AsyncWebClient
from slack_sdk.webhook.async_client import AsyncWebhookClient
from sqlalchemy.exc import DBAPIError

from bot import texts
from bot.blocks import (
    context_of,
    filled,
    form_view,
    home_view,
    input_names,
    message_blocks,
    message_text,
    message_view,
    pressed,
)
from bot.clock import Clock
from commands import BY_NAME, find, guide
from commands.call import Answer, Call, Command, Form, Refused, Reply
from commands.status import home
from schedules.message import Message, say
from storage.database import Database, insert_new
from storage.models import HandledRequest
from storage.workspaces import channel_renumbered, is_linked

log = logging.getLogger(__name__)

Body = dict[str, Any]
ANYTHING = re.compile(".*")


@dataclass(frozen=True)
class Desk:
    """What every request needs: where things are remembered, what time it is, whom the bot serves."""

    database: Database
    clock: Clock
    client: AsyncWebClient
    workspace_id: int
    team_id: str
    bot_user_id: str
    zone: str = "Europe/Stockholm"
    after_change: Callable[[], object] = lambda: None  # lets the courier look at once

    def call(self, body: Body, **fields: Any) -> Call:
        """The Call of a payload: the person by (team, user), as Slack says it, never by being in a channel."""
        user = body.get("user") or {}
        if isinstance(user, str):
            user = {"id": user}
        return Call(
            workspace_id=self.workspace_id,
            team_id=str(user.get("team_id") or body.get("user_team") or body.get("team_id") or self.team_id),
            user_id=str(user.get("id") or body.get("user_id") or ""),
            user_name=str(user.get("name") or body.get("user_name") or ""),
            now=self.clock.now(),
            zone=self.zone,
            channel_id=_channel(body),
            **fields,
        )

    async def carry_out(self, command: Command, call: Call) -> Answer:
        """Runs a command in its own transaction, or in none when it changes nothing."""
        if not command.changes:
            async with self.database.reading() as session:
                return await command.run(call, session)
        async with self.database.transaction() as session:
            if call.request_key:
                row = {"key": call.request_key, "handled_at": call.now}
                if not await insert_new(session, HandledRequest, [row], "key"):
                    return Reply(say(texts.DONE))
            answer = await command.run(call, session)
        self.after_change()
        return answer


def _channel(body: Body) -> str:
    channel = body.get("channel")
    if isinstance(channel, Mapping):
        return str(channel.get("id") or "")
    return str(body.get("channel_id") or channel or "")


def build_app(desk: Desk) -> AsyncApp:
    """The app with everything registered. The token is the client's own; nothing is read from the environment."""

    async def authorize(**_: Any) -> AuthorizeResult:
        return AuthorizeResult(
            enterprise_id=None, team_id=desk.team_id, bot_token=desk.client.token, bot_user_id=desk.bot_user_id
        )

    app = AsyncApp(
        client=desk.client,
        authorize=authorize,
        signing_secret="socket-mode-has-none",
        request_verification_enabled=False,
    )
    app.command(ANYTHING)(_on_command(desk))
    app.action(ANYTHING)(_on_press(desk))
    app.view(ANYTHING)(_on_form(desk))
    app.event("app_home_opened")(_on_home(desk))
    app.event("member_joined_channel")(_on_joined(desk))
    app.event("app_mention")(_on_talk(desk))
    app.event("message")(_on_talk(desk))
    app.event("channel_id_changed")(_on_renumbered(desk))
    app.event(ANYTHING)(_on_anything)
    app.error(_on_error)
    return app


async def _on_error(error: Exception, body: Body) -> None:
    """What the adapter did not catch: only Slack's own refusals and programming errors get here."""
    log.error("unhandled: %s", type(error).__name__, exc_info=error)


async def _on_anything() -> None:
    """Events nobody listens for: taken, so that Slack does not send them again."""


def sentence_for(error: Exception, typed: str = "") -> Message:
    """What a person is told: a refusal's own words, a busy database, or a reference to the log."""
    if isinstance(error, Refused):
        return error.message or say(error.sentence)
    if isinstance(error, DBAPIError | OSError):
        log.exception("the database does not answer")
        return say(texts.BUSY, *([texts.broken_with_words("-", typed).splitlines()[-1]] if typed else []))
    reference = uuid.uuid4().hex[:6].upper()
    log.error("reference %s", reference, exc_info=error)
    return say(texts.broken_with_words(reference, typed) if typed else texts.broken(reference))


# --- commands ---------------------------------------------------------------------------------------------------------


def _on_command(desk: Desk) -> Callable[..., Awaitable[None]]:
    async def on_command(ack: AsyncAck, body: Body) -> None:
        slash, text = str(body.get("command", "")), str(body.get("text") or "")
        try:
            command, words = find(slash, text)
            answer = await desk.carry_out(command, desk.call(body, words=words))
            if isinstance(answer, Form):
                await desk.client.views_open(
                    trigger_id=str(body.get("trigger_id")), view=form_view(answer, uuid.uuid4().hex)
                )
                await ack()
                return
            message = answer.message
        except Exception as error:  # noqa: BLE001  (the edge: everything becomes a sentence)
            message = sentence_for(error, f"{slash} {text}".strip())
        await ack(response_type="ephemeral", text=message_text(message), blocks=message_blocks(message))

    return on_command


# --- buttons ----------------------------------------------------------------------------------------------------------


def _on_press(desk: Desk) -> Callable[..., Awaitable[None]]:
    async def on_press(ack: AsyncAck, body: Body) -> None:
        await ack()
        action = (body.get("actions") or [{}])[0]
        name, words = pressed(action)
        command = BY_NAME.get(name)
        try:
            if command is None:
                raise Refused(texts.NOT_UNDERSTOOD_BUTTON)
            answer = await desk.carry_out(command, desk.call(body, words=words))
        except Exception as error:  # noqa: BLE001  (the edge: everything becomes a sentence)
            answer = Reply(sentence_for(error))
        await _answer_press(desk, body, answer)

    return on_press


async def _answer_press(desk: Desk, body: Body, answer: Answer) -> None:
    """A form opens; a reply is seen by the one who pressed: beside the message, or as a dialog on Home and in forms."""
    trigger = str(body.get("trigger_id") or "")
    if isinstance(answer, Form):
        view = form_view(answer, uuid.uuid4().hex)
        if body.get("view", {}).get("type") == "modal":
            await desk.client.views_push(trigger_id=trigger, view=view)
        else:
            await desk.client.views_open(trigger_id=trigger, view=view)
        return
    message = answer.message
    if body.get("response_url"):
        # no retries: a repeated answer would stand twice
        hook = AsyncWebhookClient(str(body["response_url"]), retry_handlers=[])
        sent = await hook.send(
            text=message_text(message),
            blocks=message_blocks(message),
            response_type="ephemeral",
            replace_original=False,
        )
        if sent.status_code == 200:
            return
    view = message_view(message, message.title or texts.ANSWER_TITLE)
    if body.get("view", {}).get("type") == "modal":
        await desk.client.views_push(trigger_id=trigger, view=view)
    elif body.get("view", {}).get("type") == "home":
        await desk.client.views_open(trigger_id=trigger, view=view)
        await publish_home(desk, body)
    else:
        await desk.client.chat_postEphemeral(
            channel=_channel(body),
            user=str(body["user"]["id"]),
            text=message_text(message),
            blocks=message_blocks(message),
        )


# --- forms ------------------------------------------------------------------------------------------------------------


def _on_form(desk: Desk) -> Callable[..., Awaitable[None]]:
    async def on_form(ack: AsyncAck, body: Body) -> None:
        view = body.get("view") or {}
        command = BY_NAME.get(str(view.get("callback_id", "")))
        names = input_names(view)
        try:
            if command is None:
                raise Refused(texts.NOT_UNDERSTOOD_BUTTON)
            context, request = context_of(view)
            call = desk.call(
                body,
                fields=filled(view),
                context=context,
                submitted=True,
                request_key=f"form:{request}" if request else "",
                files=await _files(desk, view),
            )
            answer = await desk.carry_out(command, call)
        except Refused as refused:
            await ack(response_action="errors", errors=_errors(refused.fields, refused.sentence, names))
            return
        except Exception as error:  # noqa: BLE001  (the form stays open with everything in it)
            sentence = sentence_for(error).parts[0].lines[0]
            await ack(response_action="errors", errors=_errors({}, sentence, names))
            return
        if isinstance(answer, Form):
            await ack(response_action="update", view=form_view(answer, uuid.uuid4().hex))
            return
        title = answer.message.title or texts.DONE
        await ack(response_action="update", view=message_view(answer.message, title))

    return on_form


def _errors(fields: Mapping[str, str], sentence: str, names: list[str]) -> dict[str, str]:
    """Field errors Slack can show; what belongs to no shown field stands at the first."""
    shown = {name: text[:2_000] for name, text in fields.items() if name in names}
    if not shown and names:
        shown = {names[0]: sentence[:2_000]}
    return shown


async def _files(desk: Desk, view: Mapping[str, Any]) -> tuple[tuple[str, bytes], ...]:
    """Uploaded files as (name, content), fetched with the bot's token."""
    found = []
    for actions in view.get("state", {}).get("values", {}).values():
        for state in actions.values():
            for file in state.get("files") or []:
                address = str(file.get("url_private_download") or file.get("url_private") or "")
                content = await fetch(desk.client, address)
                found.append((str(file.get("name") or ""), content))
    return tuple(found)


LARGEST_FILE = 2_000_000


async def fetch(client: AsyncWebClient, address: str) -> bytes:
    """A file from Slack. Only from the API's own host or Slack's: the token goes with the request."""
    host = re.match(r"https?://([^/:]+)", address)
    own = re.match(r"https?://([^/:]+)", client.base_url)
    if host is None or own is None or not (host[1] == own[1] or host[1].endswith(".slack.com")):
        raise Refused(texts.NOT_UNDERSTOOD_BUTTON)
    session = await _http(client)
    async with session.get(address, headers={"Authorization": f"Bearer {client.token}"}) as answer:
        content: bytes = await answer.content.read(LARGEST_FILE)
        return content


async def _http(client: AsyncWebClient) -> Any:
    if client.session is None:
        raise RuntimeError("the client has no session")
    return client.session


# --- Home and talk ----------------------------------------------------------------------------------------------------


async def publish_home(desk: Desk, body: Body) -> None:
    """The Home tab of the person, as things stand now."""
    call = desk.call(body)
    async with desk.database.reading() as session:
        message = await home(call, session)
    await desk.client.views_publish(user_id=call.user_id, view=home_view(message))


def _on_home(desk: Desk) -> Callable[..., Awaitable[None]]:
    async def on_home(event: Body, body: Body) -> None:
        if event.get("tab") == "home":
            await publish_home(desk, {**event, "team_id": body.get("team_id")})

    return on_home


def _on_joined(desk: Desk) -> Callable[..., Awaitable[None]]:
    async def on_joined(event: Body) -> None:
        if event.get("user") != desk.bot_user_id:
            return
        channel = str(event.get("channel"))
        async with desk.database.reading() as session:
            if await is_linked(session, channel_id=channel):
                return
        await desk.client.chat_postMessage(channel=channel, text=texts.INVITED)

    return on_joined


def _on_talk(desk: Desk) -> Callable[..., Awaitable[None]]:
    async def on_talk(event: Body, body: Body) -> None:
        spoken_to = event.get("type") == "app_mention" or event.get("channel_type") == "im"
        if not spoken_to or event.get("bot_id") or event.get("subtype"):
            return
        call = desk.call({**event, "team_id": body.get("team_id")})
        async with desk.database.reading() as session:
            answer = await guide(call, session)
        if isinstance(answer, Reply):
            await desk.client.chat_postMessage(
                channel=str(event["channel"]),
                text=message_text(answer.message),
                blocks=message_blocks(answer.message),
            )

    return on_talk


def _on_renumbered(desk: Desk) -> Callable[..., Awaitable[None]]:
    async def on_renumbered(event: Body) -> None:
        async with desk.database.transaction() as session:
            await channel_renumbered(
                session, old=str(event.get("old_channel_id")), new=str(event.get("new_channel_id"))
            )

    return on_renumbered
