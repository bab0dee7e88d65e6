"""Booking, moving and calling off: meetings, and any other occasion a commitment asks for."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, time

from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from commands.access import Action
from commands.attendance import questions, take_back
from commands.call import Answer, Call, Field, Form, Option, Refused, Reply
from commands.choosing import page_in, page_of
from commands.finding import agreement_of, commitment_meant, commitment_names, commitments, occasion_meant
from commands.guard import check_free_text
from commands.misunderstood import misunderstood
from commands.permissions import Rights, rights
from commands.places import reminded
from commands.texts import meeting as texts
from commands.words import Words, nearest, require_best, whole_day, whole_number
from schedules.loading import agreement_facts, calendar_of, clock_time, members_by_mail
from schedules.message import Button, Message, Part
from schedules.progress import progress
from schedules.texts import CALENDAR_INTERNAL, in_forum, said_until
from storage.agreements.touch import touch
from storage.answers import answered, hold_commitment
from storage.models import Agreement, Commitment, Occasion
from storage.occasions import Occupied, book, cancel, change_place, move
from storage.outbox import tell
from storage.people import traced
from storage.terms import Cadence, CommitmentKind, OccasionState

BOOKABLE = tuple(kind for kind in CommitmentKind if kind is not CommitmentKind.RENEWAL)
FORMS = (
    "/mote boka",
    "/mote flytta",
    "/mote stall-in",
    "/mote planera",
    "/mote arende",
    "/mote arenden",
    "/mote beslut",
    "/mote atgarder",
    "/mote anteckningar",
    "/mote trender",
    "/mote svar",
    "/mote kalender",
)
MOST_SHOWN = 20
LONGEST_PLACE = 200
TIME_SPAN = re.compile(r"(?P<first>\b\d{1,2}[.:]\d{2}) ?- ?(?:kl\.? ?)?(?P<last>\d{1,2}[.:]\d{2})\b")


async def coming(call: Call, session: AsyncSession) -> Answer:
    """`/mote`: what is booked in the forums I may see, with the forum's name for that one alone."""
    asker = await rights(call, session)
    words = Words(call.words)
    page, said = page_in(words), words.text
    only = await _one_only(words, asker, session)
    parts = []
    for occasion, commitment in await _planned(call, session, asker, only):
        words_of = f"o:{occasion.id}"
        buttons = (
            (
                Button(texts.MOVE, "mote flytta", words_of),
                Button(texts.CANCEL, "mote stall-in", words_of, "danger", texts.CANCEL_CONFIRM),
            )
            if asker.may(Action.MOVE, commitment.forum_id)
            else ()
        )
        # where an internal one is held is told to the forum's own alone, as in a calendar
        within = asker.may_read(Action.SEE_BOOKED, commitment.forum_id, commitment.visibility)
        title = _title(commitment, asker) if within else CALENDAR_INTERNAL
        text = texts.line(title, occasion.on, clock_time(occasion.at), occasion.place if within else "")
        parts.append(Part(lines=(text,), buttons=buttons))
    shown = page_of(parts, page, MOST_SHOWN, "mote", said) or [Part(lines=(texts.NOTHING,))]
    return Reply(Message((*shown, Part(buttons=(Button(texts.BOOK, "mote boka"),))), title=texts.TITLE))


async def _one_only(words: Words, asker: Rights, session: AsyncSession) -> int | None:
    """The commitment the words name and nothing else; None without words."""
    if not words.text:
        return None
    said = words.text
    found = await commitment_meant(words, asker, session, BOOKABLE)
    if found is None or words.text:
        named = commitment_names(await commitments(session, asker, BOOKABLE), asker)
        near = nearest(said, named) if found is None else []
        raise misunderstood("/mote", words.text, FORMS, near or [forum.name for forum in asker.seen_forums()])
    asker.require(Action.SEE_BOOKED, found.forum_id)
    return found.id


