"""Makes a reminder's text when it is sent, from what is known then; says when its sense is gone."""

from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from sqlmodel.ext.asyncio.session import AsyncSession

from schedules import digest, texts
from schedules.acting_chair import acting_chair, leaders
from schedules.agenda import Point, agenda
from schedules.attendance import Gathering, gathering, tally, uncertain
from schedules.days import event_name
from schedules.facts import AgreementFacts, CommitmentFacts, ForumFacts, OccasionFacts, Span
from schedules.loading import agreement_facts, calendar_of, holders
from schedules.message import Button, Mention, Message, Part
from schedules.progress import progress
from schedules.reminders import Audience, Reminder, ReminderKind, sense_gone
from schedules.reminders.measures import measure_about
from schedules.rotation import chair_on
from schedules.swedish import spann, stor
from storage import models
from storage.downtime import downtime_between
from storage.matters import open_matters
from storage.terms import CommitmentKind

TO_WHO_LEADS = frozenset({Audience.CHAIR, Audience.RESPONSIBLE})
LATE = timedelta(minutes=15)  # the ticks and a full outbox may cost minutes; from here on it is said


def details_of(reminder: Reminder) -> dict[str, Any]:
    """What a notice must keep of its reminder to be told later; ids and dates only."""
    return {
        "audiences": [audience.value for audience in reminder.audiences],
        "about": reminder.about.isoformat(),
        "days": reminder.days,
        "detail": reminder.detail,
        "window": [reminder.window.first.isoformat(), reminder.window.last.isoformat()] if reminder.window else None,
    }


def reminder_of(notice: models.Notice) -> Reminder:
    """The reminder a notice was planned from."""
    window = notice.details.get("window")
    return Reminder(
        kind=ReminderKind(notice.kind),
        audiences=tuple(Audience(value) for value in notice.details.get("audiences", ())),
        due_at=notice.due_at,
        about=date.fromisoformat(notice.details["about"]),
        days=notice.details.get("days", 0),
        forum_id=notice.forum_id,
        commitment_id=notice.commitment_id,
        occasion_id=notice.occasion_id,
        window=Span(date.fromisoformat(window[0]), date.fromisoformat(window[1])) if window else None,
        moved_from=notice.moved_from,
        detail=notice.details.get("detail", ""),
    )


@dataclass(frozen=True)
class Composed:
    """The message to send (None when nothing is left to say) and why each dropped notice was dropped."""

    message: Message | None
    dropped: dict[int, str]  # notice id → reason


@dataclass(frozen=True)
class Scene:
    """Everything a sentence may need: the facts, who it is about, and today."""

    session: AsyncSession
    facts: AgreementFacts
    reminder: Reminder
    notice_id: int
    today: date
    now: datetime

    @property
    def commitment(self) -> CommitmentFacts:
        return next(each for each in self.facts.commitments if each.id == self.reminder.commitment_id)

    @property
    def occasion(self) -> OccasionFacts:
        return next(each for each in self.commitment.occasions if each.id == self.reminder.occasion_id)

    @property
    def forum(self) -> ForumFacts | None:
        return next((each for each in self.facts.forums if each.id == self.reminder.forum_id), None)

    @property
    def title(self) -> str:
        return texts.in_forum(self.commitment.title, self.forum.name) if self.forum else self.commitment.title

    @property
    def leads(self) -> str:
        """Who leads the forum where it is not the chair, and why; "" where it is."""
        if self.forum is None:
            return ""
        acting = acting_chair(self.forum, self.today)
        return texts.acting(acting, leaders(self.forum, acting, self.today))

    async def seated(self, seat: str) -> list[str]:
        return [person.name for person in await holders(self.session, self.facts.id, [seat], self.today)]


