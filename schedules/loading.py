"""Reads storage into the plain values that the rules take, and finds out who a reminder's audience is."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, fields, replace
from datetime import date, datetime, time
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import BindParameter, Date, bindparam
from sqlalchemy.orm import aliased
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from schedules.acting_chair import By, acting_chair
from schedules.days import Calendar
from schedules.facts import (
    AgreementFacts,
    AppointmentFacts,
    Appointments,
    ChairTerm,
    CommitmentFacts,
    ForumFacts,
    MeasureFacts,
    NamedSpan,
    OccasionFacts,
    Span,
    Waiver,
)
from schedules.kept_facts import Stamp, kept_in
from schedules.reminders import Audience, Reminder, ReminderKind
from schedules.reminders.measures import measure_about
from storage import models
from storage.agreements.calendar_rows import named_days
from storage.database import has_changed, once
from storage.matters import OPEN_MEASURES
from storage.occasions import followed
from storage.terms import Cadence, ChairRule, CommitmentKind, LeadTimes, OccasionState, Responsible, Source


def clock_time(text: str | None) -> time | None:
    """ "13:00" as a time of day; None stays None."""
    return time.fromisoformat(text) if text else None


def calendar_of(facts: AgreementFacts) -> Calendar:
    """The agreement's days: red days are the law's, school breaks its own."""
    return Calendar(breaks=facts.breaks)


@dataclass(frozen=True)
class AgreementHead:
    """What is said of an agreement before anything else is."""

    id: int
    municipality: str
    starts: date
    ends: date | None
    example: bool


# by column: the whole file is in the row, and would be parsed for every answer
NEWEST_FIRST = (
    select(*(getattr(models.Agreement, each.name) for each in fields(AgreementHead)))
    .where(models.Agreement.workspace_id == bindparam("workspace_id"))
    .order_by(col(models.Agreement.starts).desc())
)


async def current_agreements(session: AsyncSession, workspace_id: int, today: date) -> list[AgreementHead]:
    """The workspace's agreements in force (or to come), newest first."""
    rows = (await session.exec(NEWEST_FIRST, params={"workspace_id": workspace_id})).all()
    return [found for found in (AgreementHead(*row) for row in rows) if found.ends is None or found.ends >= today]


async def agreement_facts(session: AsyncSession, agreement_id: int) -> AgreementFacts:
    """Everything the rules need to know about one agreement. Raises LookupError when there is none such.

    Read once and kept in this process until the agreement's facts_version has gone up (`storage.agreements.touch`); a
    session that has changed something reads for itself.
    """
    if has_changed(session):
        return await read_facts(session, agreement_id)
    return await once(session, ("facts", agreement_id), lambda: _kept_facts(session, agreement_id))


async def _kept_facts(session: AsyncSession, agreement_id: int) -> AgreementFacts:
    kept, stamp = kept_in(session), await _stamp(session, agreement_id)
    facts = kept.recalled(agreement_id, stamp)
    if facts is None:
        async with kept.reading(agreement_id):  # the others who want the same wait for it
            facts = kept.recalled(agreement_id, stamp)
            if facts is None:
                facts = await read_facts(session, agreement_id)
                kept.keep(agreement_id, stamp, facts)
    return facts


LATER = aliased(models.Agreement)
STAMP = (
    select(
        models.Agreement.facts_version,
        models.Workspace.post_at,
        models.Workspace.zone,
        select(LATER.id)
        .where(
            LATER.workspace_id == models.Agreement.workspace_id,
            LATER.municipality == models.Agreement.municipality,
            LATER.starts > col(models.Agreement.ends),
        )
        .exists(),
    )
    .join(models.Workspace, col(models.Workspace.id) == models.Agreement.workspace_id)
    .where(col(models.Agreement.id) == bindparam("agreement_id"))
)


