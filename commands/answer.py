"""The buttons under a reminder: remind me later, why, the pulse of löpande work, setting aside."""

import re
from datetime import date, timedelta

from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from commands.access import Action
from commands.call import Answer, Call, Field, Form, Refused, Reply
from commands.finding import commitment_meant
from commands.guard import check_free_text
from commands.not_come import BACK, kind_and_about, never_came, why_not_yet
from commands.permissions import Rights, rights
from commands.places import reminded, shown_people
from commands.reminder_search import MOST_SHOWN, Scope, found_parts, permalink, search_meant, span_of
from commands.texts import answer as texts
from commands.texts import finding as finding_texts
from commands.texts import log as log_texts
from commands.words import Words
from schedules.composing import details_of, reminder_of
from schedules.facts import AgreementFacts
from schedules.loading import agreement_facts, calendar_of
from schedules.message import Button, Message, Part, say
from schedules.progress import progress
from schedules.reminders import ReminderKind, due, sense_gone
from schedules.reminders.posting import Posting
from schedules.swedish import stor
from schedules.texts import KINDS, according_to
from storage.agreements.touch import touch
from storage.answers import note_pulse, set_aside
from storage.models import AttendanceAnswer, Commitment, Forum, Notice, Outgoing, Person
from storage.occasions import current_outcome
from storage.outbox import tell
from storage.people import traced
from storage.terms import CommitmentKind, Source

LONGEST_REASON = 500
LOOK_AHEAD = timedelta(days=92)
REMINDERS = tuple(kind.value for kind in ReminderKind)
IN_THIRDS = (ReminderKind.NOTHING_BOOKED,)  # comes after thirds of a window, not so many days before something


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


def _require_concerned(asker: Rights, notice: Notice, action: Action) -> None:
    """Whoever it went to, or may see the forum it is about, or coordinates what is about no forum, may ask."""
    if asker.person is not None and notice.person_id == asker.person.id:
        return
    asker.require(action, notice.forum_id, notice.agreement_id)