def _title(commitment: Commitment, asker: Rights) -> str:
    forum = asker.forums.get(commitment.forum_id or 0)
    return in_forum(commitment.title, forum.name) if forum else commitment.title


async def _planned(
    call: Call, session: AsyncSession, asker: Rights, only: int | None = None
) -> list[tuple[Occasion, Commitment]]:
    rows = await session.exec(
        select(Occasion, Commitment)
        .join(Commitment, col(Commitment.id) == Occasion.commitment_id)
        .where(
            Occasion.state == OccasionState.PLANNED,
            col(Occasion.on) >= call.local_now.date(),
            col(Commitment.forum_id).in_([forum.id for forum in asker.seen_forums(Action.SEE_BOOKED)]),
        )
        .order_by(col(Occasion.on), col(Occasion.at).nulls_first(), col(Occasion.id))
    )
    return [(occasion, commitment) for occasion, commitment in rows.all() if only in (None, commitment.id)]


# --- booking ----------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Plan:
    """When and where, as said; None and "" where nothing is said."""

    on: date | None = None
    at: time | None = None
    place: str = ""
    area: str | None = None


async def book_it(call: Call, session: AsyncSession) -> Answer:
    """`/mote boka FORUM|ACTIVITY DATE TIME PLACE`: books at once when a day is said, else opens the form."""
    asker = await rights(call, session)
    if call.submitted:
        chosen = whole_number(call.text("what"))
        commitment = await session.get(Commitment, chosen) if chosen is not None else None
        if commitment is None or not commitment.active or commitment.kind not in BOOKABLE:
            raise Refused(texts.CHOOSE, fields={"what": texts.CHOOSE})
        plan = _plan_in_form(call)
        commitment = await _in_force(session, asker, commitment, _sound(call, plan))
        return await _book(call, session, asker, commitment, plan)
    words = Words(call.words)
    plan = _when(words, call.local_now.date())
    commitment = await commitment_meant(words, asker, session, BOOKABLE)
    if commitment is None and words.text:
        require_best(words, commitment_names(await commitments(session, asker, BOOKABLE), asker))
    areas = Cadence.model_validate(commitment.cadence).areas if commitment else ()
    area = next(iter(words.take_names([(area, [area]) for area in areas])), None)
    plan = replace(plan, area=area, place=", ".join(each for each in (words.text, plan.place) if each))
    if commitment is not None and plan.on is not None:
        commitment = await _in_force(session, asker, commitment, plan.on)
    if commitment is None or plan.on is None or (areas and area is None):
        return await _book_form(call, session, asker, commitment, plan)
    return await _book(call, session, asker, commitment, plan)


async def _in_force(session: AsyncSession, asker: Rights, commitment: Commitment, on: date) -> Commitment:
    """What an agreement in force that day promises alike, as the next one may do; else the commitment itself."""
    rows = await commitments(session, asker, (commitment.kind,))
    alike = [row for row in rows if _title(row, asker) == _title(commitment, asker)]
    for row in (commitment, *alike):
        agreement = await agreement_of(session, row)
        if agreement.starts <= on and (agreement.ends is None or on <= agreement.ends):
            return row
    own = await agreement_of(session, commitment)
    others = await session.exec(
        select(Commitment)
        .join(Agreement, col(Agreement.id) == Commitment.agreement_id)
        .where(
            Agreement.workspace_id == own.workspace_id,
            Agreement.municipality == own.municipality,
            Commitment.title == commitment.title,
            Commitment.kind == commitment.kind,
            col(Agreement.starts) <= on,
            col(Agreement.ends).is_(None) | (col(Agreement.ends) >= on),
        )
    )
    following = others.first()
    if following is not None:  # it is that agreement's to say who may: nobody, before its roster is read in
        asker.require(Action.BOOK, following.forum_id)
    return commitment


