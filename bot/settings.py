"""The environment read once into a frozen value; every mistake is told at once."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

from bot import texts
from bot.mail_settings import MailServer, read_mail
from bot.secret_files import with_secret_files

DATABASES = ("sqlite", "postgresql", "postgres")
LEVELS = ("DEBUG", "INFO", "WARNING", "ERROR")
LOG_FORMATS = ("text", "json")
THIS_MACHINE = "127.0.0.1"
LONGEST_TICK = 300.0  # a reminder must not be later than this for nothing
SLACKS_OWN = "https://slack.com/api/"
ZONE = ZoneInfo("Europe/Stockholm")


class SettingsWrong(Exception):
    """The environment cannot be used; `problems` says everything that is wrong, in Swedish."""

    def __init__(self, problems: list[str]) -> None:
        super().__init__("\n".join([texts.SETTINGS_WRONG, *(f"• {problem}" for problem in problems)]))
        self.problems = problems


class Part(StrEnum):
    """What a process does of the work. Where much is sent, one process answers people and another sends."""

    WHOLE = "whole"
    ANSWERS = "answers"
    REMINDERS = "reminders"


@dataclass(frozen=True)
class Settings:
    """How this process shall run. `clock`: where the bot's clock starts (aware), None for the real time.

    `app_token` is "" where Slack's requests come over HTTP, that is, where there are a port and a `signing_secret`; and
    where the process answers nobody.
    """

    bot_token: str = field(repr=False)
    app_token: str = field(repr=False)
    api_url: str
    database_url: str = field(repr=False)
    clock: datetime | None = None
    rehearsal_port: int | None = None
    log_level: str = "INFO"
    tick_seconds: float = 15.0  # how often the planner looks; the courier looks more often
    heartbeat_url: str | None = field(default=None, repr=False)  # asked for every minute while all is well; a secret
    signing_secret: str = field(default="", repr=False)
    http_host: str = THIS_MACHINE
    http_port: int | None = None  # health and metrics, and Slack's requests where they come over HTTP; 0 = any free one
    log_format: str = "text"
    mail: MailServer | None = None  # for those without Slack
    public_url: str = ""  # https://bot.kommun.se: how the port is reached from outside, for calendar addresses
    part: Part = Part.WHOLE

    @property
    def over_http(self) -> bool:
        """Whether Slack's requests come over HTTP, and not over Socket Mode."""
        return self.answers and self.http_port is not None and bool(self.signing_secret)

    @property
    def answers(self) -> bool:
        """Whether this process answers people."""
        return self.part is not Part.REMINDERS

    @property
    def reminds(self) -> bool:
        """Whether this process plans and sends."""
        return self.part is not Part.ANSWERS

    @property
    def against_slack(self) -> bool:
        """Whether this is Slack's own address."""
        return is_slacks_own(self.api_url)


def is_slacks_own(address: str) -> bool:
    """Whether an API address belongs to Slack."""
    host = (urlsplit(address).hostname or "").rstrip(".").lower()
    return host in ("slack.com", "slack-gov.com") or host.endswith((".slack.com", ".slack-gov.com"))


def read_clock(text: str) -> datetime:
    """2027-02-09T07:59, local to Europe/Stockholm unless it says otherwise. Raises ValueError."""
    moment = datetime.fromisoformat(text)
    return moment if moment.tzinfo else moment.replace(tzinfo=ZONE)


def database_url(environment: Mapping[str, str]) -> str:
    """Where the database is; one SQLite file in the working directory by default."""
    return environment.get("DATABASE_URL", "").strip() or "sqlite:///samverkansbot.sqlite3"


def clock_setting(environment: Mapping[str, str]) -> datetime | None:
    """Where the clock shall start, for the command line as well. Raises SettingsWrong."""
    text = environment.get("SAMVERKANSBOT_CLOCK", "").strip()
    if not text:
        return None
    try:
        return read_clock(text)
    except ValueError:
        raise SettingsWrong([texts.bad_clock(text)]) from None