async def _stamp(session: AsyncSession, agreement_id: int) -> Stamp:
    """What tells whether the facts are still the same: cheap to ask. Raises LookupError."""
    found = (await session.exec(STAMP, params={"agreement_id": agreement_id})).first()
    if found is None:
        raise LookupError(f"agreement {agreement_id}")
    return tuple(found)


async def read_facts(session: AsyncSession, agreement_id: int) -> AgreementFacts:
    """The same, read anew. Raises LookupError."""
    agreement = await session.get(models.Agreement, agreement_id)
    if agreement is None:
        raise LookupError(f"agreement {agreement_id}")
    workspace = await session.get(models.Workspace, agreement.workspace_id)
    assert workspace is not None
    calendar = agreement.document.get("kalender") or {}
    commitments = await _commitments(session, agreement_id)
    return AgreementFacts(
        id=agreement_id,
        municipality=agreement.municipality,
        starts=agreement.starts,
        ends=agreement.ends,
        forums=tuple(
            replace(forum, meetings=_meeting_days(forum.id, commitments))
            for forum in await _forums(session, agreement_id, workspace.zone)
        ),
        commitments=commitments,
        breaks=tuple(_named_spans(calendar.get("lov") or [])),
        post_at=time.fromisoformat(workspace.post_at),
        zone=workspace.zone,
        measures=await _measures(session, agreement_id),
        successor_known=await _has_successor(session, agreement),
        event_days=_event_days(calendar.get("ungdomshelger") or []),
    )


async def _measures(session: AsyncSession, agreement_id: int) -> tuple[MeasureFacts, ...]:
    """The open measures with a last day, each with who answers for it."""
    rows = await session.exec(
        select(models.Measure, models.Seat.title, models.Party.name, models.Forum.name)
        .join(models.Seat, col(models.Seat.id) == models.Measure.seat_id, isouter=True)
        .join(models.Party, col(models.Party.id) == models.Measure.party_id, isouter=True)
        .join(models.Forum, col(models.Forum.id) == models.Measure.answering_forum_id, isouter=True)
        .where(
            models.Measure.agreement_id == agreement_id,
            col(models.Measure.due).is_not(None),
            col(models.Measure.state).in_(OPEN_MEASURES),
            col(models.Measure.waits).is_(False),
        )
        .order_by(col(models.Measure.id))
    )
    found = []
    for measure, seat, party, forum in rows.all():
        assert measure.id is not None
        assert measure.due is not None
        answering = (("seat", seat), ("party", party), ("forum", forum))
        responsible = next((Responsible(kind=kind, name=name) for kind, name in answering if name), None)
        found.append(
            MeasureFacts(
                measure.id, measure.title, measure.forum_id, measure.due, responsible, measure.answering_forum_id
            )
        )
    return tuple(found)


def _meeting_days(forum_id: int, commitments: Iterable[CommitmentFacts]) -> tuple[date, ...]:
    """The days the forum meets or met; cancelled and moved ones pass no chair on."""
    return tuple(
        occasion.on
        for commitment in commitments
        if commitment.forum_id == forum_id and commitment.kind is CommitmentKind.MEETING
        for occasion in commitment.occasions
        if occasion.state not in (OccasionState.CANCELLED, OccasionState.MOVED)
    )


def _named_spans(rows: Iterable[dict[str, str]]) -> Iterable[NamedSpan]:
    for name, first, last in named_days(rows):
        yield NamedSpan(name, Span(first, last))


def _event_days(rows: Iterable[dict[str, str]]) -> dict[str, tuple[Span, ...]]:
    found: defaultdict[str, list[Span]] = defaultdict(list)
    for named in _named_spans(rows):
        found[named.name].append(named.span)
    return {name: tuple(spans) for name, spans in found.items()}


async def _has_successor(session: AsyncSession, agreement: models.Agreement) -> bool:
    if agreement.ends is None:
        return False
    question = select(models.Agreement.id).where(
        models.Agreement.workspace_id == agreement.workspace_id,
        models.Agreement.municipality == agreement.municipality,
        col(models.Agreement.starts) > agreement.ends,
    )
    return (await session.exec(question.limit(1))).first() is not None


