"""The clock: running, stepped together with a bot, and kept from one start to the next."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from aiohttp import ClientSession, web
from slack_sdk.web.async_client import AsyncWebClient

from sandbox.clock import STOCKHOLM, Clock, read_moment
from sandbox.errors import PersonSaw
from sandbox.rehearsal import Rehearsal
from sandbox.server import Sandbox
from sandbox.swedish import clock_text, day_text, when_text
from tests.sandbox.apps import plain
from tests.sandbox.conftest import Starter, client_of
from tests.sandbox.town import WORLD, manifest

BEGINS = datetime(2027, 1, 11, 8, 0, tzinfo=STOCKHOLM)


def near(moment: datetime, wanted: datetime) -> bool:
    """Whether it is that time, give or take the seconds a test takes."""
    return timedelta(0) <= moment - wanted < timedelta(seconds=30)


def test_a_naive_time_is_stockholms() -> None:
    assert near(Clock(datetime(2027, 7, 1, 8)).now, datetime(2027, 7, 1, 6, tzinfo=UTC))  # noqa: DTZ001
    assert read_moment("2027-01-11T08:00") == BEGINS


def test_skipped_seconds_count_for_both_clocks() -> None:
    clock = Clock(BEGINS)
    before = clock.seconds
    clock.skip(60)
    assert clock.seconds - before >= 60
    assert near(clock.now, BEGINS + timedelta(minutes=1))


@pytest.mark.parametrize(
    ("moment", "clock", "when", "day"),
    [
        (BEGINS, "mån 11 jan 2027 kl. 08.00 (v. 2)", "mån 11 jan 08.00", "måndag 11 januari 2027"),
        (
            datetime(2026, 12, 31, 23, 30, tzinfo=UTC),
            "fre 1 jan 2027 kl. 00.30 (v. 53)",
            "fre 1 jan 00.30",
            "fredag 1 januari 2027",
        ),
    ],
)
def test_times_are_written_in_swedish(moment: datetime, clock: str, when: str, day: str) -> None:
    assert (clock_text(moment), when_text(moment), day_text(moment)) == (clock, when, day)


class Bot:
    """A bot's control address: says what is due, and posts it when its clock is set there."""

    def __init__(self, due: list[datetime]) -> None:
        self.due = sorted(due)
        self.client = AsyncWebClient(retry_handlers=[])
        self.told: list[datetime] = []
        self.quiet: set[datetime] = set()  # due, but nothing that anybody sees
        self.waiting = 0  # how many times something will still be waiting

    async def ask(self, request: web.Request) -> web.Response:
        until = datetime.fromisoformat(request.query["until"])
        coming = [one for one in self.due if one <= until]
        return web.json_response({"next": coming[0].isoformat() if coming else None})

    async def tell(self, request: web.Request) -> web.Response:
        now = datetime.fromisoformat((await request.json())["now"])
        self.told.append(now)
        if self.waiting:
            self.waiting -= 1
            return web.json_response({"now": now.isoformat(), "waiting": 1})
        while self.due and self.due[0] <= now:
            moment = self.due.pop(0)
            if moment not in self.quiet:
                await self.client.chat_postMessage(channel="C0PLAN", text=f"{moment:%d/%m}")
        return web.json_response({"now": now.isoformat(), "waiting": 0})


@asynccontextmanager
async def rehearsing(slack: Sandbox, bot: Bot) -> AsyncIterator[Rehearsal]:
    """The clock's controls, with the bot at the other end."""
    bot.client = client_of(slack)
    app = web.Application()
    app.add_routes([web.get("/clock", bot.ask), web.post("/clock", bot.tell)])
    runner = web.AppRunner(app)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    yield Rehearsal(slack.workspace, f"http://127.0.0.1:{runner.addresses[0][1]}")
    await runner.cleanup()


def morning(day: int, month: int = 1) -> datetime:
    return datetime(2027, month, day, 8, 0, tzinfo=STOCKHOLM).astimezone(UTC)


@pytest.mark.asyncio
async def test_a_week_stops_at_every_due_moment_and_says_what_comes_next(slack: Sandbox) -> None:
    bot = Bot([morning(13), morning(15), morning(25)])
    async with rehearsing(slack, bot) as rehearsal:
        step = await rehearsal.step("week")
    assert [one["text"] for one in slack.posted] == ["13/01", "15/01"]
    assert len(step.posted) == 2
    assert step.next == morning(25)
    assert bot.told[:2] == [morning(13), morning(15)]
    assert near(slack.clock.now, BEGINS + timedelta(days=7))
    sent = [datetime.fromtimestamp(float(one["ts"]), UTC) for one in slack.posted]
    assert all(near(at, due) for at, due in zip(sent, (morning(13), morning(15)), strict=True))


