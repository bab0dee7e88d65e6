"""The log: never a token, a password or what somebody wrote, whatever fails and at whatever level."""

import io
import json
import logging
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import date, time
from pathlib import Path

import pytest

from bot.logs import HIDDEN, Redaction, begin_logging, log_to, secrets_of
from bot.settings import Settings
from sandbox.faults import Fault
from tests.bot.http.bridge import opened_over_http
from tests.bot.http.front import SECRET
from tests.conversations.town import Town, opened

PLANNING = "C0PLANERING"
SETTINGS = Settings(
    "xoxb-12-34-abcDEF",
    "xapp-1-A0-12-abcdef",
    "https://slack.com/api/",
    "postgresql://boten:p%40ss%2Fw%C3%B6rd@db.example/samverkan",
    heartbeat_url="https://hc.example/9a1c-hemlig",
    signing_secret=SECRET,
)


@contextmanager
def logged(settings: Settings, logger: str = "bot.test") -> Iterator[tuple[logging.Logger, io.StringIO]]:
    """A logger that writes as the bot's, and what it has written."""
    stream, log = io.StringIO(), logging.getLogger(logger)
    handler = log_to(stream, settings)
    log.addHandler(handler)
    level = log.level
    log.setLevel(logging.DEBUG)
    try:
        yield log, stream
    finally:
        log.removeHandler(handler)
        log.setLevel(level)


@contextmanager
def whole_log(settings: Settings) -> Iterator[io.StringIO]:
    """Logging set up as in the real process, put back as it was afterwards."""
    names = ("", "bot", "commands", "schedules", "storage", "apscheduler", "alembic", "slack_bolt", "sqlalchemy")
    levels = {name: logging.getLogger(name).level for name in names}
    stream = io.StringIO()
    handler = begin_logging(settings, stream)
    try:
        yield stream
    finally:
        logging.getLogger().removeHandler(handler)
        for name, level in levels.items():
            logging.getLogger(name).setLevel(level)


@pytest.mark.parametrize(
    ("text", "left"),
    [
        ("token=xoxb-1-2-abc", "token=***"),
        ("xoxp-1 xoxa-2-x xoxe-1-y xoxe.xoxp-1-z xoxs-9", "*** *** *** *** ***"),
        ("XOXB-1-2", HIDDEN),
        ("'xapp-1-A0-77-abc'", f"'{HIDDEN}'"),
        ("wss://wss.slack.com/link/?ticket=abc-1&app_id=A0", "wss://wss.slack.com/link/?***&app_id=A0"),
        ("https://hooks.slack.com/commands/T1/2/abc", "https://hooks.slack.com/***"),
        ("postgresql+asyncpg://boten:hemligt@db:5432/x", "postgresql+asyncpg://***@db:5432/x"),
        ("X-Slack-Signature: v0=" + "a" * 64, "X-Slack-Signature: ***"),
        ("tis 1 dec kl. 13.00, 12 deltagare, xox, xapp", "tis 1 dec kl. 13.00, 12 deltagare, xox, xapp"),
    ],
)
def test_what_looks_like_a_secret_of_slacks_is_taken_out_and_the_rest_is_left(text: str, left: str) -> None:
    assert Redaction([])(text) == left


@pytest.mark.parametrize("form", ["text", "json"])
def test_our_own_secrets_are_taken_out_of_messages_arguments_and_tracebacks(form: str) -> None:
    with logged(replace(SETTINGS, log_format=form)) as (log, stream):
        for secret in secrets_of(SETTINGS):
            log.info("direct " + secret)
            log.info("given %s %r", secret, {"token": secret})
            try:
                raise ValueError(f"could not use {secret}")
            except ValueError:
                log.exception("failed")
    written = stream.getvalue()
    for secret in [*secrets_of(SETTINGS), "p@ss/wörd", "p%40ss%2Fw%C3%B6rd"]:
        assert secret not in written
    assert written.count(HIDDEN) >= 3 * len(secrets_of(SETTINGS))
    assert "could not use" in written


