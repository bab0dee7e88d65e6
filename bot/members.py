"""Asks Slack who is in a forum's channel, when somebody comes or goes and once a day."""

import logging
from typing import TYPE_CHECKING

from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from bot.answering import LOST
from schedules.membership import Stranger, members_seen, without_seat
from storage.channels import linked_channels
from storage.hidden import without_hidden

if TYPE_CHECKING:
    from bot.app import Desk

log = logging.getLogger(__name__)

PAGE, MOST_PAGES = 200, 20
NOBODY = ("user_not_found", "user_not_visible")
MOST_ASKED = 20  # people without a seat whose names are asked for


async def compare_members(desk: "Desk", channel_id: str | None = None) -> None:
    """Compares a channel, or every forum's, with the roster. What Slack does not answer is left for the next time."""
    async with desk.database.reading() as session:
        linked = await linked_channels(session, workspace_id=desk.workspace_id, unknown=False)
    told = 0
    for each in [channel_id] if channel_id in linked else linked if channel_id is None else []:
        assert each is not None
        members = await _members(desk.client, each)
        if members is None:
            continue
        now = desk.clock.now()
        async with desk.database.reading() as session:
            unknown = await without_seat(
                session, workspace_id=desk.workspace_id, channel_id=each, members=members, now=now
            )
        strangers = await _named(desk, [user for user in unknown if user != desk.bot_user_id])
        if strangers is None:
            continue
        async with desk.database.transaction() as session:
            told += await members_seen(
                session,
                workspace_id=desk.workspace_id,
                channel_id=each,
                members=members,
                strangers=strangers,
                now=now,
            )
    if told:
        desk.after_change()


async def _members(client: AsyncWebClient, channel_id: str) -> set[str] | None:
    found: set[str] = set()
    cursor = ""
    try:
        for _ in range(MOST_PAGES):
            answer = await client.conversations_members(channel=channel_id, limit=PAGE, cursor=cursor)
            listed = answer.get("members")
            if not isinstance(listed, list):
                return None
            found |= {str(each) for each in listed}
            cursor = str((answer.get("response_metadata") or {}).get("next_cursor") or "")
            if not cursor:
                return found
    except LOST as lost:
        log.info("a channel's members could not be read: %s", type(lost).__name__)
        return None
    return found


async def _named(desk: "Desk", users: list[str]) -> dict[str, Stranger] | None:
    """The people among the users, with the names Slack shows; bots are left out. None where Slack does not answer: a
    difference that is only half known would be told as another."""
    named: dict[str, Stranger] = {}
    for user in users[:MOST_ASKED]:
        try:
            profile = (await desk.client.users_info(user=user)).get("user") or {}
        except SlackApiError as refused:
            if refused.response.get("error") in NOBODY:
                continue
            return None
        except LOST:
            return None
        if not profile.get("is_bot") and not profile.get("deleted"):
            team = str(profile.get("team_id") or "")
            name = without_hidden(str(profile.get("real_name") or profile.get("name") or "")) or user
            named[user] = Stranger(name, team if team != desk.team_id else "")
    return named