@pytest.mark.asyncio
async def test_the_next_reminder_is_the_next_thing_anybody_sees(slack: Sandbox) -> None:
    bot = Bot([morning(13), morning(15)])
    bot.quiet = {morning(13)}
    async with rehearsing(slack, bot) as rehearsal:
        await rehearsal.step("reminder")
        assert [one["text"] for one in slack.posted] == ["15/01"]
        assert near(slack.clock.now, morning(15))
        step = await rehearsal.step("reminder")
    assert (step.posted, step.next) == ([], None)
    assert near(slack.clock.now, morning(15))


@pytest.mark.asyncio
async def test_what_waits_its_turn_gets_a_second_more(slack: Sandbox) -> None:
    bot = Bot([morning(13)])
    bot.waiting = 2
    async with rehearsing(slack, bot) as rehearsal:
        await rehearsal.step("reminder")
    assert [one["text"] for one in slack.posted] == ["13/01"]
    assert bot.told == [morning(13) + timedelta(seconds=n) for n in range(3)]


@pytest.mark.asyncio
async def test_a_date_means_its_morning_and_a_day_keeps_its_hour_over_the_summer_change(slack: Sandbox) -> None:
    async with rehearsing(slack, Bot([])) as rehearsal:
        await rehearsal.step(to="2027-03-27")
        assert near(slack.clock.now, morning(27, 3))
        await rehearsal.step("day")
        assert near(slack.clock.now, morning(28, 3))
        for back in ("2027-03-01", "snart"):
            with pytest.raises(PersonSaw):
                await rehearsal.step(to=back)
    assert near(slack.clock.now, morning(28, 3))


@pytest.mark.asyncio
async def test_without_the_bot_the_clock_stands_still(slack: Sandbox) -> None:
    with pytest.raises(PersonSaw):
        await slack.rehearsal.step("day")
    away = Rehearsal(slack.workspace, "http://127.0.0.1:9")
    with pytest.raises(PersonSaw, match="inte ansluten"):
        await away.step("day")
    assert near(slack.clock.now, BEGINS)


@pytest.mark.asyncio
async def test_a_second_start_continues_where_the_first_ended(start: Starter, tmp_path: Path) -> None:
    file = tmp_path / "slack.json"
    home = {"type": "home", "blocks": [{"type": "header", "text": plain("Hem")}]}
    async with Sandbox.start(WORLD, manifest(), clock=BEGINS, state=file, limits=False) as first:
        client = client_of(first)
        await client.chat_postMessage(
            channel="C0PLAN", text="Hej", metadata={"event_type": "n", "event_payload": {"key": 1}}
        )
        await client.chat_postMessage(channel="U0ANNA", text="Bara du")
        await client.views_publish(user_id="U0ANNA", view=home)
        await client.files_upload_v2(channel="C0PLAN", content="innehåll", filename="a.txt")
        first.member("Anna").joins("öppen")
        first.clock.set(BEGINS + timedelta(days=9))
        before = first.posted

    second = await start(clock=BEGINS, state=file)
    assert near(second.clock.now, BEGINS + timedelta(days=9))
    assert second.posted == before
    anna = second.member("Anna")
    assert anna.last(anna.direct) == "Bara du"
    assert anna.home is not None
    assert "Hem" in anna.home
    later = await client_of(second).chat_postMessage(channel="C0PLAN", text="Efter")
    assert float(later["ts"]) > float(before[-1]["ts"])
    assert list(tmp_path.iterdir()) == [file]  # nothing half-written is left


@pytest.mark.asyncio
async def test_what_is_kept_survives_a_kill_soon_after(tmp_path: Path) -> None:
    file = tmp_path / "slack.json"
    async with Sandbox.start(WORLD, manifest(), clock=BEGINS, state=file, limits=False) as slack:
        await client_of(slack).chat_postMessage(channel="C0PLAN", text="Hej")
        async with ClientSession() as http, http.get(f"{slack.address}/page/people") as answer:
            assert answer.status == 200
        assert slack.workspace.watchers.dirty
    assert "Hej" in file.read_text(encoding="utf-8")
