"""Swapping turns in the chair, a stand-in for some days, and taking the newest change back the same day."""

import re
from dataclasses import replace
from datetime import date

from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from commands.access import Action
from commands.call import Answer, Call, Field, Form, Option, Refused, Reply
from commands.chair_change import ask, carry_out, facts_of, take_back, who
from commands.finding import require_forum
from commands.misunderstood import misunderstood
from commands.permissions import Rights, rights
from commands.places import reminded
from commands.texts import chair as texts
from commands.words import Words
from schedules.facts import AgreementFacts, ForumFacts
from schedules.message import Button, say
from schedules.rotation import Turn, chair_on, years_ahead
from storage.chairs import hold_forum, newest_term
from storage.models import Forum, ForumSeat, ForumSeatOption, Seat

YEARS = 5
LONGEST_DAYS = 366
DAY = r"\d{4}-\d{2}-\d{2}"
SWAP = re.compile(rf"ja (?P<one>{DAY}) (?P<other>{DAY}) (?P<newest>\d{{1,18}})")
STAND_IN = re.compile(rf"ja s(?P<seat>\d{{1,9}}) (?P<first>{DAY}) (?P<last>{DAY}) (?P<newest>\d{{1,18}})")


async def _asked(call: Call, session: AsyncSession, slash: str) -> tuple[Rights, Forum, str]:
    """The asker, who must be allowed to pass the chair on, the forum, and what is left of the words."""
    asker = await rights(call, session)
    words = Words(f"f:{call.context.get('forum', '')}" if call.submitted else call.words)
    row = await require_forum(words, asker)
    asker.require(Action.PASS_ON_CHAIR, row.id)
    if words.text and not words.text.startswith("ja ") and not words.text.isdigit():
        raise misunderstood(slash, words.text, ())
    return asker, row, words.text


# --- swapping ---------------------------------------------------------------------------------------------------------


async def swap(call: Call, session: AsyncSession) -> Answer:
    """`/ordforande byt FORUM`: a form with two turns to come, what it would change, and with "Ja, byt" it is done."""
    asker, row, left = await _asked(call, session, "/ordforande byt")
    confirmed = SWAP.fullmatch(left)
    if confirmed:
        await hold_forum(session, forum_id=row.id or 0)
    facts, forum = await facts_of(session, row)
    today = call.local_now.date()
    to_come = _to_come(forum, facts, today)
    newest = await newest_term(session, forum_id=forum.id)
    if confirmed:
        if int(confirmed["newest"]) != newest:
            raise Refused(texts.changed_meanwhile(forum.name))
        one, other = _pair(to_come, confirmed["one"], confirmed["other"])
        told = texts.told_swap(one.seat, other.seat, asker.person.name if asker.person else "")
        undo = await carry_out(call, session, asker, facts, forum, _swapped(one, other), "ordforande byt", told)
        return Reply(say(texts.saved(forum.name), buttons=undo))
    if not forum.chair_rule.rotates:
        raise Refused(texts.NOT_ROTATING)
    if len({turn.seat for turn in to_come}) < 2:
        raise Refused(texts.NOTHING_TO_SWAP)
    if not call.submitted:
        options = tuple(
            Option(texts.turn_label(turn.seat, turn.first, turn.last), turn.first.isoformat()) for turn in to_come[:100]
        )
        fields = (
            Field("one", texts.SWAP_ONE, "choice", options=options),
            Field("other", texts.SWAP_OTHER, "choice", options=options),
        )
        form = Form("ordforande byt", texts.SWAP_TITLE, fields, context={"forum": str(forum.id)})
        return reminded(form, [asker.forums.get(forum.id)])
    one, other = _pair(to_come, call.text("one"), call.text("other"))
    words = f"f:{forum.id} ja {one.first} {other.first} {newest}"
    button = Button(texts.SWAP_YES, "ordforande byt", words, "primary")
    return ask(facts, forum, _swapped(one, other), texts.swap_question(one.seat, other.seat), button, today)


def _to_come(forum: ForumFacts, facts: AgreementFacts, today: date) -> list[Turn]:
    """The turns that have not begun, each with a last day, within the agreement."""
    return [
        turn
        for turn in years_ahead(forum, today, YEARS)
        if turn.first > today and turn.last is not None and (facts.ends is None or turn.first <= facts.ends)
    ]


def _pair(to_come: list[Turn], one: str, other: str) -> tuple[Turn, Turn]:
    """The two turns that begin on the days. Raises Refused, field by field."""
    found = {turn.first.isoformat(): turn for turn in to_come}
    problems = {name: texts.CHOOSE_TURN for name, day in (("one", one), ("other", other)) if day not in found}
    if not problems and one == other:
        problems["other"] = texts.SAME_TURN
    elif not problems and found[one].seat == found[other].seat:
        problems["other"] = texts.SAME_SEAT
    if problems:
        raise Refused(next(iter(problems.values())), fields=problems)
    return found[one], found[other]


def _swapped(one: Turn, other: Turn) -> list[Turn]:
    return [replace(one, seat=other.seat, decided=True), replace(other, seat=one.seat, decided=True)]


# --- a stand-in -------------------------------------------------------------------------------------------------------


