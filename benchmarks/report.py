"""The table that a run prints, and the numbers' common form."""

import os
import platform
import resource
import statistics
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path


@dataclass(frozen=True)
class Line:
    """One measured thing: what, on which database, how it came out, the bar, and whether it holds (None: no bar)."""

    subject: str
    engine: str
    measured: str
    bar: str = ""
    holds: bool | None = None

    def __post_init__(self) -> None:
        say(str(self))  # a run of an hour that breaks off has told what it had

    def __str__(self) -> str:
        verdict = "" if self.holds is None else "yes" if self.holds else "no"
        return f"| {self.subject} | {self.engine} | {self.measured} | {self.bar} | {verdict} |"


def ms(seconds: float) -> str:
    """Seconds as milliseconds, with as many figures as mean something."""
    return f"{seconds * 1000:.0f} ms" if seconds >= 0.02 else f"{seconds * 1000:.2f} ms"


def p(values: Sequence[float], percent: int) -> float:
    """A percentile of the values, by nearest rank."""
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, max(0, -(-len(ordered) * percent // 100) - 1))]


def median(values: Sequence[float]) -> float:
    return statistics.median(values)


def resident() -> float:
    """This process's resident memory now, in MB (Linux); elsewhere the highest so far."""
    status = Path("/proc/self/status")
    if status.exists():
        for line in status.read_text(encoding="ascii").splitlines():
            if line.startswith("VmRSS:"):
                return int(line.split()[1]) / 1024
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def machine() -> str:
    """Date and machine, for the table's head."""
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30
    python = f"Python {platform.python_version()}"
    return f"{datetime.now(UTC):%Y-%m-%d}, {os.cpu_count()} cores, {memory:.0f} GB, {platform.machine()}, {python}"


def table(lines: Sequence[Line], *, full: bool) -> str:
    """The lines as Markdown."""
    size = "full sizes" if full else "default sizes (FULL=1 for the full ones)"
    head = ["| What | Database | Measured | Bar | Holds |", "|---|---|---|---|---|"]
    return "\n".join([f"Measured {machine()}; {size}.", "", *head, *map(str, lines), ""])


def say(text: str) -> None:
    """How far the run has come, beside the table."""
    print(f"… {text}", file=sys.stderr, flush=True)
