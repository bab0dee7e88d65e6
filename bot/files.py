"""Files people hand in through a form, fetched from Slack with the bot's token."""

from collections.abc import Iterator, Mapping
from typing import Any
from urllib.parse import urlsplit

import aiohttp
from slack_sdk.web.async_client import AsyncWebClient

from bot import texts
from commands.call import Refused

LARGEST = 1_000_000  # bytes; a roster of five thousand lines is smaller
FETCH_WITHIN = aiohttp.ClientTimeout(total=10)


async def handed_in(client: AsyncWebClient, view: Mapping[str, Any]) -> tuple[tuple[str, bytes], ...]:
    """The files of a submitted form as (name, content). Raises Refused, tied to the field, for one that is too large
    or cannot be fetched."""
    found = []
    for field, file in _files(view):
        try:
            content = await fetch(client, str(file.get("url_private_download") or file.get("url_private") or ""))
        except (aiohttp.ClientError, OSError, TimeoutError, ValueError) as lost:
            raise Refused(texts.FILE_LOST, fields={field: texts.FILE_LOST}) from lost
        if len(content) > LARGEST:
            raise Refused(texts.FILE_TOO_LARGE, fields={field: texts.FILE_TOO_LARGE})
        found.append((str(file.get("name") or ""), content))
    return tuple(found)


def _files(view: Mapping[str, Any]) -> Iterator[tuple[str, Mapping[str, Any]]]:
    for field, actions in ((view.get("state") or {}).get("values") or {}).items():
        for state in actions.values():
            for file in state.get("files") or []:
                yield str(field), file


async def fetch(client: AsyncWebClient, address: str) -> bytes:
    """A file's content, at most one byte more than LARGEST.

    Only from the API's own address or over https from Slack: the token goes with the request. Raises ValueError for
    other addresses, aiohttp.ClientError, OSError or TimeoutError where it cannot be fetched.
    """
    if not _may_have_token(address, client.base_url):
        raise ValueError("not an address of Slack's")
    headers = {"Authorization": f"Bearer {client.token}"}
    async with (
        aiohttp.ClientSession(timeout=FETCH_WITHIN, trust_env=True) as http,
        http.get(address, headers=headers, raise_for_status=True) as answer,
    ):
        content = bytearray()
        async for piece in answer.content.iter_chunked(65_536):
            content += piece
            if len(content) > LARGEST:
                break
        return bytes(content[: LARGEST + 1])


def _may_have_token(address: str, api: str) -> bool:
    file, own = urlsplit(address), urlsplit(api)
    if (file.scheme, file.netloc) == (own.scheme, own.netloc):
        return True
    host = file.hostname or ""
    return file.scheme == "https" and (host == "slack.com" or host.endswith(".slack.com"))
