"""The parties' word on a decision that changes the agreement: asked for, reminded of, and what follows when all agree.

Source: the agreement's chapter 9, other changes and additions are approved by Chefssamrådet to be valid.
"""

from collections.abc import Sequence
from datetime import date, timedelta
from zoneinfo import ZoneInfo

from sqlmodel.ext.asyncio.session import AsyncSession

from commands.access import Action
from commands.call import Answer, Call, Refused, Reply
from commands.matter import tell_forum, trace
from commands.measure_given import named, responsible_for, tell_responsible
from commands.permissions import Rights, rights
from commands.texts import finding as finding_texts
from commands.texts import matter as texts
from commands.words import Words
from schedules.attendance import Invited, gathering
from schedules.loading import agreement_facts, calendar_of
from schedules.message import Button, Message, Part
from schedules.reminders.posting import Posting
from storage.agreements.touch import touch
from storage.matters import approvals_of, approve, begin_measure, held_measure, measure_of, signatories, steps_of
from storage.models import Approval, Decision, Forum, Party
from storage.outbox import tell, withdraw
from storage.people import seats_held

REMINDED_AFTER = (7, 21)  # days without a party's word


def approval_buttons(decision: Decision) -> tuple[Button, ...]:
    """A party's two answers to a decision that changes the agreement."""
    return (
        Button(texts.APPROVE, "beslut godkann", f"d:{decision.id} ja", "primary"),
        Button(texts.OBJECT, "beslut godkann", f"d:{decision.id} nej"),
    )


async def ask_parties(call: Call, session: AsyncSession, forum: Forum, decision: Decision) -> list[str]:
    """Puts the reminders to those who sit for each party, to be taken back when it answers; the parties' names."""
    facts = await agreement_facts(session, forum.agreement_id)
    posting = Posting(facts, calendar_of(facts))
    today = call.local_now.date()
    people = await _sitting(session, forum, today)
    numbered = texts.number(forum.name, decision.year, decision.number)
    parties = await signatories(session, agreement_id=forum.agreement_id)
    for party in parties:
        sitting = {each.person.id: each for each in people if each.seat.party_id == party.id and not each.deputy}
        for days in REMINDED_AFTER:
            part = Part(
                (decision.text,), texts.please_approve(numbered, party.name), buttons=approval_buttons(decision)
            )
            for person_id in sitting:
                await tell(
                    session,
                    workspace_id=call.workspace_id,
                    key=_reminder_key(decision, party, days),
                    kind="matter",
                    due_at=posting.at(posting.after(today + timedelta(days=days)).day),
                    now=call.now,
                    forum_id=forum.id,
                    person_id=person_id,
                    message=Message((part,)),
                    agreement_id=forum.agreement_id,
                )
    return [party.name for party in parties]


def _reminder_key(decision: Decision, party: Party, days: int) -> str:
    return f"approval:{decision.id}:{party.id}:remind{days}"


async def answer_for_party(call: Call, session: AsyncSession) -> Answer:
    """A party's word on a decision that changes the agreement, by whoever sits for it in the forum that decided.

    Raises Refused: for others, and when every party has approved, for then the change is valid.
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
    parties = await signatories(session, agreement_id=forum.agreement_id)
    numbered = texts.number(forum.name, decision.year, decision.number)
    valid = valid_from(parties, await approvals_of(session, decision_id=decision.id or 0), call.zone)
    if valid is not None and not yes:
        raise Refused(texts.valid_already(numbered, valid))
    new = await approve(
        session,
        decision_id=decision.id or 0,
        party_id=party.id or 0,
        approves=yes,
        person=asker.person,
        now=call.now,
    )
    given = await approvals_of(session, decision_id=decision.id or 0)
    said = words_of(parties, given)
    lines = [texts.approved(party.name, yes=yes), said]
    if new:
        trace(call, session, asker, "beslut godkann", "decision", decision.id, party=party.id, approves=yes)
        await _take_back(call, session, forum, decision, party)
        part = Part((said,), texts.told_approved(numbered, party.name, yes=yes))
        await tell_forum(
            call, session, forum, f"approval:{decision.id}:{party.id}:{call.now.isoformat()}", part, decision.visibility
        )
    valid = valid_from(parties, given, call.zone)
    if valid is not None:
        lines.append(texts.valid(numbered, valid))
        if new:
            await _became_valid(call, session, asker, forum, decision, valid)
    return Reply(Message((Part(lines=tuple(lines)),)))


async def _sitting(session: AsyncSession, forum: Forum, today: date) -> tuple[Invited, ...]:
    """Those who sit in the forum today."""
    called = await gathering(session, agreement_id=forum.agreement_id, forum_id=forum.id or 0, occasion_id=0, on=today)
    return called.people


async def _take_back(call: Call, session: AsyncSession, forum: Forum, decision: Decision, party: Party) -> None:
    """Takes the party's reminders back: it has answered."""
    people = await _sitting(session, forum, call.local_now.date())
    ids = {each.person.id for each in people}
    keys = [f"{_reminder_key(decision, party, days)}:p{person_id}" for days in REMINDED_AFTER for person_id in ids]
    await withdraw(session, reason="answered", now=call.now, keys=keys)


async def _became_valid(
    call: Call, session: AsyncSession, asker: Rights, forum: Forum, decision: Decision, valid: date
) -> None:
    """Every party has approved: told where it was decided and where it came from, and its measure begins."""
    numbered = texts.number(forum.name, decision.year, decision.number)
    lines = [decision.text]
    found = await measure_of(session, decision_id=decision.id or 0)
    measure = await held_measure(session, measure_id=found.id or 0) if found is not None else None
    if measure is not None and measure.waits:
        await begin_measure(session, measure)
        trace(call, session, asker, "beslut godkann", "measure", measure.id, decision=decision.id)
        await tell_responsible(call, session, forum, decision, measure)
        lines.append(texts.follows(named(await responsible_for(session, measure)), measure.due))
    steps = await steps_of(session, matter_id=decision.matter_id) if decision.matter_id is not None else ()
    through = [forum.id, *(each.from_forum_id for each in steps)]
    for forum_id in dict.fromkeys(through):
        where = asker.forums.get(forum_id or 0)
        if where is not None:
            part = Part(tuple(lines), texts.valid(numbered, valid))
            await tell_forum(call, session, where, f"decision:{decision.id}:valid", part, decision.visibility)
    await touch(session, forum.agreement_id)


def valid_from(parties: Sequence[Party], given: dict[int, Approval], zone: str) -> date | None:
    """The local day on which the last of the parties approved; None while one has not."""
    words = [given.get(each.id or 0) for each in parties]
    if not words or any(each is None or not each.approves for each in words):
        return None
    return max(each.at for each in words if each is not None).astimezone(ZoneInfo(zone)).date()


def words_of(parties: Sequence[Party], given: dict[int, Approval]) -> str:
    """How each party stands, in words."""
    return texts.approvals(
        [(each.name, given[each.id or 0].approves if each.id in given else None) for each in parties]
    )


async def _party_of(call: Call, session: AsyncSession, asker: Rights, forum: Forum) -> Party:
    """The signatory that the asker's seat in the forum's agreement belongs to."""
    person_id = asker.person.id if asker.person else 0
    held = await seats_held(session, person_id=person_id or 0, today=call.local_now.date())
    parties = {party.id: party for party in await signatories(session, agreement_id=forum.agreement_id)}
    for seat, _ in held:
        if seat.agreement_id == forum.agreement_id and seat.party_id in parties:
            return parties[seat.party_id]
    raise Refused(texts.NOT_A_PARTY)
