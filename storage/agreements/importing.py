"""A file's rows against the stored ones: what would change, and changing it.

Planning and importing compare in the same place, so what a dry run shows is what an import does. Rows that the file no
longer has become inactive; whatever people logged, decided or linked is never touched.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlmodel import SQLModel, col, delete, select
from sqlmodel.ext.asyncio.session import AsyncSession

from storage import models
from storage.agreements.changes import Change, in_words, shortened
from storage.agreements.format import AgreementFile
from storage.agreements.names import slug
from storage.agreements.rows import Row, Rows, Table, rows_of
from storage.agreements.touch import touch
from storage.terms import Cadence, ChairRule, LeadTimes


@dataclass(frozen=True)
class TableSpec:
    """How one part of the file is stored. `links` name other rows; `beside` are kept in a table of their own."""

    part: str
    model: Any
    what: str
    keyed: bool = True  # has a key column of its own
    lasting: bool = True  # has history hanging on it: becomes inactive instead of being removed
    links: dict[str, str] = field(default_factory=dict)
    beside: str | None = None


TABLES = (
    TableSpec("parties", models.Party, "parten"),
    TableSpec("annexes", models.Annex, "bilagan", keyed=False, lasting=False),
    TableSpec("seats", models.Seat, "funktionen", links={"party_id": "parties"}),
    TableSpec("forums", models.Forum, "forumet", links={"parent_id": "forums"}),
    TableSpec("lines", models.ForumSeat, "platsen", keyed=False, links={"forum_id": "forums"}, beside="options"),
    TableSpec("areas", models.FocusArea, "området"),
    TableSpec("goals", models.Goal, "målet", keyed=False),
    TableSpec(
        "commitments",
        models.Commitment,
        "åtagandet",
        links={"forum_id": "forums", "focus_area_id": "areas"},
        beside="goals",
    ),
    TableSpec(
        "signatures", models.Signature, "underskriften", keyed=False, lasting=False, links={"party_id": "parties"}
    ),
)
BESIDE = {"options": "seats", "goals": "goals"}

COLUMN_WORDS = {
    **{"name": "namn", "short": "kort namn", "kind": "slag", "signatory": "part", "org_number": "orgnummer"},
    **{"aliases": "alias", "number": "nummer", "title": "titel", "update_rule": "uppdateras", "party_id": "part"},
    **{"coordinator": "samordnare", "purpose": "syfte", "parent_id": "överordnat", "reports": "rapporterar"},
    **{"agenda": "dagordning"},
    **{"chair_rule": "ordförande", "strategic_council": "strategiskt råd", "places_only": "utan enskilda"},
    **{"forum_id": "forum", "label": "rad", "places": "platser", "options": "funktioner", "description": "text"},
    **{"text": "text", "note": "anmärkning", "method": "metod", "time_text": "tid", "focus_area_id": "område"},
    **{"cadence": "takt", "leads": "påminnelser", "source": "källa", "responsible": "ansvarig"},
    **{
        "cooperating": "samverkan",
        "visibility": "synlighet",
        "goals": "mål",
        "function": "funktion",
        "signed_on": "datum",
        "place": "ort",
    },
    **{"visibility": "synlighet"},
    **{"municipality": "kommun", "starts": "från", "ends": "till", "example": "exempel"},
    **{"predecessor": "föregångare", "successor": "efterträdare"},
}
# sections of the file that are kept whole in the document and have no rows of their own
WHOLE_SECTIONS = ("bakgrund", "syfte", "samordnare", "lägesbild", "kommunikationsplan", "bestämmelser", "kalender")


async def ensure_workspace(session: AsyncSession) -> models.Workspace:
    """The one workspace, or a new one bound to no Slack team yet."""
    found = (await session.exec(select(models.Workspace).order_by(col(models.Workspace.id)).limit(1))).first()
    if found is None:
        found = models.Workspace()
        session.add(found)
        await session.flush()
    return found


async def plan_import(session: AsyncSession, workspace_id: int, key: str, file: AgreementFile) -> list[Change]:
    """What importing the file under that key would change. Writes nothing."""
    return (await _compare(session, workspace_id, key, file)).changes


async def import_agreement(
    session: AsyncSession, workspace_id: int, key: str, file: AgreementFile, now: datetime, actor: str = "kommandoraden"
) -> list[Change]:
    """Brings the stored agreement to what the file says and returns what that changed. `now` is aware UTC.

    The caller's transaction decides whether it lasts. Rows are matched by key (from the name) or an alias.
    """
    comparison = await _compare(session, workspace_id, key, file)
    if comparison.agreement is not None and not comparison.must_write:
        return []
    agreement = await _write_agreement(session, workspace_id, key, comparison, now)
    assert agreement.id is not None
    ids: dict[str, dict[str, int]] = {}
    for spec in TABLES:
        ids[spec.part] = await _write_table(session, spec, agreement.id, comparison, ids)
    await _write_parents(session, comparison, ids["forums"])
    await touch(session, agreement.id)
    kinds = [change.kind for change in comparison.changes]
    session.add(
        models.AuditEntry(
            workspace_id=workspace_id,
            at=now,
            actor=actor,
            action="agreement import",
            subject="agreement",
            subject_id=agreement.id,
            details={kind: kinds.count(kind) for kind in ("added", "changed", "removed")},
        )
    )
    await session.flush()
    return comparison.changes


@dataclass
class Stored:
    """A stored row and its columns in the file's terms."""

    row: Any
    values: dict[str, Any]
    active: bool


