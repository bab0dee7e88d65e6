"""A small disk of one's own that can be filled, emptied and made read-only."""

import errno
import os
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import pytest

BALLAST = "ballast"


@contextmanager
def small_disk(megabytes: int) -> Iterator[Path]:
    """A file system in memory, mounted. Skips the test where nobody may mount."""
    with tempfile.TemporaryDirectory() as folder:
        options = ["mount", "-t", "tmpfs", "-o", f"size={megabytes}m", "tmpfs", folder]
        try:
            mounted = subprocess.run(options, check=False, capture_output=True).returncode == 0
        except FileNotFoundError:
            mounted = False
        if not mounted:
            pytest.skip("needs the right to mount a file system in memory")
        try:
            yield Path(folder)
        finally:
            subprocess.run(["umount", "--lazy", folder], check=True)


def fill(disk: Path) -> None:
    """Not one more byte."""
    with (disk / BALLAST).open("ab", buffering=0) as ballast, suppress(OSError):
        for size in (65_536, 512, 1):
            with suppress(OSError):
                while True:
                    ballast.write(b"x" * size)
    with (disk / BALLAST).open("ab", buffering=0) as ballast, pytest.raises(OSError, match=os.strerror(errno.ENOSPC)):
        ballast.write(b"x")


def empty(disk: Path) -> None:
    """Somebody has made room."""
    (disk / BALLAST).unlink()


@contextmanager
def read_only(disk: Path) -> Iterator[None]:
    """Nothing can be written, as after a fault of the disk. Nobody may have a file there open for writing."""
    subprocess.run(["mount", "-o", "remount,ro", str(disk)], check=True, capture_output=True)
    try:
        yield
    finally:
        subprocess.run(["mount", "-o", "remount,rw", str(disk)], check=True, capture_output=True)
