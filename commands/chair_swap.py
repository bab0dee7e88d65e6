"""Swapping two turns in the chair, and taking the newest change back the same day."""

import re
from datetime import date

from sqlmodel.ext.asyncio.session import AsyncSession

from commands.access import Action
from commands.call import Answer, Call, Field, Form, Option, Refused, Reply
from commands.chair_change import ask, carry_out, facts_of, take_back, with_turns
from commands.choosing import which_forum
from commands.finding import require_forum
from commands.misunderstood import misunderstood
from commands.permissions import Rights, rights
from commands.places import reminded
from commands.texts import chair as texts
from commands.words import Words, whole_number
from schedules.facts import AgreementFacts, ForumFacts
from schedules.message import Button, say
from schedules.rotation import Turn, swapped, years_ahead
from storage.chairs import hold_forum, newest_change
from storage.models import Forum

YEARS = 5
DAY = r"\d{4}-\d{2}-\d{2}"
SWAP = re.compile(rf"ja (?P<one>{DAY}) (?P<other>{DAY}) (?P<newest>\d{{1,18}})")


async def asked_of(call: Call, session: AsyncSession, slash: str) -> tuple[Rights, Forum, str]:
    """The asker, who must be allowed to pass the chair on, the forum, and what is left of the words."""
    asker = await rights(call, session)
    words = Words(f"f:{call.context.get('forum', '')}" if call.submitted else call.words)
    row = await require_forum(words, asker)
    asker.require(Action.PASS_ON_CHAIR, row.id)
    if words.text and not words.text.startswith(("ja ", "dagar ")) and whole_number(words.text) is None:
        raise misunderstood(slash, words.text, ())
    return asker, row, words.text


# --- swapping ---------------------------------------------------------------------------------------------------------


async def swap(call: Call, session: AsyncSession) -> Answer:
    """`/ordforande byt FORUM`: a form with two turns, what it would change, and with "Ja, byt" it is done."""
    if (choice := await which_forum(call, session, Action.PASS_ON_CHAIR, "ordforande byt")) is not None:
        return choice
    asker, row, left = await asked_of(call, session, "/ordforande byt")
    confirmed = SWAP.fullmatch(left)
    if confirmed:
        await hold_forum(session, forum_id=row.id or 0)
    facts, forum = await facts_of(session, row)
    today = call.local_now.date()
    ahead = _ahead(forum, facts, today)
    newest = await newest_change(session, forum_id=forum.id)
    if confirmed:
        if int(confirmed["newest"]) != newest:
            raise Refused(texts.changed_meanwhile(forum.name))
        one, other = _pair(ahead, confirmed["one"], confirmed["other"])
        told = texts.told_swap(one.seat, other.seat, asker.person.name if asker.person else "")
        becomes, first = with_turns(forum, swapped(one, other, today), today), min(one.first, other.first)
        undo = await carry_out(
            call, session, asker, facts, forum, becomes, "ordforande byt", told, first=first.isoformat()
        )
        return Reply(say(texts.saved(forum.name), buttons=undo))
    if not forum.chair_rule.rotates:
        raise Refused(texts.NOT_ROTATING)
    if len({turn.seat for turn in ahead}) < 2:
        raise Refused(texts.NOTHING_TO_SWAP)
    if not call.submitted:
        options = tuple(
            Option(texts.turn_label(turn.seat, turn.first, turn.last), turn.first.isoformat()) for turn in ahead
        )
        fields = (
            Field("one", texts.SWAP_ONE, "choice", options=options),
            Field("other", texts.SWAP_OTHER, "choice", options=options),
        )
        form = Form(
            "ordforande byt", texts.SWAP_TITLE, fields, submit=texts.SHOW_FIRST, context={"forum": str(forum.id)}
        )
        return reminded(form, [asker.forums.get(forum.id)])
    one, other = _pair(ahead, call.text("one"), call.text("other"))
    words = f"f:{forum.id} ja {one.first} {other.first} {newest}"
    button = Button(texts.SWAP_YES, "ordforande byt", words, "primary")
    becomes = with_turns(forum, swapped(one, other, today), today)
    return ask(facts, forum, becomes, texts.swap_question(one.seat, other.seat), button, today)


def _ahead(forum: ForumFacts, facts: AgreementFacts, today: date) -> list[Turn]:
    """The present turn and those to come within the agreement, each with a last day or a meeting of its own."""
    return [
        turn
        for turn in years_ahead(forum, today, YEARS)
        if (turn.last is not None or turn.meeting) and (facts.ends is None or turn.first <= facts.ends)
    ]


def _pair(ahead: list[Turn], one: str, other: str) -> tuple[Turn, Turn]:
    """The two turns that begin on the days. Raises Refused, field by field."""
    found = {turn.first.isoformat(): turn for turn in ahead}
    problems = {name: texts.CHOOSE_TURN for name, day in (("one", one), ("other", other)) if day not in found}
    if not problems and one == other:
        problems["other"] = texts.SAME_TURN
    elif not problems and found[one].seat == found[other].seat:
        problems["other"] = texts.SAME_SEAT
    elif not problems and bool(found[one].meeting) != bool(found[other].meeting):
        problems["other"] = texts.STAND_IN_IS_NO_TURN
    if problems:
        raise Refused(next(iter(problems.values())), fields=problems)
    return found[one], found[other]


# --- taken back -------------------------------------------------------------------------------------------------------


async def undo(call: Call, session: AsyncSession) -> Answer:
    """The button Ångra under a change of chair: takes the newest one back, the day it was made."""
    asker, row, left = await asked_of(call, session, "/ordforande")
    await hold_forum(session, forum_id=row.id or 0)
    facts, forum = await facts_of(session, row)
    newest = whole_number(left)
    done = newest is not None and await take_back(call, session, asker, facts, forum, newest)
    return Reply(say(texts.UNDONE if done else texts.TOO_LATE_TO_UNDO))
