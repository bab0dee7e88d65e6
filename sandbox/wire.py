"""People, channels and messages as Slack writes them in JSON."""

from typing import Any

from sandbox.conversations import Conversation, Message
from sandbox.errors import Json
from sandbox.world import Person, World


def person_wire(world: World, person: Person, *, with_email: bool, is_stranger: bool = False) -> Json:
    """A user object. A stranger (of another organisation, in no channel with the bot) has a short profile."""
    profile: dict[str, Any] = {"real_name": person.name, "real_name_normalized": person.name, "team": person.team_id}
    if not is_stranger:
        profile |= {"display_name": person.name, "display_name_normalized": person.name, "title": person.title}
        if with_email and person.email:
            profile["email"] = person.email
    wire: Json = {
        "id": person.id,
        "team_id": person.team_id,
        "name": person.handle,
        "real_name": person.name,
        "deleted": False,
        "profile": profile,
        "is_bot": False,
        "is_app_user": False,
        "updated": 0,
    }
    if is_stranger:
        return {**wire, "is_stranger": True}
    at_home = person.team_id == world.team.id
    wire |= {"tz": "Europe/Stockholm", "tz_label": "Central European Time", "tz_offset": 3600}
    if at_home:
        wire |= {"is_admin": person.is_admin, "is_owner": False, "is_primary_owner": False}
        wire |= {"is_restricted": False, "is_ultra_restricted": False, "locale": "sv-SE"}
    return wire


def bot_wire(world: World) -> Json:
    """The bot's own user object."""
    bot = world.bot
    profile = {"real_name": bot.name, "display_name": bot.name, "bot_id": bot.bot_id, "api_app_id": bot.app_id}
    return {
        "id": bot.user_id,
        "team_id": world.team.id,
        "name": bot.name,
        "real_name": bot.name,
        "deleted": False,
        "profile": profile,
        "is_bot": True,
        "is_app_user": False,
        "updated": 0,
    }


def conversation_wire(world: World, one: Conversation) -> Json:
    """A conversation object."""
    bot = world.bot.user_id
    if one.kind == "im":
        user = next(member for member in one.members if member != bot)
        return {
            "id": one.id,
            "created": one.created,
            "is_im": True,
            "is_org_shared": False,
            "user": user,
            "is_archived": False,
            "is_user_deleted": False,
            "is_open": True,
            "priority": 0,
        }
    topic = {"value": one.topic, "creator": "", "last_set": 0}
    return {
        "id": one.id,
        "name": one.name,
        "name_normalized": one.name,
        "is_channel": not one.is_private,
        "is_group": one.is_private,
        "is_im": False,
        "is_mpim": False,
        "is_private": one.is_private,
        "is_archived": one.is_archived,
        "is_general": False,
        "is_shared": one.is_ext_shared,
        "is_ext_shared": one.is_ext_shared,
        "is_org_shared": False,
        "is_pending_ext_shared": False,
        "is_member": bot in one.members,
        "created": one.created,
        "creator": "",
        "context_team_id": world.team.id,
        "topic": topic,
        "purpose": {"value": "", "creator": "", "last_set": 0},
        "previous_names": [],
        "unlinked": 0,
    }


def message_wire(world: World, message: Message, *, with_metadata: bool = False) -> Json:
    """A message object. Without `with_metadata` only the metadata's event_type comes along, as from history."""
    bot = world.bot
    team = world.team.id if message.bot else world.people[message.user].team_id
    wire: Json = {"type": "message", "user": message.user, "text": message.text, "ts": message.ts, "team": team}
    if message.bot:
        wire |= {"bot_id": bot.bot_id, "app_id": bot.app_id}
        wire["bot_profile"] = {"id": bot.bot_id, "app_id": bot.app_id, "name": bot.name, "team_id": world.team.id}
    if message.blocks:
        wire["blocks"] = message.blocks
    if message.metadata:
        kept = {"event_type": message.metadata["event_type"]}
        wire["metadata"] = message.metadata if with_metadata else kept
    if message.thread_ts:
        wire["thread_ts"] = message.thread_ts
    if message.broadcast:
        wire["subtype"] = "thread_broadcast"
    if message.edited:
        wire["edited"] = {"user": message.user, "ts": message.edited}
    if message.files:
        wire["files"] = message.files
    if message.reactions:
        wire["reactions"] = [
            {"name": name, "users": users, "count": len(users)} for name, users in message.reactions.items()
        ]
    return wire