@dataclass
class Comparison:
    """The file's rows, the stored ones under the same keys, and the difference in words."""

    rows: Rows
    agreement: models.Agreement | None
    stored: dict[str, dict[str, Stored]]
    changes: list[Change]
    must_write: bool


async def _compare(session: AsyncSession, workspace_id: int, key: str, file: AgreementFile) -> Comparison:
    if slug(key) != key or not key:
        raise ValueError(f"nyckeln {key!r} ska vara små bokstäver a–z, siffror och bindestreck: {slug(key)}")
    rows = rows_of(file)
    question = select(models.Agreement).where(
        models.Agreement.workspace_id == workspace_id, models.Agreement.key == key
    )
    agreement = (await session.exec(question)).first()
    stored: dict[str, dict[str, Stored]] = {spec.part: {} for spec in TABLES}
    if agreement is not None and agreement.id is not None:
        stored = await _load(session, agreement.id)
        _keep_old_keys(rows, stored)
    changes, must_write = _agreement_changes(agreement, rows)
    for spec in TABLES:
        found, differs = _table_changes(spec, getattr(rows, spec.part), stored[spec.part])
        changes += found
        must_write = must_write or differs
    if must_write and not changes:
        changes.append(Change("changed", "överenskommelsens", "övriga uppgifter", "som förut", "som i filen"))
    return Comparison(rows, agreement, stored, changes, must_write)


async def _load(session: AsyncSession, agreement_id: int) -> dict[str, dict[str, Stored]]:
    """The stored rows by table and key, with the keys of other rows in the place of their ids."""
    found: dict[str, dict[str, Stored]] = {}
    keys: dict[str, dict[int, str]] = {}
    for spec in TABLES:
        rows = await _rows_in(session, spec, agreement_id, keys)
        keys[spec.part] = {}
        links = dict(spec.links)
        if spec.part == "forums":
            keys["forums"] = {row.id: row.key for row in rows}
        beside = await _load_beside(session, spec, [row.id for row in rows], keys)
        found[spec.part] = {}
        for row in rows:
            values = {name: getattr(row, name) for name in type(row).model_fields}
            for column, part in links.items():
                values[column] = keys[part].get(values[column])
            if spec.beside:
                values[spec.beside] = sorted(beside.get(row.id, []), key=_order)
            key = row.key if spec.keyed else _key_of(spec, values)
            keys[spec.part][row.id] = key
            found[spec.part][key] = Stored(row, _today_shape(values), bool(values.get("active", True)))
    return found


async def _rows_in(
    session: AsyncSession, spec: TableSpec, agreement_id: int, keys: dict[str, dict[int, str]]
) -> list[Any]:
    question = select(spec.model).order_by(spec.model.id)
    if spec.part == "lines":
        question = question.where(spec.model.forum_id.in_(list(keys["forums"])))
    else:
        question = question.where(spec.model.agreement_id == agreement_id)
    return list((await session.exec(question)).all())


