"""A person in the workspace, as a test acts and sees through them."""

from collections.abc import AsyncIterator, Iterator, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import date, time
from typing import Any

from sandbox import interactions
from sandbox.blockkit import elements_of, texts_of
from sandbox.conversations import Message
from sandbox.errors import Json, PersonSaw
from sandbox.forms import View
from sandbox.states import State, state_key, state_of
from sandbox.watchers import PATIENCE_SECONDS
from sandbox.workspace import Workspace
from sandbox.world import Person

Value = str | int | float | date | time | bool | None | Sequence[str]


class NotThere(AssertionError):
    """What the person looked for is not on the screen; the sentence says what is."""


def label_of(element: Mapping[str, Any]) -> str:
    """What an element is called on the screen: its text or placeholder."""
    shown = element.get("text") or element.get("placeholder") or {}
    return str(shown.get("text", ""))


def all_text(blocks: list[Json], text: str = "") -> str:
    """Everything that is written in blocks, and the plain text, line by line."""
    return "\n".join([text, *texts_of(blocks)]).strip()


@dataclass(frozen=True)
class Seen:
    """A message as a person sees it. `"ord" in message` looks in all of its text."""

    channel: str
    message: Message

    @property
    def text(self) -> str:
        """The plain text: what a notification or screen reader says."""
        return self.message.text

    @property
    def blocks(self) -> list[Json]:
        """The blocks."""
        return self.message.blocks

    @property
    def ts(self) -> str:
        """The message's time."""
        return self.message.ts

    @property
    def ephemeral(self) -> bool:
        """Whether only this person sees it."""
        return self.message.only_for is not None

    @property
    def by_bot(self) -> bool:
        """Whether the bot wrote it."""
        return self.message.bot

    @property
    def words(self) -> str:
        """All text: plain, and in every block."""
        return all_text(self.blocks, self.text)

    @property
    def buttons(self) -> list[str]:
        """The labels of its buttons."""
        return [label_of(element) for block in self.blocks for element in elements_of(block)]

    def __contains__(self, words: str) -> bool:
        return words in self.words


