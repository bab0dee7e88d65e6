"""The environment read once into a frozen value; every mistake is told at once."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

from bot import texts

SLACKS_OWN = "https://slack.com/api/"
ZONE = ZoneInfo("Europe/Stockholm")


class SettingsWrong(Exception):
    """The environment cannot be used; `problems` says everything that is wrong, in Swedish."""

    def __init__(self, problems: list[str]) -> None:
        super().__init__("\n".join([texts.SETTINGS_WRONG, *(f"• {problem}" for problem in problems)]))
        self.problems = problems


@dataclass(frozen=True)
class Settings:
    """How this process shall run. `clock`: where the bot's clock starts (aware), None for the real time."""

    bot_token: str
    app_token: str
    api_url: str
    database_url: str
    clock: datetime | None = None
    rehearsal_port: int | None = None
    log_level: str = "INFO"

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
    bot_token = _token(environment, "SLACK_BOT_TOKEN", "xoxb-", texts.NO_BOT_TOKEN, problems)
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
    port = _port(environment, problems)
    if problems:
        raise SettingsWrong(problems)
    return Settings(
        bot_token=bot_token,
        app_token=app_token,
        api_url=api_url,
        database_url=database_url(environment),
        clock=clock,
        rehearsal_port=port if not is_slacks_own(api_url) else None,
        log_level=environment.get("SAMVERKANSBOT_LOG", "INFO").upper(),
    )


def _token(environment: Mapping[str, str], name: str, begins: str, missing: str, problems: list[str]) -> str:
    token = environment.get(name, "").strip()
    if not token:
        problems.append(missing)
    elif not token.startswith(begins):
        problems.append(texts.bad_token(name, begins))
    return token


def _port(environment: Mapping[str, str], problems: list[str]) -> int | None:
    text = environment.get("SAMVERKANSBOT_REHEARSAL_PORT", "").strip()
    if not text:
        return None
    if not text.isdigit() or not 0 < int(text) < 65_536:
        problems.append(texts.bad_number("SAMVERKANSBOT_REHEARSAL_PORT", text))
        return None
    return int(text)
