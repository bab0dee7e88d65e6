"""Asks Slack about the account of everybody on the roster, once a day and when the bot starts: one closed while the bot
was down must not keep its rights. What Slack does not answer stays as it was."""

import logging
from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING, Any

from bot.answering import LOST
from schedules.accounts import account_seen
from storage.people import with_accounts

if TYPE_CHECKING:
    from bot.app import Desk

log = logging.getLogger(__name__)

AT_ONCE, PAUSE = 50, 60.0  # users.info is tier 4, a hundred a minute: half of that is left for others


async def compare_accounts(desk: "Desk", wait: Callable[[float], Awaitable[bool]]) -> None:
    """Asks users.info of each person with a Slack id, and writes down what is new. `wait` waits seconds, and says
    whether to go on: a bot that stops is not held up, and asks the rest when it starts again."""
    async with desk.database.reading() as session:
        known = await with_accounts(session, workspace_id=desk.workspace_id)
    told = 0
    for number, (team_id, user_id) in enumerate(known):
        if number and number % AT_ONCE == 0 and not await wait(PAUSE):
            break
        try:
            user = (await desk.client.users_info(user=user_id)).get("user")
        except LOST as lost:
            log.info("an account could not be looked at: %s", type(lost).__name__)
            continue
        if isinstance(user, dict) and user.get("id") == user_id:
            told += await note_user(desk, user, team_id or desk.team_id)
    if told:
        desk.after_change()


async def note_user(desk: "Desk", user: dict[str, Any], team_id: str) -> int:
    """Writes down a user as Slack shows it (a closed account, a guest's), as of the team; how many are told of it."""
    async with desk.database.transaction() as session:
        return await account_seen(
            session,
            workspace_id=desk.workspace_id,
            team_id=team_id,
            user_id=str(user["id"]),
            deactivated=bool(user.get("deleted")),
            guest=bool(user.get("is_restricted") or user.get("is_ultra_restricted")),
            now=desk.clock.now(),
        )
