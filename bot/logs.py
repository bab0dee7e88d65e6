"""What is logged and how: text or JSON lines; never a token, a password, or what somebody wrote.

Three guards: libraries that write whole payloads on DEBUG stay on INFO or higher; parameters are hidden by the
database's engine (storage.database); and whatever is left passes the redaction here, tracebacks too.
"""

import json
import logging
import re
import sys
from collections.abc import Iterable
from datetime import UTC, datetime
from typing import TextIO
from urllib.parse import quote, unquote, urlsplit

from bot.settings import Settings

OURS = ("bot", "commands", "schedules", "storage")
QUIET = ("apscheduler", "alembic", "slack_bolt", "sqlalchemy")  # on INFO they tell of every request, tick and table
TEXT = "%(asctime)s %(levelname)s %(name)s %(message)s"
HIDDEN = "***"
SHORTEST = 4  # a shorter password than this would hide half the log

_PATTERNS = (
    re.compile(r"\bxox[a-z](?:\.xox[a-z])*-\w[\w.%-]*", re.IGNORECASE),  # bot, user, refresh and rotated tokens
    re.compile(r"\b(?:xapp|xwfp)-\w[\w.%-]*", re.IGNORECASE),
    re.compile(r"(?<=://)[^\s/@'\"]+:[^\s/'\"]+(?=@)"),  # user and password in an address
    re.compile(r"(?<=[?&])(?:ticket|token|password)=[^&\s'\"]+"),  # a Socket Mode address lets in whoever has it
    re.compile(r"(?<=hooks\.slack\.com/)[^\s'\"]+"),  # so does a response_url
    re.compile(r"\bv0=[0-9a-f]{64}\b"),
)


class Redaction:
    """Takes secrets out of text: the given ones, and whatever looks like one of Slack's."""

    def __init__(self, secrets: Iterable[str]) -> None:
        known = {form for secret in secrets if len(secret) >= SHORTEST for form in (secret, quote(secret, safe=""))}
        longest_first = sorted(known, key=len, reverse=True)
        self._known = re.compile("|".join(re.escape(each) for each in longest_first)) if known else None

    def __call__(self, text: str) -> str:
        """The text with every secret as three stars."""
        if self._known is not None:
            text = self._known.sub(HIDDEN, text)
        for pattern in _PATTERNS:
            text = pattern.sub(HIDDEN, text)
        return text


class RedactedText(logging.Formatter):
    """One line for people, with its traceback below."""

    def __init__(self, redaction: Redaction) -> None:
        super().__init__(TEXT)
        self._redaction = redaction

    def format(self, record: logging.LogRecord) -> str:
        """The whole entry without secrets."""
        return self._redaction(super().format(record))


class RedactedJson(logging.Formatter):
    """One JSON object a line: time (UTC), level, logger, message, and error with its traceback where there is one."""

    def __init__(self, redaction: Redaction) -> None:
        super().__init__()
        self._redaction = redaction

    def format(self, record: logging.LogRecord) -> str:
        """The whole entry without secrets, on one line."""
        entry = {
            "time": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname.lower(),
            "logger": record.name,
            "message": self._redaction(record.getMessage()),
        }
        if record.exc_info and record.exc_info[0] is not None:
            entry["error"] = record.exc_info[0].__name__
            entry["trace"] = self._redaction(self.formatException(record.exc_info))
        return json.dumps(entry, ensure_ascii=False)


def secrets_of(settings: Settings) -> list[str]:
    """Every secret the settings hold, whole, and the password of the database's address on its own."""
    password = urlsplit(settings.database_url).password or ""
    found = [
        settings.bot_token,
        settings.app_token,
        settings.signing_secret,
        settings.heartbeat_url or "",
        password,
        unquote(password),
        settings.mail.password if settings.mail is not None else "",
    ]
    return [each for each in found if each]


def log_to(stream: TextIO, settings: Settings) -> logging.Handler:
    """A handler that writes entries to the stream as the settings say."""
    redaction = Redaction(secrets_of(settings))
    handler = logging.StreamHandler(stream)
    handler.addFilter(_worth_saying)
    handler.setFormatter(RedactedJson(redaction) if settings.log_format == "json" else RedactedText(redaction))
    return handler


def begin_logging(settings: Settings, stream: TextIO | None = None) -> logging.Handler:
    """Sets up logging for the whole process, to stderr unless told; returns the handler.

    Our own loggers get the level asked for; everybody else's at least INFO, the talkative ones WARNING.
    """
    handler = log_to(stream or sys.stderr, settings)
    level: int = logging.getLevelNamesMapping()[settings.log_level]
    root = logging.getLogger()
    root.addHandler(handler)
    root.setLevel(max(logging.INFO, level))
    for name in OURS:
        logging.getLogger(name).setLevel(level)
    for name in QUIET:
        logging.getLogger(name).setLevel(max(logging.WARNING, level))
    return handler


def _worth_saying(record: logging.LogRecord) -> bool:
    """Bolt warns that it takes the token from its client: so it shall. What nobody listens for it writes out whole."""
    if not record.name.startswith("slack_bolt"):
        return True
    said = record.getMessage()
    return "`token`" not in said and not said.startswith("Unhandled request")
