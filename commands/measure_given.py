"""Who is to do what a decision asks for: a function, a party, or a forum below; and telling them."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from commands.call import Call, Option
from commands.permissions import Rights
from commands.texts import matter as texts
from schedules.loading import agreement_facts, coordinators, people_of
from schedules.message import Button, Message, Part
from storage.models import Decision, Forum, Measure, Party, Person, Seat
from storage.outbox import tell
from storage.people import party_names
from storage.terms import Responsible


@dataclass(frozen=True)
class Choices:
    """Everybody who may be given a measure by a forum."""

    seats: Sequence[Seat]
    parties: Sequence[Party]
    forums: Sequence[Forum]  # below it

    def options(self) -> tuple[Option, ...]:
        return (
            *(Option(forum.name[:75], f"f{forum.id}", texts.FORUMS) for forum in self.forums),
            *(Option(party.name[:75], f"p{party.id}", texts.PARTIES) for party in self.parties[:30]),
            *(Option(seat.title[:75], f"s{seat.id}", texts.SEATS) for seat in self.seats),
        )

    def chosen(self, value: str) -> Seat | Party | Forum | None:
        """Who a value of `options` means; None for nobody."""
        groups: tuple[tuple[str, Sequence[Seat | Party | Forum]], ...] = (
            ("s", self.seats),
            ("p", self.parties),
            ("f", self.forums),
        )
        return next((each for mark, rows in groups for each in rows if f"{mark}{each.id}" == value), None)


async def choices(session: AsyncSession, forum: Forum, asker: Rights) -> Choices:
    """The forum's agreement's functions and parties, and the forums that report to it, directly or through others."""
    seats = await session.exec(
        select(Seat).where(Seat.agreement_id == forum.agreement_id, col(Seat.active)).order_by(col(Seat.title))
    )
    below: list[Forum] = []
    waiting = [forum.id]
    while waiting:
        above = waiting.pop(0)
        found = [each for each in asker.forums.values() if each.parent_id == above and each not in below]
        below += found
        waiting += [each.id for each in found]
    return Choices(seats.all(), await party_names(session, agreement_id=forum.agreement_id), below)


def named(responsible: Seat | Party | Forum | None) -> str:
    """What the responsible is called; "" for nobody."""
    if responsible is None:
        return ""
    return responsible.title if isinstance(responsible, Seat) else responsible.name


async def responsible_for(session: AsyncSession, measure: Measure) -> Seat | Party | Forum | None:
    """Who answers for the measure; None: the forum that decided on it."""
    if measure.seat_id is not None:
        return await session.get(Seat, measure.seat_id)
    if measure.party_id is not None:
        return await session.get(Party, measure.party_id)
    return await session.get(Forum, measure.answering_forum_id) if measure.answering_forum_id is not None else None


async def tell_responsible(
    call: Call, session: AsyncSession, forum: Forum, decision: Decision, measure: Measure
) -> None:
    """Tells whoever is to do it, once: those on the seat, the party's coordinator, or the forum below and its chair.

    Where nobody is found, the coordinators hear of it.
    """
    responsible = await responsible_for(session, measure)
    if responsible is None:
        return
    numbered = texts.number(forum.name, decision.year, decision.number)
    line = texts.measure_line(measure.title, named(responsible), measure.due, measure.state.value)
    buttons = (Button(texts.REPORT, "atgard rapportera", f"a:{measure.id}", "primary"),)
    if isinstance(responsible, Forum):
        part = Part((line,), texts.told_measure_forum(numbered, responsible.name), buttons=buttons)
        await _tell(call, session, responsible, measure, part, decision.visibility)
    heading = {
        Seat: texts.told_measure(numbered),
        Party: texts.told_measure_party(numbered, named(responsible)),
        Forum: texts.told_measure_chair(numbered, named(responsible)),
    }[type(responsible)]
    for person in await _people(call, session, forum, responsible):
        part = Part((line,), heading, buttons=buttons)
        await _tell(call, session, forum, measure, part, decision.visibility, person)


async def _people(call: Call, session: AsyncSession, forum: Forum, responsible: Seat | Party | Forum) -> list[Person]:
    today = call.local_now.date()
    facts = await agreement_facts(session, forum.agreement_id)
    kinds = {Seat: "seat", Party: "party", Forum: "forum"}
    meant = Responsible.model_validate({"kind": kinds[type(responsible)], "name": named(responsible)})
    return await people_of(session, facts, (meant,), today) or await coordinators(session, facts.id, today)


async def _tell(
    call: Call,
    session: AsyncSession,
    forum: Forum,
    measure: Measure,
    part: Part,
    visibility: str,
    person: Person | None = None,
) -> None:
    await tell(
        session,
        workspace_id=call.workspace_id,
        key=f"measure:{measure.id}",
        kind="matter",
        due_at=call.now,
        now=call.now,
        forum_id=forum.id,
        person_id=person.id if person else None,
        message=Message((part,)),
        agreement_id=forum.agreement_id,
        visibility=visibility,
    )
