"""Starting and stopping: a clear word when it cannot start, a link that mends itself, an end within seconds."""

import asyncio
import os
import signal
import socket
import sys
from collections.abc import AsyncIterator
from pathlib import Path

import aiohttp
import pytest
import pytest_asyncio

from bot.link import close_link, open_link, watch
from bot.process import CannotStart, start, stop
from bot.settings import Settings
from sandbox.server import Sandbox
from storage.database import Database
from storage.migrating import migrate
from storage.models import Workspace
from tests.bot.conftest import ROOT, Office
from tests.bot.standin import Answer, StandIn, failing, refusing
from tests.conversations.town import BEGINS, WORLD, prepare, prepared


@pytest_asyncio.fixture
async def slack() -> AsyncIterator[StandIn]:
    async with StandIn().running() as standin:
        yield standin


@pytest.fixture
def database_url(tmp_path: Path) -> str:
    return f"sqlite:///{tmp_path / 'bot.sqlite3'}"


def settings_for(slack: StandIn, database_url: str) -> Settings:
    return Settings("xoxb-1", "xapp-1", slack.api_url, database_url)


async def why_not(settings: Settings) -> str:
    with pytest.raises(CannotStart) as cannot:
        await start(settings, ticking=False)
    return str(cannot.value)


# --- what keeps it from starting --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("method", "answer", "said"),
    [
        ("auth.test", refusing("invalid_auth"), "SLACK_BOT_TOKEN"),
        ("auth.test", refusing("account_inactive"), "Installera appen igen"),
        ("auth.test", failing(200), "SLACK_API_URL"),  # some other server
        ("auth.test", failing(404), "HTTP 404"),
        ("apps.connections.open", refusing("invalid_auth"), "SLACK_APP_TOKEN"),
        ("apps.connections.open", refusing("missing_scope"), "missing_scope"),
    ],
)
@pytest.mark.asyncio
async def test_slacks_no_is_one_clear_sentence(
    slack: StandIn, database_url: str, method: str, answer: Answer, said: str
) -> None:
    slack.answers[method] = answer
    assert said in await why_not(settings_for(slack, database_url))


@pytest.mark.asyncio
async def test_nobody_at_the_address_is_one_clear_sentence(database_url: str) -> None:
    assert "svarar inte" in await why_not(settings_for(StandIn(port=1), database_url))


@pytest.mark.asyncio
async def test_a_database_that_cannot_be_used_is_one_clear_sentence(slack: StandIn, tmp_path: Path) -> None:
    assert "Databasen går inte att använda" in await why_not(
        settings_for(slack, f"sqlite:///{tmp_path / 'nowhere' / 'bot.sqlite3'}")
    )
    rubbish = tmp_path / "rubbish.sqlite3"
    rubbish.write_text("not a database " * 100)
    assert "Databasen går inte att använda" in await why_not(settings_for(slack, f"sqlite:///{rubbish}"))


@pytest.mark.asyncio
async def test_a_database_of_another_team_is_left_alone(slack: StandIn, database_url: str) -> None:
    database = Database(database_url)
    await migrate(database)
    async with database.transaction() as session:
        session.add(Workspace(team_id="T2", name="Grannkommunen"))
    await database.close()
    said = await why_not(settings_for(slack, database_url))
    assert "Grannkommunen" in said
    assert "Nyby" in said


@pytest.mark.asyncio
async def test_what_was_imported_before_belongs_to_the_team_that_comes(slack: StandIn, database_url: str) -> None:
    database = Database(database_url)
    await prepare(database)
    running = await start(settings_for(slack, database_url), ticking=False)
    await stop(running)
    async with database.reading() as session:
        workspace = await session.get(Workspace, running.desk.workspace_id)
    await database.close()
    assert workspace is not None
    assert (workspace.team_id, workspace.name, workspace.bot_user_id) == ("T1", "Nyby", "UBOT")


# --- the link ---------------------------------------------------------------------------------------------------------


@pytest.mark.asyncio
async def test_a_refused_handshake_is_tried_again_with_a_new_address(office: Office) -> None:
    office.slack.refused_links = 2
    handler = await open_link(office.app, "xapp-1", office.desk.client, renew_every=0.01, ping_every=0.05, within=10)
    try:
        assert await handler.client.is_connected()
        assert len(office.slack.of("apps.connections.open")) == 3
    finally:
        await close_link(handler)


@pytest.mark.asyncio
async def test_a_link_that_never_comes_up_is_given_up(office: Office) -> None:
    office.slack.refused_links = 1_000_000
    with pytest.raises(TimeoutError):
        await open_link(office.app, "xapp-1", office.desk.client, renew_every=0.01, ping_every=0.02, within=0.3)


