"""The Web API: each method a function, with the scope it needs and the test that proves it."""

import json
import time
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from sandbox.slack.blockkit import message_problems, view_problems
from sandbox.slack.conversations import Message
from sandbox.slack.interactions import SlackRefuses
from sandbox.slack.world import Channel, User

if TYPE_CHECKING:
    from sandbox.slack.server import Sandbox

Answer = dict[str, Any]
Arguments = Mapping[str, Any]


@dataclass(frozen=True)
class Method:
    """`scope` empty: needs none. `proof`: the test that shows it."""

    run: Callable[["Sandbox", Arguments], Awaitable[Answer]]
    scope: str = ""
    proof: str = ""
    app_token: bool = False


def decoded(arguments: Arguments, *names: str) -> dict[str, Any]:
    """Arguments with the JSON strings that forms carry made values."""
    found = dict(arguments)
    for name in names:
        if isinstance(found.get(name), str):
            try:
                found[name] = json.loads(found[name])
            except ValueError:
                raise SlackRefuses(f"invalid_{name}" if name != "metadata" else "invalid_metadata_format") from None
    return found


def flag(arguments: Arguments, name: str) -> bool:
    return str(arguments.get(name, "")).lower() in ("1", "true")


async def auth_test(slack: "Sandbox", _: Arguments) -> Answer:
    world = slack.world
    return {
        "url": f"https://{world.domain}.example/",
        "team": world.team_name,
        "team_id": world.team_id,
        "user": world.bot_name,
        "user_id": world.bot_user_id,
        "bot_id": world.bot_id,
        "is_enterprise_install": False,
    }


async def api_test(_slack: "Sandbox", arguments: Arguments) -> Answer:
    return {"args": dict(arguments)}


async def connections_open(slack: "Sandbox", _: Arguments) -> Answer:
    return {"url": f"ws://127.0.0.1:{slack.port}/link?ticket={slack.links.ticket()}"}


def _channel(slack: "Sandbox", arguments: Arguments, *, member: bool = True) -> Channel:
    channel_id = str(arguments.get("channel") or "")
    if channel_id[:1] in ("U", "W"):
        if channel_id not in slack.world.users:
            raise SlackRefuses("channel_not_found")
        channel_id = slack.conversations.direct(channel_id).id
    channel = slack.world.channels.get(channel_id)
    if channel is None:
        raise SlackRefuses("channel_not_found")
    if member and slack.world.bot_user_id not in channel.members:
        raise SlackRefuses("channel_not_found" if channel.is_private else "not_in_channel")
    return channel


def _checked(slack: "Sandbox", arguments: Arguments) -> dict[str, Any]:
    found = decoded(arguments, "blocks", "metadata", "attachments")
    problems = message_problems(found)
    if problems:
        slack.errors.append({"problems": problems, "payload": found})
        raise SlackRefuses("invalid_blocks", problems)
    if not found.get("text") and not found.get("blocks"):
        raise SlackRefuses("no_text")
    return found


async def post_message(slack: "Sandbox", arguments: Arguments) -> Answer:
    channel = _channel(slack, arguments)
    if channel.is_archived:
        raise SlackRefuses("is_archived")
    found = _checked(slack, arguments)
    message = slack.conversations.add(
        channel.id,
        slack.world.bot_user_id,
        str(found.get("text") or ""),
        blocks=found.get("blocks") or [],
        metadata=found.get("metadata"),
        thread_ts=found.get("thread_ts"),
    )
    slack.posted.append(
        {
            "channel": channel.id,
            "ts": message.ts,
            "text": message.text,
            "blocks": message.blocks,
            "metadata": message.metadata,
        }
    )
    slack.changed("world", f"conversation:{channel.id}")
    return {"channel": channel.id, "ts": message.ts, "message": _shown(slack, message, everything=True)}


async def post_ephemeral(slack: "Sandbox", arguments: Arguments) -> Answer:
    channel = _channel(slack, arguments)
    user = str(arguments.get("user") or "")
    if user not in channel.members:
        raise SlackRefuses("user_not_in_channel")
    found = _checked(slack, arguments)
    message = slack.conversations.add(
        channel.id,
        slack.world.bot_user_id,
        str(found.get("text") or ""),
        blocks=found.get("blocks") or [],
        only_for=user,
    )
    slack.changed(f"conversation:{channel.id}")
    return {"message_ts": message.ts}


async def update_message(slack: "Sandbox", arguments: Arguments) -> Answer:
    channel = _channel(slack, arguments)
    message = slack.conversations.find(channel.id, str(arguments.get("ts")))
    if message is None or message.only_for is not None:
        raise SlackRefuses("message_not_found")
    if message.user != slack.world.bot_user_id:
        raise SlackRefuses("cant_update_message")
    found = _checked(slack, arguments)
    message.text, message.edited = str(found.get("text") or ""), True
    message.blocks = found.get("blocks") or []
    if "metadata" in found:
        message.metadata = found["metadata"]
    slack.changed(f"conversation:{channel.id}")
    return {"channel": channel.id, "ts": message.ts, "text": message.text}