def test_json_is_one_object_a_line_with_the_trace_inside() -> None:
    with logged(replace(SETTINGS, log_format="json")) as (log, stream):
        log.info("två rader\nav text")
        try:
            raise KeyError("x")
        except KeyError:
            log.exception("gick fel")
    first, second = [json.loads(line) for line in stream.getvalue().splitlines()]
    assert first["message"] == "två rader\nav text"
    assert (first["level"], first["logger"]) == ("info", "bot.test")
    assert first["time"].endswith("+00:00")
    assert second["error"] == "KeyError"
    assert "Traceback" in second["trace"]


def test_what_bolt_writes_of_requests_nobody_listens_for_is_left_out() -> None:
    with logged(SETTINGS, "slack_bolt.AsyncApp") as (log, stream):
        log.warning("Unhandled request ({'text': 'det Anna skrev'})")
        log.warning("something else")
    assert "Anna" not in stream.getvalue()
    assert "something else" in stream.getvalue()


def test_libraries_stay_quiet_when_we_are_on_debug() -> None:
    with whole_log(replace(SETTINGS, log_level="DEBUG")) as stream:
        for name in ("slack_sdk.web", "aiohttp.server", "aiosqlite", "sqlalchemy.engine.Engine", "slack_bolt.AsyncApp"):
            logging.getLogger(name).debug("a whole payload")
        logging.getLogger("bot.app").debug("ours")
    assert "payload" not in stream.getvalue()
    assert "ours" in stream.getvalue()


WRITTEN = ("Mörkt vid gångtunneln", "Kommunhuset, rum Linden", "Hellre onsdag")


async def a_day(town: Town) -> None:
    """A day with most of what people do, and with Slack failing now and then."""
    await town.on(date(2027, 1, 11))
    anna, ali, cecilia = (town.member(name) for name in ("anna", "ali", "cecilia"))
    await anna.says(PLANNING, f"/mote boka planeringsgruppen 2027-01-25 13.00 {WRITTEN[1]}")
    town.slack.faults.add(Fault("chat.postMessage", "500", times=2))
    town.slack.faults.add(Fault("chat.postMessage", "is_archived", times=1))
    await town.settled()
    await town.on(date(2027, 1, 15), time(10, 0))
    await cecilia.presses(PLANNING, "Kommer")
    await ali.says(PLANNING, "/logga aktivitet trygghetsvandring 13 jan genomförd 12 deltagare")
    assert "personnummer" in (await ali.submits({"Anteckning": "Vi träffade 640823-3234"}))["Anteckning"]
    assert await ali.submits({"Plats": "Centrum", "Anteckning": WRITTEN[0]}) == {}
    town.slack.faults.add(Fault("views.open", "fatal_error", times=1))
    await anna.says(PLANNING, "/logga aktivitet")
    await anna.says(PLANNING, f"/lage {WRITTEN[2]}")
    await ali.opens_home()
    await town.settled()


@pytest.mark.parametrize(("over", "form"), [("socket", "text"), ("http", "json")])
@pytest.mark.asyncio
async def test_a_whole_day_at_debug_level_leaves_no_secret_and_nothing_anybody_wrote(
    tmp_path: Path, over: str, form: str
) -> None:
    url = f"sqlite:///{tmp_path / 'town.sqlite3'}"
    opening = opened_over_http(url) if over == "http" else opened(url)
    with whole_log(replace(SETTINGS, log_level="DEBUG", log_format=form)) as stream:
        async with opening as town:
            secrets = [town.slack.bot_token, town.slack.app_token]
            await a_day(town)
    written = stream.getvalue()
    assert "ticket=" not in written
    for private in (*secrets, SECRET, *WRITTEN, "640823", "3234", "xoxb-", "xapp-"):
        assert private not in written, [line for line in written.splitlines() if private in line][:3]
    assert len(written.splitlines()) > 3  # it did log
