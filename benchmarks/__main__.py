"""`python -m benchmarks [--full] [--only NAME]`: measures, and prints the table."""

import argparse
import asyncio
import tempfile
from pathlib import Path

from benchmarks import answering, delivering, explaining, planning, starting, ticks
from benchmarks.engines import engines
from benchmarks.report import Line, table

SUBJECTS = {
    "answering": answering.measure,
    "ticks": ticks.measure,
    "planning": planning.measure,
    "delivering": delivering.measure,
    "starting": starting.measure,
    "explaining": explaining.measure,
}


def main() -> None:
    """Every subject, or those asked for."""
    wanted = argparse.ArgumentParser(description="Measures the program and prints a table.")
    wanted.add_argument("--full", action="store_true", help="the sizes of the promise: takes hours on a small machine")
    wanted.add_argument("--only", choices=SUBJECTS, action="append", help="this subject alone; may be given again")
    asked = wanted.parse_args()
    lines: list[Line] = []
    with tempfile.TemporaryDirectory() as folder, engines(Path(folder)) as where:
        for name in asked.only or SUBJECTS:
            lines += asyncio.run(SUBJECTS[name](where, full=asked.full))
            print(table(lines, full=asked.full), flush=True) if name == (asked.only or list(SUBJECTS))[-1] else None


main()
