"""Files people hand in through a form, fetched from Slack with the bot's token; and what of them is refused unread.

Links are never fetched: only Slack's own addresses of files, and no redirect is followed.
"""

import re
import unicodedata
from collections.abc import Iterator, Mapping
from typing import Any
from urllib.parse import urlsplit

import aiohttp
from slack_sdk.web.async_client import AsyncWebClient

from bot import texts
from bot.blocks import states
from bot.settings import is_slacks_own
from commands.call import Refused

LARGEST = 1_000_000  # bytes; a roster of five thousand lines is smaller
MOST_FILES = 5
LONGEST_NAME = 80
FETCH_WITHIN = aiohttp.ClientTimeout(total=10)
# what a text file cannot begin with: zip (and so XLSX, DOCX), the old Office formats, gzip, bzip2, xz, 7z, rar, PDF
PACKED = (
    *(b"PK\x03\x04", b"PK\x05\x06", b"\xd0\xcf\x11\xe0", b"\x1f\x8b", b"BZh", b"\xfd7zXZ"),
    *(b"7z\xbc\xaf", b"Rar!", b"%PDF", b"\x28\xb5\x2f\xfd"),
)
MARKS = (b"\xff\xfe", b"\xfe\xff")  # UTF-16, which holds NULs in plain text


async def handed_in(client: AsyncWebClient, view: Mapping[str, Any]) -> tuple[tuple[str, bytes], ...]:
    """The files of a submitted form as (name, content). Raises Refused, tied to the field, for one that is too large,
    is no text or cannot be fetched. Nothing is ever unpacked."""
    found: list[tuple[str, bytes]] = []
    for field, file in _files(view):
        if len(found) >= MOST_FILES:
            raise Refused(texts.TOO_MANY_FILES, fields={field: texts.TOO_MANY_FILES})
        try:
            content = await fetch(client, str(file.get("url_private_download") or file.get("url_private") or ""))
        except (aiohttp.ClientError, OSError, TimeoutError, ValueError) as lost:
            raise Refused(texts.FILE_LOST, fields={field: texts.FILE_LOST}) from lost
        if len(content) > LARGEST:
            raise Refused(texts.FILE_TOO_LARGE, fields={field: texts.FILE_TOO_LARGE})
        if not is_text(content):
            raise Refused(texts.FILE_NOT_TEXT, fields={field: texts.FILE_NOT_TEXT})
        found.append((safe_name(str(file.get("name") or "")), content))
    return tuple(found)


def any_handed_in(view: Mapping[str, Any]) -> bool:
    """Whether a submitted form carries any file."""
    return next(_files(view), None) is not None


def _files(view: Mapping[str, Any]) -> Iterator[tuple[str, Mapping[str, Any]]]:
    for field, state in states(view):
        files = state.get("files")
        for file in files if isinstance(files, list) else ():
            if isinstance(file, Mapping):
                yield field, file


def is_text(content: bytes) -> bool:
    """Whether a file may be read as text: nothing packed, whatever it is called, and no NUL but in UTF-16."""
    if content.startswith(PACKED):
        return False
    return content.startswith(MARKS) or b"\x00" not in content


def safe_name(name: str) -> str:
    """A file's name to show and never to open: no folders, no hidden characters, not too long; "fil" for nothing."""
    last = re.split(r"[/\\:]", unicodedata.normalize("NFC", name))[-1]
    plain = "".join(letter for letter in last if unicodedata.category(letter)[0] != "C").strip(" .")
    return plain[:LONGEST_NAME] or "fil"


async def fetch(client: AsyncWebClient, address: str) -> bytes:
    """A file's content, at most one byte more than LARGEST.

    Only from the API's own address or over https from Slack: the token goes with the request. Raises ValueError for
    other addresses and for an answer that sends us elsewhere, aiohttp.ClientError, OSError or TimeoutError where it
    cannot be fetched.
    """
    if not is_slacks_address(address, client.base_url):
        raise ValueError("not an address of Slack's")
    headers = {"Authorization": f"Bearer {client.token}"}
    async with (
        aiohttp.ClientSession(timeout=FETCH_WITHIN, trust_env=True) as http,
        http.get(address, headers=headers, allow_redirects=False, raise_for_status=True) as answer,
    ):
        if answer.status != 200:
            raise ValueError(f"HTTP {answer.status}")
        content = bytearray()
        async for piece in answer.content.iter_chunked(65_536):
            content += piece
            if len(content) > LARGEST:
                break
        return bytes(content[: LARGEST + 1])


def is_slacks_address(address: str, api: str) -> bool:
    """Whether an address is the API's own server (`api`), or Slack's over https. What two readers of addresses may
    understand differently (a user before the host, a backslash, a blank) is nobody's."""
    if not address.isascii() or re.search(r"[\x00-\x20\x7f\\@]", address):
        return False
    try:
        file, own = urlsplit(address), urlsplit(api)
        if (file.scheme, file.netloc) == (own.scheme, own.netloc):
            return True
        return file.scheme == "https" and file.port in (None, 443) and is_slacks_own(address)
    except ValueError:
        return False
