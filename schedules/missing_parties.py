"""Parties that nobody would come from: the chair and the coordinators hear of it when it becomes so, and when it is
mended.

Looked at whenever the planner looks at an agreement: after every answer, absence, appointment and end of one, and each
day. What has been told already is read from the notices, so that lost, mended and lost again is told three times, and
nothing twice.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from schedules import texts
from schedules.attendance import Gathering, gathering
from schedules.facts import AgreementFacts
from schedules.loading import chair_people, clock_time, coordinators
from schedules.message import Button, Message, Part
from schedules.swedish import stor
from storage.models import AttendanceAnswer, Commitment, Forum, Notice, NoticeState, Occasion, Party
from storage.outbox import tell, withdraw_notices
from storage.terms import CommitmentKind, OccasionState

KIND = "attendance"  # of the notices
SOON = timedelta(days=21)  # from the call for matters on, also where nobody has answered
LOST, BACK = "party-missing", "party-back"


@dataclass
class _Told:
    """What has been said of one party and meeting: the latest turn, and its notices."""

    turn: int = 0  # counts how many times it has been lost
    lost: list[Notice] = field(default_factory=list)  # of that turn, not taken back
    mended: bool = False

    @property
    def open(self) -> bool:
        return bool(self.lost) and not self.mended


async def watch_parties(session: AsyncSession, facts: AgreementFacts, *, workspace_id: int, now: datetime) -> int:
    """Tells of what has changed since it was last told; how many messages. `now` is aware UTC.

    The caller holds the agreement's row: two replicas do not look at once.
    """
    today = now.astimezone(ZoneInfo(facts.zone)).date()
    new = 0
    for occasion, commitment, forum in await _ahead(session, facts.id, today):
        gathered = await gathering(
            session, agreement_id=facts.id, forum_id=forum.id or 0, occasion_id=occasion.id or 0, on=occasion.on
        )
        missing = {party.id: party for party in gathered.missing}
        told = await _told(session, occasion)
        telling = _Telling(session, facts, workspace_id, now, today, occasion, commitment, forum)
        for number, party in missing.items():
            before = told.get(number or 0, _Told())
            if not before.open:
                new += await telling.lost(party, before.turn + 1, besides=_knowing(gathered, party))
        for number, before in told.items():
            if before.open and number not in missing:
                new += await telling.back(number, before)
    return new


async def _ahead(session: AsyncSession, agreement_id: int, today: date) -> Iterable[tuple[Occasion, Commitment, Forum]]:
    """The forums' meetings to come that are near, or that somebody has answered for."""
    answered = select(AttendanceAnswer.person_id).where(AttendanceAnswer.occasion_id == Occasion.id).exists()
    rows = await session.exec(
        select(Occasion, Commitment, Forum)
        .join(Commitment, col(Commitment.id) == Occasion.commitment_id)
        .join(Forum, col(Forum.id) == Commitment.forum_id)
        .where(
            Commitment.agreement_id == agreement_id,
            Commitment.kind == CommitmentKind.MEETING,
            col(Commitment.active),
            Occasion.state == OccasionState.PLANNED,
            col(Occasion.on) >= today,
            (col(Occasion.on) <= today + SOON) | answered,
        )
        .order_by(col(Occasion.on), col(Occasion.id))
    )
    return rows.all()


def _knowing(gathered: Gathering, party: Party) -> set[int | None]:
    """Those of the party who have said themselves that they do not come."""
    ours = (each for each in gathered.people if each.seat.party_id == party.id)
    return {each.person.id for each in ours if each.declined or each.away}


async def _told(session: AsyncSession, occasion: Occasion) -> dict[int, _Told]:
    """By party."""
    rows = await session.exec(
        select(Notice).where(Notice.occasion_id == occasion.id, Notice.kind == KIND).order_by(col(Notice.id))
    )
    told: dict[int, _Told] = {}
    for notice in rows.all():
        what, _, rest = notice.key.partition(":")
        if what not in (LOST, BACK):
            continue
        _, party, turn = (*rest.split(":"), "0")[:3]
        one = told.setdefault(int(party), _Told())
        number = int(turn) if turn.isdecimal() else 1  # keys of earlier versions have the recipient there
        if number > one.turn:
            one.turn, one.lost, one.mended = number, [], False
        if what == BACK:
            one.mended = True
        elif notice.state is not NoticeState.WITHDRAWN:
            one.lost.append(notice)
    return told


@dataclass(frozen=True)
class _Telling:
    session: AsyncSession
    facts: AgreementFacts
    workspace_id: int
    now: datetime
    today: date
    occasion: Occasion
    commitment: Commitment
    forum: Forum

    async def lost(self, party: Party, turn: int, besides: set[int | None]) -> int:
        """To the chair that day and the coordinators, but those who know."""
        people = await chair_people(self.session, self.facts, self.forum.id, self.occasion.on)
        people += await coordinators(self.session, self.facts.id, self.today)
        about = f"o:{self.occasion.id}"
        buttons = (Button(texts.TALLY, "mote svar", about, "primary"), Button(texts.FOR_ANOTHER, "svar at", about))
        part = Part((texts.missing(party.name, self._when),), texts.missing_heading(self._title), buttons=buttons)
        return await self._tell(
            part, f"{LOST}:{self.occasion.id}:{party.id}:{turn}", [each.id for each in people if each.id not in besides]
        )

    async def back(self, number: int, before: _Told) -> int:
        """To those who have been told; for the others there is nothing to tell any more."""
        waiting = {each.id or 0: "mended" for each in before.lost if each.state is NoticeState.WAITING}
        if waiting:
            await withdraw_notices(self.session, waiting, now=self.now)
        party = await self.session.get_one(Party, number)
        part = Part((texts.not_missing(party.name, self._when),), texts.not_missing_heading(self._title))
        people = [each.person_id for each in before.lost if each.state is NoticeState.SENT]
        return await self._tell(part, f"{BACK}:{self.occasion.id}:{number}:{before.turn}", people)

    @property
    def _title(self) -> str:
        return texts.in_forum(self.commitment.title, self.forum.name)

    @property
    def _when(self) -> str:
        return stor(texts.when_where(self.occasion.on, clock_time(self.occasion.at), self.occasion.place))

    async def _tell(self, part: Part, key: str, people: Iterable[int | None]) -> int:
        told = [
            await tell(
                self.session,
                workspace_id=self.workspace_id,
                key=key,
                kind=KIND,
                due_at=self.now,
                now=self.now,
                forum_id=self.forum.id,
                person_id=number,
                message=Message((part,)),
                agreement_id=self.facts.id,
                commitment_id=self.commitment.id,
                occasion_id=self.occasion.id,
            )
            for number in dict.fromkeys(people)
            if number is not None
        ]
        return sum(each is not None for each in told)