async def _forums(session: AsyncSession, agreement_id: int, zone: str) -> tuple[ForumFacts, ...]:
    forums = (
        await session.exec(
            select(models.Forum)
            .where(models.Forum.agreement_id == agreement_id, col(models.Forum.active))
            .order_by(col(models.Forum.position))
        )
    ).all()
    ids = [forum.id for forum in forums if forum.id is not None]
    terms: defaultdict[int, list[ChairTerm]] = defaultdict(list)
    vices: defaultdict[int, list[ChairTerm]] = defaultdict(list)
    for term, person in (
        await session.exec(
            select(models.ChairTerm, models.Person.name)
            .join(models.Person, col(models.Person.id) == models.ChairTerm.person_id, isouter=True)
            .where(col(models.ChairTerm.forum_id).in_(ids), models.ChairTerm.replaced == 0)
            .order_by(col(models.ChairTerm.starts))
        )
    ).all():
        occasion = await session.get(models.Occasion, term.occasion_id) if term.occasion_id else None
        if occasion is not None:
            occasion = await followed(session, occasion)
            if occasion.state is OccasionState.CANCELLED:
                continue  # there is no meeting to lead
        (vices if term.vice else terms)[term.forum_id].append(_term(term, person, occasion))
    anchors: dict[int, tuple[models.ChairAnchor, str]] = {}
    for anchor, title in (
        await session.exec(
            select(models.ChairAnchor, models.Seat.title)
            .join(models.Seat, col(models.Seat.id) == models.ChairAnchor.seat_id)
            .where(col(models.ChairAnchor.forum_id).in_(ids), col(models.ChairAnchor.taken_back).is_(False))
            .order_by(col(models.ChairAnchor.answered_at), col(models.ChairAnchor.id))
        )
    ).all():
        anchors[anchor.forum_id] = (anchor, title)  # the newest answer counts
    seated = await _appointments(session, agreement_id)
    reported = await _reported(session, ids, zone)
    return tuple(
        replace(
            _forum(forum, terms[forum.id or 0], anchors.get(forum.id or 0), seated),
            vice_terms=tuple(vices[forum.id or 0]),
            reported=tuple(reported[forum.id or 0]),
        )
        for forum in forums
    )


def _term(row: models.ChairTerm, person: str | None, occasion: models.Occasion | None) -> ChairTerm:
    """The recorded turn; one that follows a meeting has that one's day."""
    return ChairTerm(
        seat=row.seat_title,
        first=occasion.on if occasion else row.starts,
        last=occasion.on if occasion else row.ends,
        by_decision=row.by_decision,
        person=person,
        decided_on=row.decided_at.date() if row.decided_at else None,
        person_id=row.person_id,
        meeting=row.meeting,
        occasion=row.occasion_id,
    )


async def _appointments(session: AsyncSession, agreement_id: int) -> Appointments:
    """Everybody who sits, has sat or will sit on the agreement's seats; not appointments that never came to be."""
    found: defaultdict[str, list[AppointmentFacts]] = defaultdict(list)
    rows = await session.exec(
        select(models.Seat.title, models.Appointment, models.Person)
        .join(models.Appointment, col(models.Appointment.seat_id) == models.Seat.id)
        .join(models.Person, col(models.Person.id) == models.Appointment.person_id)
        .where(models.Seat.agreement_id == agreement_id)
        .order_by(col(models.Appointment.starts), col(models.Appointment.id))
    )
    for title, appointment, person in rows.all():
        if appointment.ends is None or appointment.ends >= appointment.starts:
            found[title].append(
                AppointmentFacts(
                    person_id=person.id or 0,
                    name=person.name,
                    first=appointment.starts,
                    last=appointment.ends,
                    deputy=appointment.deputy,
                    away=_away(person),
                )
            )
    return {title: tuple(each) for title, each in found.items()}


