"""Who may do what: rights follow seats. One place answers, and every command asks it.

People are known by (team id, user id), never by being in a channel. Outsiders see nothing; members see their forum and
the forums below it; a forum's chair and deputies act for it; coordinators act for the whole agreement; administrators
handle files and links. Source: the project's design, access and privacy.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from sqlmodel.ext.asyncio.session import AsyncSession

from commands.call import Call, Refused
from commands.texts import permissions as texts
from schedules.loading import agreement_facts
from schedules.rotation import chair_on
from storage.models import Forum, Person
from storage.people import (
    agreements_of_forums,
    anybody_on_a_roster,
    find_person,
    forums,
    forums_of_seats,
    seats_held,
)


@dataclass(frozen=True)
class Rights:
    """What one person may see and do today. A forum of another workspace is nobody's."""

    person: Person | None
    forums: Mapping[int, Forum]  # every forum of the workspace's agreements in force or to come
    agreements: Mapping[int, int]  # forum → agreement, ended agreements' forums too: there is still something to log
    administrator: bool = False
    coordinates: frozenset[int] = frozenset()  # agreements
    seated: frozenset[int] = frozenset()  # forums, as ordinary member or deputy
    chairs: frozenset[int] = frozenset()  # forums whose chairing (or vice chairing) seat is theirs today
    below: frozenset[int] = field(default_factory=frozenset)  # forums that report to one of theirs

    @property
    def coordinator(self) -> bool:
        return bool(self.coordinates)

    def may_see(self, forum_id: int) -> bool:
        """The forum's members, those of forums above it, the agreement's coordinators, administrators."""
        return self.may_log(forum_id) or (self.administrator and forum_id in self.agreements)

    def may_log(self, forum_id: int) -> bool:
        """Whoever sits in the forum or one above it, and coordinators. Also books: a member may propose a day."""
        return forum_id in self.seated or forum_id in self.below or self.coordinates_forum(forum_id)

    def may_act_for(self, forum_id: int) -> bool:
        """The chair and the chair's deputies, the vice chair, and coordinators."""
        return forum_id in self.chairs or self.coordinates_forum(forum_id)

    def may_administer(self, forum_id: int | None = None) -> bool:
        """Administrators and coordinators (of the forum's agreement, where one is given)."""
        if self.administrator:
            return forum_id is None or forum_id in self.agreements
        return self.coordinator if forum_id is None else self.coordinates_forum(forum_id)

    def coordinates_forum(self, forum_id: int) -> bool:
        """Whether the person is a coordinator of the forum's agreement."""
        return self.agreements.get(forum_id) in self.coordinates

    def seen_forums(self) -> list[Forum]:
        """The forums the person may see, in the agreements' order."""
        return [forum for forum_id, forum in self.forums.items() if self.may_see(forum_id)]

    def require_see(self, forum_id: int) -> None:
        """Raises Refused unless the person may see the forum."""
        if not self.may_see(forum_id):
            raise Refused(texts.not_yours(self._name(forum_id)))

    def require_log(self, forum_id: int | None) -> None:
        """Raises Refused unless the person may log and book for the forum."""
        if forum_id is None or not self.may_log(forum_id):
            raise Refused(texts.may_not_log(self._name(forum_id)))

    def require_act(self, forum_id: int | None, agreement_id: int | None = None) -> None:
        """Raises Refused unless the person may act for the forum; of what belongs to no forum, for its agreement."""
        if forum_id is None and agreement_id in self.coordinates:
            return
        if forum_id is None or not self.may_act_for(forum_id):
            raise Refused(texts.may_not_act(self._name(forum_id)))

    def require_administer(self, forum_id: int | None = None) -> None:
        """Raises Refused unless the person handles rosters and channels (of the forum's agreement)."""
        if not self.may_administer(forum_id):
            raise Refused(texts.MAY_NOT_ADMINISTER)

    def _name(self, forum_id: int | None) -> str:
        """The forum's name for a refusal; none where the person must not even know of it."""
        forum = self.forums.get(forum_id or 0)
        return forum.name if forum else ""


async def rights(call: Call, session: AsyncSession) -> Rights:
    """The asker's rights today. Raises Refused for people on no roster, who see nothing."""
    today = call.local_now.date()
    person = await find_person(session, workspace_id=call.workspace_id, team_id=call.team_id, user_id=call.user_id)
    if person is None or person.id is None:
        known = await anybody_on_a_roster(session, workspace_id=call.workspace_id)
        raise Refused(texts.OUTSIDER if known else texts.NO_ROSTER)
    held = await seats_held(session, person_id=person.id, today=today)
    if not held and not person.administrator:
        raise Refused(texts.OUTSIDER)
    all_forums = await forums(session, workspace_id=call.workspace_id, today=today)
    seated = frozenset(await forums_of_seats(session, seat_ids=[seat.id for seat, _ in held if seat.id is not None]))
    return Rights(
        person=person,
        forums={forum.id: forum for forum in all_forums if forum.id is not None},
        agreements=await agreements_of_forums(session, workspace_id=call.workspace_id),
        administrator=person.administrator,
        coordinates=frozenset(seat.agreement_id for seat, _ in held if seat.coordinator),
        seated=seated,
        chairs=await _chaired(session, {(seat.agreement_id, seat.title) for seat, _ in held}, call),
        below=_below(seated, all_forums),
    )


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
    """The forums chaired by one of the seats held, each in its own agreement: a title may occur in several."""
    today = call.local_now.date()
    chaired: set[int] = set()
    for agreement_id in {agreement_id for agreement_id, _ in held}:
        facts = await agreement_facts(session, agreement_id)
        for forum in facts.forums:
            turn = chair_on(forum, today)
            chairing = {turn.seat if turn else None, forum.chair_rule.vice}
            if any((agreement_id, seat) in held for seat in chairing if seat is not None):
                chaired.add(forum.id)
    return frozenset(chaired)
