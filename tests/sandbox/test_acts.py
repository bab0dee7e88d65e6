"""What a person does in channels: writes, commands, presses, shortcuts; and how the app may answer."""

from collections.abc import Awaitable, Callable

import pytest
from aiohttp import ClientSession

from sandbox.errors import PersonSaw
from sandbox.member import NotThere
from sandbox.server import Sandbox
from tests.sandbox.apps import Heard, Json, button, plain, row
from tests.sandbox.conftest import Starter, client_of, connected
from tests.sandbox.town import SCOPES, manifest

pytestmark = pytest.mark.asyncio


async def answered(slack: Sandbox, address: str, body: Json) -> tuple[int, str]:
    """The app uses a response_url: status and text."""
    async with ClientSession() as http, http.post(address, json=body) as answer:
        return answer.status, await answer.text()


async def test_a_command_comes_with_words_escaped_and_names_as_ids(slack: Sandbox) -> None:
    heard = Heard(slack)
    async with connected(slack, heard.app):
        await slack.member("Anna").says("#planeringsgruppen", '/logga  möte <b> & @Oskar Åberg i #operativa "x"')
    (command,) = heard.of("/logga")
    assert command["text"] == 'möte &lt;b&gt; &amp; <@U0OSKAR> i <#C0OPER|> "x"'
    assert (command["channel_id"], command["channel_name"]) == ("C0PLAN", "planeringsgruppen")
    assert (command["user_id"], command["team_id"], command["is_enterprise_install"]) == ("U0ANNA", "T0NYBY", "false")


async def test_a_command_without_should_escape_comes_as_typed(slack: Sandbox) -> None:
    heard = Heard(slack)
    async with connected(slack, heard.app):
        await slack.member("Anna").says("C0PLAN", "/lage @Oskar Åberg & co")
    assert heard.of("/lage")[0]["text"] == "@Oskar Åberg & co"


@pytest.mark.parametrize(
    ("who", "channel", "text", "error"),
    [
        ("Anna", "C0PLAN", "/finns-inte", "invalid_command"),
        ("Cecilia", "C0PLAN", "/lage", "external_user"),
        ("Anna", "C0PLAN", "/lage", "dispatch_failed"),
        ("Oskar", "C0OPER", "hej", "channel_not_found"),
        ("Anna", "C0PLAN", "  ", "no_text"),
        ("Anna", "C0PLAN", "x" * 4001, "msg_too_long"),
    ],
)
async def test_what_does_not_go_through_is_named_as_slack_does(
    slack: Sandbox, who: str, channel: str, text: str, error: str
) -> None:
    with pytest.raises(PersonSaw) as saw:
        await slack.member(who).says(channel, text)
    assert saw.value.error == error
    assert slack.member("Anna").sees(channel) == []


async def test_commands_need_their_scope(start: Starter) -> None:
    slack = await start(manifest(scopes=[one for one in SCOPES if one != "commands"]))
    with pytest.raises(PersonSaw, match="invalid_command"):
        await slack.member("Anna").says("C0PLAN", "/lage")


async def test_no_answer_in_time_shows_operation_timeout(start: Starter) -> None:
    slack = await start(ack_seconds=0.1)
    slack.socket.silent = True
    async with connected(slack, Heard(slack).app):
        with pytest.raises(PersonSaw, match="operation_timeout"):
            await slack.member("Anna").says("C0PLAN", "/lage")


async def test_an_answer_for_everybody_shows_the_command_too(slack: Sandbox) -> None:
    heard = Heard(slack, {"/lage": {"text": "Allt väl", "response_type": "in_channel"}})
    async with connected(slack, heard.app):
        await slack.member("Anna").says("C0PLAN", "/lage nu")
    assert [one.text for one in slack.member("Oskar").sees("C0PLAN")] == ["/lage nu", "Allt väl"]


async def test_an_answer_outside_the_limits_is_an_error_and_noted(slack: Sandbox) -> None:
    heard = Heard(slack, {"/lage": {"text": "x", "blocks": [{"type": "header", "text": plain("x" * 151)}]}})
    async with connected(slack, heard.app):
        with pytest.raises(PersonSaw, match="dispatch_unknown_error"):
            await slack.member("Anna").says("C0PLAN", "/lage")
    assert slack.errors[0][0] == "answer"


