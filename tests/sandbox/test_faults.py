"""Failing on purpose."""

import asyncio

import pytest
from aiohttp import ClientError, ClientSession
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from sandbox.faults import Fault
from sandbox.server import Sandbox
from tests.sandbox.test_chat import refusal

pytestmark = pytest.mark.asyncio
POST = "chat.postMessage"


@pytest.mark.parametrize("status", [500, 502, 503, 504])
async def test_a_status_is_answered_and_nothing_is_posted(slack: Sandbox, client: AsyncWebClient, status: int) -> None:
    slack.faults.add(Fault(POST, str(status)))
    with pytest.raises(SlackApiError) as failed:
        await client.chat_postMessage(channel="C0PLAN", text="1")
    assert failed.value.response.status_code == status
    assert slack.posted == []
    await client.chat_postMessage(channel="C0PLAN", text="2")
    assert [one["text"] for one in slack.posted] == ["2"]


async def test_429_says_when_to_come_back(slack: Sandbox, client: AsyncWebClient) -> None:
    slack.faults.add(Fault(POST, "429", retry_after=7))
    with pytest.raises(SlackApiError) as failed:
        await client.chat_postMessage(channel="C0PLAN", text="1")
    assert failed.value.response.headers["Retry-After"] == "7"


async def test_accepted_and_then_dropped_is_posted_though_the_line_is_cut(
    slack: Sandbox, client: AsyncWebClient
) -> None:
    slack.faults.add(Fault(POST, "accept_then_drop"))
    with pytest.raises(ClientError):
        await client.chat_postMessage(channel="C0PLAN", text="1")
    assert [one["text"] for one in slack.posted] == ["1"]


async def test_slack_sdks_own_retry_posts_twice_after_a_cut_line(slack: Sandbox) -> None:
    slack.faults.add(Fault(POST, "accept_then_drop"))
    stock = AsyncWebClient(token=slack.bot_token, base_url=slack.api_url)
    await stock.chat_postMessage(channel="C0PLAN", text="1")
    assert [one["text"] for one in slack.posted] == ["1", "1"]


async def test_dropped_at_once_is_not_posted(slack: Sandbox, client: AsyncWebClient) -> None:
    slack.faults.add(Fault(POST, "drop"))
    with pytest.raises(ClientError):
        await client.chat_postMessage(channel="C0PLAN", text="1")
    assert slack.posted == []


async def test_fatal_error_may_have_been_carried_out(slack: Sandbox, client: AsyncWebClient) -> None:
    slack.faults.add(Fault(POST, "fatal_error", accepted=True))
    assert await refusal(client.chat_postMessage(channel="C0PLAN", text="1")) == "fatal_error"
    assert len(slack.posted) == 1


async def test_a_slow_answer_comes_after_the_client_has_given_up(slack: Sandbox) -> None:
    slack.faults.add(Fault(POST, "slow", seconds=0.3))
    hasty = AsyncWebClient(token=slack.bot_token, base_url=slack.api_url, timeout=1, retry_handlers=[])
    assert (await hasty.chat_postMessage(channel="C0PLAN", text="1"))["ok"]
    slack.faults.add(Fault(POST, "slow", seconds=30))
    with pytest.raises(asyncio.TimeoutError):
        await asyncio.wait_for(hasty.chat_postMessage(channel="C0PLAN", text="2"), 0.1)


async def test_a_fault_may_strike_one_channel_and_any_error_name(slack: Sandbox, client: AsyncWebClient) -> None:
    slack.faults.add(Fault("*", "is_archived", times=None, channel="C0OPER"))
    assert (await client.chat_postMessage(channel="C0PLAN", text="1"))["ok"]
    for _ in range(3):
        assert await refusal(client.chat_postMessage(channel="C0OPER", text="1")) == "is_archived"
    slack.faults.clear()
    assert (await client.chat_postMessage(channel="C0OPER", text="1"))["ok"]


async def test_faults_are_set_over_http_too(slack: Sandbox, client: AsyncWebClient) -> None:
    address = f"{slack.address}/sandbox/faults"
    async with ClientSession() as http:
        async with http.post(address, json={"method": POST, "kind": "fatal_error", "times": 1}) as answer:
            assert (await answer.json())["faults"][0]["kind"] == "fatal_error"
        async with http.post(address, json={"method": POST}) as answer:
            assert answer.status == 400
    assert await refusal(client.chat_postMessage(channel="C0PLAN", text="1")) == "fatal_error"
    assert slack.faults.struck == [(POST, "fatal_error")]