async def stand_in(call: Call, session: AsyncSession) -> Answer:
    """`/ordforande tillfällig FORUM`: somebody else has the chair from a day to a day: for a meeting, or the rest of a
    turn. Then the order goes on as before."""
    asker, row, left = await _asked(call, session, "/ordforande tillfallig")
    confirmed = STAND_IN.fullmatch(left)
    if confirmed:
        await hold_forum(session, forum_id=row.id or 0)
    facts, forum = await facts_of(session, row)
    today = call.local_now.date()
    seats = await _seats(session, row)
    newest = await newest_term(session, forum_id=forum.id)
    if confirmed:
        if int(confirmed["newest"]) != newest:
            raise Refused(texts.changed_meanwhile(forum.name))
        turn = _turn(forum, seats, confirmed["seat"], confirmed["first"], confirmed["last"], today)
        assert turn.last is not None
        chair = await who(session, facts, turn.seat, today)
        told = texts.told_stand_in(chair, turn.first, turn.last, asker.person.name if asker.person else "")
        undo = await carry_out(call, session, asker, facts, forum, [turn], "ordforande tillfallig", told)
        return Reply(say(texts.saved(forum.name), buttons=undo))
    if not call.submitted:
        options = tuple(Option(seat.title[:75], str(number)) for number, seat in seats.items())
        fields = (
            Field("seat", texts.STAND_IN_SEAT, "choice", options=options[:100]),
            Field("first", texts.STAND_IN_FROM, "date", value=today.isoformat()),
            Field("last", texts.STAND_IN_TO, "date", value=_ends(forum, today).isoformat(), hint=texts.STAND_IN_HINT),
        )
        form = Form("ordforande tillfallig", texts.STAND_IN_TITLE, fields, context={"forum": str(forum.id)})
        return reminded(form, [asker.forums.get(forum.id)])
    turn = _turn(forum, seats, call.text("seat"), call.text("first"), call.text("last"), today)
    assert turn.last is not None
    number = next(number for number, seat in seats.items() if seat.title == turn.seat)
    words = f"f:{forum.id} ja s{number} {turn.first} {turn.last} {newest}"
    button = Button(texts.STAND_IN_YES, "ordforande tillfallig", words, "primary")
    question = texts.stand_in_question(await who(session, facts, turn.seat, today), turn.first, turn.last)
    return ask(facts, forum, [turn], question, button, today)


async def _seats(session: AsyncSession, forum: Forum) -> dict[int, Seat]:
    """The functions that sit in the forum, by id, in its own order."""
    rows = await session.exec(
        select(Seat)
        .join(ForumSeatOption, col(ForumSeatOption.seat_id) == Seat.id)
        .join(ForumSeat, col(ForumSeat.id) == ForumSeatOption.forum_seat_id)
        .where(ForumSeat.forum_id == forum.id, col(ForumSeat.active), col(Seat.active))
        .order_by(col(ForumSeat.position), col(Seat.id))
    )
    return {seat.id: seat for seat in rows.all() if seat.id is not None}


def _ends(forum: ForumFacts, today: date) -> date:
    """The last day of the present turn, as far as it is known; else today."""
    turn = chair_on(forum, today)
    return turn.last if turn is not None and turn.last is not None else today


def _turn(forum: ForumFacts, seats: dict[int, Seat], seat: str, first: str, last: str, today: date) -> Turn:
    """The stand-in's turn. Raises Refused, field by field."""
    problems: dict[str, str] = {}
    chosen = seats.get(int(seat)) if re.fullmatch(r"\d{1,9}", seat) else None
    if chosen is None:
        problems["seat"] = texts.CHOOSE_SEAT
    days: dict[str, date] = {}
    for name, said in (("first", first), ("last", last)):
        try:
            days[name] = date.fromisoformat(said)
        except ValueError:
            problems[name] = texts.GIVE_DATE
    if "first" in days and days["first"] < today:
        problems["first"] = texts.NOT_BACKWARDS
    if len(days) == 2 and days["last"] < days["first"]:
        problems["last"] = texts.ENDS_BEFORE
    elif len(days) == 2 and (days["last"] - days["first"]).days >= LONGEST_DAYS:
        problems["last"] = texts.TOO_LONG
    if problems or chosen is None:
        raise Refused(next(iter(problems.values())), fields=problems)
    turn = Turn(chosen.title, days["first"], days["last"], decided=True)
    now = chair_on(forum, turn.first)
    if now is not None and now.seat == turn.seat and (now.last is None or now.last >= days["last"]):
        raise Refused(texts.ALREADY_CHAIR, fields={"seat": texts.ALREADY_CHAIR})
    return turn


# --- taken back -------------------------------------------------------------------------------------------------------


async def undo(call: Call, session: AsyncSession) -> Answer:
    """The button Ångra under a change of chair: takes the newest one back, the day it was made."""
    asker, row, left = await _asked(call, session, "/ordforande")
    await hold_forum(session, forum_id=row.id or 0)
    facts, forum = await facts_of(session, row)
    done = left.isdigit() and len(left) < 19 and await take_back(call, session, asker, facts, forum, int(left))
    return Reply(say(texts.UNDONE if done else texts.TOO_LATE_TO_UNDO))
