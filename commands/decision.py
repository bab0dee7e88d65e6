"""Decisions: what a forum has decided about a matter, and the parties' word on what changes the agreement."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from commands.access import Action
from commands.call import Answer, Call, Field, Form, Option, Refused, Reply
from commands.finding import forum_meant
from commands.guard import check_free_text
from commands.matter import matter_meant, tell_forum, trace
from commands.misunderstood import misunderstood
from commands.permissions import Rights, rights
from commands.places import reminded
from commands.texts import commands as help_texts
from commands.texts import finding as finding_texts
from commands.texts import matter as texts
from commands.words import Words
from schedules.loading import holders
from schedules.message import Button, Message, Part
from storage.agreements.touch import touch
from storage.hidden import without_hidden
from storage.matters import add_measure, approvals_of, approve, decide, decisions_of, signatories, steps_of
from storage.models import Commitment, Decision, Forum, Matter, Occasion, Party, Seat
from storage.outbox import tell
from storage.people import party_names, seats_held
from storage.terms import CommitmentKind, OccasionState

LONGEST_DECISION = 1_000
MOST_SHOWN = 20


@dataclass(frozen=True)
class _Wanted:
    """What the form says: the decision, its kind and day, and who shall do what it asks for by when."""

    text: str
    amends: bool
    on: date
    seat: Seat | None
    party: Party | None
    due: date | None

    @property
    def responsible(self) -> str:
        return self.seat.title if self.seat else self.party.name if self.party else ""


async def record(call: Call, session: AsyncSession) -> Answer:
    """The button Besluta under a matter: a form; sent in, the decision has its number and its measure."""
    asker = await rights(call, session)
    matter, forum = await matter_meant(call, session, asker)
    seats, parties = await _who(session, forum)
    if not call.submitted:
        return reminded(_form(call, matter, seats, parties), [forum])
    wanted = _wanted(call, seats, parties)
    decision = await decide(
        session,
        matter,
        text=wanted.text,
        amends=wanted.amends,
        on=wanted.on,
        occasion_id=await _meeting(session, forum, wanted.on),
        person=asker.person,
        now=call.now,
    )
    numbered = texts.number(forum.name, decision.year, decision.number)
    trace(call, session, asker, "arende besluta", "decision", decision.id, matter=matter.id)
    lines = [decision.text]
    if wanted.responsible:
        await _measure(call, session, asker, forum, decision, wanted, numbered)
        lines.append(texts.follows(wanted.responsible, wanted.due))
    buttons: tuple[Button, ...] = ()
    if wanted.amends:
        names = [party.name for party in await signatories(session, agreement_id=forum.agreement_id)]
        lines.append(texts.needs_approval(names))
        buttons = approval_buttons(decision)
    await tell_forum(
        call,
        session,
        forum,
        f"decision:{decision.id}",
        Part(tuple(lines), texts.told_decided(numbered), buttons=buttons),
    )
    await _tell_origin(call, session, asker, matter, forum, decision, numbered)
    await touch(session, forum.agreement_id)
    return Reply(Message((Part(lines=(texts.decided(numbered),)),)))


async def _who(session: AsyncSession, forum: Forum) -> tuple[Sequence[Seat], Sequence[Party]]:
    seats = await session.exec(
        select(Seat).where(Seat.agreement_id == forum.agreement_id, col(Seat.active)).order_by(col(Seat.title))
    )
    return seats.all(), await party_names(session, agreement_id=forum.agreement_id)


def _form(call: Call, matter: Matter, seats: Sequence[Seat], parties: Sequence[Party]) -> Form:
    kinds = (Option(texts.ORDINARY, "ordinary"), Option(texts.AMENDS, "amends", description=texts.AMENDS_HINT))
    who = (
        *(Option(party.name[:75], f"p{party.id}", texts.PARTIES) for party in parties[:30]),
        *(Option(seat.title[:75], f"s{seat.id}", texts.SEATS) for seat in seats),
    )
    return Form(
        "arende besluta",
        texts.DECIDE_TITLE,
        (
            Field("matter", texts.line(matter.title, matter.raised_by_name, matter.raised_at.date()), "note"),
            Field("text", texts.DECISION, "paragraph", hint=texts.DECISION_HINT, most=LONGEST_DECISION),
            Field("on", texts.DECIDED_ON, "date", value=call.local_now.date().isoformat()),
            Field("kind", texts.KIND, "radio", value="ordinary", options=kinds),
            Field("responsible", texts.RESPONSIBLE, "choice", options=who, required=False, hint=texts.RESPONSIBLE_HINT),
            Field("due", texts.DUE, "date", required=False),
        ),
        texts.DECIDE_SUBMIT,
        {"matter": str(matter.id), "version": str(matter.row_version)},
    )


def _wanted(call: Call, seats: Sequence[Seat], parties: Sequence[Party]) -> _Wanted:
    """Raises Refused, field by field."""
    problems: dict[str, str] = {}
    text = without_hidden(call.text("text")).strip()
    if not text:
        problems["text"] = texts.GIVE_DECISION
    today = call.local_now.date()
    on, due = today, None
    try:
        on = date.fromisoformat(call.text("on"))
        if on > today:
            problems["on"] = texts.NOT_AHEAD
    except ValueError:
        problems["on"] = texts.GIVE_DAY
    seat = next((each for each in seats if f"s{each.id}" == call.text("responsible")), None)
    party = next((each for each in parties if f"p{each.id}" == call.text("responsible")), None)
    try:
        due = date.fromisoformat(call.text("due")) if call.text("due") else None
    except ValueError:
        problems["due"] = texts.GIVE_DAY
    if due is not None and due < today:
        problems["due"] = texts.DUE_PAST
    elif due is not None and seat is None and party is None:
        problems["responsible"] = texts.DUE_WITHOUT
    if problems:
        raise Refused(next(iter(problems.values())), fields=problems)
    check_free_text({"text": text})
    return _Wanted(text[:LONGEST_DECISION], call.text("kind") == "amends", on, seat, party, due)


async def _meeting(session: AsyncSession, forum: Forum, on: date) -> int | None:
    """The forum's meeting of that day, if there was one."""
    rows = await session.exec(
        select(Occasion)
        .join(Commitment, col(Commitment.id) == Occasion.commitment_id)
        .where(
            Commitment.forum_id == forum.id,
            Commitment.kind == CommitmentKind.MEETING,
            Occasion.on == on,
            Occasion.state != OccasionState.MOVED,
        )
        .limit(1)
    )
    found = rows.first()
    return found.id if found else None


