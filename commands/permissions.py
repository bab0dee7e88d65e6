"""Who may do what: one function answers, from the table in `commands.access`, and every command asks it.

People are known by (team id, user id), never by being in a channel, and rights follow the seats they hold today. What a
button or a form carries is never a right: the asker is looked up anew each time.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from sqlmodel.ext.asyncio.session import AsyncSession

from commands.access import TABLE, Action, Relation, Role, allowed
from commands.call import Call, Refused
from commands.texts import permissions as texts
from schedules.acting_chair import acting_chair
from schedules.loading import agreement_facts
from schedules.rotation import vice_on
from schedules.secretary import SECRETARY
from storage.models import Appointment, Forum, Measure, Person, Seat, Workspace
from storage.people import (
    anybody_on_a_roster,
    find_person,
    forums,
    places_of_seats,
    seats_held,
    team_unsaid,
)
from storage.terms import is_internal

Standing = tuple[Role, Relation]


class NotAllowed(Refused):
    """The table says no."""


@dataclass(frozen=True)
class Rights:
    """What one person may see and do today. A forum of another workspace is nobody's."""

    person: Person | None
    forums: Mapping[int, Forum]  # of the person's agreements in force or to come: of no others even the names are told
    agreements: Mapping[int, int]  # forum → agreement, ended agreements' forums too: there is still something to log
    administrator: bool = False
    coordinates: frozenset[int] = frozenset()  # agreements
    roles: Mapping[int, frozenset[Role]] = field(default_factory=dict)  # forum → what the person sits there as
    chairs: frozenset[int] = (
        frozenset()
    )  # forums whose chairing (or vice chairing) seat is theirs today, or falls to it
    below: frozenset[int] = field(default_factory=frozenset)  # forums that report to one of theirs
    seats: frozenset[int] = frozenset()  # the seats they hold
    parties: frozenset[int] = frozenset()  # whose those are

    @property
    def seated(self) -> frozenset[int]:
        """The forums the person has a place in, as ordinary member or deputy."""
        return frozenset(self.roles)

    @property
    def coordinator(self) -> bool:
        return bool(self.coordinates)

    # --- the question -------------------------------------------------------------------------------------------------

    def standing(self, forum_id: int) -> Iterator[Standing]:
        """What the person is, seen from the forum. Nothing of a forum that is not this workspace's."""
        agreement = self.agreements.get(forum_id)
        if agreement is None:
            return
        relation = self._relation(forum_id)
        for role in self.roles.get(forum_id, frozenset()):
            yield role, Relation.OWN
        if forum_id in self.chairs:
            yield Role.CHAIR, Relation.OWN
        elsewhere = Relation.BELOW if forum_id in self.below else Relation.BESIDE
        for other, roles in self.roles.items():
            if other != forum_id and self.agreements.get(other) == agreement:
                yield from ((role, elsewhere) for role in roles)
        if agreement in self.coordinates:
            yield Role.COORDINATOR, relation
        if self.administrator:
            yield Role.ADMINISTRATOR, relation

    def _relation(self, forum_id: int) -> Relation:
        if forum_id in self.roles or forum_id in self.chairs:
            return Relation.OWN
        return Relation.BELOW if forum_id in self.below else Relation.BESIDE

    def may(self, action: Action, forum_id: int | None, agreement_id: int | None = None) -> bool:
        """Whether the person may do it in the forum; of what belongs to no forum, for its agreement.

        Nobody may anything where there is neither.
        """
        if forum_id is not None:
            return allowed(action, self.standing(forum_id))
        return agreement_id is not None and allowed(action, self._of_agreement(agreement_id))

    def _of_agreement(self, agreement_id: int) -> Iterator[Standing]:
        if agreement_id in self.coordinates:
            yield Role.COORDINATOR, Relation.BESIDE
        if self.administrator and agreement_id in self.agreements.values():
            yield Role.ADMINISTRATOR, Relation.BESIDE

    def may_report(self, measure: Measure) -> bool:
        """Whether the person may say how a measure goes: in the forum that decided, or as `answers_for`."""
        return self.answers_for(measure) or self.may(Action.REPORT_MEASURE, measure.forum_id)

    def answers_for(self, measure: Measure) -> bool:
        """Whether the measure is the person's to do, in whatever forum it was decided: by seat, by party, or in the
        forum that is to do it."""
        responsible = measure.seat_id in self.seats or measure.party_id in self.parties
        own = [(Role.RESPONSIBLE, Relation.OWN)] if responsible else []
        answering = self.standing(measure.answering_forum_id) if measure.answering_forum_id is not None else ()
        return allowed(Action.REPORT_MEASURE, [*own, *answering])

    def may_read(self, action: Action, forum_id: int | None, visibility: str) -> bool:
        """Whether the person may read an item of the forum: what every list, form, file and history of items asks.

        `action` is the right to read its kind; `visibility` how far it may be shown. What is internal is for the
        forum's own seats and the agreement's coordinators; the mark narrows who may read, and never widens it.
        """
        if not self.may(action, forum_id):
            return False
        return not is_internal(visibility) or self.may(Action.SEE_INTERNAL, forum_id)

    def require_read(self, action: Action, forum_id: int | None, *visibilities: str) -> None:
        """Raises NotAllowed, with a sentence that says who may, unless `may_read` of every mark the item has had."""
        self.require(action, forum_id)
        if not all(self.may_read(action, forum_id, each) for each in visibilities):
            raise NotAllowed(texts.internal(self._name(forum_id)))

    def may_somewhere(self, action: Action) -> bool:
        """Whether the person may do it at all: in some forum, or for the whole where it is about no forum."""
        return allowed(action, self._anywhere())

    def _anywhere(self) -> Iterator[Standing]:
        for forum_id in self.agreements:
            yield from self.standing(forum_id)
        if self.administrator:  # also before any agreement is there
            yield Role.ADMINISTRATOR, Relation.BESIDE
        for _ in self.coordinates:
            yield Role.COORDINATOR, Relation.BESIDE
        for _ in self.seats:  # also those with a place in no forum: measures may be theirs
            yield Role.RESPONSIBLE, Relation.OWN

    def require(self, action: Action, forum_id: int | None, agreement_id: int | None = None) -> None:
        """Raises NotAllowed, with a sentence that says who may, unless `may`."""
        if not self.may(action, forum_id, agreement_id):
            raise NotAllowed(texts.may_not(TABLE[action].kind, self._name(forum_id)))

    def require_somewhere(self, action: Action) -> None:
        """Raises NotAllowed unless the person may do it at all."""
        if not self.may_somewhere(action):
            raise NotAllowed(texts.may_not(TABLE[action].kind))

    def _name(self, forum_id: int | None) -> str:
        """The forum's name for a refusal; none where the person must not even know of it."""
        forum = self.forums.get(forum_id or 0)
        return forum.name if forum else ""

    # --- the same, for the commonest questions ------------------------------------------------------------------------

    def may_see(self, forum_id: int) -> bool:
        """How things stand in the forum."""
        return self.may(Action.SEE_STANDING, forum_id)

    def may_log(self, forum_id: int) -> bool:
        """What came of things in the forum."""
        return self.may(Action.LOG, forum_id)

    def may_act_for(self, forum_id: int) -> bool:
        """What its chair does."""
        return self.may(Action.PASS_ON_CHAIR, forum_id)

    def may_administer(self, forum_id: int | None = None) -> bool:
        """Who sits in it, and its channel."""
        return self.may_somewhere(Action.APPOINT) if forum_id is None else self.may(Action.APPOINT, forum_id)

    def coordinates_forum(self, forum_id: int) -> bool:
        """Whether the person is a coordinator of the forum's agreement."""
        return self.agreements.get(forum_id) in self.coordinates

    def seen_forums(self, action: Action = Action.SEE_STANDING) -> list[Forum]:
        """The forums the person may see (or do something else in), in the agreements' order."""
        return [forum for forum_id, forum in self.forums.items() if self.may(action, forum_id)]

    def require_see(self, forum_id: int) -> None:
        """Raises NotAllowed unless the person may see how things stand in the forum."""
        self.require(Action.SEE_STANDING, forum_id)

    def require_log(self, forum_id: int | None) -> None:
        """Raises NotAllowed unless the person may log for the forum."""
        self.require(Action.LOG, forum_id)

    def require_act(self, forum_id: int | None, agreement_id: int | None = None) -> None:
        """Raises NotAllowed unless the person may do what the forum's chair does."""
        self.require(Action.PASS_ON_CHAIR, forum_id, agreement_id)

    def require_administer(self, forum_id: int | None = None) -> None:
        """Raises NotAllowed unless the person handles rosters and channels (of the forum's agreement)."""
        if forum_id is None:
            self.require_somewhere(Action.APPOINT)
        else:
            self.require(Action.APPOINT, forum_id)


