"""Moving the clock forward with the bot: stopping at every moment when something falls due there.

The bot's control address: GET /clock?until=ISO says when something falls due next; POST /clock {"now": ISO} sets its
clock there, posts what is due, and says how much is still waiting.
"""

import asyncio
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

import aiohttp

from sandbox import texts
from sandbox.clock import STOCKHOLM, read_moment
from sandbox.errors import PersonSaw
from sandbox.workspace import Workspace

LOOK_AHEAD = timedelta(days=366)
MORNING = time(8)
MOST_STOPS = 5_000
MOST_TRIES = 30
SECOND = timedelta(seconds=1)
PATIENCE = aiohttp.ClientTimeout(total=60)


@dataclass(frozen=True)
class Step:
    """What a step brought: the bot's messages as (channel, ts), and when something falls due next."""

    posted: list[tuple[str, str]]
    next: datetime | None


class Rehearsal:
    """The clock's controls. Without the bot's address only the clock itself moves."""

    def __init__(self, slack: Workspace, address: str | None) -> None:
        self._slack = slack
        self._address = address.rstrip("/") if address else None
        self._stepping = asyncio.Lock()

    @property
    def possible(self) -> bool:
        """Whether the clock can be moved."""
        return self._address is not None

    async def step(self, step: str | None = None, to: str | None = None) -> Step:
        """Moves to the next reminder ("reminder"), the same time tomorrow ("day") or in a week ("week"), or `to`.

        PersonSaw with a sentence when it cannot be done.
        """
        if not self.possible:
            raise PersonSaw(texts.NO_REHEARSAL)
        async with self._stepping:
            before = {(channel, ts) for channel, ts in self._bot_messages()}
            try:
                await self._move(step, to)
                following = await self._next(self._slack.clock.now + LOOK_AHEAD)
            except (aiohttp.ClientError, TimeoutError) as away:
                raise PersonSaw(texts.BOT_AWAY) from away
            finally:
                self._slack.watchers.changed(["clock", "world"])
            posted = [(channel, ts) for channel, ts in self._bot_messages() if (channel, ts) not in before]
            return Step(sorted(posted, key=lambda one: one[1]), following)

    async def _move(self, step: str | None, to: str | None) -> None:
        now = self._slack.clock.now
        if step == "reminder":
            await self._to_next_message(now + LOOK_AHEAD)
            return
        target = _target(now, step, to)
        if target <= now:
            raise PersonSaw(texts.ONLY_FORWARD)
        await self._through(target)
        await self._arrive(target)

    async def _to_next_message(self, until: datetime) -> None:
        """Goes from one due moment to the next until the bot has said something."""
        count = len(self._bot_messages())
        for _ in range(MOST_STOPS):
            due = await self._next(until)
            if due is None:
                return
            await self._arrive(max(due, self._slack.clock.now))
            if len(self._bot_messages()) > count:
                return

    async def _through(self, target: datetime) -> None:
        """Stops at every due moment up to the target."""
        last: datetime | None = None
        for _ in range(MOST_STOPS):
            due = await self._next(target)
            if due is None or due > target or due == last:
                return
            last = due
            await self._arrive(max(due, self._slack.clock.now))

    async def _arrive(self, moment: datetime) -> None:
        """Sets both clocks and lets the bot post; a second more for each try while something waits its turn."""
        for tries in range(MOST_TRIES):
            at = max(moment + tries * SECOND, self._slack.clock.now if tries else moment)
            self._slack.clock.set(at)
            self._slack.post_scheduled()
            answer = await self._call("POST", json={"now": at.astimezone(UTC).isoformat()})
            if not answer.get("waiting"):
                return

    async def _next(self, until: datetime) -> datetime | None:
        answer = await self._call("GET", params={"until": until.astimezone(UTC).isoformat()})
        return read_moment(answer["next"]) if answer.get("next") else None

    async def _call(self, method: str, **more: Any) -> dict[str, Any]:
        async with (
            aiohttp.ClientSession(timeout=PATIENCE) as http,
            http.request(method, f"{self._address}/clock", raise_for_status=True, **more) as answer,
        ):
            content: dict[str, Any] = await answer.json()
            return content

    def _bot_messages(self) -> list[tuple[str, str]]:
        return [(one.id, message.ts) for one in self._slack.conversations for message in one.messages if message.bot]


def _target(now: datetime, step: str | None, to: str | None) -> datetime:
    """Where a step leads, by Stockholm's clock: a date alone means 08.00 that morning, when reminders are out."""
    local = now.astimezone(STOCKHOLM)
    if step in ("day", "week"):
        days = 1 if step == "day" else 7
        return datetime.combine(local.date() + timedelta(days=days), local.time(), STOCKHOLM)
    try:
        if to is not None and len(to) == len("2027-01-01"):
            return datetime.combine(date.fromisoformat(to), MORNING, STOCKHOLM)
        return read_moment(to or "")
    except ValueError:
        raise PersonSaw(texts.UNKNOWN_DATE) from None
