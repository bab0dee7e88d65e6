"""The Bolt app: every command, button and form through one adapter; the one place that turns errors into sentences.

A command's answer rides on the ack. Slack waits three seconds: what takes longer is acknowledged with a word and
answered when it is done. Nothing ends in silence, and what a person wrote is given back when it could not be used.
"""

import asyncio
import html
import logging
import re
import uuid
from collections.abc import Awaitable, Callable, Collection, Coroutine, Mapping
from dataclasses import dataclass, field, replace
from typing import Any, TypeVar

from slack_bolt.async_app import AsyncApp
from slack_bolt.authorization import AuthorizeResult
from slack_bolt.response import BoltResponse
from slack_sdk.web.async_client import AsyncWebClient
from sqlmodel import col, delete

from bot import texts
from bot.answering import LOST, channel_of, open_form, show_dialog, surface_of, user_of, whisper
from bot.asking import asked_again, written_in
from bot.blocks import (
    LEADS_ELSEWHERE,
    Opened,
    filled,
    form_view,
    home_view,
    input_names,
    message_blocks,
    message_text,
    message_view,
    messages,
    opened,
    pressed,
)
from bot.channels import channel_open, look_at_channels
from bot.channels import listeners as channel_listeners
from bot.clock import Clock
from bot.files import any_handed_in, handed_in
from bot.identity import said_team, team_of
from bot.listening import Ack, Listener, heard, tracked
from bot.members import compare_members
from bot.overheard import first_told, overhear
from bot.sturdy import SturdyApp
from bot.suggesting import suggestions
from bot.troubles import Trouble, trouble
from bot.uploads import hand_over
from commands import BY_NAME, find, guide
from commands.access import Action
from commands.call import Answer, Call, Command, Form, Refused, Reply
from commands.carrying import carried_out
from commands.guard.gate import LONGEST_WORDS, Doubts, Inspect, asked, examine, inspect, require_clean, storable
from commands.permissions import rights
from commands.status import home
from commands.texts import guard as guard_texts
from commands.words import fold
from schedules.message import Message, say
from storage.database import Database, insert_new
from storage.models import HandledRequest
from storage.workspaces import is_linked

log = logging.getLogger(__name__)