def _when(words: Words, today: date) -> Plan:
    """The first day and time of day in the words, taken from them; an end time is kept as part of the place."""
    until = TIME_SPAN.search(words.text)
    if until is not None:
        words.text = words.text.replace(until[0], until["first"])
    on, at = words.take_date(today, past=False), words.take_time()
    return Plan(on, at, texts.until(until["last"]) if until is not None and at is not None else "")


def _plan_in_form(call: Call) -> Plan:
    problems = {}
    on, at = None, None
    try:
        on = whole_day(call.text("on"))
    except ValueError:
        problems["on"] = texts.GIVE_DATE
    if call.text("at"):
        try:
            at = time.fromisoformat(call.text("at"))
        except ValueError:
            problems["at"] = texts.BAD_TIME
    if problems:
        raise Refused(next(iter(problems.values())), fields=problems)
    return Plan(on, at, call.text("place"), call.text("area") or None)


async def _book_form(call: Call, session: AsyncSession, asker: Rights, chosen: Commitment | None, plan: Plan) -> Form:
    rows = [row for row in await commitments(session, asker, BOOKABLE) if asker.may(Action.BOOK, row.forum_id)]
    once = {key for key, _ in commitment_names(rows, asker)} | {str(chosen.id) if chosen else ""}
    rows = [row for row in rows if str(row.id) in once]
    if not rows or (chosen is not None and not asker.may(Action.BOOK, chosen.forum_id)):
        asker.require(Action.BOOK, chosen.forum_id if chosen else None)
    fields = []
    areas: Sequence[str] = ()
    if chosen is not None:
        areas = Cadence.model_validate(chosen.cadence).areas
        plan, suggestions = await _suggested(call, session, chosen, plan)
        if suggestions:
            fields.append(Field("note", texts.suggestion_note(suggestions), "note"))
    options = tuple(Option(_title(row, asker)[:75], str(row.id)) for row in rows)
    fields += [
        Field("what", texts.WHAT, "choice", value=str(chosen.id) if chosen else "", options=options),
        *_when_fields(plan),
    ]
    if areas:
        options = tuple(Option(area[:75], area) for area in areas)
        fields.append(Field("area", texts.AREA, "choice", value=plan.area or "", options=options))
    about = [chosen] if chosen is not None else rows
    form = Form("mote boka", texts.FORM_BOOK, tuple(fields))
    return reminded(form, [asker.forums.get(each.forum_id or 0) for each in about])


async def _suggested(call: Call, session: AsyncSession, chosen: Commitment, plan: Plan) -> tuple[Plan, Sequence[date]]:
    """What is not said filled in from the pace and from last time, and the days that would keep an even pace."""
    facts = await agreement_facts(session, chosen.agreement_id)
    known = next((each for each in facts.commitments if each.id == chosen.id), None)
    if known is None:
        return plan, ()
    days = progress(known, facts, call.local_now.date()).suggestions
    last = next((each for each in reversed(known.occasions) if each.at is not None), None)
    filled = replace(
        plan,
        on=plan.on or next(iter(days), None),
        at=plan.at or (last.at if last else None),
        place=plan.place or (last.place if last else ""),
    )
    return filled, days


def _when_fields(plan: Plan) -> tuple[Field, ...]:
    return (
        Field("on", texts.WHEN, "date", value=plan.on.isoformat() if plan.on else ""),
        Field("at", texts.CLOCK, "time", value=_at(plan.at) or "", required=False),
        Field("place", texts.WHERE, "text", value=plan.place, required=False, most=LONGEST_PLACE),
    )


def _at(at: time | None) -> str | None:
    return at.isoformat("minutes") if at else None


