"""The buttons under a reminder: coming or not, remind me later, why, the pulse of löpande work, setting aside."""

from datetime import date, timedelta

from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from commands.call import Answer, Call, Field, Form, Refused, Reply
from commands.finding import agreement_of, commitment_meant, occasion_meant
from commands.guard import check_free_text
from commands.permissions import Rights, rights
from commands.texts import answer as texts
from commands.texts import finding as finding_texts
from commands.texts import log as log_texts
from commands.words import Words
from schedules.composing import details_of, reminder_of
from schedules.facts import AgreementFacts
from schedules.loading import agreement_facts, calendar_of, clock_time
from schedules.message import Button, Message, Part, say
from schedules.progress import progress
from schedules.reminders import ReminderKind, sense_gone
from schedules.reminders.posting import Posting
from schedules.texts import KINDS, according_to
from storage.agreements.touch import touch
from storage.models import (
    AttendanceAnswer,
    Commitment,
    Forum,
    Notice,
    Outgoing,
    Person,
    Pulse,
    Waiver,
)
from storage.occasions import current_outcome
from storage.outbox import tell
from storage.people import traced
from storage.terms import CommitmentKind, OccasionState, Source

LONGEST_REASON = 500


# --- coming or not ----------------------------------------------------------------------------------------------------


async def coming(call: Call, session: AsyncSession) -> Answer:
    """The button Kommer."""
    return await _attend(call, session, is_coming=True)


async def declining(call: Call, session: AsyncSession) -> Answer:
    """The button Kan inte."""
    return await _attend(call, session, is_coming=False)


async def _attend(call: Call, session: AsyncSession, *, is_coming: bool) -> Reply:
    asker = await rights(call, session)
    found = await occasion_meant(Words(call.words), session)
    if found is None:
        raise Refused(finding_texts.GONE)
    occasion, commitment = found
    assert asker.person is not None
    if commitment.forum_id not in asker.seated and not asker.may_act_for(commitment.forum_id or 0):
        raise Refused(texts.NOT_SEATED)
    if occasion.state is not OccasionState.PLANNED or occasion.on < call.local_now.date():
        raise Refused(texts.too_late(commitment.title, occasion.on))
    answer = await session.get(AttendanceAnswer, (occasion.id, asker.person.id))
    if answer is None:
        answer = AttendanceAnswer(
            occasion_id=occasion.id or 0, person_id=asker.person.id or 0, coming=is_coming, answered_at=call.now
        )
    answer.coming, answer.answered_at = is_coming, call.now
    session.add(answer)
    words = f"o:{occasion.id}"
    buttons = (
        Button(texts.COMING, "svar kommer", words, None if is_coming else "primary"),
        Button(texts.DECLINING, "svar kan-inte", words),
    )
    return Reply(say(texts.thanks(is_coming, commitment.title, occasion.on, clock_time(occasion.at)), buttons=buttons))


# --- later ------------------------------------------------------------------------------------------------------------


async def _notice(call: Call, session: AsyncSession, words: Words) -> Notice:
    notice_id = words.take_id("n")
    notice = await session.get(Notice, notice_id) if notice_id is not None else None
    if notice is None or notice.workspace_id != call.workspace_id:
        raise Refused(finding_texts.GONE)
    return notice


async def _facts_of(session: AsyncSession, notice: Notice) -> AgreementFacts:
    if notice.agreement_id is None:
        raise Refused(finding_texts.GONE)
    return await agreement_facts(session, notice.agreement_id)


def _require_concerned(asker: Rights, notice: Notice) -> None:
    """Whoever may see the forum it is about, or to whom it went, may ask."""
    person_id = asker.person.id if asker.person else None
    if notice.person_id != person_id and notice.forum_id is not None:
        asker.require_see(notice.forum_id)


