"""Decisions: what a forum has decided, about a matter or directly at a meeting. `commands.approval` has what follows
from one that changes the agreement."""

from dataclasses import dataclass
from datetime import date
from zoneinfo import ZoneInfo

from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from commands.access import Action
from commands.approval import approval_buttons, ask_parties, valid_from, words_of
from commands.call import Answer, Call, Field, Form, Option, Refused, Reply
from commands.finding import forum_meant, occasion_meant
from commands.guard import check_free_text
from commands.matter import matter_meant, tell_forum, trace
from commands.measure_given import Choices, choices, named, tell_responsible
from commands.misunderstood import misunderstood
from commands.permissions import Rights, rights
from commands.places import reminded
from commands.showing import NAME, chosen_visibility, sensible, visibility_field
from commands.texts import commands as help_texts
from commands.texts import finding as finding_texts
from commands.texts import matter as texts
from commands.words import Words, whole_day
from schedules.message import Button, Message, Part
from storage.agreements.touch import touch
from storage.hidden import without_hidden
from storage.matters import add_measure, approvals_of, came_to, decide, decisions_of, signatories, steps_of
from storage.minutes import fixed_at, newest, steps
from storage.models import Commitment, Decision, Forum, Matter, Occasion, Party, Seat
from storage.terms import CommitmentKind, OccasionState

LONGEST_DECISION = 1_000
MOST_SHOWN = 20


@dataclass(frozen=True)
class _Wanted:
    """What the form says: the decision, its kind and day, and who shall do what it asks for by when."""

    text: str
    amends: bool
    on: date
    responsible: Seat | Party | Forum | None
    due: date | None
    visibility: str


async def record(call: Call, session: AsyncSession) -> Answer:
    """The button Besluta, under a matter or about a meeting: a form; sent in, the decision has its number and its
    measure, and stands in the meeting's minutes."""
    asker = await rights(call, session)
    matter, forum, asked = await _meant(call, session, asker)
    who = await choices(session, forum, asker)
    if not call.submitted:
        day = await _default_day(call, session, forum, matter, asked)
        return reminded(_form(call, forum, matter, asked, who, day), [forum])
    wanted = _wanted(call, forum, matter, who)
    occasion = asked if asked and asked.on == wanted.on else await _meeting(session, forum, on=wanted.on)
    decision = await decide(
        session,
        matter,
        forum_id=forum.id or 0,
        text=wanted.text,
        amends=wanted.amends,
        visibility=wanted.visibility,
        on=wanted.on,
        occasion_id=occasion.id if occasion else None,
        person=asker.person,
        now=call.now,
    )
    numbered = texts.number(forum.name, decision.year, decision.number)
    about = {"matter": matter.id} if matter else {}
    trace(call, session, asker, "arende besluta", "decision", decision.id, **about)
    lines = [decision.text]
    if wanted.responsible is not None:
        await _measure(call, session, asker, forum, decision, wanted)
        lines.append(texts.follows(named(wanted.responsible), wanted.due))
    buttons: tuple[Button, ...] = ()
    if wanted.amends:
        lines.append(texts.needs_approval(await ask_parties(call, session, forum, decision)))
        buttons = approval_buttons(decision)
    part = Part(tuple(lines), texts.told_decided(numbered), buttons=buttons)
    await tell_forum(call, session, forum, f"decision:{decision.id}", part, decision.visibility)
    if matter is not None:
        await _tell_origin(call, session, asker, matter, forum, decision, numbered)
    await touch(session, forum.agreement_id)
    said = [texts.decided(numbered)]
    if occasion is not None and await _stands_fixed(call, session, occasion):
        said.append(texts.minutes_fixed(occasion.on))
    return Reply(Message((Part(lines=tuple(said)),)))


async def _meant(call: Call, session: AsyncSession, asker: Rights) -> tuple[Matter | None, Forum, Occasion | None]:
    """The matter and the meeting that a button or a form is about: either, or both. Raises Refused."""
    said = " ".join((call.context.get("about", ""), call.context.get("occasion", ""))) if call.submitted else call.words
    words = Words(said)
    found = await occasion_meant(words, session)
    occasion, commitment = found if found is not None else (None, None)
    if words.text:
        matter, forum = await matter_meant(call, session, asker, words.text)
        return matter, forum, occasion if commitment and commitment.forum_id == forum.id else None
    at = asker.forums.get(commitment.forum_id or 0) if commitment is not None else None
    if occasion is None or at is None:
        raise Refused(finding_texts.GONE)
    asker.require(Action.RECORD_DECISION, at.id)
    if commitment is None or commitment.kind is not CommitmentKind.MEETING or occasion.on > call.local_now.date():
        raise Refused(texts.NOT_YET)
    return None, at, occasion


async def _default_day(
    call: Call, session: AsyncSession, forum: Forum, matter: Matter | None, asked: Occasion | None
) -> date:
    """The day of the meeting asked about; else that of the forum's latest one since the matter came there; else today.

    Most decisions are written down after the meeting that took them.
    """
    if asked is not None:
        return asked.on
    latest = await _meeting(session, forum, until=call.local_now.date())
    if latest is not None and matter is not None:
        came = (await came_to(session, matter)).astimezone(ZoneInfo(call.zone)).date()
        return latest.on if latest.on >= came else call.local_now.date()
    return latest.on if latest is not None else call.local_now.date()


