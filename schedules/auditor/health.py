"""How the bot is, for whoever asks: the health endpoint, metrics, `/lage bot`."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from schedules.auditor import texts
from schedules.auditor.audit import WEEK, Patience
from storage.auditing import open_findings, queue, refused_reasons, ticks
from storage.models import Agreement, Finding, FindingKind, Workspace


@dataclass(frozen=True)
class FoundNow:
    """Something that is wrong. `alarming`: the promise is not kept now; else it is told of already. `sentence` is
    Swedish and names no person."""

    kind: FindingKind
    alarming: bool
    sentence: str
    since: datetime
    count: int
    agreement_id: int | None = None


@dataclass(frozen=True)
class Health:
    """The bot by its own account, over all replicas. Ages are None where nothing is known; the queue is what is due and
    not sent (those held back by a person's quiet hours apart), its age that of its first."""

    running_since: datetime | None
    planned_ago: timedelta | None
    carried_ago: timedelta | None
    audited_ago: timedelta | None
    link_heard_ago: timedelta | None
    queue_length: int
    queue_age_seconds: float
    held_back: int  # due, but quiet hours or an earlier failure hold it until later
    late: int
    refused: int  # notices, the last seven days
    refused_reasons: tuple[tuple[str, int], ...]
    findings: tuple[FoundNow, ...]

    @property
    def well(self) -> bool:
        """Whether nothing alarming is found; the same as the heartbeat says."""
        return not any(each.alarming for each in self.findings)


async def facts_for_health(
    session: AsyncSession, now: datetime, *, workspace_id: int | None = None, patience: Patience | None = None
) -> Health:
    """Everything the auditor knows, at `now` (aware UTC, the bot's clock); of one workspace where given.

    A handful of small reads; changes nothing. Raises what the database raises.
    """
    patience = patience or Patience()
    known = await ticks(session)
    waiting = await queue(session, due_by=now, workspace_id=workspace_id)
    going = [each for each in waiting if each.could_go_at <= now]
    reasons: dict[str, int] = {}
    for workspace, reason, count in await refused_reasons(session, since=now - WEEK):
        if workspace_id in (None, workspace):
            reasons[reason] = reasons.get(reason, 0) + count

    def ago(name: str) -> timedelta | None:
        return max(timedelta(0), now - known[name]) if name in known else None

    findings = [await found_now(session, row) for row in await open_findings(session, workspace_id=workspace_id)]
    audited = ago("audit")
    if audited is not None and audited > patience.tick:
        findings.insert(0, _silent_auditor(known["audit"]))
    return Health(
        running_since=known.get("start"),
        planned_ago=ago("plan"),
        carried_ago=ago("carry"),
        audited_ago=audited,
        link_heard_ago=ago("link"),
        queue_length=len(going),
        queue_age_seconds=(now - going[0].could_go_at).total_seconds() if going else 0.0,
        held_back=sum(each.could_go_at > now or each.not_before > now for each in waiting),
        late=sum(now - each.could_go_at > patience.sent for each in going),
        refused=sum(reasons.values()),
        refused_reasons=tuple(sorted(reasons.items(), key=lambda each: -each[1])),
        findings=tuple(findings),
    )


def _silent_auditor(last: datetime) -> FoundNow:
    sentence = texts.sentence(FindingKind.AUDITOR, 1, last, None, "Europe/Stockholm")
    return FoundNow(FindingKind.AUDITOR, True, sentence, last, 1)


async def found_now(session: AsyncSession, row: Finding) -> FoundNow:
    """A finding in words."""
    zone, about = await place_of(session, row)
    kind = FindingKind(row.kind)
    sentence = texts.sentence(kind, row.count, row.oldest, row.reason, zone, about)
    return FoundNow(kind, row.alarming, sentence, row.since, row.count, row.agreement_id)


async def place_of(session: AsyncSession, row: Finding) -> tuple[str, str]:
    """The zone to tell times in, and the municipality a finding is about ("" where it is about them all)."""
    zone = (await session.exec(select(Workspace.zone).where(Workspace.id == row.workspace_id))).one()
    if row.agreement_id is None:
        return zone, ""
    question = select(Agreement.municipality).where(col(Agreement.id) == row.agreement_id)
    return zone, (await session.exec(question)).one()