async def later(call: Call, session: AsyncSession) -> Answer:
    """Påminn senare: one extra reminder, next working day or in a week, and nothing else is changed.

    It goes to whoever asked for it, also when the first one stands in a channel. What will have lost its sense by then
    is not promised.
    """
    asker = await rights(call, session)
    words = Words(call.words)
    notice = await _notice(call, session, words)
    _require_concerned(asker, notice, Action.SNOOZE)
    if notice.kind not in REMINDERS:
        raise Refused(finding_texts.GONE)
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
    if sense_gone(reminder, facts, due_at):
        return Reply(say(texts.too_late_by_then(due_at, call.zone)))
    details = details_of(reminder)
    if reminder.kind is not ReminderKind.SNOOZED:
        details["detail"] = f"{reminder.kind.value}|{reminder.detail}"
    assert asker.person is not None
    told = await tell(
        session,
        workspace_id=call.workspace_id,
        key=f"snoozed:{notice.key}:{due_at.date()}:{asker.person.id}",
        kind=ReminderKind.SNOOZED.value,
        due_at=due_at,
        now=call.now,
        forum_id=notice.forum_id,
        person_id=asker.person.id,
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

    Without a reminder (`/samverkan varfor`): the asker's latest ones, each with a button. With a forum's, a
    commitment's or a person's name, or a day: those (`commands.reminder_search`), those that never went too, and what
    comes next by the rules.
    """
    asker = await rights(call, session)
    words = Words(call.words)
    if not re.search(r"(?:^|\s)n:", words.text):
        return await _latest(call, session, asker, words)
    notice = await _notice(call, session, words)
    _require_concerned(asker, notice, Action.SEE_REASON)
    outgoing = await session.get(Outgoing, notice.outgoing_id)
    commitment = await session.get(Commitment, notice.commitment_id) if notice.commitment_id else None
    forum = await session.get(Forum, notice.forum_id) if notice.forum_id is not None else None
    about = commitment.title if commitment else forum.name if forum else ""
    lines = [texts.headline(KINDS.get(notice.kind, texts.OTHER), about)]
    if commitment is not None and notice.kind in REMINDERS:
        reminder = reminder_of(notice)
        lines.append(texts.rule(reminder.days, reminder.about, in_thirds=reminder.kind in IN_THIRDS))
    lines.append(texts.planned(notice.created_at, notice.due_at, call.zone))
    if notice.moved_from is not None:
        lines.append(texts.moved_from(notice.moved_from))
    sent_at = outgoing.sent_at if outgoing else None
    to = await _recipient(session, notice, forum)
    lines.append(texts.state(notice.state.value, sent_at, call.zone, notice.reason, to))
    lines += await why_not_yet(call, session, notice, outgoing)
    if notice.occasion_id is not None:
        lines += await _what_came(session, asker, notice.occasion_id, commitment)
    link = await permalink(session, outgoing, notice, asker)
    buttons = (Button(texts.OPEN_MESSAGE, url=link),) if link else ()
    note = _source(commitment, forum)
    return Reply(Message((Part(heading=texts.WHY_TITLE, lines=tuple(lines), note=note, buttons=buttons),)))


def _source(commitment: Commitment | None, forum: Forum | None) -> str:
    """The line of the agreement that it comes from."""
    if commitment is not None:
        source = Source.model_validate(commitment.source)
        return according_to(source.where, source.quote)
    return str(forum.chair_rule.get("quote") or "") if forum else ""


async def _recipient(session: AsyncSession, notice: Notice, forum: Forum | None) -> str:
    person = await session.get(Person, notice.person_id) if notice.person_id is not None else None
    if person is not None:
        return texts.to_person(person.name)
    return texts.to_channel(forum.name) if forum else ""


async def _what_came(
    session: AsyncSession, asker: Rights, occasion_id: int, commitment: Commitment | None
) -> list[str]:
    rows = (
        await session.exec(
            select(AttendanceAnswer.coming, AttendanceAnswer.sends_deputy, Person.name)
            .join(Person, col(Person.id) == AttendanceAnswer.person_id)
            .where(AttendanceAnswer.occasion_id == occasion_id)
            .order_by(col(Person.name))
        )
    ).all()
    lines = []
    if commitment is not None and commitment.kind is CommitmentKind.MEETING:
        lines.append(
            texts.answers(
                [name for comes, _, name in rows if comes],
                [name for comes, sends, name in rows if not comes and not sends],
                [name for _, sends, name in rows if sends],
            )
        )
    outcome = await current_outcome(session, occasion_id=occasion_id)
    if (
        outcome is not None
        and commitment is not None
        and asker.may_read(Action.SEE_VERSIONS, commitment.forum_id, outcome.visibility)
    ):
        said = log_texts.said(
            outcome.state.value,
            commitment.title,
            outcome.on,
            outcome.place,
            shown_people(outcome.participants, await session.get(Forum, commitment.forum_id)),
            outcome.parties,
        )
        lines.append(texts.came_of_it(said))
    return lines


async def _latest(call: Call, session: AsyncSession, asker: Rights, words: Words) -> Reply:
    """What was searched for, what of it never came, and the next by the rules; of oneself where nothing is said."""
    search = await search_meant(call, session, asker, words)
    shown = await found_parts(call, session, asker, search)
    if not shown:
        none = texts.none_about(search.title) if search.scope or search.person or search.day else texts.NO_REMINDERS
        shown = [Part(lines=(none,))]
    if search.scope is not None and search.person is None and not search.page:
        absent = await never_came(call, session, search.scope, span_of(search, call, BACK))
        shown += [absent] if absent is not None else []
        shown += [await _next_ones(call, session, search.scope)] if search.day is None else []
    return Reply(Message(tuple(shown), title=search.title))


async def _next_ones(call: Call, session: AsyncSession, scope: Scope) -> Part:
    """What the rules, as things stand, will say about it in the quarter to come."""
    facts = await agreement_facts(session, scope.agreement_id)
    coming = [
        texts.next_one(kind_and_about(each, facts, scope), each.due_at, call.zone)
        for each in due(facts, call.now, call.now + LOOK_AHEAD)
        if scope.covers(each)
    ]
    return Part(
        heading=texts.NEXT,
        lines=tuple(coming[:MOST_SHOWN]) or (texts.NONE_COMING,),
        note=_source(scope.commitment, scope.forum),
    )


# --- pulse and setting aside ------------------------------------------------------------------------------------------


async def pulse(call: Call, session: AsyncSession) -> Answer:
    """Pågår / Har hänt / Pausad about löpande work: one press, no false due date. Without a word, asks which."""
    asker = await rights(call, session)
    words = Words(call.words)
    commitment = await commitment_meant(words, asker, session, tuple(CommitmentKind))
    if commitment is None or commitment.id is None:
        raise Refused(finding_texts.GONE)
    asker.require(Action.PULSE, commitment.forum_id)
    about, state = f"c:{commitment.id}", words.text
    if state not in texts.PULSES:
        buttons = tuple(Button(stor(label), "puls", f"{about} {each}") for each, label in texts.PULSES.items())
        return Reply(say(texts.pulse_question(commitment.title), buttons=buttons))
    person_id = asker.person.id if asker.person else None
    today = call.local_now.date()
    new = await note_pulse(
        session, commitment_id=commitment.id, on=today, state=state, person_id=person_id, now=call.now
    )
    if new:
        _trace(call, session, asker, "puls", "commitment", commitment.id, state=state)
        await touch(session, commitment.agreement_id)
    log_it = (Button(texts.LOG, _log_command(commitment), about, "primary"),) if state == "hant" else ()
    return Reply(say(texts.pulse(commitment.title, state), buttons=log_it))


def _log_command(commitment: Commitment) -> str:
    return "logga aktivitet" if commitment.kind in (CommitmentKind.ACTIVITY, CommitmentKind.WALK) else "logga"


async def waive(call: Call, session: AsyncSession) -> Answer:
    """Avstå: sets a commitment aside for its present window, by its chair or a coordinator, only with a reason."""
    asker = await rights(call, session)
    words = Words(f"c:{call.context.get('commitment', '')}" if call.submitted else call.words)
    commitment = await commitment_meant(words, asker, session, tuple(CommitmentKind))
    if commitment is None or commitment.id is None:
        raise Refused(finding_texts.GONE)
    asker.require(Action.WAIVE, commitment.forum_id, commitment.agreement_id)
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
        form = Form("avsta", texts.WAIVE_TITLE, fields, texts.WAIVE_SUBMIT, context)
        return reminded(form, [asker.forums.get(commitment.forum_id or 0)])
    reason = call.text("reason")
    if not reason:
        raise Refused(texts.GIVE_REASON, fields={"reason": texts.GIVE_REASON})
    check_free_text({"reason": reason})
    if call.context.get("first") != first.isoformat():
        raise Refused(texts.NEXT_WINDOW, fields={"reason": texts.NEXT_WINDOW})
    await _set_aside(call, session, asker, commitment, first, last, reason)
    return Reply(say(texts.waived(commitment.title)))


async def _set_aside(
    call: Call, session: AsyncSession, asker: Rights, commitment: Commitment, first: date, last: date, reason: str
) -> None:
    person = asker.person
    waiver = await set_aside(
        session,
        commitment_id=commitment.id or 0,
        first=first,
        last=last,
        reason=reason,
        person_id=person.id if person else None,
        now=call.now,
    )
    if waiver is None:
        return
    _trace(call, session, asker, "avsta", "waiver", waiver.id, first=first.isoformat())
    await touch(session, commitment.agreement_id)
    if commitment.forum_id is None:
        return
    await tell(
        session,
        workspace_id=call.workspace_id,
        key=f"waived:{waiver.id}",
        kind="waived",
        due_at=call.now,
        now=call.now,
        forum_id=commitment.forum_id,
        message=say(texts.waived_told(commitment.title, first, last, reason, person.name if person else "")),
        agreement_id=commitment.agreement_id,
        commitment_id=commitment.id,
    )


def _trace(
    call: Call,
    session: AsyncSession,
    asker: Rights,
    action: str,
    subject: str,
    subject_id: int | None,
    **details: object,
) -> None:
    traced(
        session,
        workspace_id=call.workspace_id,
        now=call.now,
        actor=call.user_id,
        person_id=asker.person.id if asker.person else None,
        action=action,
        subject=subject,
        subject_id=subject_id,
        **details,
    )
