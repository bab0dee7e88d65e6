"""Posts a message, and finds a message by its key.

Nothing is retried here: the courier decides, after looking. What the refusals mean: `bot.refusals`.
"""

from collections.abc import Awaitable, Callable, Mapping
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from typing import Any

import aiohttp
from slack_sdk.errors import SlackApiError, SlackClientError
from slack_sdk.web.async_client import AsyncWebClient

from bot.blocks import message_blocks, message_text
from bot.limits import POST, Limits
from bot.refusals import undelivered
from schedules.carrier import Posted, Target, Undelivered
from schedules.message import Message

EVENT = "samverkansbot_notice"
PAGE = 200
MOST_PAGES = 20
KEPT_FOR = 2.0  # seconds a connection may rest: far less than a server waits, so that it does not close as we write
GIVEN_UP_AFTER = 10.0  # seconds for a whole request
AGREE = timedelta(hours=1)  # clocks that differ by less are one: a look goes back much further
OPEN, HISTORY = "conversations.open", "conversations.history"

# the history is closed to us: whether a message stands there cannot be known
UNREADABLE = {"missing_scope", "not_allowed_token_type"}


def kept_connections() -> aiohttp.ClientSession:
    """What a client may ask Slack through: opening a connection for every request costs as much as the request does.

    Close it when no more is asked.
    """
    return aiohttp.ClientSession(
        connector=aiohttp.TCPConnector(limit=0, keepalive_timeout=KEPT_FOR),
        timeout=aiohttp.ClientTimeout(total=GIVEN_UP_AFTER),
    )


class SlackCarrier:
    """Carries to Slack with a client that never repeats a request on its own. `now`: aware UTC by the bot's clock."""

    def __init__(self, client: AsyncWebClient, now: Callable[[], datetime] = lambda: datetime.now(UTC)) -> None:
        if client.retry_handlers:
            raise ValueError("the courier's client must not retry")
        self._client = client
        self._now = now
        self._direct: dict[str, str] = {}
        self._limits = Limits(now)
        self._one_clock = False  # whether messages are known to get their times from a clock that says what ours does
        self._date_ahead = timedelta()  # of the answers' Date before the messages' times: nothing, at Slack

    async def post(self, to: Target, message: Message, key: str) -> Posted:
        """Posts once, with the key as metadata. Raises Undelivered."""
        known = to.user_id in self._direct
        channel = await self._channel(to)
        try:
            answer = await self._asked(
                POST,
                channel,
                lambda: self._client.chat_postMessage(
                    channel=channel,
                    text=message_text(message),
                    blocks=message_blocks(message),
                    metadata={"event_type": EVENT, "event_payload": {"key": key}},
                    unfurl_links=False,
                    unfurl_media=False,
                ),
            )
        except Undelivered as failure:
            if known and to.user_id and failure.reason == "channel_not_found":
                # opened long ago, and gone since: the next try opens them anew
                del self._direct[to.user_id]
                raise Undelivered(False, failure.reason, unsure=False) from failure
            raise
        return Posted(str(answer["channel"]), str(answer["ts"]))

    async def find(self, to: Target, key: str, since: datetime) -> Posted | None:
        """The message with the key posted after `since`, None when there surely is none. Raises Undelivered.

        `since` is by the bot's clock, a message's time by Slack's: while the two are not known to agree, everything is
        read that there is room for.
        """
        channel = await self._channel(to)
        earliest = (since - timedelta(seconds=1)).timestamp()
        oldest = f"{earliest:.6f}" if self._one_clock else None
        cursor = ""
        for _ in range(MOST_PAGES):
            answer = await self._history(channel, oldest, cursor)
            for found in answer.get("messages", []):
                if self._one_clock and float(found["ts"]) < earliest:
                    return None
                if _key_of(found) == key:
                    return Posted(channel, str(found["ts"]))
            cursor = str((answer.get("response_metadata") or {}).get("next_cursor") or "")
            if not cursor:
                return None
        # not found is not the same as not there, and reading on would never end: the channel only gets longer
        raise Undelivered(True, "history too long", scope="message")

    async def _history(self, channel: str, oldest: str | None, cursor: str) -> Mapping[str, Any]:
        """A page, newest first. What keeps us from reading says nothing of posting: it holds nothing else back."""
        try:
            return await self._asked(
                HISTORY,
                channel,
                lambda: self._client.conversations_history(
                    channel=channel, oldest=oldest, include_all_metadata=True, limit=PAGE, cursor=cursor or None
                ),
            )
        except Undelivered as failure:
            if failure.reason in UNREADABLE:
                raise Undelivered(True, failure.reason, scope="message") from failure
            raise

    async def _channel(self, to: Target) -> str:
        if to.channel_id:
            return to.channel_id
        assert to.user_id is not None
        user_id = to.user_id
        if user_id not in self._direct:
            try:
                answer = await self._asked(OPEN, user_id, lambda: self._client.conversations_open(users=user_id))
            except Undelivered as failure:
                if failure.reason in UNREADABLE:  # without the scope for direct messages the channels still have theirs
                    raise Undelivered(False, failure.reason, unsure=False) from failure
                raise
            self._direct[user_id] = str(answer["channel"]["id"])
        return self._direct[user_id]

    async def _asked(self, method: str, place: str, ask: Callable[[], Awaitable[Any]]) -> Mapping[str, Any]:
        """Slack's answer about the place, where Slack does not want the method left alone. Raises Undelivered."""
        self._limits.ask(method)
        try:
            answer = await _asked(ask(), posting=method == POST)
        except Undelivered as failure:
            if failure.reason == "ratelimited":
                failure.scope = self._limits.refused(method, place, failure.retry_after)
            raise
        self._limits.taken(method)
        self._compare_clocks(method, answer)
        data: Mapping[str, Any] = answer.data
        return data

    def _compare_clocks(self, method: str, answer: Any) -> None:
        """Whether the clock that messages get their times from is the bot's: it is not in a rehearsal, nor where one of
        the two is set wrongly. A message just posted tells it; between two of them, the answers' Date."""
        date, posted = _date_of(answer), _posted_at(answer.data) if method == POST else None
        if posted is not None:
            self._date_ahead = date - posted if date is not None else timedelta()
        elif date is not None:
            posted = date - self._date_ahead
        if posted is not None:
            self._one_clock = abs(self._now() - posted) <= AGREE


