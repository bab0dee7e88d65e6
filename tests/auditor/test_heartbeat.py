"""The heartbeat, through a real server: it beats while all is well, falls silent when not, and keeps to its scheme."""

import asyncio
import logging
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from aiohttp import web

from bot.heartbeat import beat
from bot.settings import SettingsWrong, read_settings
from tests.conversations.town import Town, opened

Answer = Callable[[web.Request], Awaitable[web.StreamResponse]]
TOKENS = {"SLACK_BOT_TOKEN": "xoxb-1", "SLACK_APP_TOKEN": "xapp-1"}


class Monitor:
    """A dead man's switch: counts the beats it hears."""

    def __init__(self) -> None:
        self.beats: list[str] = []
        self.address = ""
        self.answer: Answer = self._take

    async def _take(self, request: web.Request) -> web.StreamResponse:
        return web.Response(text="OK")

    async def hear(self, request: web.Request) -> web.StreamResponse:
        self.beats.append(request.path)
        return await self.answer(request)


@asynccontextmanager
async def monitor() -> AsyncIterator[Monitor]:
    heard = Monitor()
    app = web.Application()
    app.router.add_route("*", "/{path:.*}", heard.hear)
    runner = web.AppRunner(app, access_log=None)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    host, port = runner.addresses[0][:2]
    heard.address = f"http://{host}:{port}/ping/secret-uuid"
    try:
        yield heard
    finally:
        await runner.cleanup()


@pytest.mark.asyncio
async def test_a_beat_is_one_get_of_the_address() -> None:
    async with monitor() as heard:
        assert await beat(heard.address)
        assert heard.beats == ["/ping/secret-uuid"]


@pytest.mark.asyncio
async def test_a_redirect_within_the_scheme_is_followed_and_one_out_of_it_is_not(
    caplog: pytest.LogCaptureFixture,
) -> None:
    async with monitor() as heard:

        async def send_on(request: web.Request) -> web.StreamResponse:
            to = {"/ping/secret-uuid": "/moved", "/file": "file:///etc/passwd", "/secure": "https://127.0.0.1:1/x"}
            if request.path in to:
                return web.Response(status=302, headers={"Location": to[request.path]})
            return web.Response(text="OK")

        heard.answer = send_on
        assert await beat(heard.address)
        assert heard.beats == ["/ping/secret-uuid", "/moved"]
        assert not await beat(heard.address.replace("/ping/secret-uuid", "/file"))
        assert not await beat(heard.address.replace("/ping/secret-uuid", "/secure"))
        assert "not followed" in caplog.text


@pytest.mark.asyncio
async def test_a_circle_of_redirects_and_an_error_are_no_beat() -> None:
    async with monitor() as heard:

        async def round_and_round(request: web.Request) -> web.StreamResponse:
            return web.Response(status=302, headers={"Location": request.path})

        async def broken(request: web.Request) -> web.StreamResponse:
            return web.Response(status=500)

        heard.answer = round_and_round
        assert not await beat(heard.address)
        assert len(heard.beats) == 4
        heard.answer = broken
        assert not await beat(heard.address)


@pytest.mark.asyncio
async def test_an_address_that_never_answers_is_given_up_and_its_secret_stays_out_of_the_log(
    caplog: pytest.LogCaptureFixture,
) -> None:
    caplog.set_level(logging.DEBUG)
    let_go = asyncio.Event()
    async with monitor() as heard:

        async def hang(request: web.Request) -> web.StreamResponse:
            await let_go.wait()
            return web.Response()

        heard.answer = hang
        assert not await beat(heard.address, within=0.1)
        let_go.set()
    assert not await beat(heard.address)  # nobody is there
    assert "secret-uuid" not in caplog.text


def test_the_address_is_a_setting_and_a_mistake_in_it_is_told_without_repeating_it() -> None:
    assert read_settings(TOKENS).heartbeat_url is None
    told = read_settings({**TOKENS, "SAMVERKANSBOT_HEARTBEAT_URL": " https://hc.example/secret "})
    assert told.heartbeat_url == "https://hc.example/secret"
    for wrong in ("file:///etc/passwd", "hc.example/secret", "https://"):
        with pytest.raises(SettingsWrong) as refused:
            read_settings({**TOKENS, "SAMVERKANSBOT_HEARTBEAT_URL": wrong})
        assert "SAMVERKANSBOT_HEARTBEAT_URL" in str(refused.value)
        assert "secret" not in str(refused.value)


async def _later(town: Town, **span: float) -> None:
    """The bot's clock a little on, as a minute of its life."""
    moment = town.now + timedelta(**span)
    town.slack.clock.set(moment)
    town.bot.clock.set(moment)


@pytest.mark.asyncio
async def test_the_running_bot_beats_while_well_falls_silent_when_its_courier_stops_and_says_so_in_slack(
    tmp_path: Path,
) -> None:
    async with monitor() as heard, opened(f"sqlite:///{tmp_path / 'town.sqlite3'}") as town:
        bot = town.bot
        await bot.timetable.stop()  # from here on nothing ticks by itself
        bot.timetable.stopping.clear()
        bot.settings = replace(bot.settings, heartbeat_url=heard.address)
        await bot.plan()
        await bot.carry()
        assert (await bot.audit()).well
        assert len(heard.beats) == 1
        for _ in range(8):  # a courier that has stopped; the planner goes on
            await _later(town, minutes=1)
            await bot.plan()
            verdict = await bot.audit()
        assert not verdict.well
        beats = len(heard.beats)
        assert beats <= 6, "it beat although nothing had been carried for five minutes"
        anna = town.member("anna")
        assert "Meddelanden skickas inte sedan" in anna.last(anna.direct)
        await bot.carry()
        await _later(town, minutes=1)
        assert (await bot.audit()).well
        assert len(heard.beats) == beats + 1
