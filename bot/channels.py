"""What Slack tells of channels and accounts: shared, renumbered, renamed, archived, the bot put out, somebody gone.

Each event is written down in one transaction with what the coordinators are told; a second delivery finds it known.
"""

import logging
from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING, Any

from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from bot.accounts import note_user
from bot.answering import LOST
from bot.listening import Ack, Listener
from bot.members import compare_members
from schedules.channels import channel_closed, channel_seen, channel_shared, channel_unshared
from storage.channels import forums_in, linked_channels, note_channel, renumber
from storage.reopening import reopen

if TYPE_CHECKING:
    from bot.app import Desk

log = logging.getLogger(__name__)

Body = dict[str, Any]
Heard = Callable[["Desk", Body, Body], Awaitable[None]]


def listeners(desk: "Desk") -> dict[str, Listener]:
    """Every event of channels and accounts with what is done about it."""
    return {name: _listener(desk, heard) for name, heard in EVENTS.items()}


def _listener(desk: "Desk", heard: Heard) -> Listener:
    async def on_channel_event(_: Ack, body: Body) -> None:
        await heard(desk, body.get("event") or {}, body)
        desk.after_change()

    on_channel_event.__name__ = heard.__name__
    return on_channel_event


def _channel_id(event: Body) -> str:
    """The channel of an event; a renamed one comes as an object."""
    channel = event.get("channel")
    return str(channel.get("id") or "") if isinstance(channel, dict) else str(channel or "")


async def on_shared(desk: "Desk", event: Body, _: Body) -> None:
    """channel_shared: another organisation is in the channel."""
    team_id = str(event.get("connected_team_id") or "")
    if not team_id or team_id == desk.team_id:
        return
    async with desk.database.transaction() as session:
        await channel_shared(
            session,
            workspace_id=desk.workspace_id,
            channel_id=_channel_id(event),
            team_id=team_id,
            now=desk.clock.now(),
        )


async def on_unshared(desk: "Desk", event: Body, _: Body) -> None:
    """channel_unshared: an organisation has left the channel."""
    async with desk.database.transaction() as session:
        await channel_unshared(
            session,
            workspace_id=desk.workspace_id,
            channel_id=_channel_id(event),
            team_id=str(event.get("previously_connected_team_id") or ""),
            now=desk.clock.now(),
        )


async def on_renumbered(desk: "Desk", event: Body, _: Body) -> None:
    """channel_id_changed: the forums follow, and the channel is looked at anew."""
    old, new = str(event.get("old_channel_id") or ""), str(event.get("new_channel_id") or "")
    if not old or not new:
        return
    async with desk.database.transaction() as session:
        await renumber(session, workspace_id=desk.workspace_id, old=old, new=new)
        await reopen(session, channel_id=new, now=desk.clock.now())
    await look_at_channels(desk)


async def on_renamed(desk: "Desk", event: Body, _: Body) -> None:
    """channel_rename, group_rename: only the name is new."""
    channel_id, name = _channel_id(event), str((event.get("channel") or {}).get("name") or "")
    async with desk.database.transaction() as session:
        if await forums_in(session, workspace_id=desk.workspace_id, channel_id=channel_id):
            await note_channel(
                session, workspace_id=desk.workspace_id, channel_id=channel_id, now=desk.clock.now(), name=name
            )


async def on_archived(desk: "Desk", event: Body, body: Body) -> None:
    """channel_archive, group_archive: nothing can be posted there."""
    await _closed(desk, event, body, "archived")


async def on_unarchived(desk: "Desk", event: Body, _: Body) -> None:
    """channel_unarchive, group_unarchive: what was refused in the last days goes now."""
    await channel_open(desk, _channel_id(event))


async def channel_open(desk: "Desk", channel_id: str) -> None:
    """The bot can write in the channel: what was refused there for its sake waits anew."""
    async with desk.database.transaction() as session:
        reopened = await reopen(session, channel_id=channel_id, now=desk.clock.now())
    if reopened:
        log.info("%s messages wait anew for channel %s", reopened, channel_id)
        desk.after_change()


