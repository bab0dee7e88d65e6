"""A town with planner, courier and auditor on one clock, each of which a test may stop, break or start again."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from sqlmodel import col, select

from schedules.auditor import Patience, Verdict, Watch, audit, speak
from schedules.contents import Compose
from schedules.courier import carry
from schedules.planner import plan
from storage.auditing import note_tick
from storage.database import Database
from storage.models import Finding
from tests.delivery.world import Clock, Noticeboard, say_keys

MINUTE = timedelta(minutes=1)


@dataclass
class Lookout:
    """One process's ticks. `await lookout.pass_time(minutes=20)` lets them tick, the auditor once a minute."""

    database: Database
    clock: Clock
    board: Noticeboard
    planning: bool = True
    carrying: bool = True
    linked: bool = True
    compose: Compose = say_keys
    patience: Patience = field(default_factory=Patience)
    watch: Watch = field(default_factory=Watch)
    heard: datetime | None = None
    verdicts: list[Verdict] = field(default_factory=list)

    async def tick(self) -> Verdict:
        """One tick of each that is going, the auditor last."""
        if self.planning:
            await self._well("plan", lambda: plan(self.database, self.clock()))
        if self.carrying:
            await self._well("carry", self._carry)
        if self.linked:
            self.heard = self.clock()
        return await self.look()

    async def look(self) -> Verdict:
        verdict = await audit(
            self.database, self.clock(), watch=self.watch, link_heard=self.heard, patience=self.patience
        )
        await speak(self.database, self.board, self.clock, patience=self.patience)
        self.verdicts.append(verdict)
        return verdict

    async def pass_time(self, **span: float) -> Verdict:
        """Lets so much time pass, a tick each minute; the last verdict."""
        end = self.clock() + timedelta(**span)
        while self.clock() < end:
            self.clock.step(minutes=1)
            verdict = await self.tick()
        return verdict

    async def until_it_speaks(self, user: str, within: timedelta) -> timedelta:
        """Ticks until the person has heard something new; how long that took. Fails when it took longer."""
        began, before = self.clock(), len(self.board.messages(user))
        while self.clock() - began < within:
            self.clock.step(minutes=1)
            await self.tick()
            if len(self.board.messages(user)) > before:
                return self.clock() - began
        raise AssertionError(f"silent for {within}")

    async def findings(self) -> list[Finding]:
        async with self.database.reading() as session:
            return list((await session.exec(select(Finding).order_by(col(Finding.key)))).all())

    def heard_by(self, user: str) -> list[str]:
        """What the auditor has said to somebody, message by message."""
        return [each.message.plain() for each in self.board.messages(user) if each.key.startswith("auditor:")]

    async def _carry(self) -> int:
        return await carry(
            self.database,
            self.board,
            self.clock,
            compose=self.compose,
            worker="w1",
            random=lambda: 1.0,
            wait=self.clock.wait,
        )

    async def _well(self, name: str, work: Callable[[], Awaitable[int]]) -> None:
        await work()
        async with self.database.transaction() as session:
            await note_tick(session, name, at=self.clock(), worker="w1")


def lookout(database: Database, clock: Clock | None = None) -> Lookout:
    clock = clock or Clock()
    return Lookout(database, clock, Noticeboard(clock))