async def _measure(
    call: Call,
    session: AsyncSession,
    asker: Rights,
    forum: Forum,
    decision: Decision,
    wanted: _Wanted,
    numbered: str,
) -> None:
    """Makes the decision's measure and tells those who sit on the responsible seat."""
    measure = await add_measure(
        session,
        forum=forum,
        title=wanted.text.splitlines()[0][:150],
        due=wanted.due,
        now=call.now,
        decision_id=decision.id,
        seat_id=wanted.seat.id if wanted.seat else None,
        party_id=wanted.party.id if wanted.party else None,
    )
    trace(call, session, asker, "arende besluta", "measure", measure.id, decision=decision.id)
    if wanted.seat is None:
        return
    line = texts.measure_line(measure.title, wanted.responsible, wanted.due, measure.state.value)
    buttons = (Button(texts.REPORT, "atgard rapportera", f"a:{measure.id}", "primary"),)
    for person in await holders(session, forum.agreement_id, [wanted.seat.title], call.local_now.date()):
        await tell(
            session,
            workspace_id=call.workspace_id,
            key=f"measure:{measure.id}",
            kind="matter",
            due_at=call.now,
            now=call.now,
            forum_id=forum.id,
            person_id=person.id,
            message=Message((Part((line,), texts.told_measure(numbered), buttons=buttons),)),
            agreement_id=forum.agreement_id,
        )


async def _tell_origin(
    call: Call, session: AsyncSession, asker: Rights, matter: Matter, forum: Forum, decision: Decision, numbered: str
) -> None:
    """Tells the forums the matter has come through what became of it."""
    told = {forum.id}
    for step in await steps_of(session, matter_id=matter.id or 0):
        origin = asker.forums.get(step.from_forum_id or 0)
        if origin is None or origin.id in told:
            continue
        told.add(origin.id)
        part = Part((decision.text,), texts.told_decided_elsewhere(numbered, matter.title))
        await tell_forum(call, session, origin, f"decision:{decision.id}", part)


