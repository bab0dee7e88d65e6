"""The same conversations as over Socket Mode, word for word, with Slack's requests signed and posted over HTTP."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio

from tests.bot.http.bridge import opened_over_http
from tests.conversations.test_a_day import (  # noqa: F401  (collected here as well)
    test_a_day_to_come_cannot_be_logged_as_done,
    test_help_is_made_of_commands_that_exist,
    test_home_shows_what_waits_and_the_forums_i_sit_in,
    test_the_chair_is_passed_on_once_though_two_confirm,
)
from tests.conversations.town import Town


@pytest_asyncio.fixture
async def town(tmp_path: Path) -> AsyncIterator[Town]:
    """A town of its own for each test, reached over HTTP."""
    async with opened_over_http(f"sqlite:///{tmp_path / 'town.sqlite3'}") as found:
        yield found


@pytest.mark.asyncio
async def test_no_link_is_opened_and_slack_is_known_to_answer(town: Town) -> None:
    assert town.bot.handler is None
    assert town.bot.settings.app_token == ""
    before = town.bot.reached_at
    verdict = await town.bot.audit()
    assert verdict.well
    assert before is not None
    assert town.bot.reached_at is not None
    assert town.bot.reached_at >= before