async def delete_message(slack: "Sandbox", arguments: Arguments) -> Answer:
    channel = _channel(slack, arguments)
    message = slack.conversations.find(channel.id, str(arguments.get("ts")))
    if message is None:
        raise SlackRefuses("message_not_found")
    if message.user != slack.world.bot_user_id:
        raise SlackRefuses("cant_delete_message")
    message.deleted = True
    slack.changed(f"conversation:{channel.id}")
    return {"channel": channel.id, "ts": message.ts}


async def permalink(slack: "Sandbox", arguments: Arguments) -> Answer:
    channel = _channel(slack, arguments)
    ts = str(arguments.get("message_ts"))
    if slack.conversations.find(channel.id, ts) is None:
        raise SlackRefuses("message_not_found")
    return {"channel": channel.id, "permalink": f"http://127.0.0.1:{slack.port}/#{channel.id}/{ts}"}


def _view(slack: "Sandbox", arguments: Arguments) -> dict[str, Any]:
    view = decoded(arguments, "view").get("view")
    problems = view_problems(view)
    if problems or not isinstance(view, dict):
        slack.errors.append({"problems": problems, "payload": view})
        raise SlackRefuses("invalid_arguments", problems)
    return view


async def views_open(slack: "Sandbox", arguments: Arguments) -> Answer:
    view = _view(slack, arguments)
    trigger = slack.interactions.use_trigger(str(arguments.get("trigger_id")), time.monotonic())
    opened = slack.interactions.open(trigger.user, view)
    slack.changed("modal")
    return {"view": slack.view_payload(opened)}


async def views_push(slack: "Sandbox", arguments: Arguments) -> Answer:
    view = _view(slack, arguments)
    trigger = slack.interactions.use_trigger(str(arguments.get("trigger_id")), time.monotonic())
    opened = slack.interactions.push(trigger.user, view)
    slack.changed("modal")
    return {"view": slack.view_payload(opened)}


async def views_update(slack: "Sandbox", arguments: Arguments) -> Answer:
    view = _view(slack, arguments)
    opened = slack.interactions.by_id(str(arguments.get("view_id")))
    slack.interactions.update(opened, view, arguments.get("hash"))
    slack.changed("modal")
    return {"view": slack.view_payload(opened)}


async def views_publish(slack: "Sandbox", arguments: Arguments) -> Answer:
    view = _view(slack, arguments)
    home = (slack.world.manifest.get("features") or {}).get("app_home") or {}
    if not home.get("home_tab_enabled"):
        raise SlackRefuses("not_enabled")
    user = str(arguments.get("user_id"))
    if user not in slack.world.users:
        raise SlackRefuses("invalid_arguments", ["unknown user [/user_id]"])
    opened = slack.interactions.publish(user, view, arguments.get("hash"))
    slack.changed("home")
    return {"view": slack.view_payload(opened)}


def _conversation(slack: "Sandbox", channel: Channel) -> Answer:
    shown = {
        "id": channel.id,
        "is_archived": channel.is_archived,
        "is_private": channel.is_private,
        "is_ext_shared": channel.is_ext_shared,
        "is_im": channel.is_im,
        "is_member": slack.world.bot_user_id in channel.members,
        "num_members": len(channel.members),
        "topic": {"value": channel.topic},
    }
    if channel.is_im:
        shown["user"] = next(each for each in channel.members if each != slack.world.bot_user_id)
    else:
        shown["name"] = channel.name
    return shown


async def conversations_open(slack: "Sandbox", arguments: Arguments) -> Answer:
    user = str(arguments.get("users") or "").split(",")[0]
    if user not in slack.world.users or slack.world.users[user].deleted:
        raise SlackRefuses("user_not_found")
    return {"channel": {"id": slack.conversations.direct(user).id}}


async def conversations_info(slack: "Sandbox", arguments: Arguments) -> Answer:
    return {"channel": _conversation(slack, _channel(slack, arguments, member=False))}


async def conversations_members(slack: "Sandbox", arguments: Arguments) -> Answer:
    return {"members": list(_channel(slack, arguments).members), "response_metadata": {"next_cursor": ""}}


async def conversations_list(slack: "Sandbox", _: Arguments) -> Answer:
    rows = [_conversation(slack, each) for each in slack.world.channels.values() if not each.is_im]
    return {"channels": rows, "response_metadata": {"next_cursor": ""}}


async def conversations_join(slack: "Sandbox", arguments: Arguments) -> Answer:
    channel = _channel(slack, arguments, member=False)
    if channel.is_private:
        raise SlackRefuses("method_not_supported_for_channel_type")
    if slack.world.bot_user_id not in channel.members:
        channel.members.append(slack.world.bot_user_id)
    return {"channel": _conversation(slack, channel)}


