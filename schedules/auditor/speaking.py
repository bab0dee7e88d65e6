"""Tells the coordinators what the auditor found, and when it is over: past the courier, which may be what is broken.

Each kind of trouble at most once a day to each of them, and once when it has been well for ten minutes. What follows
from a trouble that is told (late because the courier stands still) is not told beside it. Quiet hours are kept.
"""

import asyncio
import logging
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from hashlib import sha256
from zoneinfo import ZoneInfo

from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from schedules.auditor import texts
from schedules.auditor.audit import Patience
from schedules.auditor.health import found_now, place_of
from schedules.carrier import Carrier, Target, Undelivered
from schedules.loading import coordinators, current_agreements
from schedules.message import Message, Part
from storage.auditing import note_told, take_finding, unsettled_findings
from storage.database import Database
from storage.models import Finding, FindingKind, Person
from storage.quiet import quiet_until

log = logging.getLogger(__name__)

APART = timedelta(seconds=45)  # between two tries at telling of the same, over all replicas
LOOK_BACK = timedelta(days=1)
WITHIN = 30.0  # seconds for one post, and for one look
CAUSES: Mapping[FindingKind, tuple[FindingKind, ...]] = {
    FindingKind.LATE: (FindingKind.COURIER,),
    FindingKind.STUCK: (FindingKind.COURIER,),
    FindingKind.MISSING: (FindingKind.PLANNER, FindingKind.UNPLANNABLE),
}


@dataclass(frozen=True)
class _Word:
    """One finding as it shall be told: of its beginning, or of its end."""

    finding: Finding
    is_over: bool
    sentence: str
    again: bool  # somebody has tried before, and may have got it through
    day: date  # the workspace's


async def speak(
    database: Database,
    carrier: Carrier,
    clock: Callable[[], datetime],
    *,
    patience: Patience | None = None,
) -> int:
    """Posts to the coordinators what they have not been told; returns how many messages stand in Slack.

    `clock` gives aware UTC. What Slack does not take now is tried again at the next tick. Raises what the database
    raises.
    """
    now = clock()
    async with database.reading() as session:
        letters = await _letters(session, now, patience or Patience())
    if not letters:
        return 0
    taken: dict[str, Finding] = {}
    async with database.transaction() as session:
        for key in sorted({word.finding.key for _, words in letters.values() for word in words}):
            finding = await take_finding(session, key, now=now, apart=APART)
            if finding is not None:
                taken[key] = finding
    mine = {
        number: (person, [word for word in words if word.finding.key in taken])
        for number, (person, words) in letters.items()
    }
    mine = {number: each for number, each in mine.items() if each[1]}
    went = dict(
        zip(
            mine,
            await asyncio.gather(*(_post(carrier, person, words, now) for person, words in mine.values())),
            strict=True,
        )
    )
    await _note(database, taken, mine, went, now)
    return sum(each is True for each in went.values())


async def _letters(session: AsyncSession, now: datetime, patience: Patience) -> dict[int, tuple[Person, list[_Word]]]:
    """Who is to be told what: person id → the person and the words."""
    rows = await unsettled_findings(session, since=now - LOOK_BACK)
    letters: dict[int, tuple[Person, list[_Word]]] = {}
    for row in rows:
        is_over = row.over_at is not None
        if is_over and row.over_at is not None and now - row.over_at < patience.settled:
            continue
        if not is_over and (not row.alarming or _implied(row, rows, now - patience.settled)):
            continue
        zone, about = await place_of(session, row)
        day = now.astimezone(ZoneInfo(zone)).date()
        if is_over:
            said = texts.over(FindingKind(row.kind), row.since, row.over_at or now, zone, about)
        else:
            said = (await found_now(session, row)).sentence
        word = _Word(row, is_over, said, again=row.tried_at is not None, day=day)
        for person in await _to_tell(session, row, day):
            number = person.id or 0
            wanted = number in row.owed if is_over else row.told.get(str(number)) != day.isoformat()
            if wanted and quiet_until(person, now, zone) is None:
                letters.setdefault(number, (person, []))[1].append(word)
    return letters


