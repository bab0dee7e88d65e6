"""Planning a forum's year of meetings: proposed days that meet the cadence, to accept, change or leave out at once."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, time

from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from commands.access import Action
from commands.call import Answer, Call, Field, Form, Refused, Reply
from commands.choosing import forum_buttons, page_in
from commands.finding import require_forum
from commands.guard import check_free_text
from commands.misunderstood import misunderstood
from commands.permissions import Rights, rights
from commands.places import reminded
from commands.texts import commands as help_texts
from commands.texts import meeting as meeting_texts
from commands.texts import planning as texts
from commands.words import Words
from schedules.facts import AgreementFacts, CommitmentFacts
from schedules.loading import agreement_facts, calendar_of, clock_time
from schedules.message import Button, Message, Part
from schedules.yearplan import COUNTED, proposed_days
from storage.agreements.phrases import phrase
from storage.agreements.touch import touch
from storage.answers import hold_commitment
from storage.models import Commitment, Forum, ForumSeat, ForumSeatOption, Occasion
from storage.occasions import book
from storage.outbox import tell
from storage.people import traced
from storage.terms import CommitmentKind, OccasionState

MOST_AT_ONCE = 24  # days in one form
LONGEST_PLACE = 200
YEAR = re.compile(r"(?<!\d)(20\d{2})(?!\d)")


async def plan_year(call: Call, session: AsyncSession) -> Answer:
    """`/mote planera FORUM [YEAR]`: a form with a day for every meeting the year lacks; sent in, all are booked.

    Without a year: this one, or next year from October on.
    """
    asker = await rights(call, session)
    if call.submitted:
        return await _booked(call, session, asker)
    words = Words(call.words)
    year, page = _year(words, call.local_now.date()), page_in(words)
    if not words.text:
        forums = asker.seen_forums(Action.PLAN_YEAR) or asker.seen_forums()
        buttons = forum_buttons(forums, "mote planera", page, lambda forum: f"f:{forum.id} {year}", str(year))
        return Reply(Message((Part(lines=(texts.CHOOSE_FORUM,), buttons=buttons),)))
    forum = await require_forum(words, asker)
    if words.text:
        raise misunderstood("/mote planera", words.text, (help_texts.EXAMPLE_PLAN,))
    asker.require(Action.PLAN_YEAR, forum.id)
    scene = await _scene(session, asker, forum, year)
    return _form(scene, await _proposals(call, session, asker, scene))


def _year(words: Words, today: date) -> int:
    found = YEAR.search(words.text)
    if found is None:
        return today.year + (1 if today.month >= 10 else 0)
    words.text = words.text.replace(found[0], " ").strip()
    year = int(found[1])
    if year < today.year:
        raise Refused(texts.over(year))
    return year


@dataclass(frozen=True)
class _Scene:
    """The forum whose year it is, in the agreement in force that year, with its meetings."""

    forum: Forum
    year: int
    facts: AgreementFacts
    meetings: CommitmentFacts


async def _scene(session: AsyncSession, asker: Rights, forum: Forum, year: int) -> _Scene:
    """Raises Refused where the year is not any agreement's, or no number of meetings is promised."""
    alike = [each for each in asker.forums.values() if each.name == forum.name]
    for each in sorted(alike, key=lambda other: other.id != forum.id):
        facts = await agreement_facts(session, each.agreement_id)
        if facts.starts.year <= year and (facts.ends is None or facts.ends.year >= year):
            found = [
                known
                for known in facts.commitments
                if known.forum_id == each.id and known.kind is CommitmentKind.MEETING
            ]
            if not found:
                raise Refused(texts.nothing_promised(forum.name))
            asker.require(Action.PLAN_YEAR, each.id)
            return _Scene(each, year, facts, found[0])
    raise Refused(texts.outside(forum.name, year))