async def rights(call: Call, session: AsyncSession) -> Rights:
    """The asker's rights today. Raises NotAllowed for people on no roster, who see nothing."""
    person = await find_person(session, workspace_id=call.workspace_id, team_id=call.team_id, user_id=call.user_id)
    if person is None or person.id is None:
        raise NotAllowed(await _why_outside(call, session))
    return await rights_of(person, call, session)


async def rights_of(person: Person, call: Call, session: AsyncSession) -> Rights:
    """The rights of somebody known otherwise than by a Slack identity, at `call.now`. Raises NotAllowed for who sits
    nowhere."""
    assert person.id is not None
    today = call.local_now.date()
    held = await seats_held(session, person_id=person.id, today=today)
    if not held and not person.administrator:
        raise NotAllowed(texts.OUTSIDER)
    known = await forums(session, workspace_id=call.workspace_id, today=today)
    roles = await _roles(session, person, held)
    mine = {seat.agreement_id for seat, _ in held}
    return Rights(
        person=person,
        forums={
            forum.id: forum
            for forum in known.current
            if forum.id is not None and (person.administrator or forum.agreement_id in mine)
        },
        agreements=known.agreements,
        administrator=person.administrator,
        coordinates=frozenset(seat.agreement_id for seat, _ in held if seat.coordinator),
        roles=roles,
        chairs=await _chaired(session, {(seat.agreement_id, seat.title) for seat, _ in held}, call),
        below=_below(frozenset(roles), known.current),
        seats=frozenset(seat.id for seat, _ in held if seat.id is not None),
        parties=frozenset(seat.party_id for seat, _ in held if seat.party_id is not None),
    )