class Member:
    """A person. Acts are awaited until the app has acknowledged them; PersonSaw tells what Slack would show instead."""

    def __init__(self, slack: Workspace, person: Person) -> None:
        self._slack = slack
        self.id = person.id
        self.name = person.name

    @property
    def direct(self) -> str:
        """The id of this person's direct messages with the bot."""
        return self._slack.conversations.direct(self.id).id

    def _channel(self, channel: str) -> str:
        return self._slack.conversations.named(channel).id

    # ---- seeing

    def sees(self, channel: str) -> list[Seen]:
        """The messages this person sees in a channel (id or name), oldest first, ephemerals too; [] outside it."""
        conversation = self._slack.conversations.named(channel)
        if self.id not in conversation.members:
            return []
        return [Seen(conversation.id, message) for message in conversation.visible_to(self.id)]

    def last(self, channel: str) -> str:
        """The plain text of the newest message there, not in a thread; "" when there is none."""
        seen = [each for each in self.sees(channel) if not each.message.is_reply]
        return seen[-1].text if seen else ""

    async def waits_for(self, channel: str, words: str, seconds: float = PATIENCE_SECONDS) -> Seen:
        """The newest message with these words, when it has come. NotThere after `seconds`."""
        try:
            return await self._slack.watchers.until(lambda: self._newest(channel, words), seconds)
        except TimeoutError:
            shown = "\n---\n".join(one.words for one in self.sees(channel)) or "nothing"
            raise NotThere(f"{self.name} does not see {words!r} in {channel}, but:\n{shown}") from None

    def _newest(self, channel: str, words: str) -> Seen | None:
        return next((one for one in reversed(self.sees(channel)) if words in one), None)

    # ---- writing and pressing

    async def says(self, channel: str, text: str) -> None:
        """Writes a message or a slash command."""
        await interactions.say(self._slack, self.id, self._channel(channel), text)

    async def presses(self, channel: str, label: str, *, on: Seen | None = None) -> None:
        """Presses the button with this label on the newest message that has it, or on the message `on`.

        Waits until something has come of it; NotThere when nothing does, or when there is no such button.
        """
        for seen in [on] if on else reversed(self.sees(channel)):
            for block, element in _pressable(seen.blocks):
                if element["type"] == "button" and label_of(element) == label:
                    await self._use(seen, block, element, {})
                    return
        raise NotThere(
            f"{self.name} sees no button {label!r} in {channel}: {[one.buttons for one in self.sees(channel)]}"
        )

    async def chooses(self, channel: str, what: str, value: Value) -> None:
        """Chooses in a menu, list or date of a message: `what` is its placeholder or action_id."""
        for seen in reversed(self.sees(channel)):
            for block, element in _pressable(seen.blocks):
                if what in (label_of(element), element["action_id"]):
                    await self._use(seen, block, element, chosen(element, value))
                    return
        raise NotThere(f"{self.name} finds nothing called {what!r} in {channel}")

    async def _use(self, seen: Seen, block: Json, element: Json, action: Json) -> None:
        place = (seen.channel, seen.ts, block["block_id"], element["action_id"])
        filled: State = {block["block_id"]: {element["action_id"]: action}} if action else {}
        async with self._until_something_comes_of_it():
            await interactions.press(self._slack, self.id, *place, action, filled)

    @asynccontextmanager
    async def _until_something_comes_of_it(self) -> AsyncIterator[None]:
        """The app acknowledges first and does its work after: waits until something has changed."""
        watchers = self._slack.watchers
        before = watchers.changes
        yield
        try:
            await watchers.until(lambda: watchers.changes > before)
        except TimeoutError:
            raise NotThere(f"nothing came of what {self.name} did") from None

    async def uses_shortcut(self, callback_id: str, on: Seen | None = None) -> None:
        """Uses a global shortcut, or a message shortcut on a message."""
        place = (on.channel, on.ts) if on else (None, None)
        await interactions.use_shortcut(self._slack, self.id, callback_id, *place)

    def joins(self, channel: str) -> None:
        """Joins a public channel."""
        interactions.join(self._slack, self.id, self._channel(channel))

    def leaves(self, channel: str) -> None:
        """Leaves a channel."""
        interactions.leave(self._slack, self.id, self._channel(channel))

    # ---- forms

    @property
    def form(self) -> "OpenForm | None":
        """The form on top, if one is open."""
        stack = self._slack.forms.stack(self.id)
        return OpenForm(self._slack, stack[-1]) if stack else None

    async def sees_form(self, title: str | None = None, seconds: float = PATIENCE_SECONDS) -> "OpenForm":
        """The form on top, when one (with this title) is open. NotThere after `seconds`."""
        try:
            return await self._slack.watchers.until(lambda: self._form_called(title), seconds)
        except TimeoutError:
            raise NotThere(f"{self.name} has no form {title or ''} open, but {self.form}") from None

    def _form_called(self, title: str | None) -> "OpenForm | None":
        form = self.form
        return form if form is not None and title in (None, form.title) else None

    async def fills(self, values: Mapping[str, Value]) -> "OpenForm":
        """Fills in the open form, or the one about to open, by label or action_id. Then `await form.submits()`."""
        form = await self.sees_form()
        await form.fills(values)
        return form

    async def submits(self, values: Mapping[str, Value] | None = None) -> dict[str, str]:
        """Fills in the open form and sends it; the errors shown, by label."""
        form = await self.fills(values or {})
        return await form.submits()

    async def closes(self) -> None:
        """Closes every open form, as with the cross."""
        if self.form is not None:
            await self.form.closes(everything=True)

    # ---- Home

    @property
    def home(self) -> "Home | None":
        """What Home shows, if the bot has published it."""
        view = self._slack.forms.homes.get(self.id)
        return Home(self._slack, view) if view else None

    async def opens_home(self, seconds: float = PATIENCE_SECONDS) -> "Home":
        """Opens Home and waits until the bot has published it anew. NotThere after `seconds`."""
        before = self._slack.forms.homes.get(self.id)
        old = before.hash if before else None
        interactions.open_home(self._slack, self.id)
        try:
            return await self._slack.watchers.until(lambda: self._home_after(old), seconds)
        except TimeoutError:
            raise NotThere(f"the bot published no Home for {self.name}") from None

    def _home_after(self, old: str | None) -> "Home | None":
        view = self._slack.forms.homes.get(self.id)
        return Home(self._slack, view) if view and view.hash != old else None


def _pressable(blocks: list[Json]) -> Iterator[tuple[Json, Json]]:
    for block in blocks:
        for element in elements_of(block):
            yield block, element


class Surface:
    """A form or Home: what is written on it, and its buttons."""

    def __init__(self, slack: Workspace, view: View) -> None:
        self._slack = slack
        self._view = view

    @property
    def view(self) -> Json:
        """The view as JSON."""
        return self._slack.forms.as_wire(self._view)

    def __getitem__(self, name: str) -> Any:
        """A part of the view: "callback_id", "blocks" and so on."""
        return self.view[name]

    @property
    def words(self) -> str:
        """Everything written on it."""
        return all_text([self._view.content])

    def __str__(self) -> str:
        return self.words

    @property
    def buttons(self) -> list[str]:
        """The labels of its buttons."""
        return [label_of(element) for _, element in _pressable(self._view.blocks) if element["type"] == "button"]

    def __contains__(self, words: str) -> bool:
        return words in self.words

    async def presses(self, label: str) -> None:
        """Presses a button on it."""
        for block, element in _pressable(self._view.blocks):
            if element["type"] == "button" and label_of(element) == label:
                await self._use(block, element, {})
                return
        raise NotThere(f"no button {label!r}, but {self.buttons}")

    async def _use(self, block: Json, element: Json, action: Json) -> None:
        place = (self._view.user, self._view.id, block["block_id"], element["action_id"])
        await interactions.press_in_view(self._slack, *place, action, self._view.state)