async def compose(session: AsyncSession, notices: Sequence[models.Notice], now: datetime) -> Composed:
    """One message of the notices that still make sense, in the order given. `now` is aware UTC."""
    loaded: dict[int, AgreementFacts] = {}
    parts: list[Part] = []
    dropped: dict[int, str] = {}
    titles: list[str] = []
    for notice in notices:
        assert notice.id is not None
        assert notice.agreement_id is not None
        if notice.agreement_id not in loaded:
            loaded[notice.agreement_id] = await agreement_facts(session, notice.agreement_id)
        facts = loaded[notice.agreement_id]
        reminder = reminder_of(notice)
        gone = sense_gone(reminder, facts, now)
        if gone:
            dropped[notice.id] = gone
            continue
        zone = ZoneInfo(facts.zone)
        scene = Scene(session, facts, reminder, notice.id, now.astimezone(zone).date(), now)
        message = await said(scene, notice)
        if message is None:
            dropped[notice.id] = "nothing to say"
            continue
        titles.append(message.title)
        parts += await _addressed(session, notice, message)
    if not parts:
        return Composed(None, dropped)
    return Composed(Message(tuple(parts), title=_title(titles, notices, now, loaded)), dropped)


def _title(
    titles: Sequence[str], notices: Sequence[models.Notice], now: datetime, loaded: dict[int, AgreementFacts]
) -> str:
    if len(titles) == 1:
        return titles[0]
    if all(now - notice.due_at > LATE for notice in notices):
        return texts.several_late(len(titles))
    zone = ZoneInfo(next(iter(loaded.values())).zone)
    return texts.several(now.astimezone(zone).date())


async def said(scene: Scene, notice: models.Notice) -> Message | None:
    """What one notice says, with why it comes, that it was moved, and that it is late."""
    if scene.reminder.kind is ReminderKind.DIGEST:
        message = await digest.weekly(scene.session, scene.facts, scene.now)
    else:
        message = Message((await SENTENCES[scene.reminder.kind](scene),))
    extra = [note async for note in _circumstances(scene, notice)]
    if not extra:
        return message
    first = message.parts[0]
    noted = Part(
        lines=first.lines,
        heading=first.heading,
        note="\n".join([*extra, first.note] if first.note else extra),
        buttons=first.buttons,
        to=first.to,
    )
    return Message((noted, *message.parts[1:]), title=message.title)


async def _circumstances(scene: Scene, notice: models.Notice) -> AsyncIterator[str]:
    leads = scene.leads if TO_WHO_LEADS.intersection(scene.reminder.audiences) else ""
    if leads and scene.reminder.kind is not ReminderKind.CHAIR_VACANT:  # which says so itself
        yield leads
    moved = scene.reminder.moved_from
    if moved is not None:
        why = calendar_of(scene.facts).posting_hindrance(moved)
        yield texts.moved_from(moved, why or "")
    if scene.now - notice.due_at > LATE:
        outages = await downtime_between(scene.session, notice.due_at - timedelta(days=1), scene.now)
        yield texts.late(notice.due_at, scene.facts.zone, [each for each in outages if each[1] > notice.due_at])


async def _addressed(session: AsyncSession, notice: models.Notice, message: Message) -> list[Part]:
    """The parts, addressed by name when a person without Slack is reached through a channel."""
    if notice.person_id is None:
        return list(message.parts)
    person = await session.get(models.Person, notice.person_id)
    if person is None or person.slack_user_id:
        return list(message.parts)
    first, *rest = message.parts
    named = Part(first.lines, first.heading, first.note, first.buttons, (Mention(person.name),))
    return [named, *rest]


# --- the sentences, one function per kind ----------------------------------------------------------------------------


def _why(scene: Scene) -> Button:
    return Button(texts.WHY, "varfor", f"n:{scene.notice_id}")


def _snooze(scene: Scene) -> Button:
    return Button(texts.SNOOZE, "senare", f"n:{scene.notice_id}")


