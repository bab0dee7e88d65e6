"""Byn filled with history: every kind of record in every forum, each with a word of its own forum in it."""

from datetime import UTC, date, datetime

from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from storage.models import (
    AgendaPoint,
    Agreement,
    AgreementLook,
    Annex,
    Appointment,
    Approval,
    AttendanceAnswer,
    CalendarFeed,
    ChairAnchor,
    ChairTerm,
    ChannelDifference,
    Commitment,
    CommitmentGoal,
    Decision,
    Downtime,
    Finding,
    FocusArea,
    Forum,
    ForumSeat,
    ForumSeatOption,
    Goal,
    HandledRequest,
    Handover,
    Measure,
    MeasureReport,
    MeasureState,
    Minutes,
    MinutesStep,
    MissingReminder,
    Occasion,
    Party,
    Person,
    Pulse,
    RosterDraft,
    Seat,
    Signature,
    SlackChannel,
    Tick,
    TrendReport,
    Waiver,
    Workspace,
)
from storage.occasions import record_outcome
from storage.people import traced
from storage.terms import OccasionState
from tests.permissions.hamlet import NOW, TODAY, Hamlet, found

__all__ = ["NOW", "TODAY", "Hamlet", "filled"]
LONG_AGO = datetime(2027, 2, 1, 9, 0, tzinfo=UTC)


async def filled(session: AsyncSession) -> Hamlet:
    """Founds Byn, Grannbyn and Främmande, and lets everything have happened in each of their forums once."""
    hamlet = await found(session)
    forums = (await session.exec(select(Forum).order_by(col(Forum.id)))).all()
    for forum in forums:
        await _happened(session, forum, hamlet)
    await session.flush()
    await _own_notes(session, hamlet)
    return hamlet


async def _happened(session: AsyncSession, forum: Forum, hamlet: Hamlet) -> None:
    place = hamlet.places[forum.name]
    workspace = (await session.exec(select(Agreement.workspace_id).where(Agreement.id == forum.agreement_id))).one()
    alone = await _own_people(session, forum, workspace)
    forum.channel_id = f"C0{forum.name.upper()}"
    session.add(forum)
    session.add(SlackChannel(workspace_id=workspace, channel_id=forum.channel_id, name=forum.name, looked_at=NOW))
    occasion = await session.get(Occasion, place.occasion)
    assert occasion is not None
    for version, text in enumerate(("Först", "Rättat"), 1):
        await record_outcome(
            session,
            occasion,
            state=OccasionState.HELD,
            on=date(2027, 2, 1),
            place=f"Sal {forum.name}",
            area=None,
            quantity=1,
            participants=3 + version,
            parties=("Polisen",),
            goal_result="",
            text=f"{text} i {forum.name}",
            visibility="parterna",
            person=alone,
            now=LONG_AGO,
        )
    person_id = alone.id or 0
    session.add_all(
        [
            AttendanceAnswer(occasion_id=occasion.id or 0, person_id=person_id, coming=True, answered_at=LONG_AGO),
            TrendReport(
                forum_id=forum.id or 0,
                to_forum_id=forum.id or 0,
                area=f"Torget i {forum.name}",
                trends={"trafik": "up"},
                by=person_id,
                by_name=alone.name,
                at=LONG_AGO,
            ),
            AgendaPoint(
                occasion_id=occasion.id or 0,
                number=1,
                key="standing:1",
                title=f"Lägesbild i {forum.name}",
                at=LONG_AGO,
            ),
            Minutes(
                occasion_id=occasion.id or 0,
                attendance={"present": [alone.name], "absent": [], "others": ""},
                points=[{"title": "Lägesbild", "note": f"Läget i {forum.name}"}],
                adjusters=[person_id],
                written_by=person_id,
                written_by_name=alone.name,
                written_at=LONG_AGO,
            ),
            MinutesStep(
                occasion_id=occasion.id or 0,
                version=1,
                act="comment",
                text=f"Synpunkt i {forum.name}",
                by=person_id,
                by_name=alone.name,
                at=LONG_AGO,
            ),
            ChannelDifference(forum_id=forum.id or 0, shown=["in:U0NAGON"]),
            RosterDraft(person_id=person_id, name="lista.csv", content="seat,name", mark="m", handed_in_at=LONG_AGO),
            Handover(
                agreement_id=forum.agreement_id,
                forum_id=forum.id or 0,
                seat_id=(await session.exec(select(Seat.id).where(Seat.title == f"Egen {forum.name}"))).one() or 0,
                measure_id=place.measure,
                from_person_id=person_id,
                follows=True,
                day=date(2027, 1, 31),
                at=LONG_AGO,
            ),
            CalendarFeed(
                workspace_id=hamlet.workspace,
                person_id=person_id,
                forum_id=forum.id,
                token_digest=f"{forum.id:064d}",
                made_at=LONG_AGO,
            ),
            Waiver(
                commitment_id=place.activity,
                first=date(2027, 1, 1),
                last=date(2027, 1, 31),
                reason=f"Snö i {forum.name}",
                waived_by=person_id,
                waived_at=LONG_AGO,
            ),
            Pulse(commitment_id=place.ongoing, on=date(2027, 2, 1), state="pågår", answered_at=LONG_AGO),
            ChairTerm(
                forum_id=forum.id or 0,
                seat_id=(await session.exec(select(Seat.id).where(Seat.title == f"Egen {forum.name}"))).one() or 0,
                seat_title=f"Egen {forum.name}",
                person_id=person_id,
                starts=date(2026, 1, 1),
                ends=date(2026, 12, 31),
            ),
        ]
    )
    await _business(session, forum, place.measure, place.decision, person_id)
    for subject, subject_id in (("occasion", place.occasion), ("forum", forum.id), ("matter", place.matter)):
        traced(
            session,
            workspace_id=workspace,
            now=LONG_AGO,
            actor=f"U0{forum.name.upper()}",
            person_id=person_id,
            action="mote boka",
            subject=subject,
            subject_id=subject_id,
        )


