"""SIGTERM with a slow Slack: what is in hand is finished, nothing stays claimed, and nothing is posted twice."""

import asyncio
import signal
import sqlite3
import time
from collections import Counter
from collections.abc import Callable
from contextlib import closing
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from bot.clock import Clock
from bot.process import STOP_WITHIN, Running, start, stop
from bot.rehearsal import settle
from bot.settings import Settings
from sandbox.faults import Fault
from sandbox.server import Sandbox
from tests.bot.test_process import started
from tests.conversations import town
from tests.conversations.town import BEGINS, ROOT, WORLD


async def until(seen: Callable[[], object], within: float = 40) -> None:
    async with asyncio.timeout(within):
        while not seen():  # noqa: ASYNC110  (another process and its server are watched)
            await asyncio.sleep(0.02)


def states(file: Path) -> Counter[str]:
    with closing(sqlite3.connect(file)) as opened:
        return Counter(state for (state,) in opened.execute("SELECT state FROM outgoing"))


def every_message_once(slack: Sandbox) -> bool:
    keys = [str(each["metadata"]) for each in slack.posted if each.get("metadata")]
    return bool(keys) and len(keys) == len(set(keys))


async def prepared(file: Path) -> str:
    await town.prepared(f"sqlite:///{file}")
    return f"sqlite:///{file}"


@pytest.mark.asyncio
async def test_a_real_process_finishes_what_three_second_slack_has_in_hand_and_leaves_nothing_claimed(
    tmp_path: Path,
) -> None:
    file = tmp_path / "bot.sqlite3"
    url = await prepared(file)
    async with Sandbox.start(WORLD, ROOT / "app_manifest.yml", clock=BEGINS) as slack:
        slack.faults.add(Fault("chat.postMessage", "slow", times=None, seconds=3))
        process = await started(slack, url, SAMVERKANSBOT_CLOCK="2027-01-11T08:00", SAMVERKANSBOT_TICK_SECONDS="0.2")
        try:
            await until(lambda: ("chat.postMessage", "slow") in slack.faults.struck)
            assert states(file)["CLAIMED"] >= 1
            process.send_signal(signal.SIGTERM)
            output, _ = await asyncio.wait_for(process.communicate(), timeout=STOP_WITHIN)
        finally:
            if process.returncode is None:
                process.kill()
                await process.communicate()
        assert process.returncode == 0, output.decode()
        assert states(file)["CLAIMED"] == 0
        assert states(file)["SENT"] == len(slack.posted) >= 1
        assert every_message_once(slack)
        assert b"Traceback" not in output


async def running_on(slack: Sandbox, url: str, later: timedelta = timedelta(0)) -> Running:
    settings = Settings(slack.bot_token, slack.app_token, slack.api_url, url, tick_seconds=0.1)
    return await start(settings, clock=Clock(BEGINS + later))


@pytest.mark.asyncio
async def test_a_slack_slower_than_the_deadline_is_not_waited_for_and_what_it_took_after_all_is_found(
    tmp_path: Path,
) -> None:
    file = tmp_path / "bot.sqlite3"
    url = await prepared(file)
    async with Sandbox.start(WORLD, ROOT / "app_manifest.yml", clock=BEGINS) as slack:
        slack.faults.add(Fault("chat.postMessage", "slow", times=None, seconds=3))
        bot = await running_on(slack, url)
        await until(lambda: slack.faults.struck)
        began = time.monotonic()
        await stop(bot, within=0.3)
        assert time.monotonic() - began < 2.5
        assert states(file)["CLAIMED"] == 0
        assert states(file)["SENT"] == 0
        with closing(sqlite3.connect(file)) as opened:
            assert opened.execute("SELECT count(*) FROM outgoing WHERE unsure").fetchone()[0] >= 1
        await until(lambda: slack.posted)  # Slack had it all the time
        slack.faults.clear()
        later = timedelta(minutes=1)
        slack.clock.set(BEGINS + later)
        again = await running_on(slack, url, later)
        await settle(again)
        await stop(again)
        assert states(file).keys() == {"SENT"}
        assert every_message_once(slack)


@pytest.mark.asyncio
async def test_over_http_it_stops_as_well_and_its_address_is_closed(tmp_path: Path) -> None:
    url = await prepared(tmp_path / "bot.sqlite3")
    async with Sandbox.start(WORLD, ROOT / "app_manifest.yml", clock=BEGINS) as slack:
        settings = Settings(slack.bot_token, "", slack.api_url, url, signing_secret="s3cret", http_port=0)
        bot = await start(settings, clock=Clock(BEGINS))
        assert bot.server is not None
        host, port = bot.server.addresses[0][:2]
        _, writer = await asyncio.open_connection(host, port)  # somebody who says nothing
        await stop(bot)
        with pytest.raises(ConnectionRefusedError):
            await asyncio.open_connection(host, port)
        writer.close()
        assert replace(settings, http_port=None).over_http is False