class Home(Surface):
    """A person's Home tab."""


class OpenForm(Surface):
    """An open form."""

    @property
    def title(self) -> str:
        """Its title."""
        return str(self._view.content["title"]["text"])

    @property
    def labels(self) -> list[str]:
        """The labels of its fields, in order."""
        return [block["label"]["text"] for block in self._view.blocks if block["type"] == "input"]

    @property
    def state(self) -> State:
        """What is filled in, as Slack sends it."""
        return self._view.state

    @property
    def errors(self) -> dict[str, str]:
        """The errors shown, by label."""
        names = {one["block_id"]: one["label"]["text"] for one in self._view.blocks if one["type"] == "input"}
        return {names[block]: sentence for block, sentence in self._view.errors.items()}

    async def fills(self, values: Mapping[str, Value]) -> "OpenForm":
        """Fills in fields by label, block_id or action_id; a field that tells the app at once does so."""
        for name, value in values.items():
            block, element = self._field(name)
            state = await self._chosen(block, element, value)
            self._view.state = state_of(self._view.blocks, self._view.state)
            self._view.state[block["block_id"]][element["action_id"]] |= state
            if block["type"] != "input" or block.get("dispatch_action"):
                await self._use(block, element, state)
        return self

    async def submits(self) -> dict[str, str]:
        """Sends the form; the errors shown, by label. {} when it went through."""
        await interactions.submit(self._slack, self._view.user, self._view.id, self._view.state)
        return self.errors

    async def closes(self, *, everything: bool = False) -> None:
        """Closes it; with `everything` as with the cross, all that are open."""
        await interactions.close(self._slack, self._view.user, self._view.id, everything=everything)

    async def offers(self, name: str, typed: str = "") -> list[str]:
        """What a list offers, by label; of an external one what it offers for what is typed."""
        block, element = self._field(name)
        return [label_of(option) for option in await self._options(block, element, typed)]

    def _field(self, name: str) -> tuple[Json, Json]:
        for block, element in _pressable(self._view.blocks):
            names = (block.get("label", {}).get("text"), block["block_id"], element["action_id"], label_of(element))
            if name in names:
                return block, element
        raise NotThere(f"no field {name!r} in {self.title!r}, but {self.labels}")

    async def _options(self, block: Json, element: Json, typed: str) -> list[Json]:
        if "external" not in element["type"]:
            return options_of(element)
        place = {"view_id": self._view.id}
        answer = await interactions.ask_options(
            self._slack, self._view.user, place, block["block_id"], element["action_id"], typed
        )
        return options_of(answer)

    async def _chosen(self, block: Json, element: Json, value: Value) -> Json:
        if "external" not in element["type"] or value is None:
            return chosen(element, value)
        typed = value if isinstance(value, str) else " ".join(str(one) for one in value)  # type: ignore[union-attr]
        return chosen({**element, "options": await self._options(block, element, typed)}, value)


def options_of(source: Mapping[str, Any]) -> list[Json]:
    """The options of an element or answer, those in groups too."""
    found: list[Json] = list(source.get("options") or [])
    for group in source.get("option_groups") or []:
        found += group["options"]
    return found


def chosen(element: Mapping[str, Any], value: Value) -> Json:
    """The state of an element when a person has filled in this value: labels for options, dates and times as such."""
    kind = element["type"]
    key = "selected_option" if kind == "overflow" else state_key(kind)
    if key is None:
        return {}
    if key.endswith("_option"):
        return {"type": kind, key: None if value is None else _option(element, str(value))}
    if key.endswith("_options"):
        many = [value] if isinstance(value, str) else list(value or [])  # type: ignore[arg-type]
        return {"type": kind, key: [_option(element, str(one)) for one in many]}
    if isinstance(value, time):
        return {"type": kind, key: f"{value:%H:%M}"}
    if kind == "datetimepicker" or isinstance(value, list):
        return {"type": kind, key: value}
    return {"type": kind, key: None if value is None else str(value)}


def _option(element: Mapping[str, Any], wanted: str) -> Json:
    offered = options_of(element)
    for option in offered:
        if wanted in (label_of(option), option["value"]):
            return option
    raise NotThere(f"no choice {wanted!r}, but {[label_of(option) for option in offered]}")


__all__ = ["Home", "Member", "NotThere", "OpenForm", "PersonSaw", "Seen"]
