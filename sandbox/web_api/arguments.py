"""A call's arguments, however they came: form fields, JSON body or query; objects as JSON or as strings of JSON."""

import json
from collections.abc import Mapping
from typing import Any

from aiohttp import web

from sandbox.errors import SlackError

MOST_AT_ONCE = 1000
NOT_SHOWN = ("attachments", "markdown_text")


class Arguments:
    """The arguments of one call."""

    def __init__(self, given: Mapping[str, Any]) -> None:
        self.given = dict(given)

    def __contains__(self, name: str) -> bool:
        return self.given.get(name) is not None

    def text(self, name: str) -> str:
        """A text that must be there; SlackError invalid_arguments."""
        value = self.given.get(name)
        if value is None or value == "":
            raise SlackError("invalid_arguments", [f"[ERROR] missing required field: {name}"])
        return str(value)

    def maybe(self, name: str) -> str | None:
        """A text that may be there."""
        value = self.given.get(name)
        return None if value is None or value == "" else str(value)

    def flag(self, name: str, default: bool = False) -> bool:
        """A yes or no."""
        value = self.given.get(name)
        return default if value is None else str(value).casefold() in ("1", "true", "t", "yes")

    def number(self, name: str, default: int) -> int:
        """A whole number; SlackError invalid_arguments."""
        value = self.given.get(name)
        try:
            return default if value in (None, "") else int(str(value))
        except ValueError:
            raise SlackError("invalid_arguments", [f"[ERROR] must be an integer: {name}"]) from None

    def json(self, name: str) -> Any:
        """An object or list, given as such or as a string of JSON; None when it is not there."""
        value = self.given.get(name)
        if not isinstance(value, str):
            return value
        try:
            return json.loads(value)
        except ValueError:
            error = {"blocks": "invalid_blocks_format", "metadata": "invalid_metadata_format"}
            raise SlackError(error.get(name, "invalid_arguments"), [f"[ERROR] invalid JSON: {name}"]) from None

    def content(self) -> dict[str, Any]:
        """A message's text, blocks and metadata. What the local Slack cannot show is refused, not left out."""
        for name in NOT_SHOWN:
            if self.given.get(name) not in (None, "", "[]", []):
                raise SlackError("invalid_arguments", [f"[ERROR] the local Slack does not show {name}"])
        return {"text": self.maybe("text"), "blocks": self.json("blocks"), "metadata": self.json("metadata")}

    def page(self, items: list[Any], default: int = 100) -> tuple[list[Any], str]:
        """One page of a list by `cursor` and `limit`, and the cursor of the next ("" at the end)."""
        limit = self.number("limit", default)
        if not 1 <= limit <= MOST_AT_ONCE:
            raise SlackError("invalid_limit")
        try:
            start = int(self.maybe("cursor") or "0")
        except ValueError:
            raise SlackError("invalid_cursor") from None
        end = start + limit
        return items[start:end], str(end) if end < len(items) else ""


async def read_arguments(request: web.Request) -> Arguments:
    """The arguments of a request, by its content type; SlackError invalid_json."""
    given: dict[str, Any] = dict(request.query)
    if request.content_type == "application/json":
        try:
            body = json.loads(await request.text() or "{}")
        except ValueError:
            raise SlackError("invalid_json") from None
        if not isinstance(body, dict):
            raise SlackError("json_not_object")
        given |= body
    elif request.method == "POST":
        given |= {name: value for name, value in (await request.post()).items() if isinstance(value, str)}
    return Arguments(given)
