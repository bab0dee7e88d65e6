"""The state file: what the local Slack remembers from one start to the next. Written whole or not at all."""

import asyncio
import contextlib
import json
import os
from pathlib import Path

from sandbox.workspace import Workspace

PAUSE_SECONDS = 1.0
CLOCK_SECONDS = 15.0


def load(slack: Workspace, path: Path) -> bool:
    """Continues from a state file; False when there is none."""
    if not path.exists():
        return False
    slack.restore(json.loads(path.read_text(encoding="utf-8")))
    return True


def save(slack: Workspace, path: Path) -> None:
    """Writes the state beside the file, then puts it in its place."""
    slack.watchers.dirty = False
    beside = path.with_name(f"{path.name}.new")
    with beside.open("w", encoding="utf-8") as file:
        json.dump(slack.as_state(), file, ensure_ascii=False)
        file.flush()
        os.fsync(file.fileno())
    os.replace(beside, path)


class Keeper:
    """Saves while the server runs: soon after a change, and now and then for the clock."""

    def __init__(self, slack: Workspace, path: Path) -> None:
        self._slack = slack
        self._path = path
        self._task: asyncio.Task[None] | None = None

    def start(self) -> None:
        """Begins saving."""
        self._task = asyncio.get_running_loop().create_task(self._keep())

    async def stop(self) -> None:
        """Saves a last time and ends."""
        if self._task is not None:
            self._task.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await self._task
        save(self._slack, self._path)

    async def _keep(self) -> None:
        waited = 0.0
        while True:
            await asyncio.sleep(PAUSE_SECONDS)
            waited += PAUSE_SECONDS
            if self._slack.watchers.dirty or waited >= CLOCK_SECONDS:
                save(self._slack, self._path)
                waited = 0.0