def _away(person: models.Person) -> tuple[Span, ...]:
    return (Span(person.absent_from, person.absent_to or date.max),) if person.absent_from else ()


async def _reported(session: AsyncSession, forum_ids: list[int], zone: str) -> defaultdict[int, list[date]]:
    """Forum → the local days on which it has reported trends."""
    found: defaultdict[int, list[date]] = defaultdict(list)
    question = select(models.TrendReport.forum_id, models.TrendReport.at).where(
        col(models.TrendReport.forum_id).in_(forum_ids)
    )
    for forum_id, at in (await session.exec(question.order_by(col(models.TrendReport.id)))).all():
        found[forum_id].append(at.astimezone(ZoneInfo(zone)).date())
    return found


def _forum(
    row: models.Forum,
    terms: Sequence[ChairTerm],
    anchor: tuple[models.ChairAnchor, str] | None,
    appointments: Appointments,
) -> ForumFacts:
    rule = ChairRule.model_validate(row.chair_rule)
    if anchor is not None:
        answer, seat = anchor
        rule = rule.model_copy(
            update={
                "anchor_seat": seat,
                "anchor_from": answer.from_day,
                "term_months": answer.term_months or rule.term_months,
            }
        )
    assert row.id is not None
    return ForumFacts(
        id=row.id,
        name=row.name,
        chair_rule=rule,
        terms=tuple(terms),
        appointments=appointments,
        has_channel=row.channel_id is not None,
        parent_id=row.parent_id,
        reports=bool(row.reports),
    )


async def _commitments(session: AsyncSession, agreement_id: int) -> tuple[CommitmentFacts, ...]:
    rows = (
        await session.exec(
            select(models.Commitment)
            .where(models.Commitment.agreement_id == agreement_id, col(models.Commitment.active))
            .order_by(col(models.Commitment.position))
        )
    ).all()
    ids = [row.id for row in rows if row.id is not None]
    occasions = await _occasions(session, agreement_id)
    waivers: defaultdict[int, list[Waiver]] = defaultdict(list)
    for waiver in (await session.exec(select(models.Waiver).where(col(models.Waiver.commitment_id).in_(ids)))).all():
        waivers[waiver.commitment_id].append(Waiver(Span(waiver.first, waiver.last), waiver.reason))
    pulses: defaultdict[int, list[date]] = defaultdict(list)
    for pulse in (
        await session.exec(
            select(models.Pulse).where(col(models.Pulse.commitment_id).in_(ids)).order_by(col(models.Pulse.on))
        )
    ).all():
        pulses[pulse.commitment_id].append(pulse.on)
    return tuple(
        CommitmentFacts(
            id=row.id or 0,
            kind=row.kind,
            title=row.title,
            source=Source.model_validate(row.source),
            cadence=Cadence.model_validate(row.cadence),
            leads=LeadTimes.model_validate(row.leads),
            forum_id=row.forum_id,
            responsible=tuple(Responsible.model_validate(each) for each in row.responsible),
            occasions=tuple(occasions[row.id or 0]),
            waivers=tuple(waivers[row.id or 0]),
            pulses=tuple(pulses[row.id or 0]),
        )
        for row in rows
    )


def _of_agreement(*columns: Any) -> Any:
    """A question about what came of an agreement's commitments in force: ten years of it, so no more than is needed."""
    return (
        select(*columns)
        .select_from(models.Occasion)
        .join(models.Commitment, col(models.Commitment.id) == models.Occasion.commitment_id)
        .where(models.Commitment.agreement_id == bindparam("agreement_id"), col(models.Commitment.active))
    )