async def on_left(desk: "Desk", event: Body, body: Body) -> None:
    """member_left_channel, channel_left, group_left: told where it is the bot itself."""
    if event.get("type") == "member_left_channel" and event.get("user") != desk.bot_user_id:
        await compare_members(desk, _channel_id(event))
        return
    await _closed(desk, event, body, "left")


async def _closed(desk: "Desk", event: Body, body: Body, why: str) -> None:
    key = str(event.get("event_ts") or body.get("event_id") or "")
    async with desk.database.transaction() as session:
        await channel_closed(
            session,
            workspace_id=desk.workspace_id,
            channel_id=_channel_id(event),
            why=why,
            key=key,
            now=desk.clock.now(),
        )


async def on_account(desk: "Desk", event: Body, _: Body) -> None:
    """user_change: a closed account loses its rights at once; one opened again has them back."""
    user = event.get("user") or {}
    if not isinstance(user, dict) or not user.get("id"):
        return
    await note_user(desk, user, str(user.get("team_id") or desk.team_id))


EVENTS: dict[str, Heard] = {
    "channel_shared": on_shared,
    "channel_unshared": on_unshared,
    "channel_id_changed": on_renumbered,
    "channel_rename": on_renamed,
    "group_rename": on_renamed,
    "channel_archive": on_archived,
    "group_archive": on_archived,
    "channel_unarchive": on_unarchived,
    "group_unarchive": on_unarchived,
    "member_left_channel": on_left,
    "channel_left": on_left,
    "group_left": on_left,
    "user_change": on_account,
}


async def look_at_channels(desk: "Desk", *, every: bool = False) -> None:
    """Asks Slack about the forums' channels of which nothing is known, or about every one, as when the bot starts:
    what was shared, archived, opened or renumbered while it was down shows then. What Slack does not answer stays as it
    was; a channel that it no longer knows is told of, since Slack does not say what became of it."""
    async with desk.database.reading() as session:
        wanted = await linked_channels(session, workspace_id=desk.workspace_id, unknown=not every)
    for channel_id in wanted:
        found = await _info(desk.client, channel_id)
        if found is None:
            continue
        if found and str(found["id"]) != channel_id:
            await on_renumbered(desk, {"old_channel_id": channel_id, "new_channel_id": found["id"]}, {})
            continue
        if every:
            await _note_whether_open(desk, channel_id, found)
        if not found:
            continue
        async with desk.database.transaction() as session:
            await channel_seen(
                session,
                workspace_id=desk.workspace_id,
                channel_id=channel_id,
                shared_with=_organisations(found, desk.team_id),
                name=str(found.get("name") or ""),
                now=desk.clock.now(),
            )


async def _note_whether_open(desk: "Desk", channel_id: str, found: Body) -> None:
    why = _closed_why(found)
    if why is None:
        await channel_open(desk, channel_id)
        return
    now = desk.clock.now()
    async with desk.database.transaction() as session:
        await channel_closed(
            session,
            workspace_id=desk.workspace_id,
            channel_id=channel_id,
            why=why,
            key=f"looked:{now:%G-%V}",  # not at every start
            now=now,
        )


def _closed_why(channel: Body) -> str | None:
    if not channel:
        return "gone"
    if channel.get("is_archived"):
        return "archived"
    return "left" if channel.get("is_member") is False else None


def _organisations(channel: Body, own: str) -> list[str]:
    """The other organisations in a channel, as conversations.info says; "?" in a shared one that names none."""
    named = {str(each) for key in ("connected_team_ids", "shared_team_ids") for each in channel.get(key) or []}
    others = sorted(named - {own})
    return others or (["?"] if channel.get("is_ext_shared") else [])


async def _info(client: AsyncWebClient, channel_id: str) -> Body | None:
    """What Slack says of a channel; empty where it knows none, None where it does not say."""
    try:
        answer = await client.conversations_info(channel=channel_id)
    except LOST as lost:
        if isinstance(lost, SlackApiError) and lost.response.get("error") == "channel_not_found":
            return {}
        log.info("a channel could not be looked at: %s", type(lost).__name__)
        return None
    channel = answer.get("channel")
    return channel if isinstance(channel, dict) and channel.get("id") else None
