"""Who somebody is: (team id, user id), as Slack says it. Where an event leaves the team out, Slack is asked."""

from collections.abc import Mapping
from typing import Any

from slack_sdk.web.async_client import AsyncWebClient

Body = Mapping[str, Any]


def said_team(body: Body) -> str:
    """The team Slack says the person of a payload or event belongs to; "" where it does not say.

    A button or form names it with the person, a message as `user_team` or `team`. The `team_id` beside them is that of
    the workspace the app is installed in, and says nothing of the person: only a slash command's does, since Slack lets
    nobody else type one.
    """
    user = body.get("user")
    if isinstance(user, Mapping) and user.get("team_id"):
        return str(user["team_id"])
    if body.get("user_team"):
        return str(body["user_team"])
    return str(body.get("team_id") or "") if body.get("command") else ""


async def team_of(client: AsyncWebClient, user_id: str, own: str, known: dict[str, str]) -> str:
    """The team of somebody whom an event names by user id alone. Raises what the client raises.

    An answer that gives no team means the workspace's `own`. A user's team never changes: `known` keeps the answers.
    """
    if user_id not in known:
        answer = await client.users_info(user=user_id)
        found = answer.get("user") or {}
        known[user_id] = str(found.get("team_id") or own)
    return known[user_id]
