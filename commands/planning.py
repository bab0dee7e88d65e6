"""Planning a forum's year of meetings: proposed days that meet the cadence, to accept, change or leave out at once."""

import hashlib
import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, time

from sqlmodel import col, or_, select
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
from commands.words import Words, whole_day
from schedules.facts import AgreementFacts, CommitmentFacts
from schedules.loading import agreement_facts, calendar_of, clock_time
from schedules.message import Button, Message, Part
from schedules.yearplan import COUNTED, Surroundings, missing_in, proposed_days, usual_place, usual_time
from storage.agreements.phrases import phrase
from storage.agreements.touch import touch
from storage.answers import hold_commitment
from storage.models import Appointment, Commitment, Forum, ForumSeat, ForumSeatOption, Occasion
from storage.occasions import book
from storage.outbox import tell
from storage.people import traced
from storage.terms import CommitmentKind, OccasionState

MOST_AT_ONCE = 24  # days in one form
LONGEST_PLACE = 200
USUAL_TIME = time(13)
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
    return _form(scene, await _proposals(call, session, asker, scene), _missing(call, scene))


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
    today = call.local_now.date()
    around = await _around(session, asker, scene)
    days = proposed_days(scene.facts, scene.meetings, year=scene.year, today=today, around=around)
    if not days:
        cadence = scene.meetings.cadence
        promised = cadence.least or cadence.form in ("interval", "weekday", "seasons", "deadline")
        if not promised:
            raise Refused(texts.nothing_promised(scene.forum.name))
        missing = missing_in(scene.facts, scene.meetings, year=scene.year, today=today)
        sentence = texts.no_room if missing else texts.all_booked
        raise Refused(sentence(scene.forum.name, scene.year))
    return days


def _missing(call: Call, scene: _Scene) -> int:
    return missing_in(scene.facts, scene.meetings, year=scene.year, today=call.local_now.date())


async def _around(session: AsyncSession, asker: Rights, scene: _Scene) -> Surroundings:
    """Where the forum stands among the others: when they meet, and whom they share."""
    forums = [each for each in asker.forums.values() if each.agreement_id == scene.forum.agreement_id]
    level, levels = _levels(scene.forum, forums)
    return Surroundings(
        busy=frozenset(await _busy(session, scene.forum)),
        below=_meets(scene, {each.id for each in forums if each.parent_id == scene.forum.id}),
        above=_meets(scene, {scene.forum.parent_id} - {None}),
        level=level,
        levels=levels,
    )


def _meets(scene: _Scene, forum_ids: set[int | None]) -> frozenset[date]:
    """The days on which the forums meet or have met."""
    return frozenset(
        occasion.on
        for commitment in scene.facts.commitments
        if commitment.kind is CommitmentKind.MEETING and commitment.forum_id in forum_ids
        for occasion in commitment.occasions
        if occasion.state in COUNTED
    )


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


async def _busy(session: AsyncSession, forum: Forum) -> dict[date, str]:
    """The days on which a forum meets that shares a seat or a person with this one, with its name."""
    mine = (
        select(ForumSeatOption.seat_id)
        .join(ForumSeat, col(ForumSeat.id) == ForumSeatOption.forum_seat_id)
        .where(ForumSeat.forum_id == forum.id, col(ForumSeat.active))
    )
    mine_or_its_peoples = select(Appointment.seat_id).where(
        col(Appointment.person_id).in_(select(Appointment.person_id).where(col(Appointment.seat_id).in_(mine)))
    )
    shared = (
        select(ForumSeat.forum_id)
        .join(ForumSeatOption, col(ForumSeatOption.forum_seat_id) == ForumSeat.id)
        .where(
            or_(col(ForumSeatOption.seat_id).in_(mine), col(ForumSeatOption.seat_id).in_(mine_or_its_peoples)),
            col(ForumSeat.active),
            ForumSeat.forum_id != forum.id,
        )
    )
    rows = await session.exec(
        select(col(Occasion.on), col(Forum.name))
        .join(Commitment, col(Commitment.id) == Occasion.commitment_id)
        .join(Forum, col(Forum.id) == Commitment.forum_id)
        .where(
            col(Commitment.forum_id).in_(shared),
            Commitment.kind == CommitmentKind.MEETING,
            Occasion.state == OccasionState.PLANNED,
        )
    )
    return dict(rows.all())