# --- the parties' word ------------------------------------------------------------------------------------------------


def approval_buttons(decision: Decision) -> tuple[Button, ...]:
    """A party's two answers to a decision that changes the agreement."""
    return (
        Button(texts.APPROVE, "beslut godkann", f"d:{decision.id} ja", "primary"),
        Button(texts.OBJECT, "beslut godkann", f"d:{decision.id} nej"),
    )


async def answer_for_party(call: Call, session: AsyncSession) -> Answer:
    """A party's word on a decision that changes the agreement, by whoever sits for it in the forum that decided.

    Source: the agreement's chapter 9, changes are approved by Chefssamrådet.
    """
    asker = await rights(call, session)
    words = Words(call.words)
    decision_id = words.take_id("d")
    decision = await session.get(Decision, decision_id) if decision_id is not None else None
    forum = asker.forums.get(decision.forum_id) if decision else None
    if decision is None or forum is None or words.text not in ("ja", "nej"):
        raise Refused(finding_texts.GONE)
    asker.require(Action.APPROVE_CHANGE, forum.id)
    if not decision.amends:
        raise Refused(texts.NOT_AMENDING)
    party = await _party_of(call, session, asker, forum)
    yes = words.text == "ja"
    new = await approve(
        session,
        decision_id=decision.id or 0,
        party_id=party.id or 0,
        approves=yes,
        person=asker.person,
        now=call.now,
    )
    parties = await signatories(session, agreement_id=forum.agreement_id)
    given = await approvals_of(session, decision_id=decision.id or 0)
    said = [(each.name, given[each.id or 0].approves if each.id in given else None) for each in parties]
    if new:
        trace(call, session, asker, "beslut godkann", "decision", decision.id, party=party.id, approves=yes)
        numbered = texts.number(forum.name, decision.year, decision.number)
        part = Part((texts.approvals(said),), texts.told_approved(numbered, party.name, yes=yes))
        await tell_forum(call, session, forum, f"approval:{decision.id}:{party.id}:{call.now.isoformat()}", part)
    return Reply(Message((Part(lines=(texts.approved(party.name, yes=yes), texts.approvals(said))),)))


async def _party_of(call: Call, session: AsyncSession, asker: Rights, forum: Forum) -> Party:
    """The signatory the asker's seat in the forum's agreement belongs to."""
    person_id = asker.person.id if asker.person else 0
    held = await seats_held(session, person_id=person_id or 0, today=call.local_now.date())
    parties = {party.id: party for party in await signatories(session, agreement_id=forum.agreement_id)}
    for seat, _ in held:
        if seat.agreement_id == forum.agreement_id and seat.party_id in parties:
            return parties[seat.party_id]
    raise Refused(texts.NOT_A_PARTY)


async def decisions(call: Call, session: AsyncSession) -> Answer:
    """`/mote beslut [FORUM]`: the newest decisions of the forums one may see, with the parties' words."""
    asker = await rights(call, session)
    words = Words(call.words)
    forum = await forum_meant(words, asker)
    if words.text:
        raise misunderstood("/mote beslut", words.text, (help_texts.EXAMPLE_DECISIONS,))
    if forum is not None:
        asker.require(Action.SEE_DECISIONS, forum.id)
    forums = {each.id or 0: each for each in ([forum] if forum else asker.seen_forums(Action.SEE_DECISIONS))}
    parts = []
    for decision in await decisions_of(session, forum_ids=list(forums), most=MOST_SHOWN):
        where = forums[decision.forum_id]
        numbered = texts.number(where.name, decision.year, decision.number)
        lines = [texts.decision_line(numbered, decision.decided_on, decision.text)]
        buttons: tuple[Button, ...] = ()
        if decision.amends:
            given = await approvals_of(session, decision_id=decision.id or 0)
            parties = await signatories(session, agreement_id=where.agreement_id)
            said = [(each.name, given[each.id or 0].approves if each.id in given else None) for each in parties]
            lines.append(texts.approvals(said))
            if asker.may(Action.APPROVE_CHANGE, where.id):
                buttons = approval_buttons(decision)
        parts.append(Part(tuple(lines), buttons=buttons))
    return Reply(Message(tuple(parts) or (Part(lines=(texts.NO_DECISIONS,)),), title=texts.DECISIONS_TITLE))
