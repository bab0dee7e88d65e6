"""The records file: what the municipality has decided to keep and to dispose of, read with every mistake at once."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlmodel import col, delete, select
from sqlmodel.ext.asyncio.session import AsyncSession

from commands.texts import records as texts
from storage.agreements.nodes import Node, compose
from storage.agreements.problems import Problem
from storage.models import RecordRule, Workspace
from storage.people import traced
from storage.records.kinds import LEAST_MONTHS, RecordKind


@dataclass(frozen=True)
class Rule:
    """One row of the file. `months` None: kept."""

    kind: RecordKind
    months: int | None
    decision: str
    decided_on: date | None
    note: str


def read(content: bytes) -> tuple[list[Rule], list[Problem]]:
    """The rules, and every mistake with its line; never raises."""
    root, problems = compose(content)
    if root is None or not isinstance(root.value, dict):
        return [], problems
    whole = root.value
    problems += [_unknown(root, (key,), texts.TOP) for key in whole if key not in texts.TOP]
    section = whole.get(texts.SECTION)
    if section is None or not isinstance(section.value, dict):
        line = root.line_of((texts.SECTION,))
        message = texts.NO_SECTION if section is None else texts.NOT_A_MAPPING
        return [], [*problems, Problem(line, texts.SECTION, message, texts.kinds_allowed())]
    default = str(root.plain().get(texts.DEFAULT_DECISION) or "")
    default_day = _day(whole.get(texts.DEFAULT_DAY), problems)
    rules = []
    for name, node in section.value.items():
        line, where = root.line_of((texts.SECTION, name)), texts.WHERE.format(name)
        kind = texts.KIND_NAMED.get(name)
        if kind is None:
            problems.append(Problem(line, where, texts.unknown_key(name), texts.kinds_allowed()))
            continue
        rule = _rule(kind, node, Problem(line, where, ""), problems, default, default_day)
        if rule is not None:
            rules.append(rule)
    return rules, problems


def _unknown(root: Node, path: tuple[str, ...], allowed: Sequence[str]) -> Problem:
    return Problem(root.line_of(path), "", texts.unknown_key(path[-1]), ", ".join(allowed))


def _rule(
    kind: RecordKind, node: Node, at: Problem, problems: list[Problem], default: str, default_day: date | None
) -> Rule | None:
    """The row's rule. Mistakes are added, at the row's line and place."""

    def wrong(message: str, allowed: str) -> None:
        problems.append(Problem(at.line, at.where, message, allowed))

    plain: Any = node.plain()
    if plain == texts.KEEP:
        return Rule(kind, None, "", None, "")
    if not isinstance(plain, dict) or not ({texts.KEEP, texts.DISPOSE} & set(plain)):
        wrong(texts.unknown_key(str(plain)) if isinstance(plain, str) else texts.NOT_A_MAPPING, texts.ROW_ALLOWED)
        return None
    for key in set(plain) - set(texts.ROW):
        wrong(texts.unknown_key(key), ", ".join(texts.ROW))
    note = str(plain.get(texts.NOTE) or "")
    if texts.DISPOSE not in plain:
        return Rule(kind, None, str(plain.get(texts.DEFAULT_DECISION) or ""), None, note)
    if texts.KEEP in plain:
        wrong(texts.BOTH, texts.ROW_ALLOWED)
    months = _months(str(plain[texts.DISPOSE] or ""))
    if months is None:
        wrong(texts.BAD_TIME, texts.TIME_ALLOWED)
    elif months < LEAST_MONTHS.get(kind, 1):
        wrong(texts.too_short(LEAST_MONTHS.get(kind, 1)), texts.TIME_ALLOWED)
    own = str(plain.get(texts.DEFAULT_DECISION) or "").strip()
    if not (own or default.strip()):
        wrong(texts.NO_DECISION, texts.DECISION_ALLOWED)
    given = node.value.get(texts.DEFAULT_DAY) if isinstance(node.value, dict) else None
    day = _day(given, problems) if given is not None else (None if own else default_day)
    return Rule(kind, months, own or default.strip(), day, note)


def _months(text: str) -> int | None:
    found = re.fullmatch(texts.AFTER, text.strip().lower())
    if found is None:
        return None
    return int(found[1]) * (12 if found[2] == texts.YEARS else 1)


def _day(node: Node | None, problems: list[Problem]) -> date | None:
    if node is None or node.value is None:
        return None
    try:
        return date.fromisoformat(str(node.plain()))
    except ValueError:
        problems.append(Problem(node.line, texts.DEFAULT_DAY, texts.BAD_DAY, texts.DAY_ALLOWED))
        return None


async def store(session: AsyncSession, workspace: Workspace, rules: Sequence[Rule], *, now: datetime) -> None:
    """Puts the file's rules in place of those before; a kind it does not name is kept. `now` is aware UTC."""
    workspace_id = workspace.id or 0
    await session.exec(delete(RecordRule).where(col(RecordRule.workspace_id) == workspace_id))
    for rule in rules:
        session.add(
            RecordRule(
                workspace_id=workspace_id,
                kind=rule.kind.value,
                keep=rule.months is None,
                months=rule.months,
                decision=rule.decision,
                decided_on=rule.decided_on,
                note=rule.note,
                imported_at=now,
            )
        )
    traced(
        session,
        workspace_id=workspace_id,
        now=now,
        actor="kommandoraden",
        person_id=None,
        action="records import",
        subject="record_rule",
        subject_id=None,
        **{rule.kind.value: rule.months for rule in rules},
    )
    await session.flush()


async def shown(session: AsyncSession, workspace: Workspace) -> list[str]:
    """Every kind and what is decided about it, in the file's words."""
    rows = await session.exec(select(RecordRule).where(RecordRule.workspace_id == workspace.id))
    rules = {RecordKind(rule.kind): rule for rule in rows.all()}
    lines = [] if rules else [texts.UNDECIDED]
    for kind, (name, _) in texts.KINDS.items():
        rule = rules.get(kind)
        if rule is None or rule.keep or rule.months is None:
            lines.append(texts.kept(name, rule.note if rule else ""))
        else:
            lines.append(texts.disposed(name, rule.months, rule.decision, rule.decided_on, rule.note))
    return lines
