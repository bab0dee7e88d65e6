"""Small Bolt apps for the local Slack's own tests."""

from collections.abc import Sequence
from typing import Any

from slack_bolt.async_app import AsyncAck, AsyncApp
from slack_sdk.web.async_client import AsyncWebClient

from sandbox.server import Sandbox

Json = dict[str, Any]


def plain(text: str) -> Json:
    """A plain_text object."""
    return {"type": "plain_text", "text": text}


def button(label: str, action_id: str = "press", **more: Any) -> Json:
    """A button."""
    return {"type": "button", "text": plain(label), "action_id": action_id, **more}


def row(*elements: Json, block_id: str = "row") -> Json:
    """A row of buttons."""
    return {"type": "actions", "block_id": block_id, "elements": list(elements)}


def field(label: str, element: Json, **more: Any) -> Json:
    """An input block; its block_id is the label."""
    return {"type": "input", "block_id": label, "label": plain(label), "element": {"action_id": "x", **element}, **more}


TEXT: Json = {"type": "plain_text_input"}


def modal(*blocks: Json, title: str = "Form", **more: Any) -> Json:
    """A form."""
    return {"type": "modal", "title": plain(title), "submit": plain("Spara"), "blocks": list(blocks), **more}


class Heard:
    """What an app has been sent, and how it answers; one is made for each test."""

    def __init__(self, slack: Sandbox, answers: dict[str, Json] | None = None) -> None:
        self.client = AsyncWebClient(token=slack.bot_token, base_url=slack.api_url, retry_handlers=[])
        self.payloads: list[Json] = []
        self.answers = answers or {}
        self.app = AsyncApp(client=self.client, token=slack.bot_token)
        self._listen()

    def of(self, kind: str) -> Sequence[Json]:
        """The payloads of one kind: "block_actions", "view_submission", an event's or a command's name."""
        return [one for one in self.payloads if kind in (one.get("type"), one.get("command"), _event(one))]

    async def _take(self, ack: AsyncAck, body: Json) -> None:
        self.payloads.append(body)
        kind = body.get("command") or _event(body) or body["type"]
        await ack(**self.answers.get(kind, {}))

    def _listen(self) -> None:
        app, take = self.app, self._take
        for name in ("/logga", "/lage"):
            app.command(name)(take)
        app.action({"action_id": "press"})(take)
        app.action({"action_id": "x"})(take)
        app.options("x")(take)
        app.view("form")(take)
        app.view_closed("form")(take)
        app.message_shortcut("arende")(take)
        for name in ("message", "app_mention", "member_joined_channel", "member_left_channel", "channel_id_changed"):
            app.event(name)(take)
        app.event("app_home_opened")(take)


def _event(body: Json) -> str | None:
    event = body.get("event")
    return event["type"] if isinstance(event, dict) else None
