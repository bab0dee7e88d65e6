"""One look at everything: the ticks, the outbox, the facts. Writes down what it finds; tells nobody yet."""

import logging
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from schedules.auditor.missing import compare
from storage.auditing import (
    LATE,
    Queued,
    last_sent,
    note_tick,
    open_missing,
    queue,
    refused_reasons,
    stranded,
    ticks,
    to_look_at,
)
from storage.database import Database, insert_new
from storage.models import Agreement, AgreementLook, Finding, FindingKind, MissingReminder, Workspace

log = logging.getLogger(__name__)

SKEW = timedelta(minutes=5)  # replicas' clocks differ by less; what lies further ahead is from before a clock was set
AT_ONCE = 200  # agreements compared in one look; the others wait a minute
WEEK = timedelta(days=7)
DAY = timedelta(days=1)
PASSED_BY = "passed by"  # the planner has gone past: it will not come by itself


@dataclass(frozen=True)
class Patience:
    """How long a thing may take before it is a finding. The look itself comes once a minute, on top."""

    tick: timedelta = timedelta(minutes=5)  # since planner or courier last ended a tick well
    planned: timedelta = timedelta(minutes=5)  # from when a reminder is due until it is in the outbox
    sent: timedelta = LATE
    claim: timedelta = timedelta(minutes=5)  # after the lease of a claim has run out
    link: timedelta = timedelta(seconds=90)  # since Slack was last heard; it is heard every ten seconds
    settled: timedelta = timedelta(minutes=10)  # so long it must have been well before it is said to be over

    @classmethod
    def for_ticks(cls, every: timedelta) -> "Patience":
        """For a planner that looks so often: three of its ticks, at least five minutes."""
        longest = max(cls.tick, 3 * every)
        return cls(tick=longest, planned=longest)


@dataclass
class Watch:
    """Since when this process has been looking without a gap. Whoever has just come, or whose clock has jumped, cannot
    say that somebody else is late: the bot may have been down, and is catching up."""

    gap: timedelta = timedelta(minutes=3)
    since: datetime | None = None
    last: datetime | None = None

    def look(self, now: datetime) -> datetime:
        """Notes a look at `now` (aware UTC); since when there has been no gap."""
        if self.since is None or self.last is None or not timedelta(0) <= now - self.last <= self.gap:
            self.since = now
        self.last = now
        return self.since


@dataclass(frozen=True)
class Verdict:
    """What is wrong now. `opened` and `closed` are what this look changed."""

    findings: tuple[Finding, ...] = ()
    opened: tuple[Finding, ...] = ()
    closed: tuple[Finding, ...] = ()

    @property
    def well(self) -> bool:
        """Whether the bot may say that it keeps its promise: only then does the heartbeat beat."""
        return not any(each.alarming for each in self.findings)


@dataclass(frozen=True)
class Found:
    """What a look sees. `sure`: it has been watched for long enough to be said; else it only keeps alive what has been
    found before, perhaps by another replica."""

    workspace_id: int
    kind: FindingKind
    sure: bool = True
    agreement_id: int | None = None
    alarming: bool = True
    count: int = 1
    oldest: datetime | None = None
    reason: str | None = None

    @property
    def key(self) -> str:
        return f"{self.workspace_id}:{self.kind}:{self.agreement_id or ''}"


async def audit(
    database: Database,
    now: datetime,
    *,
    watch: Watch,
    link_heard: datetime | None = None,
    patience: Patience | None = None,
    worker: str = "",
) -> Verdict:
    """Looks at everything once and writes down what is wrong; any number of replicas may.

    `now` is aware UTC by the bot's clock, as is `link_heard`: when this process last heard Slack (None: not known).
    Raises what the database raises: then nobody can say that all is well.
    """
    patience = patience or Patience()
    since = watch.look(now)
    async with database.reading() as session:
        ids = await to_look_at(session, now=now, limit=AT_ONCE)
    for agreement_id in ids:
        await compare(database, agreement_id, now=now, watching_since=since, within=patience.planned)
    async with database.reading() as session:
        known = await ticks(session)
        signs = [each for each in (known.get("link"), link_heard) if each is not None and each <= now + SKEW]
        heard = max(signs, default=None)
        found = [
            *await _ticks(session, known, heard, now, since, patience),
            *await _outbox(session, now, since, patience),
            *await _agreements(session, now),
        ]
    async with database.transaction() as session:
        verdict = await _keep(session, found, now)
        await note_tick(session, "audit", at=now, worker=worker)
        if heard is not None and heard == link_heard:
            await note_tick(session, "link", at=heard, worker=worker)
    _log(verdict)
    return verdict


async def _ticks(
    session: AsyncSession,
    known: Mapping[str, datetime],
    heard: datetime | None,
    now: datetime,
    since: datetime,
    patience: Patience,
) -> list[Found]:
    """Planner, courier and link, for every workspace: they serve them all."""
    silent: list[tuple[FindingKind, datetime, timedelta]] = []
    for name, kind in (("plan", FindingKind.PLANNER), ("carry", FindingKind.COURIER)):
        last = known.get(name, since)
        last = last if last <= now + SKEW else since
        if kind is FindingKind.COURIER and now - last > patience.tick:
            # one with much to carry has not ended its tick for long, and does its work
            last = max(last, await last_sent(session, since=now - DAY) or last)
        silent.append((kind, last, patience.tick))
    if heard is not None:
        silent.append((FindingKind.LINK, heard, patience.link))
    workspaces = (await session.exec(select(Workspace.id))).all()
    return [
        Found(workspace or 0, kind, sure=now - max(last, since) > longest, oldest=last)
        for kind, last, longest in silent
        if now - last > longest
        for workspace in workspaces
    ]


