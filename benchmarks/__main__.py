"""`python -m benchmarks [--full] [--only NAME]`: measures, and prints the table."""

import argparse
import asyncio
import tempfile
from pathlib import Path

from benchmarks import answering, delivering, explaining, planning, starting, ticks
from benchmarks.engines import engines
from benchmarks.report import Line, table

SUBJECTS = {
    "ticks": ticks.measure,
    "planning": planning.measure,
    "delivering": delivering.measure,
    "starting": starting.measure,
    "explaining": explaining.measure,
    "answering": answering.measure,
}


def main() -> None:
    """Every subject, or those asked for."""
    wanted = argparse.ArgumentParser(description="Measures the program and prints a table.")
    wanted.add_argument("--full", action="store_true", help="the sizes of the promise: takes hours on a small machine")
    wanted.add_argument("--only", choices=SUBJECTS, action="append", help="this subject alone; may be given again")
    asked = wanted.parse_args()
    lines: list[Line] = []
    with tempfile.TemporaryDirectory() as folder, engines(Path(folder)) as where:
        try:
            for name in asked.only or SUBJECTS:
                lines += asyncio.run(SUBJECTS[name](where, full=asked.full))
        finally:  # what was measured is told, though a later subject broke off
            print(table(lines, full=asked.full), flush=True)


main()
