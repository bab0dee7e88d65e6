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
from storage.people import anybody_on_a_roster, find_person, forums, forums_of_seats, seats_held


@dataclass(frozen=True)
class Rights:
    """What one person may see and do today."""

    person: Person | None
    forums: Mapping[int, Forum]  # every forum of the workspace's current agreements
    administrator: bool = False
    coordinates: frozenset[int] = frozenset()  # agreements
    seated: frozenset[int] = frozenset()  # forums
    chairs: frozenset[int] = frozenset()  # forums
    below: frozenset[int] = field(default_factory=frozenset)  # forums that report to one of theirs

    @property
    def coordinator(self) -> bool:
        return bool(self.coordinates)

    def may_see(self, forum_id: int) -> bool:
        """The forum's members, those of forums above it, the agreement's coordinators, administrators."""
        return (
            self.administrator
            or forum_id in self.seated
            or forum_id in self.below
            or self._agreement(forum_id) in self.coordinates
        )

    def may_log(self, forum_id: int) -> bool:
        """Whoever sits in the forum or one above it, and coordinators."""
        return forum_id in self.seated or forum_id in self.below or self._agreement(forum_id) in self.coordinates

    def may_act_for(self, forum_id: int) -> bool:
        """Chair, deputies of the chair, and coordinators."""
        return forum_id in self.chairs or self._agreement(forum_id) in self.coordinates

    def may_administer(self, forum_id: int | None = None) -> bool:
        """Administrators and coordinators (of the forum's agreement, where one is given)."""
        if self.administrator:
            return True
        return self.coordinator if forum_id is None else self._agreement(forum_id) in self.coordinates

    def _agreement(self, forum_id: int) -> int | None:
        forum = self.forums.get(forum_id)
        return forum.agreement_id if forum else None

    def seen_forums(self) -> list[Forum]:
        """The forums the person may see, in the agreements' order."""
        return [forum for forum_id, forum in self.forums.items() if self.may_see(forum_id)]

    def require_see(self, forum_id: int) -> None:
        if not self.may_see(forum_id):
            raise Refused(texts.not_yours(self._name(forum_id)))

    def require_log(self, forum_id: int | None) -> None:
        if forum_id is None or not self.may_log(forum_id):
            raise Refused(texts.may_not_log(self._name(forum_id)))

    def require_act(self, forum_id: int | None) -> None:
        if forum_id is None or not self.may_act_for(forum_id):
            raise Refused(texts.may_not_act(self._name(forum_id)))

    def require_administer(self, forum_id: int | None = None) -> None:
        if not self.may_administer(forum_id):
            raise Refused(texts.MAY_NOT_ADMINISTER)

    def _name(self, forum_id: int | None) -> str:
        forum = self.forums.get(forum_id or 0)
        return forum.name if forum else ""


async def rights(call: Call, session: AsyncSession) -> Rights:
    """The asker's rights today. Raises Refused for people on no roster, who see nothing."""
    today = call.local_now.date()
    person = await find_person(session, workspace_id=call.workspace_id, team_id=call.team_id, user_id=call.user_id)
    all_forums = await forums(session, workspace_id=call.workspace_id, today=today)
    if person is None or person.id is None:
        known = await anybody_on_a_roster(session, workspace_id=call.workspace_id)
        raise Refused(texts.OUTSIDER if known else texts.NO_ROSTER)
    held = await seats_held(session, person_id=person.id, today=today)
    if not held and not person.administrator:
        raise Refused(texts.OUTSIDER)
    seated = frozenset(await forums_of_seats(session, seat_ids=[seat.id for seat, _ in held if seat.id is not None]))
    return Rights(
        person=person,
        forums={forum.id: forum for forum in all_forums if forum.id is not None},
        administrator=person.administrator,
        coordinates=frozenset(seat.agreement_id for seat, _ in held if seat.coordinator),
        seated=seated,
        chairs=await _chaired(session, all_forums, {seat.title for seat, _ in held}, call),
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


async def _chaired(session: AsyncSession, all_forums: Sequence[Forum], titles: set[str], call: Call) -> frozenset[int]:
    today = call.local_now.date()
    chaired: set[int] = set()
    for agreement_id in {forum.agreement_id for forum in all_forums}:
        facts = await agreement_facts(session, agreement_id)
        for forum in facts.forums:
            turn = chair_on(forum, today)
            if turn is not None and (turn.seat in titles or forum.chair_rule.vice in titles):
                chaired.add(forum.id)
    return frozenset(chaired)