async def _why_outside(call: Call, session: AsyncSession) -> str:
    if await team_unsaid(session, workspace_id=call.workspace_id, user_id=call.user_id):
        own = await session.get(Workspace, call.workspace_id)
        if own is not None and own.team_id != call.team_id:
            return texts.team_missing(call.team_id)
    known = await anybody_on_a_roster(session, workspace_id=call.workspace_id)
    return texts.OUTSIDER if known else texts.NO_ROSTER


async def _roles(
    session: AsyncSession, person: Person, held: Sequence[tuple[Seat, Appointment]]
) -> dict[int, frozenset[Role]]:
    """What the person sits as in each forum, by the places of the seats held."""
    own = await session.get(Workspace, person.workspace_id) if person.slack_team_id is not None else None
    external = own is not None and person.slack_team_id != own.team_id
    seat_ids = [seat.id for seat, _ in held if seat.id is not None]
    found: dict[int, set[Role]] = {}
    for forum_id, seat_id, kind in await places_of_seats(session, seat_ids=seat_ids):
        for seat, appointment in held:
            if seat.id == seat_id:
                role = _role(person, kind, deputy=appointment.deputy, external=external)
                found.setdefault(forum_id, set()).add(role)
    return {forum_id: frozenset(roles) for forum_id, roles in found.items()}


def _role(person: Person, kind: str, *, deputy: bool, external: bool) -> Role:
    if kind == SECRETARY:
        return Role.SECRETARY
    if external:
        return Role.EXTERNAL
    if person.guest:
        return Role.GUEST
    return Role.DEPUTY if deputy else Role.MEMBER


def _below(seated: frozenset[int], all_forums: Sequence[Forum]) -> frozenset[int]:
    children: dict[int, list[int]] = {}
    for forum in all_forums:
        if forum.parent_id is not None:
            children.setdefault(forum.parent_id, []).append(forum.id or 0)
    found: set[int] = set()
    waiting = list(seated)
    while waiting:
        for child in children.get(waiting.pop(), []):
            if child not in found:
                found.add(child)
                waiting.append(child)
    return frozenset(found)


async def _chaired(session: AsyncSession, held: set[tuple[int, str]], call: Call) -> frozenset[int]:
    """The forums led by one of the seats held, each in its own agreement: a title may occur in several.

    Chair and vice chair always may what the chair does, whoever of them leads: agreements let the vice chair act for
    the chair without saying when. Others only while it falls to them (`schedules.acting_chair`).
    """
    today = call.local_now.date()
    chaired: set[int] = set()
    for agreement_id in {agreement_id for agreement_id, _ in held}:
        facts = await agreement_facts(session, agreement_id)
        for forum in facts.forums:
            acting = acting_chair(forum, today)
            chairing = {acting.turn.seat if acting.turn else None, vice_on(forum, today), acting.seat}
            if any((agreement_id, seat) in held for seat in chairing if seat is not None):
                chaired.add(forum.id)
    return frozenset(chaired)
