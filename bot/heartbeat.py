"""The heartbeat: an address that is asked for every minute while all is well, so that somebody notices the silence.

For a dead man's switch such as Healthchecks or Uptime Kuma. The address is a secret: it is never logged whole.
"""

import logging
from urllib.parse import urljoin, urlsplit

import aiohttp

log = logging.getLogger(__name__)

WITHIN = 5.0  # seconds, redirects included
MOST_REDIRECTS = 3
REDIRECTS = (301, 302, 303, 307, 308)


async def beat(address: str, *, within: float = WITHIN) -> bool:
    """Asks for the address once; whether it answered with a 2xx. Never raises for what the network does.

    Redirects are followed within the same scheme alone: a secret sent by https must not go on in the clear, nor an
    address of ours become a file's.
    """
    try:
        timeout = aiohttp.ClientTimeout(total=within)
        async with aiohttp.ClientSession(timeout=timeout, cookie_jar=aiohttp.DummyCookieJar()) as session:
            return await _ask(session, address)
    except (aiohttp.ClientError, TimeoutError, OSError, ValueError) as lost:
        log.warning("the heartbeat address (%s) does not answer: %s", host_of(address), type(lost).__name__)
        return False


async def _ask(session: aiohttp.ClientSession, address: str) -> bool:
    scheme = urlsplit(address).scheme
    for _ in range(MOST_REDIRECTS + 1):
        async with session.get(address, allow_redirects=False) as answer:
            if answer.status not in REDIRECTS:
                if not 200 <= answer.status < 300:
                    log.warning("the heartbeat address (%s) answers %s", host_of(address), answer.status)
                return 200 <= answer.status < 300
            address = urljoin(address, answer.headers.get("Location", ""))
        if urlsplit(address).scheme != scheme:
            log.warning("the heartbeat address redirects to %s://: not followed", urlsplit(address).scheme)
            return False
    log.warning("the heartbeat address (%s) redirects too often", host_of(address))
    return False


def host_of(address: str) -> str:
    """The host alone, for the log."""
    return urlsplit(address).hostname or "?"