async def _load_beside(
    session: AsyncSession, spec: TableSpec, ids: list[int], keys: dict[str, dict[int, str]]
) -> dict[int, list[str]]:
    found: dict[int, list[str]] = {}
    if spec.beside is None:
        return found
    part = BESIDE[spec.beside]
    if spec.beside == "options":
        options = select(models.ForumSeatOption).where(col(models.ForumSeatOption.forum_seat_id).in_(ids))
        for option in (await session.exec(options)).all():
            found.setdefault(option.forum_seat_id, []).append(keys[part][option.seat_id])
    else:
        served = select(models.CommitmentGoal).where(col(models.CommitmentGoal.commitment_id).in_(ids))
        for goal in (await session.exec(served)).all():
            found.setdefault(goal.commitment_id, []).append(keys[part][goal.goal_id])
    return found


def _order(key: str) -> tuple[int, str]:
    return (int(key), "") if key.isdigit() else (0, key)


def _key_of(spec: TableSpec, values: dict[str, Any]) -> str:
    if spec.part == "lines":
        return f"{values['forum_id']}/{slug(values['label'])}"
    if spec.part == "signatures":
        return f"{values['party_id']}/{slug(values['function'])}/{values['signed_on']}"
    return str(values["number"])


def _today_shape(values: dict[str, Any]) -> dict[str, Any]:
    """Stored JSON as today's terms write it: a column added to a term later is no change of the agreement."""
    for column, term in (("cadence", Cadence), ("chair_rule", ChairRule), ("leads", LeadTimes)):
        if column in values:
            values[column] = term.model_validate(values[column]).model_dump(mode="json")
    return values


def _keep_old_keys(rows: Rows, stored: dict[str, dict[str, Stored]]) -> None:
    """A thing that has changed its name, and goes by the old one as an alias, keeps its old key and its history."""
    renamed: dict[str, dict[str, str]] = {}
    for part in ("parties", "seats", "forums", "areas", "commitments"):
        table: Table = getattr(rows, part)
        found: dict[str, str] = {}
        for key, row in table.items():
            old = next((each for each in row.former if each in stored[part] and each not in table), None)
            if key not in stored[part] and old is not None and old not in found.values():
                found[key] = old
        renamed[part] = found
        setattr(rows, part, {found.get(key, key): row for key, row in table.items()})
    for spec in TABLES:
        for row in getattr(rows, spec.part).values():
            for column, part in spec.links.items():
                row.values[column] = renamed.get(part, {}).get(row.values[column], row.values[column])
            if spec.beside == "options":
                row.values["options"] = sorted(renamed["seats"].get(each, each) for each in row.values["options"])
    lines: Table = rows.lines
    rows.lines = {f"{row.values['forum_id']}/{key.split('/', 1)[1]}": row for key, row in lines.items()}
    rows.signatures = {f"{row.values['party_id']}/{key.split('/', 1)[1]}": row for key, row in rows.signatures.items()}


def _agreement_changes(agreement: models.Agreement | None, rows: Rows) -> tuple[list[Change], bool]:
    if agreement is None:
        period = f"{rows.agreement['starts']}–{rows.agreement['ends'] or 'tills vidare'}"
        return [Change("added", "överenskommelsen", str(rows.agreement["title"]), after=period)], True
    found = []
    for column, value in rows.agreement.items():
        before = getattr(agreement, column)
        if before != value:
            name = COLUMN_WORDS.get(column, column)
            found.append(
                Change("changed", "överenskommelsens", name, in_words(column, before), in_words(column, value))
            )
    for section in WHOLE_SECTIONS:
        old, new = agreement.document.get(section), rows.document.get(section)
        if old != new:
            found.append(Change("changed", "avsnittet", section, _section(old), _section(new)))
    return found, bool(found) or agreement.document != rows.document


def _section(value: Any) -> str:
    if value is None:
        return ""
    texts: list[str] = []

    def gather(each: Any) -> None:
        if isinstance(each, dict | list):
            for inner in each.values() if isinstance(each, dict) else each:
                gather(inner)
        else:
            texts.append(str(each))

    gather(value)
    return shortened(", ".join(texts))