def _log(scene: Scene, label: str = texts.LOG) -> Button:
    kind = scene.commitment.kind
    if kind is CommitmentKind.MEETING:
        command = "logga mote"
    elif kind in (CommitmentKind.ACTIVITY, CommitmentKind.WALK):
        command = "logga aktivitet"
    else:
        command = "logga uppfoljning"
    what = f"o:{scene.reminder.occasion_id}" if scene.reminder.occasion_id else f"c:{scene.commitment.id}"
    return Button(label, command, what, style="primary")


def _book(scene: Scene) -> Button:
    return Button(texts.BOOK, "mote boka", f"c:{scene.commitment.id}", style="primary")


def _answers(scene: Scene) -> tuple[Button, ...]:
    occasion = f"o:{scene.reminder.occasion_id}"
    deputy = (Button(texts.SENDING, "svar ersattare", occasion),) if _is_meeting(scene) else ()
    return (
        Button(texts.COMING, "svar kommer", occasion, "primary"),
        Button(texts.DECLINING, "svar kan-inte", occasion),
        *deputy,
        Button(texts.ADD_TO_CALENDAR, "mote kalenderfil", occasion),
    )


def _is_meeting(scene: Scene) -> bool:
    """Whether a forum meets: then its seats are asked, and their deputies can come instead."""
    return scene.commitment.kind is CommitmentKind.MEETING and scene.reminder.forum_id is not None


def _source(scene: Scene) -> str:
    source = scene.commitment.source
    return texts.according_to(source.where, source.quote)


def _part(scene: Scene, heading: str, *lines: str, buttons: Sequence[Button] = ()) -> Part:
    return Part(
        heading=heading,
        lines=tuple(line for line in lines if line),
        note=_source(scene) if scene.reminder.commitment_id else "",
        buttons=(*buttons, _why(scene)),
    )


async def _nothing_booked(scene: Scene) -> Part:
    state = progress(scene.commitment, scene.facts, scene.today)
    window = scene.reminder.window
    return _part(
        scene,
        texts.nothing_booked_heading(scene.title),
        texts.nothing_booked(
            state.held,
            state.booked,
            state.needed or 0,
            spann(window.first, window.last) if window else "",
            state.working_weeks_left,
            state.suggestions,
        ),
        buttons=(
            _book(scene),
            _snooze(scene),
            Button(texts.WAIVE, "avsta", f"c:{scene.commitment.id}"),
        ),
    )


async def _call_for_matters(scene: Scene) -> Part:
    occasion = scene.occasion
    return _part(
        scene,
        texts.call_for_matters_heading(scene.title),
        texts.call_for_matters(occasion.on, occasion.at, occasion.place, (occasion.on - scene.today).days),
        texts.matters_so_far(await _matters(scene)),
        buttons=(
            Button(texts.RAISE, "mote arende", f"f:{scene.reminder.forum_id}", "primary"),
            Button(texts.MOVE, "mote flytta", f"o:{occasion.id}"),
        ),
    )


async def _summons(scene: Scene) -> Part:
    occasion = scene.occasion
    return _part(
        scene,
        texts.summons_heading(scene.title),
        stor(texts.when_where(occasion.on, occasion.at, occasion.place)),
        texts.agenda(_lines(await _agenda(scene))),
        texts.answer_please(),
        *_missing(await _gathering(scene)),
        buttons=_answers(scene),
    )


async def _agenda(scene: Scene) -> list[Point]:
    occasion = await scene.session.get(models.Occasion, scene.reminder.occasion_id)
    return await agenda(scene.session, scene.facts, occasion, scene.today) if occasion is not None else []


def _lines(points: Sequence[Point]) -> list[tuple[int, str, str]]:
    return [(each.number, each.title, each.detail) for each in points]


async def _matters(scene: Scene) -> list[str]:
    """The titles of the matters that lie before the forum."""
    if scene.reminder.forum_id is None:
        return []
    return [matter.title for matter in await open_matters(scene.session, forum_ids=[scene.reminder.forum_id])]


