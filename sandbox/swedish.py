"""Dates and times as the page writes them, in Stockholm's time."""

from datetime import datetime

from babel.dates import format_date

from sandbox.clock import STOCKHOLM


def _short_date(local: datetime) -> str:
    return format_date(local, "EEE d MMM", locale="sv").replace(".", "")


def clock_text(moment: datetime) -> str:
    """A clock: mån 11 jan 2027 kl. 08.00 (v. 2)."""
    local = moment.astimezone(STOCKHOLM)
    return f"{_short_date(local)} {local.year} kl. {local:%H.%M} (v. {local.isocalendar().week})"


def when_text(moment: datetime) -> str:
    """A message: mån 11 jan 08.00."""
    local = moment.astimezone(STOCKHOLM)
    return f"{_short_date(local)} {local:%H.%M}"


def day_text(moment: datetime) -> str:
    """A day: måndag 11 januari 2027."""
    return str(format_date(moment.astimezone(STOCKHOLM), "EEEE d MMMM y", locale="sv"))
