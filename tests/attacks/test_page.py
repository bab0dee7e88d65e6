"""docs/security.md tells the truth: every test it names exists; and no token is ever stored."""

from datetime import date
from pathlib import Path

import pytest

from tests.conversations.town import opened
from tests.named_tests import NAMED, missing_in, rows_of

ROWS = rows_of("security.md", ("| Försök",))


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row[0][:40])
def test_every_threat_has_an_answer_and_a_test_that_exists(row: list[str]) -> None:
    attempt, answer, shown = row
    assert attempt
    assert answer
    assert NAMED.findall(shown)
    assert missing_in(shown) == []


@pytest.mark.asyncio
async def test_no_secret_is_stored_in_the_database(tmp_path: Path) -> None:
    async with opened(f"sqlite:///{tmp_path / 'town.sqlite3'}") as town:
        await town.on(date(2027, 1, 12))
        await town.member("anna").says("C0PLANERING", "/lage")
        tokens = (town.slack.bot_token, town.slack.app_token)
    stored = b"".join(path.read_bytes() for path in tmp_path.glob("town.sqlite3*"))
    assert b"Planeringsgruppen" in stored
    assert [token for token in tokens if token.encode() in stored] == []