async def _gathering(scene: Scene) -> Gathering:
    """Who is called; nobody where it is no meeting of a forum."""
    if not _is_meeting(scene):
        return Gathering((), ())
    return await gathering(
        scene.session,
        agreement_id=scene.facts.id,
        forum_id=scene.reminder.forum_id or 0,
        occasion_id=scene.occasion.id,
        on=scene.occasion.on,
    )


async def _attendance(scene: Scene) -> list[str]:
    """Who is waited for, where some have answered (who has is not named), and which party nobody will come from."""
    gathered = await _gathering(scene)
    names = [person.name for person in uncertain(gathered.people)]
    answered = any(each.answer for each in gathered.people)
    return [*([texts.waiting_for_answers(names)] if names and answered else []), *_missing(gathered)]


def _missing(gathered: Gathering) -> list[str]:
    return [texts.nobody_from([party.name for party in gathered.missing])] if gathered.missing else []


async def _tally(scene: Scene) -> Part:
    """To the chair: who comes, who does not, and who has not said."""
    occasion, about = scene.occasion, f"o:{scene.reminder.occasion_id}"
    return _part(
        scene,
        texts.tally_heading(scene.title),
        stor(texts.when_where(occasion.on, occasion.at, occasion.place)),
        *tally(await _gathering(scene)),
        buttons=(
            Button(texts.TALLY, "mote svar", about, "primary"),
            Button(texts.FOR_ANOTHER, "svar at", about),
            Button(texts.MOVE, "mote flytta", about),
        ),
    )


async def _soon(scene: Scene) -> Part:
    occasion = scene.occasion
    return _part(
        scene,
        texts.soon_heading(scene.title, (occasion.on - scene.today).days),
        stor(texts.when_where(occasion.on, occasion.at, occasion.place)),
        texts.coming(occasion.coming, occasion.declined),
        *await _attendance(scene),
        texts.agenda_added(_lines([each for each in await _agenda(scene) if each.added])),
        buttons=_answers(scene),
    )


async def _today(scene: Scene) -> Part:
    occasion = scene.occasion
    days = (occasion.on - scene.today).days
    heading = texts.today_heading(scene.title) if days == 0 else texts.soon_heading(scene.title, days)
    return _part(
        scene,
        heading,
        stor(texts.when_where(occasion.on, occasion.at, occasion.place)),
        texts.coming(occasion.coming, occasion.declined),
        buttons=(_log(scene, texts.LOG_PART),),
    )


async def _prepare(scene: Scene) -> Part:
    if scene.reminder.occasion_id is None:
        return await _due(scene)
    occasion = scene.occasion
    days = (occasion.on - scene.today).days
    if scene.commitment.kind is CommitmentKind.WALK:
        tell = texts.walk_set_date if scene.reminder.days > 30 else texts.walk_roles
    else:
        tell = texts.activity_prepare
    return _part(
        scene,
        texts.prepare_heading(scene.title, days),
        tell(occasion.on, occasion.at, occasion.place),
        buttons=(*_answers(scene), Button(texts.MOVE, "mote flytta", f"o:{occasion.id}")),
    )


async def _log_it(scene: Scene) -> Part:
    occasion = scene.occasion
    return _part(
        scene,
        texts.log_heading(scene.title),
        texts.log_please(occasion.on, occasion.at, occasion.place, scene.reminder.days),
        buttons=(_log(scene), *_minutes(scene), _snooze(scene)),
    )


def _minutes(scene: Scene) -> tuple[Button, ...]:
    """Meetings have minutes as well as an outcome."""
    if scene.commitment.kind is not CommitmentKind.MEETING or scene.reminder.occasion_id is None:
        return ()
    return (Button(texts.WRITE_MINUTES, "mote anteckningar", f"o:{scene.reminder.occasion_id}"),)


