"""Everything about one forum as a bundle: CSV, readable text and its part of the agreement; nothing of another."""

import io
from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any

from ruamel.yaml import YAML
from sqlmodel.ext.asyncio.session import AsyncSession

from commands.bundle import Bundle
from commands.export_rows import Rows, add_tables, fetched, names
from commands.texts import export as texts
from commands.texts.history import FIELDS
from storage.agreements.forum_part import part_of_forum
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
    readable = bundle.about + "".join(_sections(rows, people, zone)) + _counts(bundle)
    bundle.add(texts.READABLE, readable.encode())
    return bundle


def _counts(bundle: Bundle) -> str:
    lines = [texts.counted(path, count) for path, count in sorted(bundle.rows.items())]
    return texts.section(texts.SECTIONS["rows"], lines)


def _yaml(document: Mapping[str, Any]) -> bytes:
    out = io.BytesIO()
    writer = YAML()
    writer.width = 120
    writer.dump(dict(document), out)
    return out.getvalue()


def _sections(rows: Rows, people: Mapping[int, str], zone: str) -> Iterator[str]:
    seats = {row.id: row.title for row in rows["seat"]}
    titles = {row.id: row.title for row in rows["commitment"]}
    lines = {
        "members": [
            texts.member(people.get(row.person_id, ""), seats[row.seat_id], row.starts, row.ends, deputy=row.deputy)
            for row in rows["appointment"]
        ],
        "chairs": [
            texts.term(row.seat_title, people.get(row.person_id or 0, ""), row.starts, row.ends, vice=row.vice)
            for row in rows["chair_term"]
            if not row.replaced
        ],
        "commitments": [texts.commitment(row.title, str(row.source.get("where", ""))) for row in rows["commitment"]],
        "occasions": list(_occasions(rows, titles, zone)),
        "waivers": [texts.waiver(titles[row.commitment_id], row.first, row.last, row.reason) for row in rows["waiver"]],
        "matters": [texts.matter(row.id, row.title, row.state.value, row.text) for row in rows["matter"]],
        "decisions": [texts.decision(row.year, row.number, row.decided_on, row.text) for row in rows["decision"]],
        "measures": [texts.measure(row.title, row.state.value, row.due) for row in rows["measure"]],
    }
    for name, found in lines.items():
        yield texts.section(texts.SECTIONS[name], found)


def _occasions(rows: Rows, titles: Mapping[int, str], zone: str) -> Iterator[str]:
    for occasion in sorted(rows["occasion"], key=lambda row: (row.on, row.id)):
        yield texts.occasion(titles[occasion.commitment_id], occasion.on, occasion.state.value, occasion.place)
        for row in sorted(rows["outcome"], key=lambda row: int(row.version)):
            if row.occasion_id == occasion.id:
                fields = [(name, getattr(row, name)) for name in FIELDS if getattr(row, name) not in (None, "", [])]
                yield texts.outcome(row.version, row.logged_at, zone, row.logged_by_name, fields)
