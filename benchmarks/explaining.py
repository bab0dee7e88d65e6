"""Which index each hot question uses, so that "no growth with history" can be seen and not only measured."""

from datetime import timedelta

from sqlalchemy import text

from benchmarks import filling
from benchmarks.engines import BOTH, Engines
from benchmarks.report import Line, say

QUESTIONS = {
    "what is due to be carried": "SELECT id FROM outgoing WHERE state IN ('WAITING', 'CLAIMED') AND due_at <= :now",
    "when a lane last spoke": "SELECT max(sent_at) FROM outgoing "
    "WHERE workspace_id = 1 AND lane = 'c:C1' AND sent_at > :now",
    "which agreements to plan": "SELECT id FROM agreement WHERE next_due_at IS NULL OR next_due_at <= :now",
    "a commitment's occasions": "SELECT id FROM occasion WHERE commitment_id = 1",
    "an occasion's newest outcome": "SELECT id FROM outcome WHERE occasion_id = 1 ORDER BY version DESC LIMIT 1",
    "whether a key is told": "SELECT key FROM notice WHERE key IN ('a', 'b')",
    "a message's notices": "SELECT id FROM notice WHERE outgoing_id = 1 AND state = 'WAITING'",
}


async def measure(where: Engines, *, full: bool) -> list[Line]:
    """The plan of each, on a filled and analysed database."""
    lines = []
    for engine in BOTH:
        say(f"{engine}: explaining")
        async with where.database(engine) as database:
            await filling.municipality(database)
            await filling.years(database)
            await filling.copies(database, 20 if full else 5)
            async with database.engine.connect() as connection:
                await connection.execute(text("ANALYZE"))
                await connection.commit()
                for name, question in QUESTIONS.items():
                    how = "EXPLAIN QUERY PLAN " if database.is_sqlite else "EXPLAIN "
                    stamp = (filling.NOW - timedelta(days=1)).isoformat(sep=" ")
                    rows = (await connection.exec_driver_sql(how + question.replace(":now", f"'{stamp}'"))).all()
                    said = " ".join(str(row[-1]) for row in rows)
                    lines.append(
                        Line(
                            f"index: {name}",
                            engine,
                            _index(said),
                            "an index",
                            "SCAN"
                            not in said.upper()
                            .replace("INDEX SCAN", "")
                            .replace("BITMAP HEAP SCAN", "")
                            .replace("ONLY SCAN", "")
                            or "USING" in said.upper(),
                        )
                    )
    return lines


def _index(said: str) -> str:
    """The name of the index in a plan, or what it does instead."""
    words = said.replace("(", " ").split()
    for mark in ("INDEX", "using", "on"):
        if mark in words and words.index(mark) + 1 < len(words):
            found = words[words.index(mark) + 1]
            if "_" in found:
                return f"`{found}`"
    return said[:80]