def _form(scene: _Scene, days: Sequence[date], missing: int, *, changed: bool = False) -> Form:
    """The proposals. `changed`: others have booked since the form that was sent in was opened."""
    shown = days[:MOST_AT_ONCE]
    at = usual_time(scene.meetings) or USUAL_TIME
    intro = texts.intro(
        scene.forum.name,
        scene.year,
        phrase(scene.meetings.cadence),
        _there(scene),
        len(shown),
        len(days) - len(shown),
        max(0, missing - len(days)),
    )
    fields = (
        Field("intro", f"{texts.CHANGED} {intro}" if changed else intro, "note"),
        *(
            Field(f"day{number}", texts.numbered(number, day), "date", value=day.isoformat(), required=False)
            for number, day in enumerate(shown, 1)
        ),
        Field("at", texts.CLOCK, "time", value=at.isoformat("minutes"), required=False),
        Field("place", texts.WHERE, "text", value=usual_place(scene.meetings), required=False, most=LONGEST_PLACE),
    )
    context = {"forum": str(scene.forum.id), "year": str(scene.year), "seen": _seen(scene)}
    return reminded(Form("mote planera", texts.FORM, fields, texts.SUBMIT, context), [scene.forum])


def _seen(scene: _Scene) -> str:
    """What the year's meetings looked like to whoever plans it: the same until another books, moves or calls off."""
    there = sorted(each.id for each in scene.meetings.occasions if each.state in COUNTED and each.on.year == scene.year)
    return hashlib.sha256(repr(there).encode()).hexdigest()[:16]


# --- booked at once ---------------------------------------------------------------------------------------------------


async def _booked(call: Call, session: AsyncSession, asker: Rights) -> Reply | Form:
    """Books every day of the form, or none. Where others have planned meanwhile, what is missing now is proposed."""
    forum = await require_forum(Words(f"f:{call.context.get('forum', '')}"), asker)
    asker.require(Action.PLAN_YEAR, forum.id)
    year = _year(Words(call.context.get("year", "")), call.local_now.date())
    scene = await _scene(session, asker, forum, year)
    days, at, place = _sent_in(call, scene)
    await hold_commitment(session, commitment_id=scene.meetings.id)
    scene = await _scene(session, asker, forum, year)  # as it is now that nobody else can book
    there = {each.on for each in scene.meetings.occasions if each.state in COUNTED}
    if call.context.get("seen", "") != _seen(scene) and not there.issuperset(days):
        proposed = await _proposals(call, session, asker, scene)
        return _form(scene, proposed, _missing(call, scene), changed=True)
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
    busy = await _busy(session, forum)
    hindrances = [texts.hindered(day, why) for day in days if (why := calendar.meeting_hindrance(day))]
    hindrances += [texts.hindered(day, texts.meets_too(busy[day])) for day in days if day in busy]
    if hindrances:
        lines.append(texts.think_of(hindrances))
    return Reply(Message((Part(lines=tuple(lines), buttons=(Button(meeting_texts.TITLE, "mote", f"f:{forum.id}"),)),)))


def _sent_in(call: Call, scene: _Scene) -> tuple[list[date], str | None, str]:
    """Days, time of day and place of the form. Raises Refused, field by field."""
    problems: dict[str, str] = {}
    days: dict[str, date] = {}
    for number in range(1, MOST_AT_ONCE + 1):
        name = f"day{number}"
        if not call.text(name):
            continue
        try:
            day = whole_day(call.text(name))
        except ValueError:
            problems[name] = texts.BAD_DAY
            continue
        if day < call.local_now.date():
            problems[name] = texts.PAST
        elif day.year != scene.year:
            problems[name] = texts.other_year(scene.year)
        elif day < scene.facts.starts or (scene.facts.ends and day > scene.facts.ends):
            problems[name] = texts.NOT_IN_FORCE
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
