"""Secrets from the environment or from files: NAME, or NAME_FILE with the path of a file that only its owner reads."""

import os
import stat
from collections.abc import Mapping
from pathlib import Path

from bot import texts

SECRETS = (
    "SLACK_BOT_TOKEN",
    "SLACK_APP_TOKEN",
    "SLACK_SIGNING_SECRET",
    "DATABASE_URL",
    "SAMVERKANSBOT_HEARTBEAT_URL",
    "SAMVERKANSBOT_SMTP_PASSWORD",
)
LARGEST = 10_000  # bytes


def with_secret_files(environment: Mapping[str, str], problems: list[str]) -> dict[str, str]:
    """The environment with what the secrets' files hold in its place; adds every mistake, never a secret."""
    found = dict(environment)
    for name in SECRETS:
        path = found.pop(f"{name}_FILE", "").strip()
        if not path:
            continue
        if found.get(name, "").strip():
            problems.append(texts.secret_twice(name))
            continue
        try:
            found[name] = read_secret(Path(path))
        except SecretUnreadable as why:
            problems.append(f"{name}_FILE: {why}")
    return found


class SecretUnreadable(Exception):
    """Why a secret's file is not used, in Swedish."""


def read_secret(path: Path) -> str:
    """The file's one line. Raises SecretUnreadable: when it is not there, is no plain file, is empty, or when others
    than its owner may read or change it. The open file is looked at, so that nobody can swap it in between."""
    try:
        descriptor = os.open(path, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC)
    except OSError:
        raise SecretUnreadable(texts.no_file(str(path))) from None
    try:
        about = os.fstat(descriptor)
        if not stat.S_ISREG(about.st_mode):
            raise SecretUnreadable(texts.secret_no_file(str(path)))
        if about.st_mode & 0o077:
            raise SecretUnreadable(texts.secret_open(str(path), stat.S_IMODE(about.st_mode)))
        content = os.read(descriptor, LARGEST + 1)
    finally:
        os.close(descriptor)
    try:
        text = content.decode("utf-8").strip()
    except UnicodeDecodeError:
        text = ""
    if not text or len(content) > LARGEST or len(text.splitlines()) != 1:
        raise SecretUnreadable(texts.secret_odd(str(path)))
    return text