def _table_changes(spec: TableSpec, wanted: Table, stored: dict[str, Stored]) -> tuple[list[Change], bool]:
    found: list[Change] = []
    differs = False
    for key, row in wanted.items():
        there = stored.get(key)
        if there is None or not there.active:
            rate = in_words("cadence", row.values["cadence"]) if "cadence" in row.values else ""
            found.append(Change("added", spec.what, row.name, after=rate))
            continue
        for column, value in row.values.items():
            before = there.values[column]
            if before == value:
                continue
            differs = True
            old, new = in_words(column, before), in_words(column, value)
            if column != "position" and old != new:
                name = f"{row.name}, {COLUMN_WORDS.get(column, column)}"
                found.append(Change("changed", spec.what, name, shortened(old), shortened(new)))
    for key, there in stored.items():
        if key not in wanted and there.active:
            kept = "historiken ligger kvar" if spec.lasting else ""
            found.append(Change("removed", spec.what, _name_of(spec, key, there), before=kept))
    return found, differs or bool(found)


def _name_of(spec: TableSpec, key: str, stored: Stored) -> str:
    for column in ("title", "name", "label", "function"):
        if stored.values.get(column):
            number = f"{key} " if spec.part == "annexes" else ""
            return f"{number}{stored.values[column]}"
    return key


async def _write_agreement(
    session: AsyncSession, workspace_id: int, key: str, comparison: Comparison, now: datetime
) -> models.Agreement:
    values = {**comparison.rows.agreement, "document": comparison.rows.document, "imported_at": now}
    agreement = comparison.agreement
    if agreement is None:
        agreement = models.Agreement(workspace_id=workspace_id, key=key, **values)
    else:
        for column, value in values.items():
            setattr(agreement, column, value)
    session.add(agreement)
    await session.flush()
    return agreement


async def _write_table(
    session: AsyncSession, spec: TableSpec, agreement_id: int, comparison: Comparison, ids: dict[str, dict[str, int]]
) -> dict[str, int]:
    """Writes one table; returns the ids by key, inactive rows among them."""
    stored = comparison.stored[spec.part]
    wanted: Table = getattr(comparison.rows, spec.part)
    rows: dict[str, Any] = {key: there.row for key, there in stored.items()}
    for key, row in wanted.items():
        rows[key] = _written(spec, key, row, rows.get(key), agreement_id, ids)
        session.add(rows[key])
    for key, there in stored.items():
        if key not in wanted and spec.lasting:
            there.row.active = False
            session.add(there.row)
        elif key not in wanted:
            await session.delete(rows.pop(key))
    await session.flush()
    found = {key: row.id for key, row in rows.items()}
    if spec.beside is not None:
        await _write_beside(session, spec.beside, {found[key]: row for key, row in wanted.items()}, ids)
    return found


def _written(
    spec: TableSpec, key: str, row: Row, there: SQLModel | None, agreement_id: int, ids: dict[str, dict[str, int]]
) -> SQLModel:
    values = {column: value for column, value in row.values.items() if column != spec.beside and column != "parent_id"}
    for column, part in spec.links.items():
        if column in values:
            values[column] = ids[part].get(values[column]) if values[column] is not None else None
    if spec.lasting:
        values["active"] = True
    if there is None:
        own = {} if spec.part == "lines" else {"agreement_id": agreement_id}
        made: SQLModel = spec.model(**own, **({"key": key} if spec.keyed else {}), **values)
        return made
    for column, value in values.items():
        if getattr(there, column) != value:
            setattr(there, column, value)
    return there


async def _write_beside(
    session: AsyncSession, beside: str, wanted: dict[int, Row], ids: dict[str, dict[str, int]]
) -> None:
    part = BESIDE[beside]
    pairs: Iterable[tuple[int, int]] = [
        (own, ids[part][key]) for own, row in wanted.items() for key in row.values[beside]
    ]
    if beside == "options":
        await session.exec(
            delete(models.ForumSeatOption).where(col(models.ForumSeatOption.forum_seat_id).in_(list(wanted)))
        )
        session.add_all([models.ForumSeatOption(forum_seat_id=own, seat_id=other) for own, other in pairs])
    else:
        await session.exec(
            delete(models.CommitmentGoal).where(col(models.CommitmentGoal.commitment_id).in_(list(wanted)))
        )
        session.add_all([models.CommitmentGoal(commitment_id=own, goal_id=other) for own, other in pairs])
    await session.flush()


async def _write_parents(session: AsyncSession, comparison: Comparison, ids: dict[str, int]) -> None:
    """Forums refer to forums: their parents are set when all of them have ids."""
    for key, row in comparison.rows.forums.items():
        forum = await session.get(models.Forum, ids[key])
        assert forum is not None
        parent = row.values["parent_id"]
        forum.parent_id = ids[parent] if parent is not None else None
        session.add(forum)
    await session.flush()
