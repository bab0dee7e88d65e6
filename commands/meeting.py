"""Booking, moving and calling off: meetings, and any other occasion a commitment asks for."""

from datetime import date, time

from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from commands.call import Answer, Call, Field, Form, Option, Refused, Reply
from commands.finding import commitment_meant, commitment_names, commitments, occasion_meant
from commands.guard import check_free_text
from commands.permissions import Rights, rights
from commands.texts import meeting as texts
from commands.words import Words, require_best
from schedules.loading import agreement_facts, calendar_of, clock_time
from schedules.message import Button, Message, Part
from schedules.progress import progress
from schedules.texts import in_forum
from storage.agreements.touch import touch
from storage.models import Commitment, Occasion
from storage.occasions import book, cancel, move
from storage.outbox import tell
from storage.people import traced
from storage.terms import CommitmentKind, OccasionState

BOOKABLE = tuple(kind for kind in CommitmentKind if kind is not CommitmentKind.RENEWAL)
MOST_SHOWN = 20
LONGEST_PLACE = 200


async def coming(call: Call, session: AsyncSession) -> Answer:
    """`/mote`: what is booked in the forums I may see, with the forum's name for that one alone."""
    asker = await rights(call, session)
    words = Words(call.words)
    only = None
    if words.text:
        rows = await commitments(session, asker, BOOKABLE)
        only = int(require_best(words, commitment_names(rows, asker)))
    parts = []
    for occasion, commitment in await _planned(call, session, asker, only):
        words_of = f"o:{occasion.id}"
        buttons = (
            (
                Button(texts.MOVE, "mote flytta", words_of),
                Button(texts.CANCEL, "mote stall-in", words_of, "danger", texts.CANCEL_CONFIRM),
            )
            if asker.may_log(commitment.forum_id or 0)
            else ()
        )
        text = texts.line(_title(commitment, asker), occasion.on, clock_time(occasion.at), occasion.place)
        parts.append(Part(lines=(text,), buttons=buttons))
    shown = parts[:MOST_SHOWN] or [Part(lines=(texts.NOTHING,))]
    return Reply(Message((*shown, Part(buttons=(Button(texts.BOOK, "mote boka"),))), title=texts.TITLE))


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
            col(Commitment.forum_id).in_([forum.id for forum in asker.seen_forums()]),
        )
        .order_by(col(Occasion.on), col(Occasion.at), col(Occasion.id))
    )
    return [(occasion, commitment) for occasion, commitment in rows.all() if only in (None, commitment.id)]


# --- booking ----------------------------------------------------------------------------------------------------------


async def book_it(call: Call, session: AsyncSession) -> Answer:
    """`/mote boka FORUM|ACTIVITY DATE TIME PLACE`: books at once when a day is said, else opens the form."""
    asker = await rights(call, session)
    if call.submitted:
        commitment_id = call.text("what")
        if not commitment_id.isdigit():
            raise Refused(texts.CHOOSE, fields={"what": texts.CHOOSE})
        commitment = await session.get(Commitment, int(commitment_id))
        if commitment is None:
            raise Refused(texts.CHOOSE, fields={"what": texts.CHOOSE})
        on, at, place = _fields(call)
        return await _book(call, session, asker, commitment, on, at, place)
    words = Words(call.words)
    today = call.local_now.date()
    day = words.take_date(today, past=False)
    at = words.take_time()
    found = await commitment_meant(words, asker, session, BOOKABLE)
    if found is None and words.text:
        require_best(words, commitment_names(await commitments(session, asker, BOOKABLE), asker))
    if found is None or day is None:
        return await _book_form(call, session, asker, found, day, at, words.text)
    return await _book(call, session, asker, found, day, at, words.text)


def _fields(call: Call) -> tuple[date, time | None, str]:
    problems = {}
    on, at = None, None
    try:
        on = date.fromisoformat(call.text("on"))
    except ValueError:
        problems["on"] = texts.GIVE_DATE
    if call.text("at"):
        try:
            at = time.fromisoformat(call.text("at"))
        except ValueError:
            problems["at"] = texts.BAD_TIME
    if problems or on is None:
        raise Refused(next(iter(problems.values())), fields=problems)
    return on, at, call.text("place")


