"""`samverkansbot run` with the waits a test can afford: the seconds of its manners come as JSON in BOT_MANNERS, how
long it waits for a lost link in BOT_LINK_PATIENCE.

Started by machine.py as a process of its own, never imported by a test.
"""

import asyncio
import json
import logging
import os
import sys
from datetime import timedelta
from typing import Any

from bot.link import GIVE_UP_AFTER
from bot.process import CannotStart, run
from bot.settings import read_settings
from schedules.manners import Manners


def main() -> int:
    logging.basicConfig(level=logging.INFO, format="%(levelname)s %(name)s %(message)s")
    logging.getLogger("apscheduler").setLevel(logging.ERROR)
    seconds = json.loads(os.environ.get("BOT_MANNERS", "{}"))
    spans: dict[str, Any] = {name: timedelta(seconds=each) for name, each in seconds.items()}
    manners = Manners(**spans)
    try:
        patience = float(os.environ.get("BOT_LINK_PATIENCE", GIVE_UP_AFTER))
        return asyncio.run(run(read_settings(os.environ), manners=manners, link_patience=patience))
    except CannotStart as why:
        print(why, file=sys.stderr, flush=True)  # noqa: T201
        return 1


if __name__ == "__main__":
    sys.exit(main())
