"""Acting as somebody: for tests that read like conversations."""

import asyncio
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from sandbox.slack.conversations import Message

if TYPE_CHECKING:
    from sandbox.slack.server import Sandbox

Json = dict[str, Any]
PATIENCE = 5.0


class Member:
    """A person in the workspace. What is done waits until the app has answered."""

    def __init__(self, slack: "Sandbox", user_id: str) -> None:
        self.slack, self.id = slack, user_id

    async def says(self, channel: str, text: str) -> None:
        """Writes a message or a slash command. Raises AssertionError when Slack itself would not take it."""
        error = await self.slack.say(self.id, channel, text)
        assert error is None, error

    def messages(self, channel: str) -> list[Message]:
        """What the person sees there, ephemerals too, oldest first."""
        return self.slack.conversations.seen_by(channel, self.id)

    @property
    def direct(self) -> str:
        """The direct message with the bot."""
        return self.slack.conversations.direct(self.id).id

    def last(self, channel: str) -> str:
        """The newest message's whole text."""
        seen = self.messages(channel)
        return seen[-1].text if seen else ""

    async def presses(self, channel: str, label: str) -> None:
        """Presses the button on the newest message that has one with the label."""
        for message in reversed(self.messages(channel)):
            for block in message.blocks:
                for element in _buttons(block):
                    if element["text"]["text"] == label:
                        before = self._seen()
                        action = {"type": "button", "block_id": block.get("block_id", "b"), **element}
                        error = await self.slack.press(self.id, channel, message.ts, action)
                        assert error is None, error
                        await self._until_changed(before)
                        return
        raise AssertionError(f"no button {label!r} in {channel}")

    @property
    def form(self) -> Json | None:
        """The view on top."""
        stack = self.slack.interactions.stacks.get(self.id, [])
        return stack[-1].view if stack else None

    async def submits(self, answers: Mapping[str, Any] | None = None) -> dict[str, str]:
        """Fills in fields by label (text, dates, option labels, lists of them) and sends; errors by field label."""
        opened = self.slack.interactions.stacks[self.id][-1]
        answers = dict(answers or {})
        values: Json = {}
        labels = {}
        for block in opened.view["blocks"]:
            if block["type"] == "input":
                label = block["label"]["text"]
                labels[block["block_id"]] = label
                element = block["element"]
                state = _initial(element)
                if label in answers:
                    state = _state(element, answers.pop(label))
                values[block["block_id"]] = {element.get("action_id", "value"): state}
        assert not answers, f"no such fields: {sorted(answers)}; there are {sorted(labels.values())}"
        error, errors = await self.slack.submit(self.id, opened.id, values)
        assert error is None, error
        return {labels[name]: text for name, text in errors.items()}

    async def closes(self) -> None:
        """Closes every view."""
        stack = self.slack.interactions.stacks.get(self.id, [])
        if stack:
            await self.slack.close_view(self.id, stack[0].id, everything=True)

    async def opens_home(self) -> None:
        """Opens the Home tab and waits until it is published."""
        before = self._seen()
        await self.slack.open_home(self.id)
        await self._until_changed(before)

    @property
    def home(self) -> Json | None:
        opened = self.slack.interactions.homes.get(self.id)
        return opened.view if opened else None

    async def presses_home(self, label: str) -> None:
        """Presses a button on Home."""
        opened = self.slack.interactions.homes[self.id]
        for block in opened.view["blocks"]:
            for element in _buttons(block):
                if element["text"]["text"] == label:
                    before = self._seen()
                    error = await self.slack.press_view(
                        self.id, opened.id, {"type": "button", "block_id": "b", **element}
                    )
                    assert error is None, error
                    await self._until_changed(before)
                    return
        raise AssertionError(f"no button {label!r} on Home")

    def _seen(self) -> tuple[object, ...]:
        stack = self.slack.interactions.stacks.get(self.id, [])
        home = self.slack.interactions.homes.get(self.id)
        messages = sum(len(rows) for rows in self.slack.conversations.messages.values())
        return tuple(view.hash for view in stack), home.hash if home else "", messages

    async def _until_changed(self, before: tuple[object, ...]) -> None:
        """The app acks first and answers after: waits for the answer to show."""
        async with asyncio.timeout(PATIENCE):
            queue = self.slack.listen()
            try:
                while self._seen() == before:
                    await queue.get()
            finally:
                self.slack.stop_listening(queue)


def _buttons(block: Mapping[str, Any]) -> list[Json]:
    elements = list(block.get("elements", [])) if block.get("type") == "actions" else []
    if isinstance(block.get("accessory"), dict):
        elements.append(block["accessory"])
    return [element for element in elements if element.get("type") == "button"]


def _initial(element: Mapping[str, Any]) -> Json:
    kind = element["type"]
    state: Json = {"type": kind}
    if kind in ("static_select", "radio_buttons"):
        state["selected_option"] = element.get("initial_option")
    elif kind in ("checkboxes", "multi_static_select"):
        state["selected_options"] = element.get("initial_options", [])
    elif kind == "datepicker":
        state["selected_date"] = element.get("initial_date")
    elif kind == "timepicker":
        state["selected_time"] = element.get("initial_time")
    else:
        state["value"] = element.get("initial_value")
    return state


def _state(element: Mapping[str, Any], answer: Any) -> Json:
    kind = element["type"]
    options = [*element.get("options", []), *(o for g in element.get("option_groups", []) for o in g["options"])]
    by_label = {option["text"]["text"]: option for option in options}
    if kind in ("static_select", "radio_buttons"):
        return {"type": kind, "selected_option": by_label[answer]}
    if kind in ("checkboxes", "multi_static_select"):
        return {"type": kind, "selected_options": [by_label[each] for each in answer]}
    if kind == "datepicker":
        return {"type": kind, "selected_date": answer}
    if kind == "timepicker":
        return {"type": kind, "selected_time": answer}
    return {"type": kind, "value": answer}