Body = dict[str, Any]
Ask = Callable[[], Awaitable[Answer]]
T = TypeVar("T")
ANYTHING = re.compile(".*")
PATIENCE_SECONDS = 2.0  # of Slack's three


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
    public_url: str = ""
    after_change: Callable[[], object] = lambda: None  # lets the courier look at once
    patience: float = PATIENCE_SECONDS
    look: Inspect = inspect  # the free text guard's eyes
    in_hand: set["asyncio.Task[Any]"] = field(default_factory=set)
    answers: set["asyncio.Task[Any]"] = field(default_factory=set)  # of those in hand, what somebody waits for
    teams: dict[str, str] = field(default_factory=dict)  # user → team, as Slack has answered

    def call(self, body: Body, **fields: Any) -> Call:
        """The Call of a payload: the person by (team, user), as Slack says it, never by being in a channel."""
        user = body.get("user") or {}
        if isinstance(user, str):
            user = {"id": user}
        return Call(
            workspace_id=self.workspace_id,
            team_id=said_team(body),
            user_id=str(user.get("id") or body.get("user_id") or ""),
            user_name=str(user.get("name") or body.get("user_name") or ""),
            now=self.clock.now(),
            zone=self.zone,
            channel_id=channel_of(body),
            public_url=self.public_url,
            **fields,
        )

    async def carry_out(self, command: Command, call: Call, free: Collection[str] = ()) -> Answer:
        """Runs a command in its own transaction, or in none when it changes nothing.

        The one way to a command: everything that was written is looked through first (`free`: the fields people write
        in). Raises Stopped before anything has run; Unsure, with nothing stored, where it must be looked at once more.
        A request that has changed something is not carried out again: its second delivery hears that it is done.
        """
        call, doubts = await self.examined(call, free)
        if not command.changes:
            async with self.database.reading() as session:
                answer = await command.run(call, session)
            self._hand_over(call, answer)
            return answer
        async with self.database.transaction() as session:
            row = {"key": call.request_key, "handled_at": call.now}
            if call.request_key and not await insert_new(session, HandledRequest, [row], "key"):
                return Reply(say(texts.DONE_ALREADY))
            answer = await carried_out(command, call, session)
            if isinstance(answer, Form):  # nothing is done yet: the same may be asked again
                await session.exec(delete(HandledRequest).where(col(HandledRequest.key) == call.request_key))
            elif doubts is not None:
                raise asked(doubts, command.name, call.words)  # rolls everything back
        if isinstance(answer, Form):
            return answer
        self.after_change()
        if command.action is Action.LINK_CHANNEL:
            self.keep(look_at_channels(self))
        self._hand_over(call, answer)
        return answer

    def _hand_over(self, call: Call, answer: Answer) -> None:
        if isinstance(answer, Reply) and answer.enclosed is not None:
            self.keep(hand_over(self, call.user_id, answer.enclosed, call.channel_id))

    async def examined(self, call: Call, free: Collection[str] = ()) -> tuple[Call, Doubts | None]:
        """The guard's look at everything in a call. Raises Stopped."""
        if call.files or len(call.words) > LONGEST_WORDS:  # as large as it may be, it must not keep others waiting
            return await asyncio.to_thread(examine, call, free, self.look)
        return examine(call, free, self.look)

    def keep(self, work: Coroutine[Any, Any, T]) -> "asyncio.Task[T]":
        """Lets work go on beside the answer; a bot that stops waits for it."""
        task = asyncio.create_task(work)
        self.in_hand.add(task)
        task.add_done_callback(self.in_hand.discard)
        return task

    def answer(self, work: Coroutine[Any, Any, T]) -> "asyncio.Task[T]":
        """The same for work that somebody waits for, until they have their answer: it goes before the courier."""
        task = self.keep(work)
        self.answers.add(task)
        task.add_done_callback(self.answers.discard)
        return task

    async def first_delivery(self, body: Body) -> bool:
        """Whether an event is new: Slack delivers some twice."""
        event_id = storable(str(body.get("event_id") or ""))
        if not event_id:
            return True
        async with self.database.transaction() as session:
            row = {"key": f"event:{event_id}", "handled_at": self.clock.now()}
            return bool(await insert_new(session, HandledRequest, [row], "key"))

    def begin(self, ask: Ask) -> "asyncio.Task[Answer | Trouble]":
        """Sets off work that nobody may cancel: it goes on when Slack has stopped waiting, and when the bot stops."""

        async def attempt() -> Answer | Trouble:
            try:
                return await ask()
            except Exception as error:  # noqa: BLE001  (the edge: everything becomes a sentence)
                return trouble(error)

        return self.answer(attempt())

    async def in_time(self, task: "asyncio.Task[Any]") -> bool:
        """Waits as long as Slack lets us; whether the work was done by then."""
        await asyncio.wait([task], timeout=self.patience)
        return task.done()

    async def finish(self, within: float) -> None:
        """Waits for what is in hand and what comes of it, at most `within` seconds, as when the bot stops."""
        loop = asyncio.get_running_loop()
        end = loop.time() + within
        while self.in_hand and loop.time() < end:
            await asyncio.wait(set(self.in_hand), timeout=end - loop.time())

    async def let_go(self) -> None:
        """Ends what is in hand still, so that nothing asks a database that is about to be closed. What was not yet
        stored is not."""
        left = set(self.in_hand)
        for task in left:
            task.cancel()
        await asyncio.gather(*left, return_exceptions=True)


def build_app(desk: Desk) -> AsyncApp:
    """The app with everything registered. The token is the client's own; nothing is read from the environment."""

    async def authorize(**_: Any) -> AuthorizeResult:
        # our own answer: no request to Slack inside the three seconds, and no OAuth whatever the environment holds
        return AuthorizeResult(
            enterprise_id=None, team_id=desk.team_id, bot_token=desk.client.token, bot_user_id=desk.bot_user_id
        )

    app = SturdyApp(
        client=desk.client,
        authorize=authorize,
        signing_secret="socket-mode-has-none",
        request_verification_enabled=False,
        process_before_response=True,  # else Bolt looks every ten milliseconds whether there is an answer
    )
    app.command(ANYTHING)(tracked(desk.answer, _on_command(desk)))
    app.action(ANYTHING)(tracked(desk.answer, _on_press(desk)))
    app.view(ANYTHING)(tracked(desk.answer, _on_form(desk)))
    app.shortcut(ANYTHING)(tracked(desk.answer, _on_shortcut(desk)))
    app.options(ANYTHING)(tracked(desk.answer, _on_options(desk)))
    for name, listener in (
        ("app_home_opened", _on_home(desk)),
        ("member_joined_channel", _on_joined(desk)),
        ("app_mention", _on_talk(desk)),
        ("message", _on_talk(desk)),
        *channel_listeners(desk).items(),
    ):
        app.event(name)(heard(desk.keep, listener))
    app.event("tokens_revoked")(_on_gone)
    app.event("app_uninstalled")(_on_gone)
    app.event(ANYTHING)(_on_anything)
    app.error(_on_error)
    return app