async def test_a_response_url_works_where_the_bot_is_not_a_member(slack: Sandbox) -> None:
    heard = Heard(slack)
    async with connected(slack, heard.app):
        await slack.member("Anna").says("C0OPPEN", "/lage")
    await answered(slack, heard.payloads[0]["response_url"], {"text": "Hej", "response_type": "in_channel"})
    assert slack.member("Anna").last("C0OPPEN") == "Hej"


async def test_a_response_url_takes_five_answers_in_thirty_minutes(slack: Sandbox) -> None:
    heard = Heard(slack)
    async with connected(slack, heard.app):
        await slack.member("Anna").says("C0PLAN", "/lage")
        await slack.member("Anna").says("C0PLAN", "/lage")
    first, second = (one["response_url"] for one in heard.payloads)
    statuses = [await answered(slack, first, {"text": "x"}) for _ in range(6)]
    assert statuses == [(200, "ok")] * 5 + [(404, "used_url")]
    slack.clock.skip(30 * 60 + 1)
    assert await answered(slack, second, {"text": "x"}) == (404, "expired_url")


async def test_a_press_says_what_the_button_says_and_nothing_the_client_makes_up(slack: Sandbox) -> None:
    heard = Heard(slack)
    await heard.client.chat_postMessage(
        channel="C0PLAN",
        text="Kommer du?",
        blocks=[row(button("Kommer", value="o:1"))],
        metadata={"event_type": "n", "event_payload": {"key": 1}},
    )
    async with connected(slack, heard.app):
        place = {"channel": "C0PLAN", "ts": slack.posted[0]["ts"], "block_id": "row", "action_id": "press"}
        body = {"as": "U0CECILIA", **place, "action": {"value": "o:2", "type": "button"}}
        async with ClientSession() as http, http.post(f"{slack.address}/page/press", json=body) as answer:
            assert (await answer.json())["ok"]
        body["action_id"] = "other"
        async with ClientSession() as http, http.post(f"{slack.address}/page/press", json=body) as answer:
            assert (await answer.json())["error"] == "not_found"
    (pressed,) = heard.of("block_actions")
    assert pressed["actions"][0]["value"] == "o:1"
    assert pressed["user"]["team_id"] == "T0POLISEN"
    assert pressed["team"]["id"] == "T0NYBY"
    assert pressed["message"]["metadata"]["event_payload"] == {"key": 1}
    assert pressed["container"]["is_ephemeral"] is False


async def test_a_choice_in_a_message_comes_with_the_option_itself(slack: Sandbox) -> None:
    heard = Heard(slack)
    options = [{"text": plain("Centrum"), "value": "c"}, {"text": plain("Stationen"), "value": "s"}]
    select = {"type": "static_select", "action_id": "x", "placeholder": plain("Välj plats"), "options": options}
    more = {"type": "overflow", "action_id": "press", "options": [{"text": plain("Varför?"), "value": "why"}]}
    await heard.client.chat_postMessage(channel="C0PLAN", text="Var?", blocks=[row(select, more)])
    anna = slack.member("Anna")
    async with connected(slack, heard.app):
        with pytest.raises(NotThere, match="no choice"):
            await anna.chooses("C0PLAN", "Välj plats", "Hemma")
        async with ClientSession() as http:
            action = {"selected_option": {"value": "s", "text": plain("Påhittad")}}
            place = {"channel": "C0PLAN", "ts": slack.posted[0]["ts"], "block_id": "row", "action_id": "x"}
            await http.post(f"{slack.address}/page/press", json={"as": "U0ANNA", **place, "action": action})
    assert heard.of("block_actions")[0]["actions"][0]["selected_option"] == options[1]


