"""What the app is told by itself: messages, mentions, people joining, Home opened, channels changing."""

from secrets import token_hex

from sandbox.clock import Clock
from sandbox.conversations import Conversation, Message
from sandbox.errors import Json
from sandbox.manifest import Manifest
from sandbox.wire import message_wire
from sandbox.world import World


def event_payload(world: World, clock: Clock, event: Json, conversation: Conversation | None) -> Json:
    """The event in the Events API's wrapping, with an id of its own."""
    event_id = f"Ev{token_hex(5).upper()}"
    authorization = {
        "enterprise_id": None,
        "team_id": world.team.id,
        "user_id": world.bot.user_id,
        "is_bot": True,
        "is_enterprise_install": False,
    }
    return {
        "token": "sandbox",
        "team_id": world.team.id,
        "api_app_id": world.bot.app_id,
        "event": {"event_ts": clock.stamp(), **event},
        "type": "event_callback",
        "event_id": event_id,
        "event_time": int(clock.now.timestamp()),
        "authorizations": [authorization],
        "is_ext_shared_channel": bool(conversation and conversation.is_ext_shared),
        "event_context": token_hex(8),
    }


def heard(world: World, manifest: Manifest, conversation: Conversation, message: Message) -> list[Json]:
    """The events a new message gives: message.* and, when it names the bot, app_mention; none where it is not in."""
    bot = world.bot.user_id
    if bot not in conversation.members:
        return []
    content = {**message_wire(world, message), "channel": conversation.id, "event_ts": message.ts}
    content.pop("metadata", None)
    events: list[Json] = [{**content, "channel_type": conversation.type}]
    if f"<@{bot}" in message.text and not message.bot and conversation.kind != "im":
        events.append({**content, "type": "app_mention"})
    return events


def moved(kind: str, conversation: Conversation, user: str, team: str) -> Json:
    """member_joined_channel or member_left_channel."""
    letter = "G" if conversation.is_private else "C"
    return {"type": kind, "user": user, "channel": conversation.id, "channel_type": letter, "team": team}


def home_opened(clock: Clock, user: str, channel: str, view: Json | None) -> Json:
    """app_home_opened for the Home tab; the view that is there, if there is one."""
    event: Json = {"type": "app_home_opened", "user": user, "channel": channel, "tab": "home"}
    return {**event, "view": view} if view else event
