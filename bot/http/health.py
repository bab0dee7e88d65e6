"""GET /health: whether this process does its work, and whether the auditor finds the promise kept. No names, no texts.

503 says that somebody should look: the database does not answer, a tick has not ended well for long, Slack is silent,
something is late, or the auditor has found what it calls alarming. /live says only that the process itself goes round:
for whoever would restart it, since a restart mends neither Slack nor a file nor a database. A long round of carrying
ends no tick and is no standstill: for it what Slack has answered counts.
"""

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

from aiohttp import web
from sqlalchemy.exc import SQLAlchemyError

from schedules.auditor import Health, Patience, facts_for_health

if TYPE_CHECKING:
    from bot.process import Running

ANSWER_WITHIN = 3.0  # seconds for the database
FRESH = 1.0  # seconds an answer is given again: whoever asks often must not load the database


@dataclass
class Lookout:
    """Answers for one process; remembers its last look for a second."""

    running: "Running"
    started: datetime = field(default_factory=lambda: datetime.now(UTC))
    _health: Health | None = None
    _looked: float | None = None
    _turn: asyncio.Lock = field(default_factory=asyncio.Lock)

    async def health(self, _: web.Request) -> web.Response:
        """GET /health."""
        told = await self.told()
        return web.json_response(told, status=200 if told["status"] == "ok" else 503)

    async def live(self, _: web.Request) -> web.Response:
        """GET /live."""
        ages = self._ages(self.running.timetable.ended, carried=self.running.meters.answered_at)
        late = [name for name, age in ages.items() if age > self.patience.tick.total_seconds()]
        return web.json_response({"status": "stuck" if late else "ok", "late": late}, status=503 if late else 200)

    async def metrics(self, _: web.Request) -> web.Response:
        """GET /metrics."""
        page = self.running.meters.show(await self.look(), await self.frame_age())
        return web.Response(body=page, headers={"Content-Type": "text/plain; version=0.0.4; charset=utf-8"})

    @property
    def patience(self) -> Patience:
        """How long things may take."""
        return Patience.for_ticks(timedelta(seconds=self.running.settings.tick_seconds))

    async def told(self) -> dict[str, Any]:
        """Everything /health says. Ages are seconds, None where nothing is known."""
        health, frame, ticks = await self.look(), await self.frame_age(), self.tick_ages()
        wrong = [f"tick:{name}" for name, age in ticks.items() if age > self.patience.tick.total_seconds()]
        if health is None:
            wrong.append("database")
        else:
            wrong += sorted({str(each.kind) for each in health.findings if each.alarming})
            if health.late:
                wrong.append("late")
        if self.running.handler is not None and (frame is None or frame > self.patience.link.total_seconds()):
            wrong.append("link")
        return {
            "status": "wrong" if wrong else "ok",
            "wrong": sorted(set(wrong)),
            "database": health is not None,
            "last_frame_age_seconds": _rounded(frame),
            "tick_age_seconds": {name: _rounded(age) for name, age in ticks.items()},
            "queue_length": None if health is None else health.queue_length,
            "queue_age_seconds": None if health is None else _rounded(health.queue_age_seconds),
            "late": None if health is None else health.late,
            "refused_week": None if health is None else health.refused,
        }

    def tick_ages(self) -> dict[str, float]:
        """Seconds since each of this process's ticks last ended well (the courier's: or sent something), or since it
        started."""
        return self._ages(self.running.timetable.finished, carried=self.running.meters.taken_at)

    def _ages(self, ended: Mapping[str, datetime], *, carried: datetime | None) -> dict[str, float]:
        signs = {name: ended.get(name, self.started) for name in self.running.timetable.names}
        if carried is not None and "carry" in signs:
            signs["carry"] = max(signs["carry"], carried)
        now = datetime.now(UTC)
        return {name: max(0.0, (now - sign).total_seconds()) for name, sign in signs.items()}

    async def frame_age(self) -> float | None:
        """Seconds since this process heard from Slack."""
        ago = await self.running.heard_ago()
        return None if ago is None else ago.total_seconds()

    async def look(self) -> Health | None:
        """What the auditor knows, at most a second old; None when the database does not answer."""
        loop = asyncio.get_running_loop()
        async with self._turn:
            if self._looked is not None and loop.time() - self._looked < FRESH:
                return self._health
            try:
                async with asyncio.timeout(ANSWER_WITHIN), self.running.database.reading() as session:
                    self._health = await facts_for_health(
                        session,
                        self.running.clock.now(),
                        workspace_id=self.running.desk.workspace_id,
                        patience=self.patience,
                    )
            except (SQLAlchemyError, OSError, TimeoutError):
                self._health = None
            self._looked = loop.time()
            return self._health


def _rounded(seconds: float | None) -> float | None:
    return None if seconds is None else round(seconds, 1)
