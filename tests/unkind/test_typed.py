"""Whatever is typed after a command, or carried by a button, gets an answer in Swedish: never a fault, never a ping."""

import json
from dataclasses import replace
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from commands import COMMANDS
from commands.call import Call
from commands.guard.gate import examine
from sandbox.blockkit import message_problems
from tests.bot.conftest import Office
from tests.guard.surfaces import memory
from tests.unkind.unkind import (
    CRAFTED,
    LONG,
    QUICK,
    TEXTS,
    assert_inside_limits,
    assert_no_ping,
    assert_outbox_pings_nobody,
)

# a failure is told with all that has been sent, which is long
pytestmark = pytest.mark.filterwarnings("ignore:Generating overly large repr")
NAMES = st.sampled_from([command.name for command in COMMANDS])
FAULT = "(ref "


async def typed(office: Office, line: str) -> None:
    """Types it; asserts everything that must hold."""
    asked, changes, before = len(office.slack.asked), len(office.changes), memory(office)
    answer = await office.says(line)
    assert answer.status == 200
    body = json.loads(answer.body) if answer.body else {}
    opened = [method for method, _ in office.slack.asked[asked:] if method.startswith("views.")]
    assert body.get("text") or opened, "silence"
    assert FAULT not in str(body), body
    if body:
        assert message_problems(body) == []
        assert_no_ping(body)
    assert_inside_limits(office, asked)
    if len(office.changes) == changes:
        assert memory(office) == before


async def pressed(office: Office, name: str, value: str) -> None:
    """Presses a button that carries it; the same."""
    asked, heard = len(office.slack.asked), len(office.slack.heard)
    changes, before = len(office.changes), memory(office)
    await office.presses(name, value)
    said = office.slack.heard[heard:]
    assert said or len(office.slack.asked) > asked, "silence"
    assert FAULT not in str(said), said
    for each in said:
        assert_no_ping(each)
    assert_inside_limits(office, asked)
    if len(office.changes) == changes:
        assert memory(office) == before


@pytest.mark.parametrize("command", ["logga", "mote boka", "mote arende", "samverkan koppla", "ordforande"])
@pytest.mark.asyncio
async def test_crafted_words_after_a_command(office: Office, command: str) -> None:
    for text in CRAFTED:
        await typed(office, f"/{command} {text}")
    await assert_outbox_pings_nobody(office)


ABOUT = ("", "f:1 ", "o:1 ", "c:1 ", "n:1 ")  # what buttons carry before their words


async def crossed(office: Office, every: int) -> None:
    """Crafted texts after every command and in every button, each with what buttons carry before it: `every` nth."""
    for number, command in enumerate(COMMANDS):
        for place, text in enumerate(CRAFTED):
            if (number + place) % every == 0:
                await typed(office, f"/{command.name} {text}")
                await pressed(office, command.name, ABOUT[(number + place // every) % len(ABOUT)] + text)
    await assert_outbox_pings_nobody(office)


@pytest.mark.asyncio
async def test_some_crafted_words_after_every_command_and_in_every_button(office: Office) -> None:
    await crossed(office, 20)


@pytest.mark.torture(minutes=3)
@pytest.mark.asyncio
async def test_every_crafted_word_after_every_command_and_in_every_button(office: Office) -> None:
    await crossed(office, 1)


@pytest.mark.torture(minutes=2)
@pytest.mark.asyncio
async def test_crafted_words_after_every_command_and_in_every_button_on_postgresql(
    office_on_postgres: Office,
) -> None:
    await crossed(office_on_postgres, 20)


NUMBERS = ("²", "１２", "9" * 9, "9" * 10, "9" * 18, "-1", "1e3")  # the larger ones no PostgreSQL integer holds


@pytest.mark.asyncio
async def test_what_looks_like_a_number_takes_no_change_of_chair_back(office_on_postgres: Office) -> None:
    for number in ("²", "9" * 18):
        await pressed(office_on_postgres, "ordforande angra", f"f:1 {number}")


@pytest.mark.torture
@pytest.mark.parametrize("name", ["ordforande angra", "ordforande byt", "ordforande tillfallig", "mote flytta", "lage"])
@pytest.mark.asyncio
async def test_what_looks_like_a_number_is_no_fault_on_postgresql(office_on_postgres: Office, name: str) -> None:
    for number in NUMBERS:
        for value in (f"f:1 {number}", f"o:{number}", f"f:{number}"):
            await pressed(office_on_postgres, name, value)


@given(NAMES, TEXTS)
@QUICK
@pytest.mark.asyncio
async def test_any_words_after_any_command(office: Office, name: str, text: str) -> None:
    await typed(office, f"/{name} {text}")


@given(NAMES, TEXTS)
@QUICK
@pytest.mark.asyncio
async def test_any_value_of_any_button(office: Office, name: str, text: str) -> None:
    await pressed(office, name, text)


@given(st.one_of(NAMES, TEXTS), TEXTS)
@QUICK
@pytest.mark.asyncio
async def test_any_words_said_to_the_bot(office: Office, name: str, text: str) -> None:
    asked = len(office.slack.asked)
    event = {"type": "message", "channel": "D1", "channel_type": "im", "user": "U0ANNA", "team": "T1", "ts": "1.5"}
    await office.hears_of({**event, "text": f"{name} {text}"}, event_id="")
    told = [arguments for _, arguments in office.slack.asked[asked:]]
    assert told
    assert FAULT not in str(told)
    assert_inside_limits(office, asked)


@pytest.mark.torture
@given(NAMES, TEXTS)
@LONG
@pytest.mark.asyncio
async def test_any_words_typed_and_pressed_for_long(office: Office, name: str, text: str) -> None:
    await typed(office, f"/{name} {text}")
    await pressed(office, name, text)


def test_what_no_database_takes_is_gone_before_any_command() -> None:
    call = Call(1, "T1", "U1", datetime(2027, 1, 11, tzinfo=UTC), "a\x00b\ud800c")
    call = replace(call, fields={"x": "\x00", "y": ["\udfff😀"]})
    clean, doubts = examine(call, ())
    assert (clean.words, dict(clean.fields), doubts) == ("abc", {"x": "", "y": ["😀"]}, None)


@pytest.mark.asyncio
async def test_words_of_nothing_but_marks_are_answered(office: Office) -> None:
    marks = ("\u0301", "\u200b", "ˈ", "\x00", "\ud800", "´ `", "💀")
    for number, command in enumerate(COMMANDS):  # every mark after several commands
        await typed(office, f"/{command.name} {marks[number % len(marks)]}")
    for mark in marks:
        await typed(office, f"/samverkan {mark}")
