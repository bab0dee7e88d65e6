"""Somebody else in the chair: a stand-in for a meeting or some days, whoever a body has named, and the chair who steps
down."""

import re
from collections.abc import Mapping
from dataclasses import replace
from datetime import date

from sqlmodel.ext.asyncio.session import AsyncSession

from commands.call import Answer, Call, Field, Form, Option, Refused, Reply
from commands.chair_change import ask, carry_out, facts_of, who, with_turns
from commands.chair_swap import DAY, asked_of
from commands.places import reminded
from commands.texts import chair as texts
from commands.words import whole_day, whole_number
from schedules.acting_chair import By, acting_chair
from schedules.facts import AgreementFacts, ForumFacts, OccasionFacts
from schedules.message import Button, Message, Part, say
from schedules.rotation import Turn, as_vice, chair_on, missing, vice_on
from schedules.seats import is_vacant
from storage.chairs import hold_forum, newest_change, seats_in
from storage.models import Seat
from storage.terms import CommitmentKind, OccasionState

LONGEST_DAYS = 366
OPEN = "tillsvidare"  # in a button: no last day
STAND_IN = re.compile(
    rf"ja s(?P<seat>\d{{1,9}}) (?P<first>{DAY}) (?P<last>{DAY}) o(?P<occasion>\d{{1,9}}) (?P<newest>\d{{1,18}})"
)
NAMED = re.compile(
    rf"ja (?P<role>[ov]) s(?P<seat>\d{{1,9}}) (?P<first>{DAY}) (?P<last>{DAY}|{OPEN}) (?P<newest>\d{{1,18}})"
)
FILLED = re.compile(rf"dagar (?P<first>{DAY}) (?P<last>{DAY})")
STEPS_DOWN = re.compile(rf"ja (?P<first>{DAY}) (?P<newest>\d{{1,18}})")


# --- a stand-in -------------------------------------------------------------------------------------------------------


async def stand_in(call: Call, session: AsyncSession) -> Answer:
    """`/ordforande tillfällig FORUM`: somebody else leads one booked meeting, whatever day it is moved to, or has the
    chair from a day to a day. Then the order goes on as before."""
    asker, row, left = await asked_of(call, session, "/ordforande tillfallig")
    confirmed = STAND_IN.fullmatch(left)
    if confirmed:
        await hold_forum(session, forum_id=row.id or 0)
    facts, forum = await facts_of(session, row)
    today = call.local_now.date()
    seats = await seats_in(session, forum_id=forum.id)
    meetings = booked_meetings(facts, forum.id, today)
    newest = await newest_change(session, forum_id=forum.id)
    if confirmed:
        if int(confirmed["newest"]) != newest:
            raise Refused(texts.changed_meanwhile(forum.name))
        said = {name: confirmed[name] for name in ("seat", "first", "last", "occasion")}
        turn = _stand_in_turn(forum, seats, meetings, said, today)
        chair = who(forum, turn.seat, turn.first)
        told = texts.told_stand_in(
            chair, turn.first, turn.last or turn.first, asker.person.name if asker.person else ""
        )
        becomes = with_turns(forum, [turn], today)
        first = turn.first.isoformat()
        undo = await carry_out(call, session, asker, facts, forum, becomes, "ordforande tillfallig", told, first=first)
        return Reply(say(texts.saved(forum.name), buttons=undo))
    if not call.submitted:
        return reminded(_stand_in_form(forum, seats, meetings, today, FILLED.fullmatch(left)), [row])
    chosen = call.text("meeting")
    said = {"seat": call.text("seat"), "first": call.text("first"), "last": call.text("last")}
    said["occasion"] = str(whole_number(chosen) or 0)
    turn = _stand_in_turn(forum, seats, meetings, said, today)
    words = f"f:{forum.id} ja s{said['seat']} {turn.first} {turn.last} o{turn.occasion} {newest}"
    button = Button(texts.STAND_IN_YES, "ordforande tillfallig", words, "primary")
    question = texts.stand_in_question(who(forum, turn.seat, turn.first), turn.first, turn.last or turn.first)
    note = texts.FOLLOWS_MEETING if turn.occasion else texts.HISTORY_STAYS
    return ask(facts, forum, with_turns(forum, [turn], today), question, button, today, note)


def booked_meetings(facts: AgreementFacts, forum_id: int, today: date) -> dict[int, OccasionFacts]:
    """The forum's planned meetings from today on, by id, the nearest first."""
    found = [
        occasion
        for commitment in facts.commitments
        if commitment.forum_id == forum_id and commitment.kind is CommitmentKind.MEETING
        for occasion in commitment.occasions
        if occasion.state is OccasionState.PLANNED and occasion.on >= today
    ]
    return {occasion.id: occasion for occasion in sorted(found, key=lambda each: (each.on, each.id))}