async def later(call: Call, session: AsyncSession) -> Answer:
    """Påminn senare: one extra reminder, next working day or in a week, and nothing else is changed."""
    asker = await rights(call, session)
    words = Words(call.words)
    notice = await _notice(call, session, words)
    _require_concerned(asker, notice)
    facts = await _facts_of(session, notice)
    reminder = reminder_of(notice)
    if sense_gone(reminder, facts, call.now):
        return Reply(say(texts.nothing_to_snooze()))
    choice = words.text
    if choice not in ("dag", "vecka"):
        about = f"n:{notice.id}"
        buttons = (
            Button(texts.TOMORROW, "senare", f"{about} dag", "primary"),
            Button(texts.NEXT_WEEK, "senare", f"{about} vecka"),
        )
        return Reply(say(texts.WHEN, buttons=buttons))
    posting = Posting(facts, calendar_of(facts))
    wanted = call.local_now.date() + timedelta(days=1 if choice == "dag" else 7)
    due_at = posting.at(posting.after(wanted).day)
    details = details_of(reminder)
    if reminder.kind is not ReminderKind.SNOOZED:
        details["detail"] = f"{reminder.kind.value}|{reminder.detail}"
    assert asker.person is not None
    to_channel = notice.person_id is None
    told = await tell(
        session,
        workspace_id=call.workspace_id,
        key=f"snoozed:{notice.key}:{due_at.date()}:{asker.person.id}",
        kind=ReminderKind.SNOOZED.value,
        due_at=due_at,
        now=call.now,
        forum_id=notice.forum_id,
        person_id=asker.person.id if to_channel and asker.person.slack_user_id else notice.person_id,
        agreement_id=notice.agreement_id,
        commitment_id=notice.commitment_id,
        occasion_id=notice.occasion_id,
        details=details,
    )
    sentence = texts.snoozed if told is not None else texts.already_snoozed
    return Reply(say(sentence(due_at, call.zone)))


# --- why --------------------------------------------------------------------------------------------------------------


async def why(call: Call, session: AsyncSession) -> Answer:
    """The life of a reminder: the line it comes from, when planned and posted, who answered, what came of it.

    Without a reminder (`/samverkan varfor`): the asker's latest ones, each with a button.
    """
    asker = await rights(call, session)
    words = Words(call.words)
    if "n:" not in words.text:
        return await _latest(session, asker)
    notice = await _notice(call, session, words)
    _require_concerned(asker, notice)
    outgoing = await session.get(Outgoing, notice.outgoing_id)
    lines = [KINDS.get(notice.kind, notice.kind)]
    commitment = await session.get(Commitment, notice.commitment_id) if notice.commitment_id else None
    note = ""
    if commitment is not None:
        source = Source.model_validate(commitment.source)
        lines[0] = f"{lines[0]}: {commitment.title}"
        note = according_to(source.where, source.quote)
    elif notice.forum_id is not None:
        forum = await session.get(Forum, notice.forum_id)
        lines[0] = f"{lines[0]}: {forum.name}" if forum else lines[0]
    lines.append(texts.planned(notice.due_at, call.zone))
    if notice.moved_from is not None:
        lines.append(texts.moved_from(notice.moved_from))
    sent_at = outgoing.sent_at if outgoing else None
    lines.append(texts.state(notice.state.value, sent_at, call.zone, notice.reason))
    if notice.occasion_id is not None:
        lines += await _what_came(session, notice.occasion_id, commitment)
    return Reply(Message((Part(heading=texts.WHY_TITLE, lines=tuple(lines), note=note),)))


async def _what_came(session: AsyncSession, occasion_id: int, commitment: Commitment | None) -> list[str]:
    rows = (
        await session.exec(
            select(AttendanceAnswer.coming, Person.name)
            .join(Person, col(Person.id) == AttendanceAnswer.person_id)
            .where(AttendanceAnswer.occasion_id == occasion_id)
            .order_by(col(Person.name))
        )
    ).all()
    lines = []
    if commitment is not None and commitment.kind is CommitmentKind.MEETING:
        lines.append(
            texts.answers([name for is_in, name in rows if is_in], [name for is_in, name in rows if not is_in])
        )
    outcome = await current_outcome(session, occasion_id=occasion_id)
    if outcome is not None and commitment is not None:
        said = log_texts.said(
            outcome.state.value,
            commitment.title,
            outcome.on,
            outcome.place,
            outcome.participants,
            outcome.parties,
        )
        lines.append(texts.came_of_it(said))
    return lines


async def _latest(session: AsyncSession, asker: Rights) -> Reply:
    assert asker.person is not None
    mine = (col(Notice.person_id) == asker.person.id) | (
        col(Notice.person_id).is_(None) & col(Notice.forum_id).in_(asker.seated)
    )
    rows = await session.exec(
        select(Notice, Commitment.title)
        .join(Commitment, col(Commitment.id) == Notice.commitment_id, isouter=True)
        .where(mine, col(Notice.kind).in_([kind.value for kind in ReminderKind]))
        .order_by(col(Notice.due_at).desc(), col(Notice.id).desc())
        .limit(8)
    )
    parts = [
        Part(
            lines=(
                f"{KINDS.get(notice.kind, notice.kind)}: {title}" if title else KINDS.get(notice.kind, notice.kind),
            ),
            buttons=(Button(texts.WHY, "varfor", f"n:{notice.id}"),),
        )
        for notice, title in rows.all()
    ]
    return Reply(Message(tuple(parts) or (Part(lines=(texts.NO_REMINDERS,)),), title=texts.LATEST_TITLE))