async def _due(scene: Scene) -> Part:
    days = (scene.reminder.about - scene.today).days
    row = await scene.session.get(models.Commitment, scene.commitment.id)
    return _part(
        scene,
        texts.follow_up_heading(scene.title, days),
        texts.follow_up(scene.reminder.about, days, row.method if row else ""),
        buttons=(_log(scene), Button(texts.BOOK, "mote boka", f"c:{scene.commitment.id}"), _snooze(scene)),
    )


async def _walk_protocol(scene: Scene) -> Part:
    heading = texts.walk_protocol_heading(scene.title)
    return _part(scene, heading, texts.walk_protocol(scene.occasion.on), buttons=(_snooze(scene),))


async def _walk_feedback(scene: Scene) -> Part:
    heading = texts.walk_feedback_heading(scene.title)
    return _part(scene, heading, texts.walk_feedback(scene.occasion.on), buttons=(_snooze(scene),))


async def _walk_measures(scene: Scene) -> Part:
    return _part(
        scene,
        texts.walk_measures_heading(scene.title),
        texts.walk_measures(scene.occasion.on, (scene.today - scene.occasion.on).days),
        buttons=(_log(scene, texts.LOG_PART), _snooze(scene)),
    )


async def _walk_again(scene: Scene) -> Part:
    heading = texts.walk_again_heading(scene.title)
    lines = texts.walk_again(scene.occasion.on, scene.occasion.place)
    return _part(scene, heading, lines, buttons=(_book(scene), _snooze(scene)))


async def _chair_part(scene: Scene, heading: Callable[[str], str], *lines: str, ask: bool = False) -> Part:
    assert scene.forum is not None
    forum = await scene.session.get(models.Forum, scene.forum.id)
    button = (
        Button(texts.ANCHOR, "ordforande ankare", f"f:{scene.forum.id}", "primary")
        if ask
        else Button(texts.FORECAST, "ordforande prognos", f"f:{scene.forum.id}")
    )
    quote = (forum.chair_rule.get("quote") or "") if forum else ""
    return Part(
        heading=heading(scene.forum.name), lines=lines, note=quote, buttons=(button, _snooze(scene), _why(scene))
    )


async def _chair_soon(scene: Scene) -> Part:
    seat = scene.reminder.detail
    line = texts.chair_soon(seat, await scene.seated(seat), scene.reminder.about)
    return await _chair_part(scene, texts.chair_soon_heading, line)


async def _chair_today(scene: Scene) -> Part:
    seat = scene.reminder.detail
    names = await scene.seated(seat)
    line = texts.chair_today(seat, names, scene.reminder.about, scene.today)
    turn = chair_on(scene.forum, scene.reminder.about) if scene.forum is not None else None
    if turn is not None and turn.meeting:
        line = texts.chair_next_meeting(seat, names, turn.last)
    return await _chair_part(scene, texts.chair_soon_heading, line)


async def _chair_vacant(scene: Scene) -> Part:
    lines = [texts.chair_vacant(scene.reminder.detail), scene.leads]
    return await _chair_part(scene, texts.chair_vacant_heading, *[line for line in lines if line])


async def _chair_unknown(scene: Scene) -> Part:
    return await _chair_part(scene, texts.chair_unknown_heading, texts.chair_unknown(), ask=True)


async def _event(scene: Scene) -> Part:
    days = (scene.reminder.about - scene.today).days
    last = scene.reminder.window.last if scene.reminder.window else scene.reminder.about
    return _part(
        scene,
        texts.event_heading(scene.title, event_name(scene.reminder.detail), days),
        texts.event(scene.reminder.about, last, days),
        buttons=(_book(scene), _log(scene)),
    )


async def _agreement_ends(scene: Scene) -> Part:
    ends = scene.facts.ends
    assert ends is not None
    known = scene.facts.successor_known
    checklist = () if known else tuple(f"• {each}" for each in texts.RENEWAL)
    return Part(
        heading=texts.agreement_ends_heading(scene.facts.municipality, scene.reminder.days),
        lines=(texts.agreement_ends(ends, known), *checklist),
        buttons=(Button(texts.OVERVIEW, "lage"), _snooze(scene), _why(scene)),
    )