def read_settings(environment: Mapping[str, str]) -> Settings:
    """The settings of `samverkansbot run`. Raises SettingsWrong with every mistake."""
    problems: list[str] = []
    environment = with_secret_files(environment, problems)
    bot_token = _token(environment, "SLACK_BOT_TOKEN", "xoxb-", texts.NO_BOT_TOKEN, problems)
    http_port = _port(environment, "SAMVERKANSBOT_HTTP_PORT", problems)
    signing_secret = environment.get("SLACK_SIGNING_SECRET", "").strip()
    over_http = bool(environment.get("SAMVERKANSBOT_HTTP_PORT", "").strip()) and bool(signing_secret)
    app_token, part = "", _part(environment, problems)
    if not over_http and part is not Part.REMINDERS:
        app_token = _token(environment, "SLACK_APP_TOKEN", "xapp-", texts.NO_APP_TOKEN, problems)
    api_url = environment.get("SLACK_API_URL", "").strip() or SLACKS_OWN
    if urlsplit(api_url).scheme not in ("http", "https") or not urlsplit(api_url).hostname:
        problems.append(texts.bad_address("SLACK_API_URL", api_url))
    if not api_url.endswith("/"):
        api_url += "/"
    clock = None
    try:
        clock = clock_setting(environment)
    except SettingsWrong as wrong:
        problems += wrong.problems
    if clock is not None and is_slacks_own(api_url):
        problems.append(texts.CLOCK_AGAINST_SLACK)
    port = _port(environment, "SAMVERKANSBOT_REHEARSAL_PORT", problems)
    if port is not None and is_slacks_own(api_url):
        problems.append(texts.REHEARSAL_AGAINST_SLACK)
    database = database_url(environment)
    check_database(database, problems)
    settings = Settings(
        bot_token=bot_token,
        app_token=app_token,
        api_url=api_url,
        database_url=database,
        clock=clock,
        rehearsal_port=port,
        log_level=_level(environment, problems),
        tick_seconds=_tick(environment, problems),
        heartbeat_url=_heartbeat(environment, problems),
        signing_secret=signing_secret if over_http else "",
        http_host=environment.get("SAMVERKANSBOT_HTTP_HOST", "").strip() or THIS_MACHINE,
        http_port=http_port,
        log_format=_log_format(environment, problems),
        mail=read_mail(environment, problems),
        public_url=_public_url(environment, problems),
        part=part,
    )
    if problems:
        raise SettingsWrong(problems)
    return settings


def _public_url(environment: Mapping[str, str], problems: list[str]) -> str:
    text = environment.get("SAMVERKANSBOT_PUBLIC_URL", "").strip().rstrip("/")
    parts = urlsplit(text)
    here = parts.hostname in ("localhost", "127.0.0.1")
    if text and (parts.scheme not in ("https", "http") or not parts.hostname or (parts.scheme == "http" and not here)):
        problems.append(texts.bad_public_url(text))
        return ""
    return text


def check_database(url: str, problems: list[str]) -> None:
    """Adds what is wrong with a database's address, if anything."""
    kind = url.partition("://")[0].partition("+")[0]
    if "://" not in url or kind not in DATABASES:
        problems.append(texts.bad_database(kind if "://" in url else ""))
    elif kind == "sqlite" and url.rstrip("/").endswith((":memory:", "sqlite:")):
        problems.append(texts.FORGETFUL_DATABASE)


def _level(environment: Mapping[str, str], problems: list[str]) -> str:
    text = environment.get("SAMVERKANSBOT_LOG", "").strip().upper() or "INFO"
    if text not in LEVELS:
        problems.append(texts.bad_level("SAMVERKANSBOT_LOG", text, [level.lower() for level in LEVELS]))
    return text


def _tick(environment: Mapping[str, str], problems: list[str]) -> float:
    text = environment.get("SAMVERKANSBOT_TICK_SECONDS", "").strip() or "15"
    try:
        seconds = float(text.replace(",", "."))
    except ValueError:
        seconds = 0.0
    if not 0 < seconds <= LONGEST_TICK:
        problems.append(texts.bad_seconds("SAMVERKANSBOT_TICK_SECONDS", text, int(LONGEST_TICK)))
    return seconds


def _heartbeat(environment: Mapping[str, str], problems: list[str]) -> str | None:
    text = environment.get("SAMVERKANSBOT_HEARTBEAT_URL", "").strip()
    if not text:
        return None
    try:
        known = urlsplit(text).scheme in ("http", "https") and bool(urlsplit(text).hostname)
    except ValueError:
        known = False
    if not known:
        problems.append(texts.bad_secret_address("SAMVERKANSBOT_HEARTBEAT_URL"))
    return text if known else None


def _token(environment: Mapping[str, str], name: str, begins: str, missing: str, problems: list[str]) -> str:
    token = environment.get(name, "").strip()
    if not token:
        problems.append(missing)
    elif not token.startswith(begins):
        problems.append(texts.bad_token(name, begins))
    return token


def _log_format(environment: Mapping[str, str], problems: list[str]) -> str:
    text = environment.get("SAMVERKANSBOT_LOG_FORMAT", "").strip().lower() or "text"
    if text not in LOG_FORMATS:
        problems.append(texts.bad_level("SAMVERKANSBOT_LOG_FORMAT", text, LOG_FORMATS))
    return text


def _part(environment: Mapping[str, str], problems: list[str]) -> Part:
    text = environment.get("SAMVERKANSBOT_PART", "").strip().lower() or Part.WHOLE.value
    if text not in [each.value for each in Part]:
        problems.append(texts.bad_level("SAMVERKANSBOT_PART", text, [each.value for each in Part]))
        return Part.WHOLE
    return Part(text)


def _port(environment: Mapping[str, str], name: str, problems: list[str]) -> int | None:
    text = environment.get(name, "").strip()
    if not text:
        return None
    if not text.isdecimal() or not 0 < int(text) < 65_536:
        problems.append(texts.bad_port(name, text))
        return None
    return int(text)