OCCASIONS = _of_agreement(
    models.Occasion.commitment_id,
    models.Occasion.id,
    models.Occasion.on,
    models.Occasion.at,
    models.Occasion.place,
    models.Occasion.state,
    models.Occasion.booked_at,
    models.Occasion.area,
    models.Occasion.quantity,
).order_by(col(models.Occasion.on), col(models.Occasion.id))
LOGGED = (
    _of_agreement(models.Outcome.occasion_id, models.Outcome.logged_at)
    .join(models.Outcome, col(models.Outcome.occasion_id) == models.Occasion.id)
    .order_by(col(models.Outcome.version))
)
ANSWERED = _of_agreement(models.AttendanceAnswer.occasion_id, models.AttendanceAnswer.coming).join(
    models.AttendanceAnswer, col(models.AttendanceAnswer.occasion_id) == models.Occasion.id
)


async def _occasions(session: AsyncSession, agreement_id: int) -> defaultdict[int, list[OccasionFacts]]:
    asked = {"agreement_id": agreement_id}
    found: defaultdict[int, list[OccasionFacts]] = defaultdict(list)
    logged: dict[int, datetime] = dict((await session.exec(LOGGED, params=asked)).all())  # the newest comes last
    answers: defaultdict[int, list[bool]] = defaultdict(list)
    for occasion_id, coming in await session.exec(ANSWERED, params=asked):
        answers[occasion_id].append(coming)
    for commitment_id, number, on, at, place, state, booked_at, area, quantity in await session.exec(
        OCCASIONS, params=asked
    ):
        answered = answers.get(number, [])
        found[commitment_id].append(
            OccasionFacts(
                id=number,
                on=on,
                at=clock_time(at),
                place=place,
                state=OccasionState(state),
                booked_at=booked_at,
                logged_at=logged.get(number),
                area=area,
                quantity=quantity,
                coming=sum(answered),
                declined=len(answered) - sum(answered),
            )
        )
    return found


async def holders(
    session: AsyncSession, agreement_id: int, seat_titles: Iterable[str], today: date
) -> list[models.Person]:
    """Who sits on the seats today: the ordinary holders, or the deputies of a seat whose holders are away. Nobody whose
    Slack account is closed.

    `seat_titles` are titles as in the agreement. Each person once, in the order of the seats.
    """
    titles = tuple(seat_titles)
    if not titles:
        return []
    return list(
        await once(session, (agreement_id, titles, today), lambda: _holders(session, agreement_id, titles, today))
    )


_TODAY: BindParameter[date] = bindparam("today", type_=Date())
_TITLES: BindParameter[Sequence[str]] = bindparam("titles", expanding=True)
# written once: building a question costs more than asking it
SEATED = (
    select(models.Seat.title, models.Appointment.deputy, models.Person)
    .join(models.Appointment, col(models.Appointment.seat_id) == models.Seat.id)
    .join(models.Person, col(models.Person.id) == models.Appointment.person_id)
    .where(
        models.Seat.agreement_id == bindparam("agreement_id"),
        col(models.Seat.title).in_(_TITLES),
        col(models.Person.deactivated).is_(False),
        col(models.Appointment.starts) <= _TODAY,
        col(models.Appointment.ends).is_(None) | (col(models.Appointment.ends) >= _TODAY),
    )
    .order_by(col(models.Appointment.id))
)
COORDINATING = (
    select(models.Seat.title, models.Party)
    .join(models.Party, col(models.Party.id) == models.Seat.party_id, isouter=True)
    .where(
        models.Seat.agreement_id == bindparam("agreement_id"),
        col(models.Seat.coordinator),
        col(models.Seat.active),
    )
    .order_by(col(models.Seat.id))
)
BY_MAIL = (
    select(models.Person)
    .join(models.Workspace, col(models.Workspace.id) == models.Person.workspace_id)
    .join(models.Appointment, col(models.Appointment.person_id) == models.Person.id)
    .join(models.Seat, col(models.Seat.id) == models.Appointment.seat_id)
    .join(models.ForumSeatOption, col(models.ForumSeatOption.seat_id) == models.Appointment.seat_id)
    .join(models.ForumSeat, col(models.ForumSeat.id) == models.ForumSeatOption.forum_seat_id)
    .where(
        models.ForumSeat.forum_id == bindparam("forum_id"),
        col(models.ForumSeat.active),
        col(models.Seat.active),
        col(models.Appointment.starts) <= _TODAY,
        col(models.Appointment.ends).is_(None) | (col(models.Appointment.ends) >= _TODAY),
        col(models.Person.slack_user_id).is_(None),
        col(models.Person.email).is_not(None),
        col(models.Workspace.by_mail),
    )
    .order_by(col(models.Person.id))
)


