"""Who has chaired: every turn so far, with those who sat on the seat and who decided what was decided."""

from collections.abc import Mapping
from datetime import date, datetime
from zoneinfo import ZoneInfo

from sqlmodel.ext.asyncio.session import AsyncSession

from commands.call import Answer, Call, Reply
from commands.chair import shown_forums
from commands.chair_change import facts_of
from commands.permissions import rights
from commands.texts import chair as texts
from commands.words import Words
from schedules.facts import AgreementFacts, ForumFacts
from schedules.message import Message, Part
from schedules.rotation import Turn, turns
from schedules.seats import sitting
from storage.chairs import deciders

MOST_SHOWN = 30


async def history(call: Call, session: AsyncSession) -> Answer:
    """`/ordforande historik`: the turns that have been and the present one, the newest first."""
    asker = await rights(call, session)
    today = call.local_now.date()
    parts = []
    for row in await shown_forums(Words(call.words), asker):
        facts, forum = await facts_of(session, row)
        decided = await deciders(session, forum_id=forum.id)
        lines = _lines(facts, forum, today, decided)
        parts.append(Part(heading=forum.name, lines=tuple(lines) or (texts.NO_HISTORY,)))
    return Reply(Message(tuple(parts), title=texts.HISTORY_TITLE))


def _lines(
    facts: AgreementFacts, forum: ForumFacts, today: date, decided: Mapping[tuple[str, date], tuple[str, datetime]]
) -> list[str]:
    begins = min([facts.starts, *(term.first for term in forum.terms)])
    been = [turn for turn in turns(forum, begins, today) if turn.first <= today]
    lines = [_line(forum, turn, max(turn.first, begins), today, decided, facts.zone) for turn in reversed(been)]
    hidden = len(lines) - MOST_SHOWN
    return [*lines[:MOST_SHOWN], texts.more_turns(hidden)] if hidden > 0 else lines


def _line(
    forum: ForumFacts,
    turn: Turn,
    first: date,
    today: date,
    decided: Mapping[tuple[str, date], tuple[str, datetime]],
    zone: str,
) -> str:
    last = turn.last if turn.last is not None and turn.last < today else None
    seated = sitting(forum, turn.seat, first, last or today)
    names = [texts.seated_from(each.name, each.first if each.first > first else None) for each in seated]
    known = {(term.seat, term.first): term.person for term in forum.terms if term.person}
    recorded = known.get((turn.seat, turn.first))
    by, at = decided.get((turn.seat, turn.first), ("", None))
    when = at.astimezone(ZoneInfo(zone)).date() if at else None
    return texts.been(first, last, turn.seat, names or ([recorded] if recorded else []), by, when)
