"""What the database itself refuses: changing or taking away rows of the trail, of outcomes and of disposals.

Migrations 0006, 0008, 0010, 0011 and 0016 run these statements. Rows are only let go while a disposal is open, which
it is inside its own transaction alone. Whoever may alter tables can take the triggers away: see docs/security.md.
"""

from collections.abc import Iterator, Sequence

FROZEN = ("audit_entry", "outcome")  # may go by a disposal, never change
BUSINESS = ("matter_step", "decision", "approval", "measure_report")  # the same, of matters, decisions and measures
MINUTES = ("minutes", "minutes_step")
AGENDA = ("agenda_point",)
TRENDS = ("trend_report",)
KEPT = ("disposal",)  # may be closed, never go
REFUSAL = "append-only"


def statements(dialect: str) -> Iterator[str]:
    """What makes the first tables append-only, in the words of "sqlite" or "postgresql"."""
    if dialect != "sqlite":
        yield from _functions()
    yield from freezing(dialect, FROZEN)
    yield from _keeping(dialect)


def undoing(dialect: str) -> Iterator[str]:
    """What takes it back."""
    yield from thawing(dialect, FROZEN)
    for table in KEPT:
        yield _drop(dialect, table, "removed")
        if dialect != "sqlite":
            yield _drop(dialect, table, "emptied")
    if dialect != "sqlite":
        yield "DROP FUNCTION refuse_change()"
        yield "DROP FUNCTION refuse_removal()"


def freezing(dialect: str, tables: Sequence[str]) -> Iterator[str]:
    """What lets no row of the tables change, or go but by a disposal. The functions of `statements` are there."""
    for table in tables:
        if dialect == "sqlite":
            yield f"CREATE TRIGGER {table}_is_not_changed BEFORE UPDATE ON {table} BEGIN {_raise(table)} END"
            yield (
                f"CREATE TRIGGER {table}_is_not_removed BEFORE DELETE ON {table} "
                f"WHEN NOT EXISTS (SELECT 1 FROM disposal WHERE open) BEGIN {_raise(table)} END"
            )
        else:
            yield _trigger(table, "changed", "UPDATE", "ROW", "refuse_change")
            yield _trigger(table, "removed", "DELETE", "ROW", "refuse_removal")
            yield _trigger(table, "emptied", "TRUNCATE", "STATEMENT", "refuse_change")


def thawing(dialect: str, tables: Sequence[str]) -> Iterator[str]:
    """What takes `freezing` back."""
    for table in tables:
        yield _drop(dialect, table, "changed")
        yield _drop(dialect, table, "removed")
        if dialect != "sqlite":
            yield _drop(dialect, table, "emptied")


def _keeping(dialect: str) -> Iterator[str]:
    for table in KEPT:
        if dialect == "sqlite":
            yield f"CREATE TRIGGER {table}_is_not_removed BEFORE DELETE ON {table} BEGIN {_raise(table)} END"
        else:
            yield _trigger(table, "removed", "DELETE", "ROW", "refuse_change")
            yield _trigger(table, "emptied", "TRUNCATE", "STATEMENT", "refuse_change")


def _raise(table: str) -> str:
    return f"SELECT RAISE(ABORT, '{table} is {REFUSAL}');"


def _trigger(table: str, what: str, before: str, each: str, function: str) -> str:
    return (
        f"CREATE TRIGGER {table}_is_not_{what} BEFORE {before} ON {table} FOR EACH {each} EXECUTE FUNCTION {function}()"
    )


def _drop(dialect: str, table: str, what: str) -> str:
    return f"DROP TRIGGER {table}_is_not_{what}" + ("" if dialect == "sqlite" else f" ON {table}")


def _functions() -> Iterator[str]:
    yield (
        "CREATE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN "
        f"RAISE EXCEPTION '% is {REFUSAL}', TG_TABLE_NAME; END $$"
    )
    yield (
        "CREATE FUNCTION refuse_removal() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN "
        "IF EXISTS (SELECT 1 FROM disposal WHERE open) THEN RETURN OLD; END IF; "
        f"RAISE EXCEPTION '% is {REFUSAL}', TG_TABLE_NAME; END $$"
    )