async def conversations_history(slack: "Sandbox", arguments: Arguments) -> Answer:
    channel = _channel(slack, arguments)
    oldest, latest = float(arguments.get("oldest") or 0), float(arguments.get("latest") or 10**12)
    limit = min(int(arguments.get("limit") or 100), 999)
    start = int(arguments.get("cursor") or 0)
    rows = [each for each in reversed(slack.conversations.history(channel.id)) if oldest < float(each.ts) < latest]
    page = rows[start : start + limit]
    more = start + limit < len(rows)
    return {
        "messages": [_shown(slack, each, everything=flag(arguments, "include_all_metadata")) for each in page],
        "has_more": more,
        "response_metadata": {"next_cursor": str(start + limit) if more else ""},
    }


def _shown(slack: "Sandbox", message: Message, *, everything: bool) -> Answer:
    shown: Answer = {"type": "message", "ts": message.ts, "user": message.user, "text": message.text}
    if message.blocks:
        shown["blocks"] = message.blocks
    if message.user == slack.world.bot_user_id:
        shown |= {"bot_id": slack.world.bot_id, "app_id": slack.world.app_id}
    if message.metadata:
        shown["metadata"] = message.metadata if everything else {"event_type": message.metadata["event_type"]}
    return shown


def _user(slack: "Sandbox", user: User) -> Answer:
    return {
        "id": user.id,
        "team_id": user.team_id,
        "name": user.name,
        "real_name": user.name,
        "deleted": user.deleted,
        "is_bot": user.is_bot,
        "is_admin": user.is_admin,
        "is_stranger": False,
        "tz": "Europe/Stockholm",
        "profile": {"real_name": user.name, "display_name": user.name, "title": user.title},
    }


async def users_info(slack: "Sandbox", arguments: Arguments) -> Answer:
    user = slack.world.users.get(str(arguments.get("user")))
    if user is None:
        raise SlackRefuses("user_not_found")
    return {"user": _user(slack, user)}


async def users_list(slack: "Sandbox", _: Arguments) -> Answer:
    own = [_user(slack, each) for each in slack.world.users.values() if not slack.world.external(each)]
    return {"members": own, "response_metadata": {"next_cursor": ""}}


async def users_conversations(slack: "Sandbox", arguments: Arguments) -> Answer:
    user = str(arguments.get("user") or slack.world.bot_user_id)
    rows = [
        _conversation(slack, each) for each in slack.world.channels.values() if user in each.members and not each.is_im
    ]
    return {"channels": rows, "response_metadata": {"next_cursor": ""}}


async def team_info(slack: "Sandbox", _: Arguments) -> Answer:
    world = slack.world
    return {"team": {"id": world.team_id, "name": world.team_name, "domain": world.domain}}


METHODS: dict[str, Method] = {
    "api.test": Method(api_test, proof="test_stock_bolt_talks_to_it"),
    "auth.test": Method(auth_test, proof="test_stock_bolt_talks_to_it"),
    "apps.connections.open": Method(connections_open, app_token=True, proof="test_stock_bolt_talks_to_it"),
    "chat.postMessage": Method(post_message, "chat:write", "test_a_message_is_posted_with_its_metadata"),
    "chat.postEphemeral": Method(post_ephemeral, "chat:write", "test_an_ephemeral_is_seen_by_one"),
    "chat.update": Method(update_message, "chat:write", "test_a_message_is_changed_and_removed"),
    "chat.delete": Method(delete_message, "chat:write", "test_a_message_is_changed_and_removed"),
    "chat.getPermalink": Method(permalink, proof="test_a_message_is_changed_and_removed"),
    "views.open": Method(views_open, proof="test_a_form_opens_once_per_trigger"),
    "views.push": Method(views_push, proof="test_a_form_opens_once_per_trigger"),
    "views.update": Method(views_update, proof="test_a_stale_hash_conflicts"),
    "views.publish": Method(views_publish, proof="test_home_is_published"),
    "conversations.open": Method(conversations_open, "im:write", "test_a_direct_message_reaches_a_person"),
    "conversations.info": Method(conversations_info, "channels:read", "test_channels_are_described"),
    "conversations.members": Method(conversations_members, "channels:read", "test_channels_are_described"),
    "conversations.list": Method(conversations_list, "channels:read", "test_channels_are_described"),
    "conversations.join": Method(conversations_join, "channels:join", "test_a_missing_scope_is_refused"),
    "conversations.history": Method(
        conversations_history, "channels:history", "test_a_message_is_posted_with_its_metadata"
    ),
    "users.info": Method(users_info, "users:read", "test_people_are_described"),
    "users.list": Method(users_list, "users:read", "test_people_are_described"),
    "users.conversations": Method(users_conversations, "channels:read", "test_channels_are_described"),
    "team.info": Method(team_info, "team:read", "test_a_missing_scope_is_refused"),
}
