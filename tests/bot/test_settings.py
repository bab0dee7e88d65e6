"""The environment: every mistake at once, in Swedish; the rehearsal's clock never against Slack itself."""

from datetime import UTC, datetime

import pytest

from bot.clock import Clock
from bot.settings import Settings, SettingsWrong, is_slacks_own, read_clock, read_settings

RIGHT = {"SLACK_BOT_TOKEN": "xoxb-1", "SLACK_APP_TOKEN": "xapp-1"}
LOCAL = {**RIGHT, "SLACK_API_URL": "http://127.0.0.1:8300/api"}


def problems(environment: dict[str, str]) -> list[str]:
    with pytest.raises(SettingsWrong) as wrong:
        read_settings(environment)
    return wrong.value.problems


def test_two_tokens_are_enough() -> None:
    assert read_settings(RIGHT) == Settings(
        bot_token="xoxb-1",
        app_token="xapp-1",
        api_url="https://slack.com/api/",
        database_url="sqlite:///samverkansbot.sqlite3",
    )


def test_who_only_sends_needs_no_app_token_and_who_answers_does() -> None:
    sends = read_settings({"SLACK_BOT_TOKEN": "xoxb-1", "SAMVERKANSBOT_PART": "reminders"})
    assert (sends.answers, sends.reminds, sends.over_http) == (False, True, False)
    assert len(problems({"SLACK_BOT_TOKEN": "xoxb-1", "SAMVERKANSBOT_PART": "answers"})) == 1
    answers = read_settings({**RIGHT, "SAMVERKANSBOT_PART": "answers"})
    assert (answers.answers, answers.reminds) == (True, False)


@pytest.mark.parametrize("address", ["http://127.0.0.1:8300/api", "http://127.0.0.1:8300/api/"])
def test_the_api_address_works_with_and_without_its_last_slash(address: str) -> None:
    assert read_settings({**RIGHT, "SLACK_API_URL": address}).api_url == "http://127.0.0.1:8300/api/"


def test_every_mistake_is_told_at_once() -> None:
    wrong = {
        "SLACK_BOT_TOKEN": "xapp-förväxlad",
        "SLACK_APP_TOKEN": " ",
        "SLACK_API_URL": "slack.com",
        "DATABASE_URL": "mysql://x",
        "SAMVERKANSBOT_CLOCK": "i morgon",
        "SAMVERKANSBOT_REHEARSAL_PORT": "99999",
        "SAMVERKANSBOT_LOG": "prata",
        "SAMVERKANSBOT_TICK_SECONDS": "aldrig",
        "SAMVERKANSBOT_PART": "svar",
    }
    found = problems(wrong)
    assert len(found) == len(wrong)
    for name in wrong:
        assert any(name in problem for problem in found), name


@pytest.mark.parametrize("address", ["", "https://slack.com/api/", "https://SLACK.com./api", "https://x.slack.com/api"])
def test_the_clock_is_refused_against_slacks_own_address(address: str) -> None:
    environment = {**RIGHT, "SLACK_API_URL": address, "SAMVERKANSBOT_CLOCK": "2027-02-09T07:59"}
    assert ["SAMVERKANSBOT_CLOCK" in problem for problem in problems(environment)] == [True]


def test_the_rehearsal_is_refused_against_slacks_own_address() -> None:
    assert "Slacks egen adress" in problems({**RIGHT, "SAMVERKANSBOT_REHEARSAL_PORT": "8301"})[0]
    assert read_settings({**LOCAL, "SAMVERKANSBOT_REHEARSAL_PORT": "8301"}).rehearsal_port == 8301


@pytest.mark.parametrize("address", ["https://notslack.com/", "https://slack.com.example.org/", "http://127.0.0.1/"])
def test_other_hosts_are_not_slacks(address: str) -> None:
    assert not is_slacks_own(address)


@pytest.mark.parametrize(
    ("text", "instant"),
    [
        ("2027-02-09T07:59", datetime(2027, 2, 9, 6, 59, tzinfo=UTC)),  # Stockholm, winter
        ("2027-07-09T07:59", datetime(2027, 7, 9, 5, 59, tzinfo=UTC)),  # summer
        ("2027-02-09T07:59:00+00:00", datetime(2027, 2, 9, 7, 59, tzinfo=UTC)),
    ],
)
def test_the_clock_is_local_where_it_says_nothing_else(text: str, instant: datetime) -> None:
    assert read_clock(text) == instant
    assert read_settings({**LOCAL, "SAMVERKANSBOT_CLOCK": text}).clock == instant


def test_a_database_that_forgets_is_refused() -> None:
    assert "i minnet" in problems({**RIGHT, "DATABASE_URL": "sqlite:///:memory:"})[0]
    assert "i minnet" in problems({**RIGHT, "DATABASE_URL": "sqlite://"})[0]


def test_a_started_clock_runs_from_there_and_may_be_set() -> None:
    start = datetime(2027, 2, 9, 6, 59, tzinfo=UTC)
    clock = Clock(start)
    first, second = clock.now(), clock.now()
    assert start <= first <= second
    assert (second - start).total_seconds() < 60
    clock.set(datetime(2027, 3, 1, tzinfo=UTC))
    assert clock.now() >= datetime(2027, 3, 1, tzinfo=UTC)