def _stand_in_form(
    forum: ForumFacts,
    seats: Mapping[int, Seat],
    meetings: Mapping[int, OccasionFacts],
    today: date,
    filled: re.Match[str] | None,
) -> Form:
    """Opens with the days a button carries, else with the rest of the present turn."""
    turn = chair_on(forum, today)
    last = turn.last if turn is not None and turn.last is not None else today
    days = (filled["first"], filled["last"]) if filled else (today.isoformat(), last.isoformat())
    choices = [
        Option(texts.meeting_label(each.on, each.at, each.place), str(number)) for number, each in meetings.items()
    ]
    meeting = Field(
        "meeting",
        texts.STAND_IN_MEETING,
        "choice",
        value=texts.NO_MEETING_VALUE,
        options=(Option(texts.NO_MEETING, texts.NO_MEETING_VALUE), *choices),
    )
    fields = (
        Field("seat", texts.STAND_IN_SEAT, "choice", options=_options(seats)),
        *((meeting,) if choices else ()),
        Field("first", texts.STAND_IN_FROM, "date", value=days[0]),
        Field("last", texts.STAND_IN_TO, "date", value=days[1], hint=texts.STAND_IN_HINT),
    )
    return Form(
        "ordforande tillfallig",
        texts.STAND_IN_TITLE,
        fields,
        submit=texts.SHOW_FIRST,
        context={"forum": str(forum.id)},
    )


def _options(seats: Mapping[int, Seat]) -> tuple[Option, ...]:
    return tuple(Option(seat.title[:75], str(number)) for number, seat in seats.items())


def _stand_in_turn(
    forum: ForumFacts,
    seats: Mapping[int, Seat],
    meetings: Mapping[int, OccasionFacts],
    said: Mapping[str, str],
    today: date,
) -> Turn:
    """The stand-in's turn. Raises Refused, field by field."""
    occasion = int(said["occasion"])
    if not occasion:
        turn = _turn(seats, said["seat"], said["first"], said["last"], today)
        if turn.last is not None and (turn.last - turn.first).days >= LONGEST_DAYS:
            raise Refused(texts.TOO_LONG, fields={"last": texts.TOO_LONG})
    elif occasion not in meetings:
        raise Refused(texts.NO_SUCH_MEETING, fields={"meeting": texts.NO_SUCH_MEETING})
    else:
        on = meetings[occasion].on
        turn = replace(_turn(seats, said["seat"], on.isoformat(), on.isoformat(), today), occasion=occasion)
    _refuse_if_chair(forum, turn)
    return turn


def _refuse_if_chair(forum: ForumFacts, turn: Turn) -> None:
    now = chair_on(forum, turn.first)
    last = turn.last or date.max
    if now is not None and now.seat == turn.seat and (now.last is None or now.last >= last):
        raise Refused(texts.ALREADY_CHAIR, fields={"seat": texts.ALREADY_CHAIR})


def _turn(seats: Mapping[int, Seat], seat: str, first: str, last: str, today: date) -> Turn:
    """The seat's turn from a day to a day, or until further notice (OPEN). Raises Refused, field by field."""
    problems: dict[str, str] = {}
    chosen = seats.get(int(seat)) if re.fullmatch(r"\d{1,9}", seat) else None
    if chosen is None:
        problems["seat"] = texts.CHOOSE_SEAT
    days: dict[str, date] = {}
    for name, said in (("first", first), ("last", last)):
        if name == "last" and said == OPEN:
            continue
        try:
            days[name] = whole_day(said)
        except ValueError:
            problems[name] = texts.GIVE_DATE
    if "first" in days and days["first"] < today:
        problems["first"] = texts.NOT_BACKWARDS
    if len(days) == 2 and days["last"] < days["first"]:
        problems["last"] = texts.ENDS_BEFORE
    if problems or chosen is None:
        raise Refused(next(iter(problems.values())), fields=problems)
    return Turn(chosen.title, days["first"], days.get("last"), decided=True)


# --- named by a body, or chosen within the forum ----------------------------------------------------------------------


