"""Everything about one forum as a bundle: CSV, readable text, its part of the agreement and its minutes as they are
filed; nothing of another."""

import asyncio
import io
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from ruamel.yaml import YAML
from sqlmodel.ext.asyncio.session import AsyncSession

from commands.bundle import Bundle
from commands.export_rows import Rows, add_tables, fetched, names
from commands.forum_text import sections
from commands.minutes_file import Sheet, as_docx
from commands.minutes_sheet import sheet_of
from commands.texts import export as texts
from commands.texts import minutes as minutes_texts
from storage.agreements.forum_part import part_of_forum
from storage.agreements.names import slug
from storage.models import Agreement, Forum
from storage.records.belonging import belonging

# what is kept for the planner, and what holds other forums' parts or people's own settings
WITHOUT = {
    "agreement": ("document", "planned_until", "next_due_at", "facts_version", "planning_fault"),
    "calendar_feed": ("token_digest",),
    "person": ("absent_from", "absent_to", "quiet_from", "quiet_to", "gathers", "administrator"),
}


async def forum_bundle(session: AsyncSession, forum_id: int, *, now: datetime, zone: str) -> Bundle:
    """Everything about the forum. `now` is aware UTC. Raises LookupError for a forum that is not there."""
    forum = await session.get(Forum, forum_id)
    agreement = await session.get(Agreement, forum.agreement_id) if forum else None
    if forum is None or agreement is None:
        raise LookupError(forum_id)
    rows = await fetched(session, belonging([forum_id]))
    people = await names(session)
    bundle = Bundle(texts.forum_heading(forum.name, agreement.municipality, now, zone), now)
    add_tables(bundle, rows, people, WITHOUT)
    titles = [row.title for row in rows["commitment"]]
    bundle.add(texts.ORIGINAL, _yaml(part_of_forum(agreement.document, forum.name, titles)))
    sheets = await _minutes(session, rows, forum_id, now=now, zone=zone)
    for occasion_id, sheet in sheets.items():
        name = f"{texts.ORIGINALS}/{slug(minutes_texts.DOCUMENT)}-{sheet.on.isoformat()}-{occasion_id}.docx"
        bundle.add(name, await asyncio.to_thread(as_docx, sheet))
    readable = bundle.about + "".join(sections(forum, rows, people, sheets.values(), zone)) + _counts(bundle)
    bundle.add(texts.READABLE, readable.encode())
    return bundle


async def _minutes(session: AsyncSession, rows: Rows, forum_id: int, *, now: datetime, zone: str) -> dict[int, Sheet]:
    """The newest minutes of every meeting that has any, by occasion, in the order of the meetings."""
    written = {row.occasion_id for row in rows["minutes"]}
    meetings = sorted((row for row in rows["occasion"] if row.id in written), key=lambda row: (row.on, row.id))
    return {row.id: await sheet_of(session, row.id, forum_id, now=now, zone=zone) for row in meetings}


def _counts(bundle: Bundle) -> str:
    lines = [texts.counted(path, count) for path, count in sorted(bundle.rows.items())]
    return texts.section(texts.SECTIONS["rows"], lines)


def _yaml(document: Mapping[str, Any]) -> bytes:
    out = io.BytesIO()
    writer = YAML()
    writer.width = 120
    writer.dump(dict(document), out)
    return out.getvalue()