async def _book(call: Call, session: AsyncSession, asker: Rights, commitment: Commitment, plan: Plan) -> Reply:
    asker.require(Action.BOOK, commitment.forum_id)
    on, at, place = _sound(call, plan), plan.at, plan.place
    areas = Cadence.model_validate(commitment.cadence).areas
    if plan.area is not None and plan.area not in areas:
        raise Refused(texts.CHOOSE_AREA, fields={"area": texts.CHOOSE_AREA})
    await hold_commitment(session, commitment_id=commitment.id)
    occasion, new = await book(
        session,
        commitment_id=commitment.id or 0,
        on=on,
        at=_at(at),
        place=place,
        person_id=asker.person.id if asker.person else None,
        now=call.now,
        area=plan.area,
    )
    title = _title(commitment, asker)
    if not new:
        stands = texts.already(title, occasion.on, clock_time(occasion.at), occasion.place)
        return Reply(Message((Part(lines=(stands,), buttons=_change(occasion)),)))
    _trace(call, session, asker, "mote boka", occasion)
    await touch(session, commitment.agreement_id)
    line = texts.line(title, on, at, texts.placed(place, plan.area or ""))
    lines = [texts.booked(line), *await _warnings(session, commitment, on)]
    await _tell(call, session, commitment, occasion, Part((line,), texts.told_booked(title)), "booked")
    return Reply(Message((Part(lines=tuple(lines), buttons=_change(occasion)),)))


def _sound(call: Call, plan: Plan) -> date:
    """The day, which must be said and not be over; the place checked for what must not be written."""
    if plan.on is None:
        raise Refused(texts.GIVE_DATE, fields={"on": texts.GIVE_DATE})
    if plan.on < call.local_now.date():
        raise Refused(texts.PAST, fields={"on": texts.PAST})
    if len(plan.place) > LONGEST_PLACE:
        raise Refused(texts.PLACE_TOO_LONG, fields={"place": texts.PLACE_TOO_LONG})
    check_free_text({"place": plan.place})
    return plan.on


def _change(occasion: Occasion) -> tuple[Button, ...]:
    return (
        Button(texts.MOVE, "mote flytta", f"o:{occasion.id}"),
        Button(texts.CANCEL, "mote stall-in", f"o:{occasion.id}", "danger", texts.CANCEL_CONFIRM),
    )


def _calendar(occasion: Occasion) -> tuple[Button, ...]:
    """For those who have the occasion in their own calendar."""
    return (Button(texts.MEND_CALENDAR, "mote kalenderfil", f"o:{occasion.id}"),)


async def _warnings(session: AsyncSession, commitment: Commitment, on: date) -> list[str]:
    """What speaks against the day; it is booked all the same."""
    facts = await agreement_facts(session, commitment.agreement_id)
    hindrance = calendar_of(facts).meeting_hindrance(on)
    warnings = [texts.warning(hindrance)] if hindrance else []
    if on < facts.starts or (facts.ends is not None and on > facts.ends):
        warnings.append(texts.outside_period(facts.starts, facts.ends))
    return warnings


def _trace(call: Call, session: AsyncSession, asker: Rights, action: str, occasion: Occasion) -> None:
    traced(
        session,
        workspace_id=call.workspace_id,
        now=call.now,
        actor=call.user_id,
        person_id=asker.person.id if asker.person else None,
        action=action,
        subject="occasion",
        subject_id=occasion.id,
        on=occasion.on.isoformat(),
    )


async def _tell(
    call: Call,
    session: AsyncSession,
    commitment: Commitment,
    occasion: Occasion,
    part: Part,
    kind: str,
    also: Sequence[int] = (),
) -> None:
    """The forum's channel, by e-mail those of it who cannot read that, and some people besides.

    It is about the occasion, so that a letter brings the occasion for the calendar; being of fixed content it is not
    withdrawn with what waits about that.
    """
    mailed = (
        await members_by_mail(session, forum_id=commitment.forum_id, today=call.local_now.date())
        if commitment.forum_id is not None
        else []
    )
    for person_id in dict.fromkeys((None, *(person.id for person in mailed), *also)):
        await tell(
            session,
            workspace_id=call.workspace_id,
            key=f"{kind}:{occasion.id}:{occasion.row_version}",
            kind=kind,
            due_at=call.now,
            now=call.now,
            forum_id=commitment.forum_id,
            person_id=person_id,
            message=Message((part,)),
            agreement_id=commitment.agreement_id,
            commitment_id=commitment.id,
            occasion_id=occasion.id,
        )


