"""An agreement read in anew with another chair rule: history stays, whose turns to come change is shown before and told
to exactly those afterwards."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from sqlmodel import select
from sqlmodel.ext.asyncio.session import AsyncSession

from commands.chair_change import Changes, change_lines, changes_of, concerned, facts_of, freeze
from commands.texts import chair as texts
from schedules.facts import AgreementFacts, ForumFacts
from schedules.loading import agreement_facts
from schedules.message import Button, Message, Part
from storage.models import Agreement, Forum
from storage.outbox import tell


@dataclass(frozen=True)
class Changed:
    """A forum whose turns to come change."""

    forum: ForumFacts
    changes: Changes

    @property
    def lines(self) -> list[str]:
        return [texts.changes_in(self.forum.name), *change_lines(self.changes)]


async def before_import(session: AsyncSession, *, workspace_id: int, key: str) -> AgreementFacts | None:
    """The agreement of the key as it stands; None where it has not been read in."""
    question = select(Agreement.id).where(Agreement.workspace_id == workspace_id, Agreement.key == key)
    found = (await session.exec(question)).first()
    return await agreement_facts(session, found) if found is not None else None


async def after_import(session: AsyncSession, before: AgreementFacts | None, *, now: datetime) -> Sequence[Changed]:
    """What the import, already made in the session, changes of who is to chair; what has been is recorded first.

    `before` is what `before_import` gave; `now` is aware UTC.
    """
    if before is None:
        return []
    today = now.astimezone(ZoneInfo(before.zone)).date()
    ruled = {forum.id: forum.chair_rule for forum in (await agreement_facts(session, before.id)).forums}
    changed = []
    for was in before.forums:
        row = await session.get(Forum, was.id)
        if row is None or was.id not in ruled or ruled[was.id] == was.chair_rule:
            continue
        await freeze(session, before, was, from_day=today, now=now)
        facts, becomes = await facts_of(session, row)
        changes = changes_of(was, becomes, today, facts)
        if changes:
            changed.append(Changed(becomes, changes))
    return changed


async def tell_changed(
    session: AsyncSession, facts: AgreementFacts, changed: Sequence[Changed], *, workspace_id: int, now: datetime
) -> None:
    """Tells those whose turns change, each by themselves, and the forum's channel; the same change once."""
    today = now.astimezone(ZoneInfo(facts.zone)).date()
    for each in changed:
        lines = [texts.NEW_RULE, *change_lines(each.changes)]
        mark = hashlib.sha256("\n".join(lines).encode()).hexdigest()[:12]
        await _tell(session, facts, each.forum, lines, mark, None, workspace_id, now)
        for person in await concerned(session, each.forum, each.changes, today):
            if person.slack_user_id:
                await _tell(session, facts, each.forum, lines, mark, person.id, workspace_id, now)


async def _tell(
    session: AsyncSession,
    facts: AgreementFacts,
    forum: ForumFacts,
    lines: Sequence[str],
    mark: str,
    person_id: int | None,
    workspace_id: int,
    now: datetime,
) -> None:
    heading = texts.concerned_heading(forum.name) if person_id is not None else texts.told_heading(forum.name, "")
    part = Part(tuple(lines), heading, buttons=(Button(texts.FORECAST, "ordforande prognos", f"f:{forum.id}"),))
    await tell(
        session,
        workspace_id=workspace_id,
        key=f"rule:{forum.id}:{mark}",
        kind="chair",
        due_at=now,
        now=now,
        forum_id=forum.id,
        person_id=person_id,
        message=Message((part,)),
        agreement_id=facts.id,
    )