async def _holders(session: AsyncSession, agreement_id: int, titles: Sequence[str], today: date) -> list[models.Person]:
    asked = {"agreement_id": agreement_id, "titles": list(titles), "today": today}
    rows = (await session.exec(SEATED, params=asked)).all()
    chosen: dict[int, models.Person] = {}
    for title in titles:
        seated = [(deputy, person) for seat, deputy, person in rows if seat == title]
        present = [(deputy, person) for deputy, person in seated if not is_away(person, today)]
        ordinary = [person for deputy, person in present if not deputy]
        for person in ordinary or [person for _, person in present] or [person for _, person in seated]:
            assert person.id is not None
            chosen.setdefault(person.id, person)
    return list(chosen.values())


def is_away(person: models.Person, today: date) -> bool:
    """Whether the person has set an absence that covers the day."""
    if person.absent_from is None or person.absent_from > today:
        return False
    return person.absent_to is None or person.absent_to >= today


async def coordinators(session: AsyncSession, agreement_id: int, today: date) -> list[models.Person]:
    """The people on the agreement's coordinator seats (samordnare) today."""
    titles = [title for title, _ in await _coordinating(session, agreement_id)]
    return await holders(session, agreement_id, titles, today)


async def party_coordinators(
    session: AsyncSession, agreement_id: int, party_names: Iterable[str], today: date
) -> list[models.Person]:
    """The coordinators who speak for the named parties: an activity's responsible party is reached through them."""
    wanted = {name.casefold() for name in party_names}
    titles = [
        title
        for title, party in await _coordinating(session, agreement_id)
        if party is not None
        and wanted & {name.casefold() for name in (party.name, party.short, party.key, party.kind, *party.aliases)}
    ]
    return await holders(session, agreement_id, titles, today)


async def _coordinating(session: AsyncSession, agreement_id: int) -> Sequence[tuple[str, models.Party | None]]:
    """The coordinator seats (samordnare), each with its party where it has one."""

    async def ask() -> Sequence[tuple[str, models.Party | None]]:
        return (await session.exec(COORDINATING, params={"agreement_id": agreement_id})).all()

    return await once(session, ("coordinating", agreement_id), ask)


TO_ALL_MEMBERS = (ReminderKind.CALL_FOR_MATTERS, ReminderKind.SUMMONS, ReminderKind.SOON, ReminderKind.TODAY)


@dataclass(frozen=True)
class Recipient:
    """Where a reminder goes: a forum's channel, or a person. Exactly one is set."""

    forum_id: int | None = None
    person_id: int | None = None
    gathers: bool = False  # the person wants reminders together on Mondays

    @property
    def key(self) -> str:
        """Part of a notice's key: "f3" or "p12"."""
        return f"f{self.forum_id}" if self.forum_id is not None else f"p{self.person_id}"


async def recipients(session: AsyncSession, facts: AgreementFacts, reminder: Reminder, today: date) -> list[Recipient]:
    """Who shall have the reminder, each once. People are found by the seats they hold today.

    When nobody sits on the seats asked for, the coordinators get it; when there are none either, the forum's channel.
    """
    found: dict[str, Recipient] = {}
    for audience in reminder.audiences:
        if audience is Audience.CHANNEL and reminder.forum_id is not None:
            to = [Recipient(forum_id=reminder.forum_id)]
            if reminder.kind in TO_ALL_MEMBERS:
                mailed = await members_by_mail(session, forum_id=reminder.forum_id, today=today)
                to += [Recipient(person_id=person.id) for person in mailed]
        else:
            people = await _people_of(session, facts, reminder, audience, today)
            to = [Recipient(person_id=person.id, gathers=person.gathers) for person in people]
        found |= {each.key: each for each in to}
    if not found:
        people = await coordinators(session, facts.id, today)
        found = {each.key: each for each in [Recipient(person_id=each.id, gathers=each.gathers) for each in people]}
    if not found:
        forum_id = reminder.forum_id or next((forum.id for forum in facts.forums), None)
        if forum_id is not None:
            last_resort = Recipient(forum_id=forum_id)
            found[last_resort.key] = last_resort
    return list(found.values())


