"""chat.*: what the bot may say, where, and what becomes of it."""

from datetime import timedelta
from typing import Any

import pytest
from aiohttp import ClientSession
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from sandbox.server import Sandbox
from tests.sandbox.conftest import Starter, client_of
from tests.sandbox.town import SCOPES, manifest

pytestmark = pytest.mark.asyncio

KEY = {"event_type": "notice", "event_payload": {"key": "n:1"}}
SECTION: list[dict[str, Any]] = [{"type": "section", "text": {"type": "mrkdwn", "text": "Hej"}}]


async def refusal(call: Any) -> str:
    """Slack's error name for a call that is refused."""
    with pytest.raises(SlackApiError) as refused:
        await call
    return str(refused.value.response["error"])


async def test_a_message_is_found_again_by_its_metadata(slack: Sandbox, client: AsyncWebClient) -> None:
    posted = await client.chat_postMessage(channel="C0PLAN", text="Hej", blocks=SECTION, metadata=KEY)

    seen = await client.conversations_history(channel="C0PLAN", include_all_metadata=True, oldest="0")
    assert seen["messages"][0]["metadata"] == KEY
    assert seen["messages"][0]["ts"] == posted["ts"]
    bare = await client.conversations_history(channel="C0PLAN")
    assert bare["messages"][0]["metadata"] == {"event_type": "notice"}
    assert slack.member("Cecilia").last("C0PLAN") == "Hej"


async def test_arguments_come_as_form_json_or_query(slack: Sandbox) -> None:
    headers = {"authorization": f"Bearer {slack.bot_token}"}
    address = f"{slack.api_url}chat.postMessage"
    given = {"channel": "C0PLAN", "text": "Hej", "blocks": '[{"type": "divider"}]'}
    async with ClientSession(headers=headers) as http:
        for sending in (
            http.post(address, data=given),
            http.post(address, json=given),
            http.get(address, params=given),
        ):
            async with sending as answer:
                assert (await answer.json())["ok"]
        async with http.post(address, data={"channel": "C0PLAN", "blocks": "[{"}) as answer:
            assert (await answer.json())["error"] == "invalid_blocks_format"
        async with http.post(address, data="{", headers={"content-type": "application/json"}) as answer:
            assert (await answer.json())["error"] == "invalid_json"
    assert [one["blocks"][0]["type"] for one in slack.posted] == ["divider"] * 3


async def test_message_times_are_unique_and_increase_also_when_the_clock_goes_back(
    slack: Sandbox, client: AsyncWebClient
) -> None:
    times = [(await client.chat_postMessage(channel="C0PLAN", text=str(n)))["ts"] for n in range(5)]
    slack.clock.set(slack.clock.now - timedelta(days=30))
    times.append((await client.chat_postMessage(channel="C0PLAN", text="sist"))["ts"])

    assert times == sorted(set(times), key=float)
    assert all(len(ts.split(".")[1]) == 6 for ts in times)


@pytest.mark.parametrize(
    ("channel", "error"),
    [
        ("C0OPPEN", "not_in_channel"),
        ("C0CHEF", "channel_not_found"),
        ("C0INGEN", "channel_not_found"),
        ("U0BERTIL", "channel_not_found"),
        ("", "invalid_arguments"),
    ],
)
async def test_the_bot_writes_only_where_it_is(client: AsyncWebClient, channel: str, error: str) -> None:
    assert await refusal(client.chat_postMessage(channel=channel, text="Hej")) == error


async def test_an_archived_channel_takes_no_messages(slack: Sandbox, client: AsyncWebClient) -> None:
    slack.archive("C0PLAN")
    assert await refusal(client.chat_postMessage(channel="C0PLAN", text="Hej")) == "is_archived"


async def test_public_channels_are_open_with_chat_write_public(start: Starter) -> None:
    slack = await start(manifest(scopes=[*SCOPES, "chat:write.public"]))
    assert (await client_of(slack).chat_postMessage(channel="C0OPPEN", text="Hej"))["ok"]