async def _book_form(
    call: Call,
    session: AsyncSession,
    asker: Rights,
    chosen: Commitment | None,
    day: date | None,
    at: time | None,
    place: str,
) -> Form:
    rows = [row for row in await commitments(session, asker, BOOKABLE) if asker.may_log(row.forum_id or 0)]
    if not rows or (chosen is not None and not asker.may_log(chosen.forum_id or 0)):
        asker.require_log(chosen.forum_id if chosen else None)
    fields = []
    if chosen is not None:
        facts = await agreement_facts(session, chosen.agreement_id)
        known = next(each for each in facts.commitments if each.id == chosen.id)
        state = progress(known, facts, call.local_now.date())
        if state.suggestions:
            day = day or state.suggestions[0]
            fields.append(Field("note", texts.suggestion_note(state.suggestions), "note"))
        last = [each for each in known.occasions if each.at is not None]
        at = at or (last[-1].at if last else None)
        place = place or (last[-1].place if last else "")
    fields += [
        Field(
            "what",
            texts.WHAT,
            "choice",
            value=str(chosen.id) if chosen else "",
            options=tuple(Option(_title(row, asker)[:75], str(row.id)) for row in rows),
        ),
        *_when_fields(day, at, place),
    ]
    return Form("mote boka", texts.FORM_BOOK, tuple(fields))


def _when_fields(day: date | None, at: time | None, place: str) -> tuple[Field, ...]:
    return (
        Field("on", texts.WHEN, "date", value=day.isoformat() if day else ""),
        Field("at", texts.CLOCK, "time", value=at.isoformat("minutes") if at else "", required=False),
        Field("place", texts.WHERE, "text", value=place, required=False, most=LONGEST_PLACE),
    )


def _at(at: time | None) -> str | None:
    return at.isoformat("minutes") if at else None


async def _book(
    call: Call, session: AsyncSession, asker: Rights, commitment: Commitment, on: date, at: time | None, place: str
) -> Reply:
    asker.require_log(commitment.forum_id)
    _check(call, on, place)
    person_id = asker.person.id if asker.person else None
    occasion, new = await book(
        session,
        commitment_id=commitment.id or 0,
        on=on,
        at=_at(at),
        place=place,
        person_id=person_id,
        now=call.now,
    )
    title = _title(commitment, asker)
    if not new:
        stands = texts.already(title, occasion.on, clock_time(occasion.at), occasion.place)
        return Reply(Message((Part(lines=(stands,), buttons=_change(occasion)),)))
    _trace(call, session, asker, "mote boka", occasion)
    await touch(session, commitment.agreement_id)
    lines = [texts.booked(title, on, at, place), *await _warnings(session, commitment, on)]
    await _tell(
        call, session, commitment, occasion, texts.told_booked(title), texts.line(title, on, at, place), "booked"
    )
    return Reply(Message((Part(lines=tuple(lines), buttons=_change(occasion)),)))


def _check(call: Call, on: date, place: str) -> None:
    if on < call.local_now.date():
        raise Refused(texts.PAST, fields={"on": texts.PAST})
    check_free_text({"place": place})


def _change(occasion: Occasion) -> tuple[Button, ...]:
    return (
        Button(texts.MOVE, "mote flytta", f"o:{occasion.id}"),
        Button(texts.CANCEL, "mote stall-in", f"o:{occasion.id}", "danger", texts.CANCEL_CONFIRM),
    )


async def _warnings(session: AsyncSession, commitment: Commitment, on: date) -> list[str]:
    facts = await agreement_facts(session, commitment.agreement_id)
    hindrance = calendar_of(facts).meeting_hindrance(on)
    return [texts.warning(hindrance)] if hindrance else []


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
    heading: str,
    line: str,
    kind: str,
) -> None:
    await tell(
        session,
        workspace_id=call.workspace_id,
        key=f"{kind}:{occasion.id}:{occasion.row_version}",
        kind=kind,
        due_at=call.now,
        now=call.now,
        forum_id=commitment.forum_id,
        message=Message((Part(heading=heading, lines=(line,)),)),
        agreement_id=commitment.agreement_id,
        commitment_id=commitment.id,
        occasion_id=None,  # what waits about the occasion is withdrawn with it; this is what tells of that
    )


# --- moving and calling off -------------------------------------------------------------------------------------------


