"""Payloads with keys missing, keys nobody knows and values of the wrong kind: Slack is answered, nothing breaks."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from slack_bolt.async_app import AsyncBoltRequest
from slack_sdk.socket_mode.aiohttp import SocketModeClient
from slack_sdk.socket_mode.request import SocketModeRequest

from bot.sturdy import SturdyHandler
from commands import COMMANDS
from tests.bot.conftest import ANNA, Office
from tests.bot.standin import Json
from tests.guard.surfaces import filled_in, memory
from tests.unkind.unkind import LONG, MANGLINGS, QUICK, assert_inside_limits, mangled

# a failure is told with all that has been sent, which is long
pytestmark = pytest.mark.filterwarnings("ignore:Generating overly large repr")
EVENTS: tuple[Json, ...] = (
    {"type": "app_home_opened", "user": "U0ANNA", "tab": "home", "channel": "D1", "view": {"type": "home", "id": "V1"}},
    {"type": "app_mention", "user": "U0ANNA", "team": "T1", "text": "<@UBOT> lage", "channel": "C1", "ts": "1.2"},
    {
        "type": "message",
        "channel_type": "im",
        "user": "U0ANNA",
        "team": "T1",
        "text": "lage",
        "channel": "D1",
        "ts": "1.2",
    },
    {
        **{"type": "message", "channel_type": "channel", "subtype": "message_changed", "channel": "C1", "ts": "1.2"},
        **{"message": {"user": "U1", "text": "640823-3234", "ts": "1.1"}, "previous_message": {"text": "a"}},
    },
    {
        **{"type": "message", "channel_type": "channel", "user": "U1", "text": "hej", "channel": "C1", "ts": "1.2"},
        **{"files": [{"name": "a", "title": "b"}], "attachments": [{"text": "c", "fallback": "d"}]},
    },
    {"type": "member_joined_channel", "user": "UBOT", "channel": "C1", "channel_type": "C", "team": "T1"},
    {"type": "member_left_channel", "user": "UBOT", "channel": "C1"},
    {"type": "channel_shared", "connected_team_id": "T9", "channel": "C1", "event_ts": "1.2"},
    {"type": "channel_unshared", "previously_connected_team_id": "T9", "channel": "C1"},
    {"type": "channel_id_changed", "old_channel_id": "C1", "new_channel_id": "C2", "event_ts": "1.2"},
    {"type": "channel_rename", "channel": {"id": "C1", "name": "nytt"}},
    {"type": "channel_archive", "channel": "C1", "user": "U1"},
    {"type": "channel_unarchive", "channel": "C1", "user": "U1"},
    {"type": "user_change", "user": {"id": "U0ANNA", "team_id": "T1", "deleted": False, "is_restricted": False}},
    {"type": "tokens_revoked", "tokens": {"bot": ["UBOT"]}},
)


def payloads(office: Office) -> list[Json]:
    """A sound payload of every kind."""
    event = {"type": "event_callback", "team_id": "T1", "event_id": "Ev1"}
    block: Json = {
        "type": "input",
        "block_id": "text",
        "label": {"type": "plain_text", "text": "Text"},
        "element": {"type": "plain_text_input", "action_id": "value"},
    }
    view: Json = {
        "type": "modal",
        "callback_id": "mote arende",
        "blocks": [block],
        "private_metadata": '{"context":{}}',
    }
    view |= {"title": {"type": "plain_text", "text": "T"}, "submit": {"type": "plain_text", "text": "S"}}
    sent = office.submission(view, {}, ANNA)
    sent["view"]["state"] = {"values": filled_in(view)}
    home: Json = {"view": {"type": "home", "id": "V1", "blocks": []}}
    modal: Json = {"view": {"type": "modal", "id": "V1", "callback_id": "klart", "previous_view_id": None}}
    return [
        office.slash("/lage planeringsgruppen"),
        office.slash("/logga aktivitet"),
        office.press("lage", ""),
        office.press("mote boka", "f:1", **home),
        office.press("ordforande", "", **modal),
        sent,
        {"type": "block_suggestion", "team": {"id": "T1"}, "user": dict(ANNA), "action_id": "x", "value": "a"},
        *({**event, "event": each} for each in EVENTS),
    ]


KINDS = 7 + len(EVENTS)


async def taken(office: Office, body: Any) -> None:
    """Sends it; asserts that Slack was answered and nothing was half written."""
    asked, changes, before = len(office.slack.asked), len(office.changes), memory(office)
    try:
        AsyncBoltRequest(mode="socket_mode", body=body)
    except (TypeError, AttributeError, ValueError, LookupError):
        return  # Bolt makes no request of it: acknowledged by bot.sturdy.SturdyHandler, below
    answer = await office.sends(body)
    assert answer.status in (200, 404), answer  # 404: Bolt's own for what no one can tell the kind of
    assert office.desk.in_hand == set()
    assert_inside_limits(office, asked)
    if len(office.changes) == changes:
        assert memory(office) == before


@given(st.integers(0, KINDS - 1), MANGLINGS)
@QUICK
@pytest.mark.asyncio
async def test_a_payload_of_any_shape_is_answered(
    office: Office, number: int, changes: list[tuple[int, str, Any]]
) -> None:
    sound = payloads(office)
    assert len(sound) == KINDS
    await taken(office, mangled(sound[number], changes))


@pytest.mark.torture
@given(st.integers(0, KINDS - 1), MANGLINGS)
@LONG
@pytest.mark.asyncio
async def test_a_payload_of_any_shape_is_answered_for_long(
    office: Office, number: int, changes: list[tuple[int, str, Any]]
) -> None:
    await taken(office, mangled(payloads(office)[number], changes))


@pytest.mark.parametrize("sign", ["\x00", "\ud800"], ids=["nul", "half-a-letter"])
@pytest.mark.parametrize("number", range(KINDS))
@pytest.mark.asyncio
async def test_signs_that_no_database_takes_may_stand_in_any_id(office: Office, number: int, sign: str) -> None:
    """Nobody hears of a database or of a reference: whose id it is, is nobody's."""

    def spoiled(value: Any, key: str = "") -> Any:
        if isinstance(value, dict):
            return {name: spoiled(each, name) for name, each in value.items()}
        ids = ("user", "id", "user_id", "team", "team_id", "channel", "channel_id", "trigger_id", "event_id")
        return f"{value}{sign}" if isinstance(value, str) and key in ids else value

    said = len(office.slack.asked)
    await taken(office, spoiled(payloads(office)[number]))
    shown = str(office.slack.asked[said:])
    assert "Databasen" not in shown
    assert "referens" not in shown.casefold()