async def test_direct_messages_need_the_messages_tab(start: Starter) -> None:
    slack = await start(manifest(app_home={"home_tab_enabled": True, "messages_tab_enabled": False}))
    assert await refusal(client_of(slack).chat_postMessage(channel="U0ANNA", text="Hej")) == "messages_tab_disabled"


async def test_a_missing_scope_is_named(start: Starter) -> None:
    slack = await start(manifest(scopes=["commands"]))
    with pytest.raises(SlackApiError) as refused:
        await client_of(slack).chat_postMessage(channel="C0PLAN", text="Hej")
    assert refused.value.response["error"] == "missing_scope"
    assert refused.value.response["needed"] == "chat:write"


async def test_an_empty_message_is_refused(client: AsyncWebClient) -> None:
    assert await refusal(client.api_call("chat.postMessage", json={"channel": "C0PLAN"})) == "no_text"


async def test_blocks_outside_the_limits_are_refused_with_a_pointer_and_noted(
    slack: Sandbox, client: AsyncWebClient
) -> None:
    too_many = [{"type": "divider"}] * 51
    with pytest.raises(SlackApiError) as refused:
        await client.chat_postMessage(channel="C0PLAN", text="Hej", blocks=too_many)

    assert refused.value.response["error"] == "invalid_blocks"
    assert "[json-pointer:/blocks]" in refused.value.response["response_metadata"]["messages"][0]
    assert slack.errors[0][0] == "chat.postMessage"
    assert slack.posted == []


async def test_more_text_than_slack_stores_in_blocks_is_refused(client: AsyncWebClient) -> None:
    long = [{"type": "section", "text": {"type": "mrkdwn", "text": "x" * 2900}}] * 5
    assert await refusal(client.chat_postMessage(channel="C0PLAN", text="x", blocks=long)) == "msg_blocks_too_long"


@pytest.mark.parametrize("metadata", [{"event_type": "notice"}, {"event_type": "n", "event_payload": "text"}])
async def test_metadata_has_a_type_and_a_payload(client: AsyncWebClient, metadata: dict[str, Any]) -> None:
    call = client.chat_postMessage(channel="C0PLAN", text="Hej", metadata=metadata)
    assert await refusal(call) == "invalid_metadata_format"


async def test_one_message_a_second_and_channel(start: Starter) -> None:
    slack = await start(limits=True)
    client = client_of(slack)
    await client.chat_postMessage(channel="C0PLAN", text="1")
    await client.chat_postMessage(channel="C0OPER", text="another channel is not held up")
    with pytest.raises(SlackApiError) as refused:
        await client.chat_postMessage(channel="C0PLAN", text="2")
    assert refused.value.response.status_code == 429
    assert refused.value.response.headers["Retry-After"] == "1"

    slack.clock.skip(1.0)
    assert (await client.chat_postMessage(channel="C0PLAN", text="2"))["ok"]


async def test_a_tiers_minute_can_be_full(start: Starter) -> None:
    slack = await start(limits=True)
    client = client_of(slack)
    for _ in range(20):
        await client.users_list()
    with pytest.raises(SlackApiError) as refused:
        await client.users_list()
    assert refused.value.response.status_code == 429

    slack.clock.skip(61)
    assert (await client.users_list())["ok"]


async def test_an_update_keeps_blocks_and_metadata_that_are_not_given(slack: Sandbox, client: AsyncWebClient) -> None:
    ts = (await client.chat_postMessage(channel="C0PLAN", text="Hej", blocks=SECTION, metadata=KEY))["ts"]

    await client.chat_update(channel="C0PLAN", ts=ts, text="Hej igen")
    assert slack.posted[0]["blocks"][0]["text"]["text"] == "Hej"
    assert slack.posted[0]["metadata"] == KEY

    await client.chat_update(channel="C0PLAN", ts=ts, text="Bara text", blocks=[], metadata={})
    assert (slack.posted[0]["blocks"], slack.posted[0]["metadata"]) == ([], None)
    assert await refusal(client.chat_update(channel="C0PLAN", ts="1.000001", text="x")) == "message_not_found"


