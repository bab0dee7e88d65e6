"""files.*: upload in two steps, by slack_sdk's own helper too."""

import pytest
from aiohttp import ClientSession
from slack_sdk.web.async_client import AsyncWebClient

from sandbox.server import Sandbox
from tests.sandbox.test_chat import refusal

pytestmark = pytest.mark.asyncio


async def test_a_file_is_uploaded_in_two_steps_and_shared(slack: Sandbox, client: AsyncWebClient) -> None:
    content = "Protokoll åäö".encode()
    place = await client.files_getUploadURLExternal(filename="protokoll.txt", length=len(content))
    early = client.files_completeUploadExternal(files=[{"id": place["file_id"]}], channel_id="C0PLAN")
    assert await refusal(early) == "file_not_found"
    async with ClientSession() as http:
        async with http.post(place["upload_url"], data=content[:3]) as answer:
            assert answer.status == 400
        async with http.post(place["upload_url"], data=content) as answer:
            assert answer.status == 200

        shared = [{"id": place["file_id"], "title": "Protokollet"}]
        await client.files_completeUploadExternal(files=shared, channel_id="C0PLAN", initial_comment="Se här")
        file = (await client.files_info(file=place["file_id"]))["file"]
        async with http.get(file["url_private"]) as answer:
            assert await answer.read() == content
            assert answer.headers["content-disposition"] == "attachment"

    assert (file["title"], file["size"]) == ("Protokollet", len(content))
    assert slack.posted[0]["text"] == "Se här"
    assert slack.posted[0]["files"][0]["id"] == place["file_id"]


async def test_slack_sdks_own_upload_works(slack: Sandbox, client: AsyncWebClient) -> None:
    await client.files_upload_v2(channel="C0PLAN", content="a;b\n1;2\n", filename="a.csv", title="Tabell")
    assert slack.posted[0]["files"][0]["name"] == "a.csv"
