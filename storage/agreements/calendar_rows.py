"""The school breaks and youth weekends of an agreement's document, by the file's own words for them."""

from collections.abc import Iterable, Iterator
from datetime import date


def named_days(rows: Iterable[dict[str, str]]) -> Iterator[tuple[str, date, date]]:
    """(name, first day, last day) of each row of the document's calendar."""
    for row in rows:
        yield row["namn"], date.fromisoformat(row["från"]), date.fromisoformat(row["till"])