async def test_only_ones_own_message_can_be_deleted(slack: Sandbox, client: AsyncWebClient) -> None:
    await slack.member("Anna").says("C0PLAN", "Mitt eget")
    hers = slack.member("Anna").sees("C0PLAN")[0].ts
    own = (await client.chat_postMessage(channel="C0PLAN", text="Mitt"))["ts"]

    assert await refusal(client.chat_delete(channel="C0PLAN", ts=hers)) == "cant_delete_message"
    assert await refusal(client.chat_update(channel="C0PLAN", ts=hers, text="x")) == "cant_update_message"
    await client.chat_delete(channel="C0PLAN", ts=own)
    assert await refusal(client.chat_delete(channel="C0PLAN", ts=own)) == "message_not_found"


async def test_an_ephemeral_message_is_seen_by_one_person_and_is_not_in_the_history(
    slack: Sandbox, client: AsyncWebClient
) -> None:
    await client.chat_postEphemeral(channel="C0PLAN", user="U0ANNA", text="Bara du")

    assert slack.member("Anna").last("C0PLAN") == "Bara du"
    assert slack.member("Oskar").sees("C0PLAN") == []
    assert (await client.conversations_history(channel="C0PLAN"))["messages"] == []
    assert slack.whispered[0]["only_for"] == "U0ANNA"
    outside = client.chat_postEphemeral(channel="C0OPER", user="U0OSKAR", text="x")
    assert await refusal(outside) == "user_not_in_channel"


async def test_a_permalink_leads_to_the_conversation(slack: Sandbox, client: AsyncWebClient) -> None:
    ts = (await client.chat_postMessage(channel="C0PLAN", text="Hej"))["ts"]
    link = (await client.chat_getPermalink(channel="C0PLAN", message_ts=ts))["permalink"]

    async with ClientSession() as http, http.get(link, allow_redirects=False) as answer:
        assert answer.headers["location"].endswith("/C0PLAN")


async def test_a_scheduled_message_is_posted_when_the_clock_comes_there(slack: Sandbox, client: AsyncWebClient) -> None:
    due = slack.clock.now + timedelta(hours=1)
    await client.chat_scheduleMessage(channel="C0PLAN", text="Senare", post_at=int(due.timestamp()))
    await client.chat_scheduleMessage(
        channel="C0PLAN", text="Aldrig: metadata", post_at=int(due.timestamp()), metadata=KEY
    )
    slack.workspace.post_scheduled()
    assert slack.posted == []

    slack.clock.set(due + timedelta(seconds=1))
    slack.workspace.post_scheduled()
    assert [one["text"] for one in slack.posted] == ["Senare"]
    past = client.chat_scheduleMessage(channel="C0PLAN", text="x", post_at=1)
    assert await refusal(past) == "time_in_past"
    far = client.chat_scheduleMessage(channel="C0PLAN", text="x", post_at=int(due.timestamp()) + 121 * 86400)
    assert await refusal(far) == "time_too_far"


async def test_a_scheduled_message_can_be_taken_back_until_it_is_posted(slack: Sandbox, client: AsyncWebClient) -> None:
    due = int((slack.clock.now + timedelta(hours=1)).timestamp())
    id = (await client.chat_scheduleMessage(channel="C0PLAN", text="Senare", post_at=due))["scheduled_message_id"]

    await client.chat_deleteScheduledMessage(channel="C0PLAN", scheduled_message_id=id)
    again = client.chat_deleteScheduledMessage(channel="C0PLAN", scheduled_message_id=id)
    assert await refusal(again) == "invalid_scheduled_message_id"