async def _on_error(error: Exception, response: BoltResponse | None) -> BoltResponse | None:
    """What not even the adapter foresaw: Slack is answered, unless it has been, so that the person hears something."""
    told = trouble(error)
    if response is None:
        return None
    return BoltResponse(status=200, body={"response_type": "ephemeral", "text": told.sentence})


async def _on_anything() -> None:
    """Events nobody listens for: taken, so that Slack does not send them again."""


async def _on_gone(event: Body) -> None:
    log.error("the app has been uninstalled or its token revoked: %s", event.get("type"))


# --- commands ---------------------------------------------------------------------------------------------------------


def _on_command(desk: Desk) -> Listener:
    async def on_command(ack: Ack, body: Body) -> None:
        slash, text = storable(str(body.get("command", ""))), storable(str(body.get("text") or ""))
        left = {"words": text}

        async def ask() -> Answer:
            await desk.examined(desk.call(body, words=text))  # before the words may be told back as not understood
            command, left["words"] = find(slash, text)
            return await desk.carry_out(command, desk.call(body, words=left["words"]))

        task = desk.begin(ask)
        in_time = await desk.in_time(task)
        if not in_time:
            await ack(response_type="ephemeral", text=texts.SLOW)
        answer = await task
        if isinstance(answer, Form):
            if in_time:
                await ack()
            await open_form(desk.client, body, answer, left["words"])
            return
        message = answer.said(f"{slash} {text}") if isinstance(answer, Trouble) and text else _said(answer)
        if not in_time:
            await whisper(desk.client, body, message)
            return
        first, *more = messages(message)
        await ack(response_type="ephemeral", text=message_text(first), blocks=message_blocks(first))
        for rest in more:
            await whisper(desk.client, body, rest)

    return on_command


def _said(answer: Reply | Trouble) -> Message:
    return answer.said() if isinstance(answer, Trouble) else answer.message


# --- buttons ----------------------------------------------------------------------------------------------------------


def _on_press(desk: Desk) -> Listener:
    async def on_press(ack: Ack, body: Body) -> None:
        action = (body.get("actions") or [{}])[0]
        name, words = map(storable, pressed(action))
        if name == LEADS_ELSEWHERE:  # Slack has opened the address, and wants it acknowledged all the same
            await ack()
            return
        command = BY_NAME.get(name)

        async def ask() -> Answer:
            if command is None:
                raise Refused(texts.NOT_UNDERSTOOD_BUTTON)
            return await desk.carry_out(command, desk.call(body, words=words, request_key=_press_key(body, action)))

        task = desk.begin(ask)
        await desk.in_time(task)
        await ack()
        answer = await task
        if isinstance(answer, Form):
            await open_form(desk.client, body, answer, words)
        elif surface_of(body):
            await show_dialog(desk.client, body, _said(answer))
        else:
            await whisper(desk.client, body, _said(answer))
        if surface_of(body) == "home" and isinstance(answer, Reply) and command is not None and command.changes:
            await publish_home(desk, body)

    return on_press


def _press_key(body: Body, action: Mapping[str, Any]) -> str:
    """The same for a press that is delivered twice; every press by hand has its own."""
    at = action.get("action_ts")
    return storable(f"press:{said_team(body)}:{user_of(body)}:{action.get('action_id')}:{at}") if at else ""


# --- shortcuts --------------------------------------------------------------------------------------------------------

LONGEST_TAKEN = 1_400  # of a message that becomes words: more than a command line is refused
SLACKS_MARKS = re.compile(r"<[@#!][^>]*>|<[^|>]*\|([^>]*)>|<([^>]*)>")