async def _outbox(session: AsyncSession, now: datetime, since: datetime, patience: Patience) -> list[Found]:
    late: defaultdict[int, list[Queued]] = defaultdict(list)
    stuck: defaultdict[int, list[datetime]] = defaultdict(list)
    for each in await queue(session, due_by=now - min(patience.sent, patience.claim)):
        if now - each.could_go_at > patience.sent:
            late[each.workspace_id].append(each)
        if each.claimed_until is not None and now - each.claimed_until > patience.claim:
            stuck[each.workspace_id].append(each.claimed_until)
    found = [
        Found(
            workspace,
            FindingKind.LATE,
            sure=now - max(rows[0].could_go_at, since) > patience.sent,
            count=len(rows),
            oldest=rows[0].could_go_at,
            reason=next((each.failure for each in rows if each.failure), None),
        )
        for workspace, rows in late.items()
    ]
    for workspace, leases in stuck.items():
        sure = now - max(min(leases), since) > patience.claim
        found.append(Found(workspace, FindingKind.STUCK, sure=sure, count=len(leases), oldest=min(leases)))
    for workspace, count in await stranded(session, since=now - 2 * DAY, until=now - patience.sent):
        found.append(Found(workspace, FindingKind.STRANDED, count=count))
    refused: dict[int, list[tuple[str, int]]] = {}
    for workspace, reason, count in await refused_reasons(session, since=now - WEEK):
        refused.setdefault(workspace, []).append((reason, count))
    for workspace, reasons in refused.items():
        # the coordinators were told when it happened: shown, not told again
        total = sum(count for _, count in reasons)
        found.append(Found(workspace, FindingKind.REFUSED, alarming=False, count=total, reason=reasons[0][0]))
    return found


async def _agreements(session: AsyncSession, now: datetime) -> list[Found]:
    faulty = await session.exec(
        select(Agreement.workspace_id, Agreement.id, Agreement.planning_fault, AgreementLook.fault)
        .join(AgreementLook, col(AgreementLook.agreement_id) == Agreement.id, isouter=True)
        .where(col(Agreement.planning_fault).is_not(None) | col(AgreementLook.fault).is_not(None))
    )
    found = [
        Found(workspace, FindingKind.UNPLANNABLE, agreement_id=agreement, reason=planning or looking)
        for workspace, agreement, planning, looking in faulty.all()
    ]
    missing: defaultdict[tuple[int, int], list[MissingReminder]] = defaultdict(list)
    for row in await open_missing(session, since=now - WEEK):
        missing[row.workspace_id, row.agreement_id].append(row)
    for (workspace, agreement), rows in missing.items():
        found.append(
            Found(
                workspace,
                FindingKind.MISSING,
                agreement_id=agreement,
                # what can no longer come is said, and then it is history
                alarming=any(not row.passed_by or now - row.found_at <= DAY for row in rows),
                count=len(rows),
                oldest=rows[0].due_at,
                reason=PASSED_BY if all(row.passed_by for row in rows) else None,
            )
        )
    return found


async def _keep(session: AsyncSession, found: Iterable[Found], now: datetime) -> Verdict:
    """Opens what is new, keeps what is still so, and closes the rest."""
    seen = {each.key: each for each in found}
    rows = {row.key: row for row in (await session.exec(select(Finding).with_for_update())).all()}
    fresh = [each for key, each in seen.items() if key not in rows and each.sure]
    opened: list[Finding] = []
    if await insert_new(session, Finding, [_row(each, now) for each in fresh], "key"):
        added = select(Finding).where(col(Finding.key).in_([each.key for each in fresh]))
        opened += (await session.exec(added)).all()
    closed: list[Finding] = []
    for key, row in rows.items():
        each = seen.get(key)
        if row.over_at is not None and each is not None and each.sure:
            # a time of its own; else it only paused, and nobody has been told that it was over
            if not row.owed or now - row.over_at > DAY:
                row.since = each.oldest or now
            row.over_at = None
            opened.append(row)
        elif row.over_at is None and each is None:
            row.over_at = now
            if row.reason == PASSED_BY:
                row.owed = []  # it grew old: nothing came right
            closed.append(row)
        if each is not None and row.over_at is None:
            row.alarming, row.count, row.oldest, row.reason = each.alarming, each.count, each.oldest, each.reason
        session.add(row)
    still = [row for row in (*rows.values(), *opened) if row.over_at is None]
    return Verdict(tuple({row.key: row for row in still}.values()), tuple(opened), tuple(closed))


def _row(each: Found, now: datetime) -> dict[str, object]:
    return {
        "key": each.key,
        "workspace_id": each.workspace_id,
        "agreement_id": each.agreement_id,
        "kind": each.kind.value,
        "alarming": each.alarming,
        "count": each.count,
        "oldest": each.oldest,
        "reason": each.reason,
        "since": each.oldest or now,
        "told": {},
        "owed": [],
    }


def _log(verdict: Verdict) -> None:
    for row in verdict.opened:
        say = log.error if row.alarming else log.warning
        say("the auditor found: %s, %s, since %s, %s", row.key, row.count, row.oldest or row.since, row.reason or "-")
    _log_closed(verdict.closed)


def _log_closed(rows: Sequence[Finding]) -> None:
    for row in rows:
        log.info("the auditor finds no longer: %s", row.key)
