"""Somebody has come to a seat: what is open there goes where it was chosen to, all are told, and it can be undone."""

from collections.abc import Sequence

from sqlmodel.ext.asyncio.session import AsyncSession

from commands.call import Call
from commands.handover import Chosen, Open, Passing, choice
from commands.permissions import Rights
from commands.roster_change import Change, Effects, done, effects_of
from schedules.message import Button


async def settle(
    call: Call,
    session: AsyncSession,
    asker: Rights,
    passing: Passing,
    what: Open,
    stored: Sequence[Change],
    *,
    action: str,
) -> tuple[Chosen, list[Effects], Button]:
    """What the form chose of `what` is open, what the `stored` changes do, and the button that undoes it all."""
    chosen = await choice(call, session, asker, passing, what, action=action)
    effects = await effects_of(session, stored, call.local_now.date())
    undo = await done(
        call,
        session,
        asker,
        effects,
        action=action,
        forum=passing.forum,
        handovers=chosen.ids,
        left=[each.id or 0 for each in chosen.left],
        matters=chosen.matters,
    )
    return chosen, effects, undo