def _date_of(answer: Any) -> datetime | None:
    headers = {name.lower(): value for name, value in (answer.headers or {}).items()}
    try:
        date = parsedate_to_datetime(headers.get("date", ""))
    except (TypeError, ValueError):
        return None
    return date if date.tzinfo is not None else None


def _posted_at(data: Mapping[str, Any]) -> datetime | None:
    try:
        return datetime.fromtimestamp(float(data.get("ts", "")), UTC)
    except (TypeError, ValueError, OverflowError, OSError):
        return None


def _key_of(message: Mapping[str, Any]) -> str | None:
    """The key we put on a message; None on other messages."""
    metadata = message.get("metadata") or {}
    if metadata.get("event_type") != EVENT:
        return None
    return str((metadata.get("event_payload") or {}).get("key"))


async def _asked(request: Awaitable[Any], *, posting: bool) -> Any:
    """Slack's answer to a request, its `data` a mapping. Raises Undelivered, saying whether the same may succeed later.

    Only a request that posts can leave us unsure of whether the message stands in Slack.
    """
    try:
        answer = await request
    except SlackApiError as refused:
        failed = undelivered(refused)
        failed.unsure = failed.unsure and posting
        raise failed from refused
    except aiohttp.ClientConnectorError as nobody:
        raise Undelivered(False, type(nobody).__name__, unsure=False) from nobody
    except (TimeoutError, aiohttp.ClientError, SlackClientError, OSError) as lost:
        raise Undelivered(False, type(lost).__name__, unsure=posting) from lost
    except (AttributeError, TypeError, ValueError) as odd:
        # the SDK (3.47) breaks on a body that is no JSON object, as a proxy's page with status 200
        raise Undelivered(False, "odd answer", unsure=posting) from odd
    if not isinstance(answer.data, Mapping):
        raise Undelivered(False, "odd answer", unsure=posting)
    return answer