@pytest.mark.asyncio
async def test_a_link_that_stays_silent_ends_the_watch(office: Office) -> None:
    handler = await open_link(office.app, "xapp-1", office.desk.client, ping_every=0.05)
    watching = asyncio.create_task(watch(handler, every=0.02, renew_after=0.02, give_up_after=0.3))
    try:
        office.slack.refused_links = 1_000_000
        await office.slack.sockets[0].close()
        await asyncio.wait_for(watching, timeout=10)
    finally:
        await close_link(handler)


@pytest.mark.asyncio
async def test_a_link_that_comes_back_is_watched_on(office: Office) -> None:
    handler = await open_link(office.app, "xapp-1", office.desk.client, ping_every=0.05)
    watching = asyncio.create_task(watch(handler, every=0.02, renew_after=0.02, give_up_after=30))
    try:
        office.slack.refused_links = 1
        await office.slack.sockets[0].close()
        await asyncio.wait_for(office.slack.linked(2), timeout=10)
        assert not watching.done()
    finally:
        watching.cancel()
        await close_link(handler)


# --- the process itself -----------------------------------------------------------------------------------------------


def free_port() -> int:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return int(free.getsockname()[1])


async def started(slack: Sandbox, database_url: str, **more: str) -> asyncio.subprocess.Process:
    environment = {
        **os.environ,
        "SLACK_BOT_TOKEN": slack.bot_token,
        "SLACK_APP_TOKEN": slack.app_token,
        "SLACK_API_URL": slack.api_url.rstrip("/"),
        "DATABASE_URL": database_url,
        "SAMVERKANSBOT_CLOCK": "2027-01-11T07:59",
        **more,
    }
    return await asyncio.create_subprocess_exec(
        sys.executable,
        "-m",
        "bot",
        "run",
        cwd=ROOT,
        env=environment,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.STDOUT,
    )


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
@pytest.mark.asyncio
async def test_a_signal_ends_it_within_seconds_and_well(database_url: str, number: signal.Signals) -> None:
    await prepared(database_url)
    async with Sandbox.start(WORLD, ROOT / "app_manifest.yml", clock=BEGINS) as slack:
        process = await started(slack, database_url)
        assert process.stdout is not None
        said = b""
        async with asyncio.timeout(30):
            while b"uppkopplad" not in said:
                said += await process.stdout.readline()
        process.send_signal(number)
        output, _ = await asyncio.wait_for(process.communicate(), timeout=10)
        assert process.returncode == 0, output.decode()
        assert b"Traceback" not in output


@pytest.mark.asyncio
async def test_a_rehearsal_steps_the_clock_and_answers_when_everything_due_is_said(database_url: str) -> None:
    await prepared(database_url)
    port = free_port()
    async with Sandbox.start(WORLD, ROOT / "app_manifest.yml", clock=BEGINS) as slack, aiohttp.ClientSession() as http:
        process = await started(slack, database_url, SAMVERKANSBOT_REHEARSAL_PORT=str(port))
        control = f"http://127.0.0.1:{port}/clock"
        try:
            async with asyncio.timeout(30):
                while True:
                    try:
                        async with http.get(control) as answer:
                            told = await answer.json()
                            break
                    except aiohttp.ClientError:
                        await asyncio.sleep(0.1)
            assert told["next"].startswith("2027-01-11T07:00")  # 08.00 in Nykvarn
            async with http.get(control, params={"until": "2027-01-11T06:59:30+00:00"}) as answer:
                assert (await answer.json())["next"] is None
            slack.clock.set(BEGINS)
            async with http.post(control, json={"now": BEGINS.isoformat()}) as answer:
                told = await answer.json()
            assert told["waiting"] == 0
            assert any("Veckan" in each["text"] for each in slack.posted)
            async with http.post(control, json={"now": "i morgon"}) as answer:
                assert answer.status == 400
        finally:
            process.terminate()
            await asyncio.wait_for(process.communicate(), timeout=10)
        assert process.returncode == 0


@pytest.mark.asyncio
async def test_what_cannot_start_says_why_and_ends_with_one(database_url: str) -> None:
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        "-m",
        "bot",
        "run",
        cwd=ROOT,
        env={"PATH": os.environ["PATH"], "DATABASE_URL": database_url},
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.STDOUT,
    )
    output, _ = await asyncio.wait_for(process.communicate(), timeout=30)
    assert process.returncode == 1
    assert "SLACK_BOT_TOKEN saknas" in output.decode()
    assert "SLACK_APP_TOKEN saknas" in output.decode()
    assert "Traceback" not in output.decode()