def _form(call: Call, forum: Forum, matter: Matter | None, occasion: Occasion | None, who: Choices, day: date) -> Form:
    kinds = (Option(texts.ORDINARY, "ordinary"), Option(texts.AMENDS, "amends", description=texts.AMENDS_HINT))
    about = texts.line(matter.title, matter.raised_by_name, matter.raised_at.date()) if matter else forum.name
    context = {"about": f"m:{matter.id}", "version": str(matter.row_version)} if matter else {}
    if occasion is not None:
        context["occasion"] = f"o:{occasion.id}"
    top = forum.parent_id is None
    fields = (
        Field("matter", about, "note"),
        Field("text", texts.DECISION, "paragraph", hint=texts.DECISION_HINT, most=LONGEST_DECISION),
        Field("on", texts.DECIDED_ON, "date", value=day.isoformat()),
        *([Field("kind", texts.KIND, "radio", value="ordinary", options=kinds)] if top else []),
        Field(
            "responsible",
            texts.RESPONSIBLE,
            "choice",
            options=who.options(),
            required=False,
            hint=texts.RESPONSIBLE_HINT,
        ),
        Field("due", texts.DUE, "date", required=False),
        visibility_field(_usual_visibility(forum, matter)),
        *([] if top else [Field("top", texts.AMENDS_ELSEWHERE, "note")]),
    )
    return Form("arende besluta", texts.DECIDE_TITLE, fields, texts.DECIDE_SUBMIT, context)


def _usual_visibility(forum: Forum, matter: Matter | None) -> str:
    """As the matter's; of what is decided without one, what is usual in the forum."""
    return matter.visibility if matter is not None else sensible(forum)


def _wanted(call: Call, forum: Forum, matter: Matter | None, who: Choices) -> _Wanted:
    """Raises Refused, field by field."""
    problems: dict[str, str] = {}
    text = without_hidden(call.text("text")).strip()
    if not text:
        problems["text"] = texts.GIVE_DECISION
    today = call.local_now.date()
    on, due = today, None
    try:
        on = whole_day(call.text("on"))
        if on > today:
            problems["on"] = texts.NOT_AHEAD
    except ValueError:
        problems["on"] = texts.GIVE_DAY
    amends = call.text("kind") == "amends"
    if amends and forum.parent_id is not None:
        problems["text"] = texts.AMENDS_ELSEWHERE
    responsible = who.chosen(call.text("responsible"))
    try:
        due = whole_day(call.text("due")) if call.text("due") else None
    except ValueError:
        problems["due"] = texts.GIVE_DAY
    if due is not None and due < today:
        problems["due"] = texts.DUE_PAST
    elif due is not None and responsible is None:
        problems["responsible"] = texts.DUE_WITHOUT
    if problems:
        raise Refused(next(iter(problems.values())), fields=problems)
    check_free_text({"text": text})
    visibility = chosen_visibility(call.text(NAME), _usual_visibility(forum, matter))
    return _Wanted(text[:LONGEST_DECISION], amends, on, responsible, due, visibility)


async def _meeting(
    session: AsyncSession, forum: Forum, *, on: date | None = None, until: date | None = None
) -> Occasion | None:
    """The forum's meeting of the day, or its latest one by a day, if there was one."""
    day = Occasion.on == on if on is not None else col(Occasion.on) <= until
    rows = await session.exec(
        select(Occasion)
        .join(Commitment, col(Commitment.id) == Occasion.commitment_id)
        .where(
            Commitment.forum_id == forum.id,
            Commitment.kind == CommitmentKind.MEETING,
            day,
            col(Occasion.state).not_in((OccasionState.MOVED, OccasionState.CANCELLED)),
        )
        .order_by(col(Occasion.on).desc(), col(Occasion.id).desc())
        .limit(1)
    )
    return rows.first()


async def _stands_fixed(call: Call, session: AsyncSession, occasion: Occasion) -> bool:
    found = await newest(session, occasion.id or 0)
    return fixed_at(found, await steps(session, occasion.id or 0), call.now) is not None


async def _measure(
    call: Call, session: AsyncSession, asker: Rights, forum: Forum, decision: Decision, wanted: _Wanted
) -> None:
    """Makes the decision's measure and tells whoever is to do it; one that changes the agreement waits for the
    parties."""
    who = wanted.responsible
    measure = await add_measure(
        session,
        forum=forum,
        title=wanted.text.splitlines()[0][:150],
        due=wanted.due,
        now=call.now,
        decision_id=decision.id,
        seat_id=who.id if isinstance(who, Seat) else None,
        party_id=who.id if isinstance(who, Party) else None,
        answering_forum_id=who.id if isinstance(who, Forum) else None,
        waits=wanted.amends,
    )
    trace(call, session, asker, "arende besluta", "measure", measure.id, decision=decision.id)
    if not measure.waits:
        await tell_responsible(call, session, forum, decision, measure)


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
        await tell_forum(call, session, origin, f"decision:{decision.id}", part, decision.visibility)


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
    within = [each for each in forums if asker.may(Action.SEE_INTERNAL, each)]
    for decision in await decisions_of(session, forum_ids=list(forums), within=within, most=MOST_SHOWN):
        where = forums[decision.forum_id]
        numbered = texts.number(where.name, decision.year, decision.number)
        lines = [texts.decision_line(numbered, decision.decided_on, decision.text)]
        buttons: tuple[Button, ...] = ()
        if decision.amends:
            given = await approvals_of(session, decision_id=decision.id or 0)
            parties = await signatories(session, agreement_id=where.agreement_id)
            lines.append(words_of(parties, given))
            valid = valid_from(parties, given, call.zone)
            if valid is not None:
                lines.append(texts.valid(numbered, valid))
            elif asker.may(Action.APPROVE_CHANGE, where.id):
                buttons = approval_buttons(decision)
        parts.append(Part(tuple(lines), buttons=buttons))
    return Reply(Message(tuple(parts) or (Part(lines=(texts.NO_DECISIONS,)),), title=texts.DECISIONS_TITLE))
