"""What a person is told of a failure names whose it is."""

import aiohttp
import pytest
from slack_sdk.errors import SlackRequestError
from sqlalchemy.exc import OperationalError

from bot import texts
from bot.troubles import trouble

SILENT = [
    TimeoutError(),
    aiohttp.ServerDisconnectedError(),
    aiohttp.ServerTimeoutError(),
    aiohttp.ClientConnectionResetError(),
    ConnectionResetError(),
]


@pytest.mark.parametrize("error", SILENT, ids=lambda each: type(each).__name__)
def test_a_network_that_fails_on_the_way_to_slack_is_not_called_a_database(error: Exception) -> None:
    assert trouble(error).sentence == texts.SLACK_SILENT


def test_a_database_that_is_away_is_called_so() -> None:
    away = OperationalError("SELECT 1", None, ConnectionRefusedError(), connection_invalidated=True)
    assert trouble(away).sentence == texts.BUSY


@pytest.mark.parametrize(
    "error", [FileNotFoundError(2, "no such file"), PermissionError(13, "no"), SlackRequestError("x")]
)
def test_what_nobody_foresaw_is_neither(error: Exception) -> None:
    told = trouble(error).sentence
    assert told not in (texts.SLACK_SILENT, texts.BUSY)
    assert "Databas" not in told