# --- moving and calling off -------------------------------------------------------------------------------------------


async def _which(
    call: Call, session: AsyncSession, asker: Rights, words: Words, day: date | None, action: Action
) -> tuple[Occasion, Commitment]:
    """The planned occasion meant by a button, or by a name and, where several are booked, a day. Locked."""
    found = await occasion_meant(words, session)
    if found is None:
        commitment = await commitment_meant(words, asker, session, BOOKABLE)
        if commitment is None:
            require_best(words, commitment_names(await commitments(session, asker, BOOKABLE), asker))
            raise Refused(texts.CHOOSE)
        asker.require(action, commitment.forum_id)
        planned = [each for each, row in await _planned(call, session, asker) if row.id == commitment.id]
        if not planned:
            raise Refused(texts.nothing_planned(_title(commitment, asker)))
        chosen = [each for each in planned if each.on == day] if day else planned
        if len(chosen) != 1:
            whens = [texts.when(each.on, clock_time(each.at)) for each in planned]
            raise Refused(texts.which_planned(_title(commitment, asker), day if not chosen else None, whens))
        found = chosen[0], commitment
    occasion, commitment = found
    asker.require_read(action, commitment.forum_id, commitment.visibility)  # it is shown as it stands
    await session.refresh(occasion, with_for_update=True)  # two who move it at once move it once
    if occasion.state is not OccasionState.PLANNED:
        raise Refused(texts.NOT_PLANNED)
    return found


async def move_it(call: Call, session: AsyncSession) -> Answer:
    """`/mote flytta FORUM [FROM DATE till] DATE TIME PLACE`: moves it, or opens the form when no new day is said."""
    asker = await rights(call, session)
    if call.submitted:
        words = Words(f"o:{call.context.get('occasion', '')}")
        occasion, commitment = await _which(call, session, asker, words, None, Action.MOVE)
        return await _move(call, session, asker, occasion, commitment, _plan_in_form(call))
    words = Words(call.words)
    old_day, plan = _from_and_to(words, call.local_now.date())
    occasion, commitment = await _which(call, session, asker, words, old_day, Action.MOVE)
    place = _moved_place(occasion, words.text, plan)
    plan = replace(plan, at=plan.at or clock_time(occasion.at), place=place, area=occasion.area)
    if plan.on is None:
        fields = _when_fields(replace(plan, on=occasion.on))
        form = Form("mote flytta", texts.FORM_MOVE, fields, context={"occasion": str(occasion.id)})
        return reminded(form, [asker.forums.get(commitment.forum_id or 0)])
    return await _move(call, session, asker, occasion, commitment, plan)


def _moved_place(occasion: Occasion, said: str, plan: Plan) -> str:
    """Where it is moved to: the old place where none is said; the old end only where the time of day stays."""
    place, end = said_until(occasion.place)
    until = plan.place
    if not until and end is not None and plan.at in (None, clock_time(occasion.at)):
        until = texts.until(end.isoformat("minutes"))
    return ", ".join(each for each in (said or place, until) if each)


def _from_and_to(words: Words, today: date) -> tuple[date | None, Plan]:
    """The day to move from, where said, and when and where to. "10 feb till 2027-02-17": what follows the word is new.

    Without the word, the first of two days is the old one.
    """
    before, between, after = words.text.partition(f" {texts.TO} ")
    head, tail = Words(before), Words(after)
    new = _when(tail, today) if between else Plan()
    if new.on is not None:
        old = head.take_date(today, past=False)
    else:
        new = _when(words, today)
        second = words.take_date(today, past=False)
        old, new = (new.on, replace(new, on=second)) if second else (None, new)
        head, tail = words, Words("")
    words.text = f"{head.text} {tail.text}".strip()
    words.take_names([("between", texts.FROM_AND_TO)])
    return old, new