async def _proposals(call: Call, session: AsyncSession, asker: Rights, scene: _Scene) -> tuple[date, ...]:
    level, levels = _levels(scene.forum, list(asker.forums.values()))
    days = proposed_days(
        scene.facts,
        scene.meetings,
        year=scene.year,
        today=call.local_now.date(),
        busy=await _busy(session, scene.forum),
        level=level,
        levels=levels,
    )
    if not days:
        cadence = scene.meetings.cadence
        promised = cadence.least or cadence.form in ("interval", "weekday", "seasons", "deadline")
        if not promised:
            raise Refused(texts.nothing_promised(scene.forum.name))
        sentence = texts.all_booked if _there(scene) >= (cadence.least or 1) else texts.no_room
        raise Refused(sentence(scene.forum.name, scene.year))
    return days


def _there(scene: _Scene) -> int:
    """How many of the year's meetings are held or booked."""
    return sum(each.state in COUNTED and each.on.year == scene.year for each in scene.meetings.occasions)


def _levels(forum: Forum, forums: Sequence[Forum]) -> tuple[int, int]:
    """How high the forum stands over the lowest that reports to it, and how many levels its agreement has."""
    below: dict[int | None, list[int]] = {}
    for each in forums:
        if each.agreement_id == forum.agreement_id:
            below.setdefault(each.parent_id, []).append(each.id or 0)

    def height(forum_id: int, seen: frozenset[int] = frozenset()) -> int:
        children = [each for each in below.get(forum_id, []) if each not in seen]
        return 1 + max((height(each, seen | {forum_id}) for each in children), default=-1)

    heights = [height(each.id or 0) for each in forums if each.agreement_id == forum.agreement_id]
    return height(forum.id or 0), max([*heights, 0]) + 1


async def _busy(session: AsyncSession, forum: Forum) -> set[date]:
    """The days on which a forum that shares a seat with this one meets."""
    mine = (
        select(ForumSeatOption.seat_id)
        .join(ForumSeat, col(ForumSeat.id) == ForumSeatOption.forum_seat_id)
        .where(ForumSeat.forum_id == forum.id, col(ForumSeat.active))
    )
    shared = (
        select(ForumSeat.forum_id)
        .join(ForumSeatOption, col(ForumSeatOption.forum_seat_id) == ForumSeat.id)
        .where(col(ForumSeatOption.seat_id).in_(mine), col(ForumSeat.active), ForumSeat.forum_id != forum.id)
    )
    rows = await session.exec(
        select(Occasion)
        .join(Commitment, col(Commitment.id) == Occasion.commitment_id)
        .where(
            col(Commitment.forum_id).in_(shared),
            Commitment.kind == CommitmentKind.MEETING,
            Occasion.state == OccasionState.PLANNED,
        )
    )
    return {each.on for each in rows.all()}


def _form(scene: _Scene, days: Sequence[date]) -> Form:
    shown = days[:MOST_AT_ONCE]
    last = next((each for each in reversed(scene.meetings.occasions) if each.at is not None), None)
    intro = texts.intro(
        scene.forum.name,
        scene.year,
        phrase(scene.meetings.cadence),
        _there(scene),
        len(shown),
        len(days) - len(shown),
    )
    fields = (
        Field("intro", intro, "note"),
        *(
            Field(f"day{number}", texts.numbered(number, day), "date", value=day.isoformat(), required=False)
            for number, day in enumerate(shown, 1)
        ),
        Field("at", texts.CLOCK, "time", value=_at(last.at if last else time(13)), required=False),
        Field("place", texts.WHERE, "text", value=last.place if last else "", required=False, most=LONGEST_PLACE),
    )
    context = {"forum": str(scene.forum.id), "year": str(scene.year)}
    return reminded(Form("mote planera", texts.FORM, fields, texts.SUBMIT, context), [scene.forum])


def _at(at: time | None) -> str:
    return at.isoformat("minutes") if at else ""


