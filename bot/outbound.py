"""Posts a message, finds a message by its key, and sorts what goes wrong into passing and permanent.

Nothing is retried here: the courier decides, after looking. Source of the errors: docs.slack.dev, chat.postMessage.
"""

from collections.abc import Awaitable, Mapping
from datetime import datetime, timedelta
from typing import Any

import aiohttp
from slack_sdk.errors import SlackApiError, SlackClientError
from slack_sdk.web.async_client import AsyncWebClient

from bot.blocks import message_blocks, message_text
from schedules.carrier import Posted, Scope, Target, Undelivered
from schedules.message import Message

EVENT = "samverkansbot_notice"
PAGE = 200
MOST_PAGES = 20
KEPT_FOR = 2.0  # seconds a connection may rest: far less than a server waits, so that it does not close as we write
GIVEN_UP_AFTER = 10.0  # seconds for a whole request

# Slack surely has not posted, and never will in this place
PERMANENT = {
    "channel_not_found": "channel",
    "is_archived": "channel",
    "not_in_channel": "channel",
    "restricted_action": "channel",
    "restricted_action_read_only_channel": "channel",
    "user_not_found": "channel",
    "user_disabled": "channel",
    "users_not_found": "channel",
    "cannot_dm_bot": "channel",
    "messages_tab_disabled": "channel",
    "invalid_blocks": "message",
    "invalid_blocks_format": "message",
    "invalid_arguments": "message",
    "msg_too_long": "message",
    "msg_blocks_too_long": "message",
    "metadata_too_large": "message",
    "no_text": "message",
}
# nothing can be posted by this app until somebody mends it: every message waits
WHOLE = {
    "invalid_auth",
    "not_authed",
    "account_inactive",
    "token_revoked",
    "token_expired",
    "missing_scope",
    "not_allowed_token_type",
    "org_login_required",
    "team_access_not_granted",
    "ekm_access_denied",
}
# the history is closed to us: whether a message stands there cannot be known
UNREADABLE = {"missing_scope", "not_allowed_token_type"}
# documented as "some aspect of the operation may have succeeded"
UNSURE = {"fatal_error", "internal_error", "request_timeout", "service_unavailable", "team_added_to_org"}


def kept_connections() -> aiohttp.ClientSession:
    """What a courier's client may post through: opening a connection for every post costs as much as the post does.

    Close it when no more is posted.
    """
    return aiohttp.ClientSession(
        connector=aiohttp.TCPConnector(limit=0, keepalive_timeout=KEPT_FOR),
        timeout=aiohttp.ClientTimeout(total=GIVEN_UP_AFTER),
    )


class SlackCarrier:
    """Carries to Slack with a client that never repeats a request on its own."""

    def __init__(self, client: AsyncWebClient) -> None:
        if client.retry_handlers:
            raise ValueError("the courier's client must not retry")
        self._client = client
        self._direct: dict[str, str] = {}

    async def post(self, to: Target, message: Message, key: str) -> Posted:
        """Posts once, with the key as metadata. Raises Undelivered."""
        channel = await self._channel(to)
        answer = await _asked(
            self._client.chat_postMessage(
                channel=channel,
                text=message_text(message),
                blocks=message_blocks(message),
                metadata={"event_type": EVENT, "event_payload": {"key": key}},
                unfurl_links=False,
                unfurl_media=False,
            ),
            posting=True,
        )
        return Posted(str(answer["channel"]), str(answer["ts"]))

    async def find(self, to: Target, key: str, since: datetime) -> Posted | None:
        """The message with the key posted after `since`, None when there surely is none. Raises Undelivered."""
        channel = await self._channel(to)
        oldest = f"{(since - timedelta(seconds=1)).timestamp():.6f}"
        cursor = ""
        for _ in range(MOST_PAGES):
            answer = await self._history(channel, oldest, cursor)
            for found in answer.get("messages", []):
                if _key_of(found) == key:
                    return Posted(channel, str(found["ts"]))
            cursor = str((answer.get("response_metadata") or {}).get("next_cursor") or "")
            if not cursor:
                return None
        # not found is not the same as not there, and reading on would never end: the channel only gets longer
        raise Undelivered(True, "history too long", scope="message")

    async def _history(self, channel: str, oldest: str, cursor: str) -> Mapping[str, Any]:
        """A page, newest first. What keeps us from reading says nothing of posting: it holds nothing else back."""
        try:
            return await _asked(
                self._client.conversations_history(
                    channel=channel, oldest=oldest, include_all_metadata=True, limit=PAGE, cursor=cursor or None
                )
            )
        except Undelivered as failure:
            if failure.reason in UNREADABLE:
                raise Undelivered(True, failure.reason, scope="message") from failure
            raise

    async def _channel(self, to: Target) -> str:
        if to.channel_id:
            return to.channel_id
        assert to.user_id is not None
        if to.user_id not in self._direct:
            answer = await _asked(self._client.conversations_open(users=to.user_id))
            self._direct[to.user_id] = str(answer["channel"]["id"])
        return self._direct[to.user_id]


def _key_of(message: Mapping[str, Any]) -> str | None:
    """The key we put on a message; None on other messages."""
    metadata = message.get("metadata") or {}
    if metadata.get("event_type") != EVENT:
        return None
    return str((metadata.get("event_payload") or {}).get("key"))


async def _asked(request: Awaitable[Any], *, posting: bool = False) -> Mapping[str, Any]:
    """Slack's answer to a request. Raises Undelivered, saying whether the same may succeed later.

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
    data = answer.data
    if not isinstance(data, Mapping):
        raise Undelivered(False, "odd answer", unsure=posting)
    return data


def undelivered(refused: SlackApiError) -> Undelivered:
    """What Slack's refusal means for the message."""
    response = refused.response
    status = int(getattr(response, "status_code", 200) or 200)
    data = response.data if isinstance(getattr(response, "data", None), Mapping) else {}
    error = str(data.get("error") or "")
    if status == 429 or error in ("ratelimited", "rate_limited", "message_limit_exceeded"):
        headers = {name.lower(): value for name, value in (response.headers or {}).items()}
        return Undelivered(False, "ratelimited", retry_after=headers.get("retry-after"), scope="channel", unsure=False)
    if status >= 500 or error in UNSURE or not error:
        return Undelivered(False, error or f"http {status}", unsure=True)
    if error in WHOLE:
        return Undelivered(True, error, scope="method", unsure=False)
    if error in PERMANENT:
        scope: Scope = "message" if PERMANENT[error] == "message" else "channel"
        return Undelivered(True, error, scope=scope, unsure=False)
    return Undelivered(True, error, scope="message", unsure=False)