async def test_the_original_can_be_replaced_or_taken_away(slack: Sandbox) -> None:
    heard = Heard(slack, {"/lage": {"text": "Välj", "blocks": [row(button("Ett"))]}})
    anna = slack.member("Anna")
    async with connected(slack, heard.app):
        await anna.says("C0PLAN", "/lage")
        async with ClientSession() as http:
            ephemeral = anna.sees("C0PLAN")[0]
            place = {"channel": "C0PLAN", "ts": ephemeral.ts, "block_id": "row", "action_id": "press", "action": {}}
            await http.post(f"{slack.address}/page/press", json={"as": "U0ANNA", **place})
            oskars = http.post(f"{slack.address}/page/press", json={"as": "U0OSKAR", **place})
            async with oskars as answer:
                assert (await answer.json())["error"] == "not_found"
    (pressed,) = heard.of("block_actions")
    assert pressed["container"]["is_ephemeral"]
    assert "message" not in pressed
    url = pressed["response_url"]
    assert (await answered(slack, url, {"text": "Tack", "replace_original": True}))[0] == 200
    assert [one.text for one in anna.sees("C0PLAN")] == ["Tack"]
    assert (await answered(slack, url, {"delete_original": True}))[0] == 200
    assert anna.sees("C0PLAN") == []


async def test_a_message_shortcut_brings_the_message(slack: Sandbox) -> None:
    heard = Heard(slack)
    anna = slack.member("Anna")
    await slack.member("Cecilia").says("C0PLAN", "Trasig lampa vid stationen")
    async with connected(slack, heard.app):
        await anna.uses_shortcut("arende", on=anna.sees("C0PLAN")[0])
        with pytest.raises(PersonSaw):
            await slack.member("Cecilia").uses_shortcut("arende", on=anna.sees("C0PLAN")[0])
    (used,) = heard.of("message_action")
    assert used["message"]["text"] == "Trasig lampa vid stationen"


async def test_people_see_only_what_is_theirs(slack: Sandbox) -> None:
    client = client_of(slack)
    await client.chat_postMessage(channel="C0OPER", text="Slutet")
    assert slack.member("Oskar").sees("C0OPER") == []
    assert slack.member("Anna").last("C0OPER") == "Slutet"
    with pytest.raises(NotThere, match="does not see"):
        await slack.member("Oskar").waits_for("C0OPER", "Slutet", seconds=0.05)


async def _joins(slack: Sandbox) -> None:
    slack.add_member("U0BERTIL", "C0PLAN")


async def _leaves(slack: Sandbox) -> None:
    slack.member("Oskar").leaves("C0PLAN")


async def _mentions(slack: Sandbox) -> None:
    await slack.member("Anna").says("C0PLAN", "@samverkansbot vad händer?")


async def _writes(slack: Sandbox) -> None:
    await slack.member("Anna").says(slack.member("Anna").direct, "Hej")


async def _renumbers(slack: Sandbox) -> None:
    slack.change_channel_id("C0PLAN", "C1PLAN")


@pytest.mark.parametrize(
    ("act", "event", "fields"),
    [
        (_joins, "member_joined_channel", {"user": "U0BERTIL", "channel": "C0PLAN", "team": "T0POLISEN"}),
        (_leaves, "member_left_channel", {"user": "U0OSKAR", "channel": "C0PLAN"}),
        (_mentions, "app_mention", {"text": "<@U0BOT> vad händer?", "user": "U0ANNA"}),
        (_writes, "message", {"channel_type": "im", "text": "Hej"}),
        (_renumbers, "channel_id_changed", {"old_channel_id": "C0PLAN", "new_channel_id": "C1PLAN"}),
    ],
)
async def test_what_happens_is_told_as_an_event(
    slack: Sandbox, act: Callable[[Sandbox], Awaitable[None]], event: str, fields: Json
) -> None:
    heard = Heard(slack)
    async with connected(slack, heard.app):
        await act(slack)
        await slack.socket.settled()
    assert fields.items() <= heard.of(event)[0]["event"].items()
    assert heard.payloads[0]["authorizations"][0]["user_id"] == "U0BOT"


async def test_only_what_the_manifest_subscribes_to_is_told(start: Starter) -> None:
    slack = await start(manifest(events=["app_home_opened"]))
    heard = Heard(slack)
    async with connected(slack, heard.app):
        await _mentions(slack)
        await _joins(slack)
        await slack.socket.settled()
    assert heard.payloads == []
