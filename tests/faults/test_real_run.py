"""`samverkansbot run` itself, as a municipality has it: killed and started again, and ended by a link that is gone."""

from collections.abc import Awaitable
from datetime import datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from bot import texts
from sandbox.server import Sandbox
from tests.faults.machine import AS_INSTALLED, UP, Machine, machines, started, until, until_it_is
from tests.faults.town import count, found, manifest, migrated, owe, waiting, world

ZONE = ZoneInfo("Europe/Stockholm")


@pytest.mark.asyncio
async def test_killed_in_the_middle_and_started_again_it_sends_the_rest_and_nothing_twice(tmp_path: Path) -> None:
    """The second one's clock stands after the first one's lease: what the first had in hand is looked for."""
    address = f"sqlite:///{tmp_path / 'bot.sqlite3'}"
    async with migrated(address) as database:
        town = await found(database, channels=10, people=1)
        owed = await owe(database, town, 60)
        async with Sandbox.start(world(10, 1), manifest(), limits=False) as slack, machines() as running:
            running.append(await started(slack, address, program=AS_INSTALLED))
            await until(lambda: len(slack.posted) > 15, why=lambda: running[0].said)
            running[0].kill()
            await running[0].ended()
            assert len(slack.posted) < 60
            later = f"{datetime.now(ZONE) + timedelta(minutes=4):%Y-%m-%dT%H:%M}"
            running.append(await started(slack, address, program=AS_INSTALLED, SAMVERKANSBOT_CLOCK=later))

            async def finished() -> bool:
                return await waiting(database) == 0

            await until_it_is(finished)
            assert await running[1].stop() == 0, running[1].said[-20:]
            told = await count(database, slack)
            assert (told.sent, told.lost, told.doubled) == (owed, 0, 0)


async def loses_its_link(tmp_path: Path, *, within: float, **how: object) -> None:
    address = f"sqlite:///{tmp_path / 'bot.sqlite3'}"
    async with migrated(address) as database:
        await found(database, channels=1, people=1)
        async with Sandbox.start(world(1, 1), manifest(), limits=False) as slack, machines() as running:
            running.append(await started(slack, address, **how))  # type: ignore[arg-type]
            await running[0].says(UP, seconds=90)
            slack.socket.accepting = False
            await slack.socket.drop()
            assert await running[0].ended(within) == 1
            assert any(texts.LINK_LOST in line for line in running[0].said), running[0].said[-20:]


@pytest.mark.asyncio
async def test_a_process_whose_link_does_not_come_back_ends_with_a_status_that_starts_it_again(tmp_path: Path) -> None:
    await loses_its_link(tmp_path, within=60, BOT_LINK_PATIENCE="2")


@pytest.mark.torture(minutes=3)
@pytest.mark.asyncio
async def test_as_installed_it_gives_its_link_up_after_three_minutes(tmp_path: Path) -> None:
    await loses_its_link(tmp_path, within=300, program=AS_INSTALLED)


@pytest.mark.asyncio
async def test_one_process_answers_and_another_sends_and_either_goes_on_without_the_other(tmp_path: Path) -> None:
    """The one that sends needs no app token and has no link; killed and started again, it sends the rest."""
    address = f"sqlite:///{tmp_path / 'bot.sqlite3'}"
    async with migrated(address) as database:
        town = await found(database, channels=4, people=1)
        async with Sandbox.start(world(4, 1), manifest(), limits=False) as slack, machines() as running:
            running.append(await started(slack, address, SAMVERKANSBOT_PART="answers"))
            await running[0].says(UP, seconds=90)
            owed = await owe(database, town, 40)
            anna = slack.member("U00000")
            await anna.says("C00000", "/lage")
            assert (len(slack.whispered), len(slack.posted)) == (1, 0)  # the one that answers sends nothing

            def sending() -> Awaitable[Machine]:
                return started(slack, address, SAMVERKANSBOT_PART="reminders", SLACK_APP_TOKEN="")

            running.append(await sending())
            await until(lambda: len(slack.posted) > 10, why=lambda: running[1].said)
            assert len(slack.socket.connections) == 1
            running[1].kill()
            await running[1].ended()
            await anna.says("C00000", "/lage")
            assert len(slack.whispered) == 2

            running.append(await sending())

            async def finished() -> bool:
                return await waiting(database) == 0

            await until_it_is(finished)
            assert await running[0].stop() == 0, running[0].said[-20:]
            assert await running[2].stop() == 0, running[2].said[-20:]
            told = await count(database, slack)
            assert (told.sent, told.lost, told.doubled) == (owed, 0, 0)