async def appoint(call: Call, session: AsyncSession) -> Answer:
    """`/ordforande utse FORUM`: who has been named chair where the agreement names no seat, or vice chair in any forum,
    from a day, to a day or until further notice."""
    asker, row, left = await asked_of(call, session, "/ordforande utse")
    confirmed = NAMED.fullmatch(left)
    if confirmed:
        await hold_forum(session, forum_id=row.id or 0)
    facts, forum = await facts_of(session, row)
    today = call.local_now.date()
    seats = await seats_in(session, forum_id=forum.id)
    newest = await newest_change(session, forum_id=forum.id)
    by_rule = forum.chair_rule.rotates or forum.chair_rule.form in ("fixed", "convener")
    if not (call.submitted or confirmed):
        return reminded(_naming_form(forum, seats, today, vice_only=by_rule), [row])
    if confirmed and int(confirmed["newest"]) != newest:
        raise Refused(texts.changed_meanwhile(forum.name))
    said = confirmed.groupdict() if confirmed else {name: call.text(name) for name in ("role", "seat", "first", "last")}
    vice = by_rule or said["role"] == texts.VICE_VALUE
    turn = _turn(seats, said["seat"], said["first"], said["last"] or OPEN, today)
    led = as_vice(forum) if vice else forum
    _refuse_if_chair(led, turn)
    if vice:
        _refuse_if_chair(forum, turn)
    chair, becomes = who(forum, turn.seat, turn.first), with_turns(led, [turn], today)
    if not confirmed:
        role = texts.VICE_VALUE if vice else texts.CHAIR_VALUE
        words = f"f:{forum.id} ja {role} s{said['seat']} {turn.first} {turn.last or OPEN} {newest}"
        button = Button(texts.APPOINT_YES, "ordforande utse", words, "primary")
        question = texts.named(chair, turn.first, turn.last, vice=vice)
        return ask(facts, led, becomes, question, button, today, texts.HISTORY_IS_LEFT)
    by = asker.person.name if asker.person else ""
    told, first = texts.told_named(chair, turn.first, turn.last, by, vice=vice), turn.first.isoformat()
    undo = await carry_out(call, session, asker, facts, led, becomes, "ordforande utse", told, vice=vice, first=first)
    return Reply(say(texts.named_saved(forum.name), buttons=undo))


def _naming_form(forum: ForumFacts, seats: Mapping[int, Seat], today: date, *, vice_only: bool) -> Form:
    roles = (Option(texts.CHAIR_ROLE, texts.CHAIR_VALUE), Option(texts.VICE_ROLE, texts.VICE_VALUE))
    role = Field("role", texts.NAMED_AS, "radio", value=texts.CHAIR_VALUE, options=roles)
    fields = (
        *(() if vice_only else (role,)),
        Field("seat", texts.VICE_SEAT if vice_only else texts.NAMED_SEAT, "choice", options=_options(seats)),
        Field("first", texts.STAND_IN_FROM, "date", value=today.isoformat()),
        Field("last", texts.STAND_IN_TO, "date", required=False, hint=texts.UNTIL_FURTHER_NOTICE),
    )
    return Form(
        "ordforande utse",
        texts.VICE_TITLE if vice_only else texts.APPOINT_TITLE,
        fields,
        submit=texts.SHOW_FIRST,
        context={"forum": str(forum.id)},
    )


# --- stepping down ----------------------------------------------------------------------------------------------------


async def step_down(call: Call, session: AsyncSession) -> Answer:
    """`/ordforande avgå FORUM`: the vice chair for the rest of the turn, or the next in turn, is proposed; with the
    button it is done. Raises Refused where nobody is known to chair."""
    asker, row, left = await asked_of(call, session, "/ordforande avga")
    confirmed = STEPS_DOWN.fullmatch(left)
    if confirmed:
        await hold_forum(session, forum_id=row.id or 0)
    facts, forum = await facts_of(session, row)
    today, about = call.local_now.date(), f"f:{forum.id}"
    turn = chair_on(forum, today)
    if turn is None:
        raise Refused(texts.lacking(missing(forum)) if missing(forum) else texts.NOBODY_CHAIRS)
    newest = await newest_change(session, forum_id=forum.id)
    vice = vice_on(forum, today)
    other = Button(texts.SOMEBODY_ELSE, "ordforande tillfallig", about)
    next_in_turn = (Button(texts.NEXT_TAKES_OVER, "ordforande rotera", about),) if forum.chair_rule.rotates else ()
    if vice is None or vice == turn.seat or is_vacant(forum, vice, today):
        if acting_chair(forum, today).by is By.CHAIR and not next_in_turn and not confirmed:
            return Reply(Message((Part((texts.NO_VICE,), forum.name, buttons=(other,)),)))
        if not confirmed:
            return Reply(Message((Part((texts.NEXT_OR_OTHER,), forum.name, buttons=(*next_in_turn, other)),)))
        raise Refused(texts.changed_meanwhile(forum.name))
    takes_over = replace(turn, seat=vice, first=today, decided=True, occasion=0)
    becomes, chair = with_turns(forum, [takes_over], today), who(forum, vice, today)
    if not confirmed:
        words = f"{about} ja {turn.first} {newest}"
        asked = ask(
            facts,
            forum,
            becomes,
            texts.vice_question(chair, turn.last),
            Button(texts.VICE_TAKES_OVER, "ordforande avga", words, "primary"),
            today,
        )
        (part,) = asked.message.parts
        return Reply(Message((replace(part, buttons=(*part.buttons, *next_in_turn, other)),)))
    if (confirmed["first"], int(confirmed["newest"])) != (turn.first.isoformat(), newest):
        raise Refused(texts.changed_meanwhile(forum.name))
    told = texts.told_vice(chair, turn.last, asker.person.name if asker.person else "")
    undo = await carry_out(
        call, session, asker, facts, forum, becomes, "ordforande avga", told, first=today.isoformat()
    )
    return Reply(say(texts.rotated(forum.name, chair), buttons=undo))