async def _which(
    call: Call, session: AsyncSession, asker: Rights, words: Words, day: date | None
) -> tuple[Occasion, Commitment]:
    """The planned occasion meant by a button, or by a name and, where several are booked, a day."""
    found = await occasion_meant(words, session)
    if found is None:
        commitment = await commitment_meant(words, asker, session, BOOKABLE)
        if commitment is None:
            require_best(words, commitment_names(await commitments(session, asker, BOOKABLE), asker))
            raise Refused(texts.CHOOSE)
        planned = [each for each, row in await _planned(call, session, asker) if row.id == commitment.id]
        if not planned:
            raise Refused(texts.nothing_planned(_title(commitment, asker)))
        chosen = [each for each in planned if each.on == day] if day else planned
        if len(chosen) != 1:
            whens = [texts.when(each.on, clock_time(each.at)) for each in planned]
            raise Refused(texts.several_planned(_title(commitment, asker), whens))
        found = chosen[0], commitment
    asker.require_log(found[1].forum_id)
    if found[0].state is not OccasionState.PLANNED:
        raise Refused(texts.NOT_PLANNED)
    return found


async def move_it(call: Call, session: AsyncSession) -> Answer:
    """`/mote flytta FORUM [FROM DATE] DATE TIME PLACE`: moves it, or opens the form when no new day is said."""
    asker = await rights(call, session)
    if call.submitted:
        words = Words(f"o:{call.context.get('occasion', '')}")
        occasion, commitment = await _which(call, session, asker, words, None)
        return await _move(call, session, asker, occasion, commitment, *_fields(call))
    words = Words(call.words)
    today = call.local_now.date()
    first, at, second = words.take_date(today, past=False), words.take_time(), words.take_date(today, past=False)
    words.take_names([("till", texts.FROM_AND_TO)])
    old_day, new_day = (first, second) if second else (None, first)
    occasion, commitment = await _which(call, session, asker, words, old_day)
    if new_day is None:
        fields = _when_fields(occasion.on, clock_time(occasion.at), occasion.place)
        return Form("mote flytta", texts.FORM_MOVE, fields, context={"occasion": str(occasion.id)})
    return await _move(
        call, session, asker, occasion, commitment, new_day, at or clock_time(occasion.at), words.text or occasion.place
    )


async def _move(
    call: Call,
    session: AsyncSession,
    asker: Rights,
    occasion: Occasion,
    commitment: Commitment,
    on: date,
    at: time | None,
    place: str,
) -> Reply:
    _check(call, on, place)
    title = _title(commitment, asker)
    before = texts.when(occasion.on, clock_time(occasion.at))
    if (occasion.on, occasion.at, occasion.place) == (on, _at(at), place):
        return Reply(Message((Part(lines=(texts.already(title, on, at, place),), buttons=_change(occasion)),)))
    new = await move(
        session,
        occasion,
        on=on,
        at=_at(at),
        place=place,
        person_id=asker.person.id if asker.person else None,
        now=call.now,
    )
    if new is None:
        raise Refused(texts.NOT_PLANNED)
    _trace(call, session, asker, "mote flytta", new)
    await touch(session, commitment.agreement_id)
    after = texts.when(on, at) + (f", {place}" if place else "")
    await _tell(call, session, commitment, new, texts.told_moved(title), texts.from_to(before, after), "moved")
    lines = [texts.moved(title, before, after), *await _warnings(session, commitment, on)]
    return Reply(Message((Part(lines=tuple(lines), buttons=_change(new)),)))


async def call_off(call: Call, session: AsyncSession) -> Answer:
    """`/mote ställ in FORUM [DATE]`."""
    asker = await rights(call, session)
    words = Words(call.words)
    day = words.take_date(call.local_now.date(), past=False)
    occasion, commitment = await _which(call, session, asker, words, day)
    title, when = _title(commitment, asker), texts.when(occasion.on, clock_time(occasion.at))
    if not await cancel(session, occasion, now=call.now):
        raise Refused(texts.NOT_PLANNED)
    _trace(call, session, asker, "mote stall-in", occasion)
    await touch(session, commitment.agreement_id)
    await _tell(call, session, commitment, occasion, texts.told_cancelled(title), texts.was(when), "cancelled")
    button = Button(texts.BOOK, "mote boka", f"c:{commitment.id}")
    return Reply(Message((Part(lines=(texts.cancelled(title, when),), buttons=(button,)),)))
