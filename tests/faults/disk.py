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
    """A file system in memory, mounted. Where nobody may mount the test is skipped on a desk, and fails in CI: there
    nobody would see that the disk's faults are tested no more."""
    with tempfile.TemporaryDirectory() as folder:
        options = f"size={megabytes}m,uid={os.getuid()},gid={os.getgid()}"
        try:
            _as_root("mount", "-t", "tmpfs", "-o", options, "tmpfs", folder)
        except (FileNotFoundError, subprocess.CalledProcessError):
            if os.environ.get("CI"):
                pytest.fail("needs the right to mount a file system in memory: run as root, or with sudo")
            pytest.skip("needs the right to mount a file system in memory")
        try:
            yield Path(folder)
        finally:
            _as_root("umount", "--lazy", folder)


def _as_root(*words: str) -> None:
    before = () if os.getuid() == 0 else ("sudo", "-n")
    subprocess.run([*before, *words], check=True, capture_output=True)


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
    _as_root("mount", "-o", "remount,ro", str(disk))
    try:
        yield
    finally:
        _as_root("mount", "-o", "remount,rw", str(disk))