# --- pulse and setting aside ------------------------------------------------------------------------------------------


async def pulse(call: Call, session: AsyncSession) -> Answer:
    """Pågår / Pausad about löpande work: one press, no false due date."""
    asker = await rights(call, session)
    words = Words(call.words)
    commitment = await commitment_meant(words, asker, session, tuple(CommitmentKind))
    if commitment is None or commitment.id is None:
        raise Refused(finding_texts.GONE)
    asker.require_log(commitment.forum_id)
    state = words.text if words.text in texts.PULSES else "pagar"
    today = call.local_now.date()
    same = select(Pulse.id).where(Pulse.commitment_id == commitment.id, Pulse.on == today, Pulse.state == state)
    if (await session.exec(same)).first() is None:
        session.add(
            Pulse(
                commitment_id=commitment.id,
                on=today,
                state=state,
                answered_by=asker.person.id if asker.person else None,
                answered_at=call.now,
            )
        )
        await touch(session, commitment.agreement_id)
    return Reply(say(texts.pulse(commitment.title, state)))


async def waive(call: Call, session: AsyncSession) -> Answer:
    """Avstå: sets a commitment aside for its present window, by its chair or a coordinator, only with a reason."""
    asker = await rights(call, session)
    words = Words(f"c:{call.context.get('commitment', '')}" if call.submitted else call.words)
    commitment = await commitment_meant(words, asker, session, tuple(CommitmentKind))
    if commitment is None or commitment.id is None:
        raise Refused(finding_texts.GONE)
    asker.require_act(commitment.forum_id)
    facts = await agreement_facts(session, commitment.agreement_id)
    known = next(each for each in facts.commitments if each.id == commitment.id)
    window = progress(known, facts, call.local_now.date()).window
    if window is None:
        raise Refused(texts.NO_WINDOW)
    first, last = window.span.first, window.span.last
    if not call.submitted:
        fields = (
            Field("note", texts.waive_intro(commitment.title, first, last), "note"),
            Field("reason", texts.WAIVE_REASON, "paragraph", hint=texts.WAIVE_HINT, most=LONGEST_REASON),
        )
        context = {"commitment": str(commitment.id), "first": first.isoformat()}
        return Form("avsta", texts.WAIVE_TITLE, fields, texts.WAIVE_SUBMIT, context)
    reason = call.text("reason")
    if not reason:
        raise Refused(texts.GIVE_REASON, fields={"reason": texts.GIVE_REASON})
    check_free_text({"reason": reason})
    if call.context.get("first") != first.isoformat():
        raise Refused(texts.NO_WINDOW, fields={"reason": texts.NO_WINDOW})
    await _set_aside(call, session, asker, commitment, first, last, reason)
    return Reply(say(texts.waived(commitment.title)))


async def _set_aside(
    call: Call, session: AsyncSession, asker: Rights, commitment: Commitment, first: date, last: date, reason: str
) -> None:
    same = select(Waiver).where(Waiver.commitment_id == commitment.id, Waiver.first == first, Waiver.last == last)
    if (await session.exec(same)).first() is not None:
        return
    person = asker.person
    waiver = Waiver(
        commitment_id=commitment.id or 0,
        first=first,
        last=last,
        reason=reason,
        waived_by=person.id if person else None,
        waived_at=call.now,
    )
    session.add(waiver)
    await session.flush()
    agreement = await agreement_of(session, commitment)
    traced(
        session,
        workspace_id=call.workspace_id,
        now=call.now,
        actor=call.user_id,
        person_id=person.id if person else None,
        action="avsta",
        subject="waiver",
        subject_id=waiver.id,
        first=first.isoformat(),
    )
    await touch(session, agreement.id or 0)
    await tell(
        session,
        workspace_id=call.workspace_id,
        key=f"waived:{waiver.id}",
        kind="waived",
        due_at=call.now,
        now=call.now,
        forum_id=commitment.forum_id,
        message=say(texts.waived_told(commitment.title, reason, person.name if person else "")),
        agreement_id=agreement.id,
        commitment_id=commitment.id,
    )