# --- booked at once ---------------------------------------------------------------------------------------------------


async def _booked(call: Call, session: AsyncSession, asker: Rights) -> Reply:
    """Books every day of the form, or none."""
    forum = await require_forum(Words(f"f:{call.context.get('forum', '')}"), asker)
    asker.require(Action.PLAN_YEAR, forum.id)
    days, at, place = _sent_in(call)
    year = int(call.context.get("year", "") or 0)
    scene = await _scene(session, asker, forum, year)
    await hold_commitment(session, commitment_id=scene.meetings.id)
    new: list[Occasion] = []
    known: list[Occasion] = []
    for day in days:
        occasion, is_new = await book(
            session,
            commitment_id=scene.meetings.id,
            on=day,
            at=at,
            place=place,
            person_id=asker.person.id if asker.person else None,
            now=call.now,
        )
        (new if is_new else known).append(occasion)
        if is_new:
            _trace(call, session, asker, occasion)
    if new:
        await touch(session, scene.facts.id)
        await _tell(call, session, scene, new)
    lines = [texts.booked(scene.forum.name, len(new))] if new else []
    if known:
        lines.append(texts.already([each.on for each in known]))
    calendar = calendar_of(scene.facts)
    hindrances = [texts.hindered(day, why) for day in days if (why := calendar.meeting_hindrance(day))]
    if hindrances:
        lines.append(texts.think_of(hindrances))
    return Reply(Message((Part(lines=tuple(lines), buttons=(Button(meeting_texts.TITLE, "mote", f"f:{forum.id}"),)),)))


def _sent_in(call: Call) -> tuple[list[date], str | None, str]:
    """Days, time of day and place of the form. Raises Refused, field by field."""
    problems: dict[str, str] = {}
    days: dict[str, date] = {}
    for number in range(1, MOST_AT_ONCE + 1):
        name = f"day{number}"
        if not call.text(name):
            continue
        try:
            day = date.fromisoformat(call.text(name))
        except ValueError:
            problems[name] = texts.BAD_DAY
            continue
        if day < call.local_now.date():
            problems[name] = texts.PAST
        elif day in days.values():
            problems[name] = texts.TWICE
        days[name] = day
    try:
        at = time.fromisoformat(call.text("at")).isoformat("minutes") if call.text("at") else None
    except ValueError:
        problems["at"] = texts.BAD_TIME
    if len(call.text("place")) > LONGEST_PLACE:
        problems["place"] = texts.PLACE_TOO_LONG
    if not days and not problems:
        problems["day1"] = texts.NO_DAY
    if problems:
        raise Refused(next(iter(problems.values())), fields=problems)
    check_free_text({"place": call.text("place")})
    return sorted(days.values()), at, call.text("place")


def _trace(call: Call, session: AsyncSession, asker: Rights, occasion: Occasion) -> None:
    traced(
        session,
        workspace_id=call.workspace_id,
        now=call.now,
        actor=call.user_id,
        person_id=asker.person.id if asker.person else None,
        action="mote planera",
        subject="occasion",
        subject_id=occasion.id,
        on=occasion.on.isoformat(),
    )


async def _tell(call: Call, session: AsyncSession, scene: _Scene, new: Sequence[Occasion]) -> None:
    """One message to the forum with all the days."""
    ordered = sorted(new, key=lambda occasion: occasion.on)
    lines = [texts.line(each.on, clock_time(each.at), each.place) for each in ordered]
    part = Part(heading=texts.told(scene.forum.name, scene.year), lines=tuple(lines))
    await tell(
        session,
        workspace_id=call.workspace_id,
        key=f"planned:{scene.meetings.id}:{min(each.id or 0 for each in new)}",
        kind="booked",
        due_at=call.now,
        now=call.now,
        forum_id=scene.forum.id,
        message=Message((part,)),
        agreement_id=scene.facts.id,
        commitment_id=scene.meetings.id,
    )