def _on_shortcut(desk: Desk) -> Listener:
    """A message shortcut is the command of its name with the message's text as words, without the people mentioned."""

    async def on_shortcut(ack: Ack, body: Body) -> None:
        command = BY_NAME.get(storable(str(body.get("callback_id") or "")))
        message = body.get("message")
        text = str(message.get("text") or "") if isinstance(message, Mapping) else ""
        plain = html.unescape(SLACKS_MARKS.sub(lambda found: found[1] or found[2] or "", text))
        whole = " ".join(plain.split())
        words = storable(whole[:LONGEST_TAKEN])

        async def ask() -> Answer:
            for each in (text, whole):
                await asyncio.to_thread(require_clean, each, desk.call(body).local_now.date(), desk.look)
            if command is None:
                raise Refused(texts.NOT_UNDERSTOOD_BUTTON)
            return await desk.carry_out(command, desk.call(body, words=words))

        task = desk.begin(ask)
        await desk.in_time(task)
        await ack()
        answer = await task
        if isinstance(answer, Form):
            await open_form(desk.client, body, answer, words)
        else:
            await whisper(desk.client, body, _said(answer))

    return on_shortcut


# --- forms ------------------------------------------------------------------------------------------------------------


def _on_form(desk: Desk) -> Listener:
    async def on_form(ack: Ack, body: Body) -> None:
        view = body.get("view") or {}
        names, was = input_names(view), opened(view)
        task = desk.begin(lambda: _submit(desk, body, was))
        if not await desk.in_time(task) and names:
            # everything stays filled in; the second press is the same request, and hears how it went
            await ack(response_action="errors", errors={names[0]: texts.SLOW_FORM})
            await task
            return
        answer = await task
        if isinstance(answer, Form):
            await ack(response_action="update", view=form_view(answer, uuid.uuid4().hex, home=was.home))
        elif isinstance(answer, Reply):
            await ack(response_action="update", view=message_view(answer.message, texts.DONE, finished=True))
        elif answer.doubts is not None:
            await ack(response_action="update", view=asked_again(view, answer.doubts))
        elif names and not (answer.message and not answer.fields):
            await ack(response_action="errors", errors=_errors(answer, names))
        else:
            await ack(response_action="push", view=message_view(answer.said()))
        if was.home:
            await publish_home(desk, body)

    return on_form


FAR_OFF = re.compile("(?!19|20|21)[0-9]{4}-[0-9]{2}-[0-9]{2}")  # days that calendar sums may fall off the edge from


def _within_reach(fields: dict[str, str | list[str] | None]) -> dict[str, str | list[str] | None]:
    """The fields of a form. Raises Refused for a day no calendar here reaches: a picker goes to year 9999."""
    far = [name for name, value in fields.items() if isinstance(value, str) and FAR_OFF.fullmatch(value.strip())]
    if far:
        raise Refused(texts.FAR_OFF, fields=dict.fromkeys(far, texts.FAR_OFF))
    return fields


async def _submit(desk: Desk, body: Body, was: Opened) -> Answer:
    view = body.get("view") or {}
    command = BY_NAME.get(str(view.get("callback_id", "")))
    if command is None:
        raise Refused(texts.NOT_UNDERSTOOD_BUTTON)
    call = desk.call(
        body,
        fields=_within_reach(filled(view)),
        context=was.context,
        submitted=True,
        request_key=storable(f"form:{was.request}") if was.request else "",
    )
    if any_handed_in(view):  # a file is fetched and looked through only for those who may hand one in
        async with desk.database.reading() as session:
            (await rights(call, session)).require_somewhere(command.action)
        call = replace(call, files=await handed_in(desk.client, view))
    return await desk.carry_out(command, call, written_in(view))


def _on_options(desk: Desk) -> Listener:
    async def on_options(ack: Ack, body: Body) -> None:
        view = body.get("view") or {}
        command, asked = BY_NAME.get(str(view.get("callback_id", ""))), opened(view).asked

        async def ask() -> Answer:
            if command is None or asked is None:
                raise Refused(texts.NOT_UNDERSTOOD_BUTTON)
            call = desk.call(body, words=storable(asked.words))
            return await desk.carry_out(command, replace(call, channel_id=storable(asked.channel_id)))

        task = desk.begin(ask)
        answer = await task if await desk.in_time(task) else None
        await ack(options=suggestions(answer, body) if isinstance(answer, Form) else [])

    return on_options


LONGEST_ERROR = 1_500


