"""docs/faults.md tells the truth: every test it names exists, and every fault that was asked for has a row."""

import pytest

from tests.named_tests import NAMED, ROOT, functions_in, missing_in, rows_of

ROWS = rows_of("faults.md", ("| Fault",))

# Words that some row's first cell must have together
ASKED_FOR = (
    "killed between claim, look, post and mark",
    "bot restarted",
    "database restarted",
    "PostgreSQL down for a minute and back",
    "SQLite locked",
    "disk full",
    "read-only",
    "429 with Retry-After in seconds",
    "429 with Retry-After huge, malformed or missing",
    "500, 502, 503, 504",
    "accepted, then dropped",
    "answer after our time-out",
    "slow: ten seconds",
    "fatal_error",
    "token revoked and restored",
    "channel archived",
    "channel renamed",
    "id changed",
    "bot removed from the channel",
    "disconnect warning and refresh",
    "handshake refused for an issued address",
    "silent link",
    "too many connections",
    "two processes sharing the link",
    "clock jumps back",
    "clock jumps ahead",
    "summer time begins, summer time ends",
    "53-week year",
    "leap day",
    "a week's outage",
    "deploy",
    "frozen past its lease",
    "20,000 reminders, 4 replicas",
    *(f"{number} " for number in range(1, 15)),
)


def test_the_count_of_twenty_thousand_is_told_of_one_and_the_same_run() -> None:
    told = [
        next(
            part
            for part in (ROOT / "docs" / name).read_text(encoding="utf-8").split("\n\n")
            if part.startswith("Counted on")
        )
        for name in ("faults.md", "delivery.md")
    ]
    assert told[0].strip() == told[1].strip()


@pytest.mark.parametrize("asked", ASKED_FOR)
def test_every_fault_that_was_asked_for_has_a_row(asked: str) -> None:
    numbered = asked[:-1].isdigit() and asked.endswith(" ")
    assert any(row[0].startswith(asked) if numbered else asked in row[0] for row in ROWS)


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row[0][:40])
def test_every_row_promises_something_and_names_tests_that_exist(row: list[str]) -> None:
    fault, promise, shown = row
    assert fault
    assert promise
    assert NAMED.findall(shown)
    assert missing_in(shown) == []


def test_what_does_not_exist_would_be_seen() -> None:
    assert "test_nothing_of_the_kind" not in functions_in("tests/faults/test_table.py")
    assert functions_in("tests/faults/no_such_file.py") == set()