def _implied(row: Finding, rows: Sequence[Finding], lately: datetime) -> bool:
    """Whether its cause is told of, or has just gone: then it will pass by itself."""
    causes = CAUSES.get(FindingKind(row.kind), ())
    return any(
        other.kind in causes
        and other.workspace_id == row.workspace_id
        and other.agreement_id in (None, row.agreement_id)
        and (other.over_at is None or other.over_at > lately)
        for other in rows
    )


async def _to_tell(session: AsyncSession, row: Finding, day: date) -> list[Person]:
    """The coordinators of the agreement, or of every agreement in force; else the administrators. In Slack."""
    if row.agreement_id is not None:
        agreements = [row.agreement_id]
    else:
        current = await current_agreements(session, row.workspace_id, day)
        agreements = [agreement.id for agreement in current]
    found: dict[int, Person] = {}
    for agreement_id in agreements:
        found |= {each.id: each for each in await coordinators(session, agreement_id, day) if each.id is not None}
    people = [person for person in found.values() if person.slack_user_id]
    if people:
        return people
    rows = await session.exec(
        select(Person).where(
            Person.workspace_id == row.workspace_id, col(Person.administrator), col(Person.slack_user_id).is_not(None)
        )
    )
    return list(rows.all())


async def _post(carrier: Carrier, person: Person, words: Sequence[_Word], now: datetime) -> bool | None:
    """True: it stands in Slack. False: it never will. None: not now."""
    assert person.slack_user_id is not None
    to = Target(user_id=person.slack_user_id)
    key = _key(person, words)
    try:
        async with asyncio.timeout(WITHIN):
            if any(word.again for word in words) and await carrier.find(to, key, now - LOOK_BACK) is not None:
                return True
            await carrier.post(to, _message(words), key)
    except Undelivered as failure:
        log.warning("the auditor's word %s did not get through: %s", key, failure.reason)
        return False if failure.permanent and failure.scope != "method" and not failure.unsure else None
    except (TimeoutError, ConnectionError) as failure:
        log.warning("the auditor's word %s did not get through: %s", key, type(failure).__name__)
        return None
    return True


def _key(person: Person, words: Sequence[_Word]) -> str:
    """The same for the same words on the same day, so that a look finds them."""
    what = "|".join(sorted(f"{word.finding.key}:{word.is_over}:{word.finding.since.isoformat()}" for word in words))
    return f"auditor:{words[0].day}:{sha256(what.encode()).hexdigest()[:16]}:p{person.id}"


def _message(words: Sequence[_Word]) -> Message:
    wrong = [word.sentence for word in words if not word.is_over]
    over = [word.sentence for word in words if word.is_over]
    parts = []
    if wrong:
        parts.append(Part(heading=texts.HEADING, lines=texts.lines(wrong), note=texts.REMEDY))
    if over:
        parts.append(Part(heading=texts.OVER_HEADING, lines=texts.lines(over)))
    return Message(tuple(parts))


async def _note(
    database: Database,
    taken: Mapping[str, Finding],
    letters: Mapping[int, tuple[Person, Sequence[_Word]]],
    went: Mapping[int, bool | None],
    now: datetime,
) -> None:
    told = {key: dict(finding.told) for key, finding in taken.items()}
    owed = {key: list(finding.owed) for key, finding in taken.items()}
    for number, (_, words) in letters.items():
        if went[number] is None:
            continue
        for word in words:
            key = word.finding.key
            if word.is_over:
                owed[key] = [each for each in owed[key] if each != number]
            else:
                told[key][str(number)] = word.day.isoformat()
                if went[number] and number not in owed[key]:
                    owed[key].append(number)
    async with database.transaction() as session:
        for key in sorted(taken):
            await note_told(session, key, told=told[key], owed=owed[key], now=now)