async def _own_people(session: AsyncSession, forum: Forum, workspace_id: int) -> Person:
    """Somebody who sits in this forum alone, on a seat of its own."""
    person = Person(workspace_id=workspace_id, name=f"Sven {forum.name}", email=f"sven@{forum.key}.example")
    seat = Seat(agreement_id=forum.agreement_id, key=f"egen-{forum.key}", title=f"Egen {forum.name}")
    line = ForumSeat(forum_id=forum.id or 0, label=f"Egen {forum.name}")
    session.add_all([person, seat, line])
    await session.flush()
    session.add(ForumSeatOption(forum_seat_id=line.id or 0, seat_id=seat.id or 0))
    from_day = date(2027, 1, 1)
    session.add(Appointment(seat_id=seat.id or 0, person_id=person.id or 0, starts=from_day))
    session.add(ChairAnchor(forum_id=forum.id or 0, seat_id=seat.id or 0, from_day=from_day, answered_at=LONG_AGO))
    area = FocusArea(agreement_id=forum.agreement_id, key=f"omr-{forum.key}", name=f"Område {forum.name}")
    goal = Goal(agreement_id=forum.agreement_id, number=100 + (forum.id or 0), text=f"Mål {forum.name}")
    session.add_all([area, goal])
    await session.flush()
    activity = (await session.exec(select(Commitment).where(Commitment.title == f"Vandring {forum.name}"))).one()
    activity.focus_area_id = area.id
    session.add(activity)
    session.add(CommitmentGoal(commitment_id=activity.id or 0, goal_id=goal.id or 0))
    party = (await session.exec(select(Party).where(Party.agreement_id == forum.agreement_id))).first()
    assert party is not None
    session.add(
        Signature(
            agreement_id=forum.agreement_id, party_id=party.id or 0, function="Kommunchef", signed_on=date(2027, 1, 1)
        )
    )
    session.add(Annex(agreement_id=forum.agreement_id, number=forum.id or 0, title="Bilaga"))
    return person


async def _business(session: AsyncSession, forum: Forum, measure_id: int, decision_id: int, person_id: int) -> None:
    party = (await session.exec(select(Party).where(Party.agreement_id == forum.agreement_id))).first()
    assert party is not None
    session.add(
        Approval(
            decision_id=decision_id,
            party_id=party.id or 0,
            approves=True,
            by=person_id,
            by_name=f"Sven {forum.name}",
            at=LONG_AGO,
        )
    )
    measure = await session.get(Measure, measure_id)
    decision = await session.get(Decision, decision_id)
    assert measure is not None
    assert decision is not None
    session.add(
        MeasureReport(
            measure_id=measure_id, state=MeasureState.GOING, text=f"På gång i {forum.name}", by=person_id, at=LONG_AGO
        )
    )


async def _own_notes(session: AsyncSession, hamlet: Hamlet) -> None:
    """What the bot notes about itself."""
    workspace = (await session.exec(select(Workspace.id).order_by(col(Workspace.id)))).first() or 0
    session.add_all(
        [
            Downtime(down_from=LONG_AGO, down_to=LONG_AGO),
            Tick(name="plan", at=NOW),
            HandledRequest(key="press:T0BYN:U0LEDAMOT:1", handled_at=LONG_AGO),
            Finding(key="1:planner", workspace_id=workspace, kind="planner", since=LONG_AGO, over_at=LONG_AGO),
            AgreementLook(
                agreement_id=hamlet.agreement,
                facts_version=1,
                stable_since=LONG_AGO,
                looked_until=LONG_AGO,
                look_again_at=LONG_AGO,
            ),
            MissingReminder(
                workspace_id=workspace,
                agreement_id=hamlet.agreement,
                key="saknad",
                kind="meeting",
                due_at=LONG_AGO,
                about_forum_id=hamlet.places["Mitten"].forum,
                found_at=LONG_AGO,
                over_at=LONG_AGO,
            ),
        ]
    )
    await session.flush()
