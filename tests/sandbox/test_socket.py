"""Socket Mode: tickets, hello, pings, disconnects, and events that are sent again."""

import asyncio
import json
from typing import Any

import pytest
from aiohttp import ClientSession, ClientWebSocketResponse, WSMsgType, WSServerHandshakeError
from slack_sdk.web.async_client import AsyncWebClient

from sandbox.server import Sandbox
from tests.sandbox.apps import Heard
from tests.sandbox.conftest import Starter, connected

pytestmark = pytest.mark.asyncio


async def address(slack: Sandbox) -> str:
    """A fresh address for one connection."""
    client = AsyncWebClient(base_url=slack.api_url)
    return str((await client.apps_connections_open(app_token=slack.app_token))["url"])


async def frame(socket: ClientWebSocketResponse) -> dict[str, Any]:
    """The next frame, as JSON."""
    found: dict[str, Any] = json.loads((await asyncio.wait_for(socket.receive(), 5)).data)
    return found


async def test_a_ticket_opens_one_connection_only(slack: Sandbox) -> None:
    url, late = await address(slack), await address(slack)
    async with ClientSession() as http:
        async with http.ws_connect(url) as socket:
            hello = await frame(socket)
            assert (hello["type"], hello["num_connections"]) == ("hello", 1)
            assert hello["connection_info"] == {"app_id": "A0APP"}
            with pytest.raises(WSServerHandshakeError) as used:
                await http.ws_connect(url)
            assert used.value.status == 408
        slack.clock.skip(31)
        with pytest.raises(WSServerHandshakeError):
            await http.ws_connect(late)


async def test_the_handshake_can_be_refused(slack: Sandbox) -> None:
    url = await address(slack)
    slack.socket.accepting = False
    async with ClientSession() as http:
        with pytest.raises(WSServerHandshakeError):
            await http.ws_connect(url)


async def test_a_ping_is_answered_with_its_own_words(slack: Sandbox) -> None:
    async with ClientSession() as http, http.ws_connect(await address(slack), autoping=False) as socket:
        await frame(socket)
        await socket.ping(b"sdk-ping-pong:1799650800.5")
        pong = await socket.receive()
    assert (pong.type, pong.data) == (WSMsgType.PONG, b"sdk-ping-pong:1799650800.5")


async def test_the_eleventh_connection_is_one_too_many(slack: Sandbox) -> None:
    async with ClientSession() as http:
        sockets = [await http.ws_connect(await address(slack)) for _ in range(11)]
        assert [(await frame(one))["type"] for one in sockets] == ["hello"] * 10 + ["disconnect"]
        for one in sockets:
            await one.close()


async def test_each_envelope_goes_to_one_of_the_connections(slack: Sandbox) -> None:
    async with ClientSession() as http:
        sockets = [await http.ws_connect(await address(slack)) for _ in range(2)]
        for one in sockets:
            await frame(one)
        told: list[int] = []

        async def listen(number: int) -> None:
            async for message in sockets[number]:
                told.append(number)
                await sockets[number].send_json({"envelope_id": json.loads(message.data)["envelope_id"]})

        listening = [asyncio.create_task(listen(number)) for number in range(2)]
        for _ in range(40):
            await slack.socket.ask("slash_commands", {"command": "/lage"})
        for one in sockets:
            await one.close()
        await asyncio.gather(*listening)
    assert len(told) == 40
    assert {0, 1} == set(told)


async def test_an_unanswered_event_is_sent_again_with_the_same_id(start: Starter) -> None:
    slack = await start(ack_seconds=0.05, retry_after=(0.0, 0.01, 0.01))
    async with ClientSession() as http, http.ws_connect(await address(slack)) as socket:
        await frame(socket)
        slack.add_member("U0BERTIL", "C0PLAN")
        first, second = await frame(socket), await frame(socket)
        await socket.send_json({"envelope_id": second["envelope_id"]})
        await slack.socket.settled()
    assert (first["retry_attempt"], first["retry_reason"]) == (0, "")
    assert (second["retry_attempt"], second["retry_reason"]) == (1, "timeout")
    assert first["payload"]["event_id"] == second["payload"]["event_id"]
    assert first["envelope_id"] != second["envelope_id"]
    assert slack.socket.lost_events == []


async def test_an_event_nobody_takes_is_lost_after_three_more_tries(start: Starter) -> None:
    slack = await start(retry_after=(0.0, 0.0, 0.0))
    slack.add_member("U0BERTIL", "C0PLAN")
    await slack.socket.settled()
    assert [one["event"]["type"] for one in slack.socket.lost_events] == ["member_joined_channel"]


@pytest.mark.parametrize("how", ["refresh_requested", "dropped"])
async def test_a_stock_client_comes_back_after_a_disconnect(slack: Sandbox, how: str) -> None:
    heard = Heard(slack)
    async with connected(slack, heard.app):
        if how == "dropped":
            await slack.socket.drop()
        else:
            await slack.socket.disconnect(how)
        await slack.socket.until_connected(times=2)
        await slack.member("Anna").says("C0PLAN", "/lage")
    assert len(heard.payloads) == 1


async def test_a_warning_leaves_the_connection_open(slack: Sandbox) -> None:
    async with ClientSession() as http, http.ws_connect(await address(slack)) as socket:
        await frame(socket)
        await slack.socket.disconnect("warning")
        assert await frame(socket) == {"type": "disconnect", "reason": "warning", "debug_info": {"host": "sandbox"}}
        assert not slack.socket.connections[0].retired