async def members_by_mail(session: AsyncSession, *, forum_id: int, today: date) -> list[models.Person]:
    """Those of a forum who cannot read its channel but get e-mail: no Slack, an address, and a server that is set."""

    async def ask() -> list[models.Person]:
        rows = await session.exec(BY_MAIL, params={"forum_id": forum_id, "today": today})
        return list({person.id: person for person in rows.all()}.values())

    return list(await once(session, ("by mail", forum_id, today), ask))


async def _people_of(
    session: AsyncSession, facts: AgreementFacts, reminder: Reminder, audience: Audience, today: date
) -> list[models.Person]:
    if audience is Audience.CHAIR:
        return await chair_people(session, facts, reminder.forum_id, today)
    if audience is Audience.RESPONSIBLE:
        return await _responsible_for(session, facts, reminder, today)
    if audience is Audience.INCOMING:
        return await holders(session, facts.id, [reminder.detail], today)
    return await coordinators(session, facts.id, today)


async def _responsible_for(
    session: AsyncSession, facts: AgreementFacts, reminder: Reminder, today: date
) -> list[models.Person]:
    """Those who answer for the commitment or the measure; the forum's chair for a measure that is nobody's."""
    if reminder.commitment_id is not None:
        commitment = next((each for each in facts.commitments if each.id == reminder.commitment_id), None)
        return await responsible_people(session, facts, commitment, today) if commitment else []
    measure = measure_about(reminder, facts)
    if measure is None or measure.responsible is None:
        return await chair_people(session, facts, reminder.forum_id, today)
    return await people_of(session, facts, (measure.responsible,), today)


async def chair_people(
    session: AsyncSession, facts: AgreementFacts, forum_id: int | None, today: date
) -> list[models.Person]:
    """Who leads the forum today (`acting_chair`): the coordinators where it falls to them, nobody where the chair is
    not known."""
    forum = next((each for each in facts.forums if each.id == forum_id), None)
    if forum is None:
        return []
    acting = acting_chair(forum, today)
    if acting.by is By.COORDINATORS:
        found = await coordinators(session, facts.id, today)
        turn = [acting.turn.seat] if acting.turn else []
        return found or await holders(session, facts.id, turn, today)
    return await holders(session, facts.id, [acting.seat] if acting.seat else [], today)


async def responsible_people(
    session: AsyncSession, facts: AgreementFacts, commitment: CommitmentFacts, today: date
) -> list[models.Person]:
    """Those who answer for a commitment: a forum through its chair, a party through its coordinator, a seat itself."""
    return await people_of(session, facts, commitment.responsible, today)


async def people_of(
    session: AsyncSession, facts: AgreementFacts, responsible: Iterable[Responsible], today: date
) -> list[models.Person]:
    """The people behind forums (their chairs), parties (their coordinators) and seats, each once."""
    people: dict[int, models.Person] = {}
    for each in responsible:
        if each.kind == "forum":
            forum = next((known for known in facts.forums if known.name == each.name), None)
            found = await chair_people(session, facts, forum.id, today) if forum else []
        elif each.kind == "party":
            found = await party_coordinators(session, facts.id, [each.name], today)
        elif each.kind == "seat":
            found = await holders(session, facts.id, [each.name], today)
        else:
            found = []
        people |= {person.id: person for person in found if person.id is not None}
    return list(people.values())
