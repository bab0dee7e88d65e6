"""The bot reached over HTTP, and somebody who knows the signing secret or does not."""

import json
import time
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

import aiohttp

from bot.http.signature import signature
from bot.process import Running

SECRET = "8f742231b10e8888abcd99yyyzzz85a5"
Json = dict[str, Any]
FORM = "application/x-www-form-urlencoded"


@dataclass(frozen=True)
class Answer:
    """What came back."""

    status: int
    text: str

    @property
    def json(self) -> Json:
        found: Json = json.loads(self.text)
        return found


@dataclass
class Front:
    """The bot's address. `sends` sends what Slack would, with whatever somebody has changed on the way."""

    bot: Running
    http: aiohttp.ClientSession

    @property
    def address(self) -> str:
        assert self.bot.server is not None
        host, port = self.bot.server.addresses[0][:2]
        return f"http://{host}:{port}"

    def signed(self, body: bytes, *, at: float | None = None, secret: str = SECRET, kind: str = FORM) -> dict[str, str]:
        timestamp = str(int(time.time() if at is None else at))
        return {
            "Content-Type": kind,
            "X-Slack-Request-Timestamp": timestamp,
            "X-Slack-Signature": signature(secret, timestamp, body),
        }

    async def posts(self, body: bytes, headers: Any, path: str = "/slack/events") -> Answer:
        async with self.http.post(self.address + path, data=body, headers=headers) as answer:
            return Answer(answer.status, await answer.text())

    async def gets(self, path: str) -> Answer:
        async with self.http.get(self.address + path) as answer:
            return Answer(answer.status, await answer.text())

    async def sends(self, body: bytes, **changed: Any) -> Answer:
        """A request signed as Slack signs, unless `at` or `secret` say otherwise."""
        return await self.posts(body, self.signed(body, **changed))

    async def event(self, body: Json) -> Answer:
        return await self.sends(json.dumps(body).encode(), kind="application/json")

    async def interactive(self, body: Json) -> Answer:
        return await self.sends(urlencode({"payload": json.dumps(body)}).encode())


def slash(line: str, user: str = "U0ANNA", **more: str) -> bytes:
    """A slash command's body as Slack posts it."""
    command, _, text = line.partition(" ")
    return urlencode(
        {
            "command": command,
            "text": text,
            "team_id": "T1",
            "user_id": user,
            "user_name": "anna",
            "channel_id": "C1",
            "trigger_id": "trigger1",
            "response_url": "http://127.0.0.1:1/",
            **more,
        }
    ).encode()