async def _move(
    call: Call, session: AsyncSession, asker: Rights, occasion: Occasion, commitment: Commitment, plan: Plan
) -> Reply:
    on, at, place = _sound(call, plan), plan.at, plan.place
    title = _title(commitment, asker)
    before = texts.when(occasion.on, clock_time(occasion.at))
    if (occasion.on, occasion.at, occasion.place) == (on, _at(at), place):
        return Reply(Message((Part(lines=(texts.already(title, on, at, place),), buttons=_change(occasion)),)))
    await hold_commitment(session, commitment_id=commitment.id)
    if (occasion.on, occasion.at) == (on, _at(at)):
        return await _change_place(call, session, asker, occasion, commitment, place)
    number = await answered(session, occasion_id=occasion.id or 0)
    try:
        new = await move(
            session,
            occasion,
            on=on,
            at=_at(at),
            place=place,
            person_id=asker.person.id if asker.person else None,
            now=call.now,
        )
    except Occupied as other:
        raise Refused(texts.occupied(title, texts.when(on, at), other.occasion.place)) from other
    if new is None:
        raise Refused(texts.NOT_PLANNED)
    _trace(call, session, asker, "mote flytta", new)
    await touch(session, commitment.agreement_id)
    also = await take_back(session, occasion, reason="moved", now=call.now)
    after = texts.when(on, at) + (f", {place}" if place else "")
    lines = (texts.from_to(before, after), texts.answer_anew(number))
    buttons = (*questions(new, commitment), *_calendar(new))
    await _tell(
        call, session, commitment, occasion, Part(lines, texts.told_moved(title), buttons=buttons), "moved", also
    )
    said = [texts.moved(title, before, after), *([texts.asked_anew(number)] if number else [])]
    said += await _warnings(session, commitment, on)
    return Reply(Message((Part(lines=tuple(said), buttons=_change(new)),)))


async def _change_place(
    call: Call, session: AsyncSession, asker: Rights, occasion: Occasion, commitment: Commitment, place: str
) -> Reply:
    """The same time somewhere else: nobody is asked anew."""
    title, before = _title(commitment, asker), occasion.place
    if not await change_place(session, occasion, place=place, now=call.now):
        raise Refused(texts.NOT_PLANNED)
    _trace(call, session, asker, "mote flytta", occasion)
    await touch(session, commitment.agreement_id)
    line = texts.new_place(texts.when(occasion.on, clock_time(occasion.at)), place, before)
    part = Part((line,), texts.told_changed(title), buttons=_calendar(occasion))
    await _tell(call, session, commitment, occasion, part, "place")
    return Reply(Message((Part((f"{texts.told_changed(title)}. {line}",), buttons=_change(occasion)),)))


async def call_off(call: Call, session: AsyncSession) -> Answer:
    """`/mote ställ in FORUM [DATE]`."""
    asker = await rights(call, session)
    words = Words(call.words)
    day = words.take_date(call.local_now.date(), past=False)
    occasion, commitment = await _which(call, session, asker, words, day, Action.CALL_OFF)
    words.take_names([("between", texts.FROM_AND_TO)])
    if words.text:
        raise misunderstood("/mote stall-in", words.text, ())
    title, when = _title(commitment, asker), texts.when(occasion.on, clock_time(occasion.at))
    if not await cancel(session, occasion, now=call.now):
        raise Refused(texts.NOT_PLANNED)
    _trace(call, session, asker, "mote stall-in", occasion)
    await touch(session, commitment.agreement_id)
    also = await take_back(session, occasion, reason="cancelled", now=call.now)
    part = Part((texts.was(when),), texts.told_cancelled(title), buttons=_calendar(occasion))
    await _tell(call, session, commitment, occasion, part, "cancelled", also)
    button = Button(texts.BOOK, "mote boka", f"c:{commitment.id}")
    return Reply(Message((Part(lines=(texts.cancelled(title, when),), buttons=(button,)),)))
