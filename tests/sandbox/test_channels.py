"""conversations.*: what the bot may know of channels and read in them."""

import pytest
from slack_sdk.web.async_client import AsyncWebClient

from sandbox.server import Sandbox
from tests.sandbox.conftest import Starter, client_of
from tests.sandbox.test_chat import refusal
from tests.sandbox.town import SCOPES, manifest

pytestmark = pytest.mark.asyncio


async def test_history_is_newest_first_and_paged(client: AsyncWebClient) -> None:
    times = [(await client.chat_postMessage(channel="C0PLAN", text=f"{n}"))["ts"] for n in range(5)]

    first = await client.conversations_history(channel="C0PLAN", limit=3)
    assert [one["text"] for one in first["messages"]] == ["4", "3", "2"]
    assert first["has_more"]
    cursor = first["response_metadata"]["next_cursor"]
    rest = await client.conversations_history(channel="C0PLAN", limit=3, cursor=cursor)
    assert [one["text"] for one in rest["messages"]] == ["1", "0"]
    assert not rest["has_more"]
    later = await client.conversations_history(channel="C0PLAN", oldest=times[3])
    assert [one["text"] for one in later["messages"]] == ["4"]
    since = await client.conversations_history(channel="C0PLAN", oldest=times[3], inclusive=True)
    assert [one["text"] for one in since["messages"]] == ["4", "3"]


async def test_replies_stand_under_their_message_and_not_in_the_history(client: AsyncWebClient) -> None:
    ts = (await client.chat_postMessage(channel="C0PLAN", text="Fråga"))["ts"]
    await client.chat_postMessage(channel="C0PLAN", text="Svar", thread_ts=ts)

    assert [one["text"] for one in (await client.conversations_history(channel="C0PLAN"))["messages"]] == ["Fråga"]
    thread = await client.conversations_replies(channel="C0PLAN", ts=ts)
    assert [one["text"] for one in thread["messages"]] == ["Fråga", "Svar"]


async def test_history_needs_the_scope_of_its_kind_and_membership(start: Starter) -> None:
    slack = await start(manifest(scopes=[one for one in SCOPES if one != "groups:history"]))
    client = client_of(slack)
    assert await refusal(client.conversations_history(channel="C0OPER")) == "missing_scope"
    assert await refusal(client.conversations_history(channel="C0OPPEN")) == "not_in_channel"
    assert (await client.conversations_history(channel="C0PLAN"))["ok"]


async def test_a_private_channel_without_the_bot_does_not_exist_for_it(client: AsyncWebClient) -> None:
    assert await refusal(client.conversations_info(channel="C0CHEF")) == "channel_not_found"
    known = (await client.conversations_info(channel="C0OPER", include_num_members=True))["channel"]
    assert (known["is_private"], known["is_member"], known["num_members"]) == (True, True, 3)
    shared = (await client.conversations_info(channel="C0PLAN"))["channel"]
    assert (shared["is_ext_shared"], shared["is_archived"], shared["name"]) == (True, False, "planeringsgruppen")


async def test_the_list_of_channels_hides_private_ones_without_the_bot(client: AsyncWebClient) -> None:
    listed = await client.conversations_list(types="public_channel,private_channel")
    assert [one["id"] for one in listed["channels"]] == ["C0PLAN", "C0OPPEN", "C0OPER"]
    assert await refusal(client.conversations_list(types="mpim")) == "missing_scope"


async def test_members_come_in_pages(client: AsyncWebClient) -> None:
    first = await client.conversations_members(channel="C0PLAN", limit=3)
    assert first["members"] == ["U0BOT", "U0ANNA", "U0OSKAR"]
    cursor = first["response_metadata"]["next_cursor"]
    rest = await client.conversations_members(channel="C0PLAN", limit=3, cursor=cursor)
    assert (rest["members"], rest["response_metadata"]["next_cursor"]) == (["U0CECILIA"], "")


async def test_an_outsider_is_written_to_only_where_a_channel_is_shared(client: AsyncWebClient) -> None:
    opened = await client.conversations_open(users="U0CECILIA")
    await client.chat_postMessage(channel=opened["channel"]["id"], text="Hej")
    assert await refusal(client.conversations_open(users="U0BERTIL")) == "channel_not_found"
    assert await refusal(client.conversations_open(users="U0INGEN")) == "user_not_found"
    assert await refusal(client.conversations_open(users="U0BOT")) == "cannot_dm_bot"


async def test_posting_to_a_person_is_posting_to_their_direct_messages(slack: Sandbox, client: AsyncWebClient) -> None:
    posted = await client.chat_postMessage(channel="U0ANNA", text="Hej")
    assert posted["channel"] == slack.member("Anna").direct
    assert slack.member("Anna").last(posted["channel"]) == "Hej"
    assert slack.member("Oskar").sees(posted["channel"]) == []


async def test_a_persons_channels_are_those_the_bot_may_know_of(client: AsyncWebClient) -> None:
    hers = await client.users_conversations(user="U0ANNA", types="public_channel,private_channel")
    assert [one["id"] for one in hers["channels"]] == ["C0PLAN", "C0OPPEN", "C0OPER"]
    own = await client.users_conversations(types="public_channel,private_channel")
    assert [one["id"] for one in own["channels"]] == ["C0PLAN", "C0OPER"]


async def test_the_bot_joins_a_public_channel_and_may_then_write(client: AsyncWebClient) -> None:
    assert await refusal(client.chat_postMessage(channel="C0OPPEN", text="Hej")) == "not_in_channel"
    await client.conversations_join(channel="C0OPPEN")
    assert (await client.chat_postMessage(channel="C0OPPEN", text="Hej"))["ok"]
    private = client.conversations_join(channel="C0CHEF")
    assert await refusal(private) == "method_not_supported_for_channel_type"


async def test_a_reaction_can_be_given_once(slack: Sandbox, client: AsyncWebClient) -> None:
    await slack.member("Anna").says("C0PLAN", "Klart")
    ts = slack.member("Anna").sees("C0PLAN")[0].ts
    await client.reactions_add(channel="C0PLAN", timestamp=ts, name="white_check_mark")
    again = client.reactions_add(channel="C0PLAN", timestamp=ts, name="white_check_mark")
    assert await refusal(again) == "already_reacted"


async def test_a_channel_that_gets_a_new_id_is_gone_under_the_old(slack: Sandbox, client: AsyncWebClient) -> None:
    await client.chat_postMessage(channel="C0PLAN", text="Före")
    slack.change_channel_id("C0PLAN", "C1PLAN")
    assert await refusal(client.chat_postMessage(channel="C0PLAN", text="Efter")) == "channel_not_found"
    kept = await client.conversations_history(channel="C1PLAN")
    assert [one["text"] for one in kept["messages"]] == ["Före"]