async def _pulse(scene: Scene) -> Part:
    held = [occasion.on for occasion in scene.commitment.occasions if occasion.logged_at and occasion.on <= scene.today]
    last = max([*held, *scene.commitment.pulses], default=None)
    about = f"c:{scene.commitment.id}"
    return _part(
        scene,
        texts.pulse_heading(scene.title),
        texts.pulse(last),
        buttons=(
            Button(texts.PULSE_GOING, "puls", f"{about} pagar"),
            Button(texts.PULSE_HAPPENED, "logga aktivitet", about),
            Button(texts.PULSE_PAUSED, "puls", f"{about} pausad"),
        ),
    )


async def _measure(scene: Scene) -> Part:
    measure = measure_about(scene.reminder, scene.facts)
    assert measure is not None
    answers = measure.responsible.name if measure.responsible else ""
    return Part(
        heading=texts.measure_heading(measure.title, (measure.due - scene.today).days),
        lines=(texts.measure(answers, measure.due),),
        buttons=(
            Button(texts.REPORT, "atgard rapportera", f"a:{measure.id}", "primary"),
            _snooze(scene),
            _why(scene),
        ),
    )


async def _trends(scene: Scene) -> Part:
    assert scene.forum is not None
    above = next((each.name for each in scene.facts.forums if each.id == scene.forum.parent_id), "")
    row = await scene.session.get(models.Forum, scene.forum.id)
    return Part(
        heading=texts.trends_heading(scene.forum.name),
        lines=(texts.trends_please(above, scene.reminder.about),),
        note=row.reports if row is not None else "",
        buttons=(
            Button(texts.REPORT_TRENDS, "trender rapportera", f"f:{scene.forum.id}", "primary"),
            _snooze(scene),
            _why(scene),
        ),
    )


async def _snoozed(scene: Scene) -> Part:
    """An extra reminder says what the first one was about, from what is known now."""
    first = replace(scene, reminder=scene.reminder.first_time())
    return await SENTENCES[first.reminder.kind](first)


SENTENCES: dict[ReminderKind, Callable[[Scene], Awaitable[Part]]] = {
    ReminderKind.NOTHING_BOOKED: _nothing_booked,
    ReminderKind.CALL_FOR_MATTERS: _call_for_matters,
    ReminderKind.SUMMONS: _summons,
    ReminderKind.PREPARE: _prepare,
    ReminderKind.SOON: _soon,
    ReminderKind.TALLY: _tally,
    ReminderKind.TODAY: _today,
    ReminderKind.LOG: _log_it,
    ReminderKind.DUE: _due,
    ReminderKind.OVERDUE: _due,
    ReminderKind.WALK_PROTOCOL: _walk_protocol,
    ReminderKind.WALK_FEEDBACK: _walk_feedback,
    ReminderKind.WALK_MEASURES: _walk_measures,
    ReminderKind.WALK_AGAIN: _walk_again,
    ReminderKind.CHAIR_SOON: _chair_soon,
    ReminderKind.CHAIR_TODAY: _chair_today,
    ReminderKind.CHAIR_VACANT: _chair_vacant,
    ReminderKind.CHAIR_UNKNOWN: _chair_unknown,
    ReminderKind.EVENT: _event,
    ReminderKind.AGREEMENT_ENDS: _agreement_ends,
    ReminderKind.PULSE: _pulse,
    ReminderKind.MEASURE_SOON: _measure,
    ReminderKind.MEASURE_DUE: _measure,
    ReminderKind.MEASURE_LATE: _measure,
    ReminderKind.TRENDS: _trends,
    ReminderKind.SNOOZED: _snoozed,
}