def _errors(told: Trouble, names: list[str]) -> dict[str, str]:
    """Field errors Slack can show; what belongs to no shown field stands at the first."""
    shown = {name: text[:LONGEST_ERROR] for name, text in told.fields.items() if name in names}
    astray = [text for name, text in told.fields.items() if name not in names and text not in shown.values()]
    if astray or not shown:
        shown[names[0]] = " ".join([*([shown[names[0]]] if names[0] in shown else []), *(astray or [told.sentence])])
    return shown


# --- Home and talk ----------------------------------------------------------------------------------------------------


async def publish_home(desk: Desk, body: Body) -> None:
    """The Home tab of the person, as things stand now; a word instead where it cannot be made."""
    call = desk.call(body)

    async def ask() -> Answer:
        async with desk.database.reading() as session:
            return Reply(await home(call, session))

    answer = await desk.begin(ask)
    message = answer.message if isinstance(answer, Reply) else say(texts.HOME_BROKEN)
    await desk.client.views_publish(user_id=call.user_id, view=home_view(message or say(texts.HOME_BROKEN)))


def _on_home(desk: Desk) -> Listener:
    async def on_home(_: Ack, body: Body) -> None:
        event = body.get("event") or {}
        if event.get("tab", "home") == "home":
            await publish_home(desk, {**event, "user_team": await _team_of(desk, event)})

    return on_home


async def _team_of(desk: Desk, event: Body) -> str:
    """The team of somebody an event names by user id alone; "" (nobody's) where Slack does not answer."""
    try:
        return await team_of(desk.client, user_of(event), desk.team_id, desk.teams)
    except LOST as lost:  # nobody is shown what may be somebody else's
        log.warning("a person's team is not known: %s", type(lost).__name__)
        return ""


def _on_joined(desk: Desk) -> Listener:
    async def on_joined(_: Ack, body: Body) -> None:
        event = body.get("event") or {}
        channel = str(event.get("channel"))
        if event.get("user") != desk.bot_user_id:
            await compare_members(desk, channel)
            return
        if not await desk.first_delivery(body):
            return
        async with desk.database.reading() as session:
            linked = await is_linked(session, channel_id=channel)
        if linked:
            await channel_open(desk, channel)
            return
        message = say(texts.INVITED)
        await desk.client.chat_postMessage(
            channel=channel, text=message_text(message), blocks=message_blocks(message), unfurl_links=False
        )

    return on_joined


def _on_talk(desk: Desk) -> Listener:
    """A mention, or a direct message: the same words as a slash command work, for those who cannot use one."""

    async def on_talk(_: Ack, body: Body) -> None:
        event = body.get("event") or {}
        direct = event.get("channel_type") == "im"
        spoken_to = event.get("type") == "app_mention" or direct
        if not spoken_to:
            await overhear(desk, event)
        if not spoken_to or event.get("bot_id") or event.get("subtype") not in (None, "file_share"):
            return
        whole = {**event, "user_team": event.get("user_team") or event.get("team")}
        if not whole["user_team"]:
            whole["user_team"] = await _team_of(desk, event)
        words = re.sub(r"<@[UW]\w+(\|[^>]*)?>", "", storable(str(event.get("text") or ""))).split()
        slash = fold(words[0].lstrip("/")) if words else ""

        async def ask() -> Answer:
            if not await desk.first_delivery(body):
                return Reply(Message(()))
            await desk.examined(desk.call(whole, words=" ".join(words)))
            if slash not in BY_NAME:
                async with desk.database.reading() as session:
                    return await guide(desk.call(whole), session)
            command, left = find(slash, " ".join(words[1:]))
            return await desk.carry_out(command, desk.call(whole, words=left))

        answer = await desk.begin(ask)
        if isinstance(answer, Form):
            await open_form(desk.client, whole, answer, " ".join(words[1:]))
            return
        found = isinstance(answer, Trouble) and answer.quiet and answer.sentence == guard_texts.IDENTITY_NUMBER
        quiet = found and not direct  # it stands in the channel already
        if quiet and not await first_told(desk, str(event.get("channel")), event):
            return
        message = say(guard_texts.OVERHEARD) if quiet else _said(answer)
        if message.parts and direct:
            await _say_in(desk, str(event["channel"]), message)
        elif message.parts:
            await whisper(desk.client, whole, message)

    return on_talk


async def _say_in(desk: Desk, channel: str, message: Message) -> None:
    for said in messages(message):
        await desk.client.chat_postMessage(
            channel=channel, text=message_text(said), blocks=message_blocks(said), unfurl_links=False
        )
