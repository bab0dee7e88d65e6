"""A message as an e-mail: plain text, a subject, and the occasion for the calendar. Who reads it has no Slack: buttons
are left out, and it says how to answer."""

import hashlib
from collections.abc import Iterator
from email.message import EmailMessage
from email.utils import formataddr, formatdate

from bot import texts
from schedules.message import Message

LONGEST_SUBJECT = 150


def letter(
    message: Message, *, key: str, sender: str, name: str, address: str, at: float, calendar: bytes | None = None
) -> EmailMessage:
    """The e-mail. `key` is the message's own: the same key gives the same Message-ID. `at` in seconds since 1970.

    `calendar` is an iCalendar file to go with it.
    """
    made = EmailMessage()
    made["Subject"] = _one_line(_subject(message))[:LONGEST_SUBJECT]
    made["From"] = formataddr((texts.MAIL_FROM, sender))
    made["To"] = formataddr((_one_line(name), address))
    made["Date"] = formatdate(at, localtime=False)
    made["Message-ID"] = message_id(key, sender)
    made["Auto-Submitted"] = "auto-generated"
    made.set_content("\n".join([*_lines(message), "", "-- ", texts.MAIL_FOOT, ""]))
    if calendar is not None:
        made.add_attachment(
            calendar,
            maintype="text",
            subtype="calendar",
            filename="mote.ics",
            params={"method": "PUBLISH", "charset": "utf-8"},
        )
    return made


def message_id(key: str, sender: str) -> str:
    """The same for the same message, and nothing to be read from it."""
    return f"<{hashlib.sha256(key.encode()).hexdigest()[:32]}@{sender.partition('@')[2]}>"


def _subject(message: Message) -> str:
    headings = [part.heading for part in message.parts if part.heading]
    lines = [line for part in message.parts for line in part.lines if line]
    return message.title or next(iter([*headings, *lines]), texts.MAIL_FROM)


def _one_line(text: str) -> str:
    """Without line breaks and the like: what stands in a header must not begin another."""
    return " ".join("".join(each if each.isprintable() else " " for each in text).split())


def _lines(message: Message) -> Iterator[str]:
    if message.title:
        yield message.title
        yield ""
    for part in message.parts:
        yield from (text for text in (part.heading, *part.lines, part.note) if text)
        yield ""
