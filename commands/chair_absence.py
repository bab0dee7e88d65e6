"""An absence that covers a turn in the chair: who leads meanwhile is said, and asked of those it falls to."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta

from sqlmodel.ext.asyncio.session import AsyncSession

from commands.call import Call
from commands.texts import chair as chair_texts
from commands.texts import wishes as texts
from schedules.acting_chair import ActingChair, By, acting_chair, leaders
from schedules.facts import AgreementFacts, ForumFacts
from schedules.loading import agreement_facts, coordinators, holders
from schedules.message import Button, Message, Part
from schedules.rotation import turns
from schedules.texts import acting as who_leads
from storage.models import Person
from storage.outbox import tell
from storage.people import seats_held

LOOKED_AHEAD = timedelta(days=365)  # an absence until further notice


@dataclass(frozen=True)
class Covered:
    """Days of absence in which the person's seat has the chair, and who leads the first of them."""

    forum: ForumFacts
    first: date
    last: date
    acting: ActingChair

    @property
    def button(self) -> Button:
        """Opens the form for a stand-in with the days filled in."""
        words = f"f:{self.forum.id} dagar {self.first} {self.last}"
        return Button(chair_texts.STAND_IN, "ordforande tillfallig", words, "primary")

    @property
    def leads(self) -> str:
        return who_leads(self.acting, leaders(self.forum, self.acting, self.first))


async def about_turns(call: Call, session: AsyncSession, person: Person, first: date, last: date | None) -> list[Part]:
    """For the person's own answer: the turns the absence covers, each with a button. Who it falls to is told, once.

    The absence is stored already. The vice chair is told that it falls to them, the coordinators are asked where it
    falls to nobody else; a deputy is told of the whole absence elsewhere.
    """
    today, parts = call.local_now.date(), []
    titles: dict[int, set[str]] = {}
    for seat, appointment in await seats_held(session, person_id=person.id or 0, today=max(first, today)):
        if not appointment.deputy:
            titles.setdefault(seat.agreement_id, set()).add(seat.title)
    for agreement_id, seats in titles.items():
        facts = await agreement_facts(session, agreement_id)
        for covered in _covered(facts, seats, max(first, today), last or max(first, today) + LOOKED_AHEAD):
            line = texts.your_turn(covered.forum.name, covered.first, covered.last)
            parts.append(Part((line, covered.leads), buttons=(covered.button,)))
            await _tell(call, session, facts, covered, person)
    return parts


def _covered(facts: AgreementFacts, seats: set[str], first: date, last: date) -> Iterator[Covered]:
    """The stretches in which one of the seats has the chair and nobody who holds it is there."""
    last = min(last, facts.ends or date.max)
    for forum in facts.forums:
        for turn in turns(forum, first, last):
            begins, ends = max(turn.first, first), min(turn.last or date.max, last)
            if turn.seat in seats and begins <= ends:
                acting = acting_chair(forum, begins)
                if acting.by is not By.CHAIR:
                    yield Covered(forum, begins, ends, acting)


async def _tell(call: Call, session: AsyncSession, facts: AgreementFacts, covered: Covered, person: Person) -> None:
    if covered.acting.by is By.VICE and covered.acting.seat is not None:
        told = await holders(session, facts.id, [covered.acting.seat], covered.first)
        line = texts.vice_leads(person.name, covered.forum.name, covered.first, covered.last)
    elif covered.acting.by is By.COORDINATORS:
        told = await coordinators(session, facts.id, call.local_now.date())
        line = texts.who_leads(person.name, covered.forum.name, covered.first, covered.last)
    else:
        return
    for each in told:
        if each.id != person.id:
            await tell(
                session,
                workspace_id=call.workspace_id,
                key=f"absent-chair:{person.id}:{covered.forum.id}:{covered.first}:{covered.last}",
                kind="absence",
                due_at=call.now,
                now=call.now,
                forum_id=covered.forum.id,
                person_id=each.id,
                message=Message((Part((line,), covered.forum.name, buttons=(covered.button,)),)),
                agreement_id=facts.id,
            )
