"""A PostgreSQL dumped and put back as docs/running.md says: what has been sent since is found, and not sent again."""

import asyncio

import pytest
from typer.testing import CliRunner

from bot.__main__ import app
from bot.clock import Clock
from bot.process import start, stop
from bot.rehearsal import settle
from bot.settings import Settings
from sandbox.server import Sandbox
from tests.conversations.town import BEGINS, ROOT, WORLD, prepared
from tests.faults.postgres import Postgres


@pytest.mark.asyncio
async def test_what_was_sent_after_the_dump_was_taken_is_found_in_slack_and_not_sent_again(postgres: Postgres) -> None:
    address = await postgres.new_database()
    await prepared(address)
    dump = await postgres.dumped(address)
    async with Sandbox.start(WORLD, ROOT / "app_manifest.yml", clock=BEGINS) as slack:

        async def a_round(url: str) -> None:
            settings = Settings(slack.bot_token, slack.app_token, slack.api_url, url)
            bot = await start(settings, clock=Clock(BEGINS), ticking=False)
            await settle(bot)
            await stop(bot)

        await a_round(address)
        posted = [each["text"] for each in slack.posted]
        assert posted
        back = await postgres.restored(dump)
        environment = {"DATABASE_URL": back, "SAMVERKANSBOT_CLOCK": f"{BEGINS:%Y-%m-%dT%H:%M}"}
        said = await asyncio.to_thread(CliRunner().invoke, app, ["after-restore"], env=environment)
        assert said.exit_code == 0, said.output
        assert "letar boten efter i Slack" in said.output
        await a_round(back)
        assert [each["text"] for each in slack.posted] == posted
        assert any(method == "conversations.history" for method, _ in slack.calls)