@pytest.mark.parametrize("number", range(KINDS))
@pytest.mark.asyncio
async def test_every_key_of_every_payload_may_be_missing(office: Office, number: int) -> None:
    sound = payloads(office)[number]
    inner = "event" if "event" in sound else "view" if "view" in sound else ""
    for key in list(sound):
        await taken(office, {name: value for name, value in sound.items() if name != key})
        await taken(office, {**sound, key: None})
    for key in list(sound[inner]) if inner else []:
        await taken(office, {**sound, inner: {name: value for name, value in sound[inner].items() if name != key}})
        await taken(office, {**sound, inner: {**sound[inner], key: None}})


def test_the_commands_are_still_there() -> None:
    assert {"lage", "logga aktivitet", "mote boka", "mote arende", "ordforande"} <= {each.name for each in COMMANDS}


class Ear(SocketModeClient):
    """A client that sends nothing but writes down what it would send."""

    sent: list[str]

    async def send_message(self, message: str) -> None:
        self.sent.append(message)


@pytest.mark.parametrize(
    "payload", [{"user": 0, "command": "/lage"}, {"event": None}, {"channel": 1, "user": [], "type": "shortcut"}]
)
@pytest.mark.asyncio
async def test_what_bolt_makes_no_request_of_is_acknowledged(office: Office, payload: Json) -> None:
    handler = SturdyHandler(office.app, "xapp-test")
    await handler.client.close()  # type: ignore[no-untyped-call]
    ear = Ear("xapp-test")
    ear.sent = []
    await handler.handle(ear, SocketModeRequest(type="slash_commands", envelope_id="E1", payload=payload))
    await ear.close()  # type: ignore[no-untyped-call]
    assert len(ear.sent) == 1
    assert '"E1"' in ear.sent[0]
