"""Carries messages by e-mail to those without Slack, through the municipality's own SMTP server (RFC 5321).

There is no history to look in: when it is not known whether the server took a letter, it is not sent again.
"""

import asyncio
import smtplib
import ssl
from collections.abc import Callable
from contextlib import suppress
from datetime import datetime
from email.message import EmailMessage
from email.policy import SMTP

from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from bot.letters import letter
from bot.mail_settings import MailServer
from schedules.calendar_file import occasion_calendar
from schedules.carrier import Carrier, Posted, Target, Undelivered
from schedules.message import Message
from storage.database import Database
from storage.models import Notice, Outgoing, Person

SECONDS = 15.0  # the server's answer to each command


class MailCarrier:
    """Hands letters in, one connection each."""

    def __init__(self, server: MailServer, database: Database, clock: Callable[[], datetime]) -> None:
        self._server, self._database, self._clock = server, database, clock

    async def post(self, to: Target, message: Message, key: str) -> Posted:
        """Sends once. Raises Undelivered."""
        async with self._database.reading() as session:
            person = await session.get(Person, to.person_id)
            calendar = await _calendar(session, key) if person is not None else None
        if person is None or not person.email:
            raise Undelivered(True, "no_address", unsure=False)
        made = letter(
            message,
            key=key,
            sender=self._server.sender,
            name=person.name,
            address=person.email,
            at=self._clock().timestamp(),
            calendar=calendar,
        )
        await asyncio.to_thread(hand_in, self._server, made, person.email)
        return Posted(f"e:{person.id}", str(made["Message-ID"]))

    async def find(self, to: Target, key: str, since: datetime) -> Posted | None:
        """What has been mailed cannot be looked for. Raises Undelivered, always."""
        raise Undelivered(True, "mail_unknown", scope="message")


class Carriers:
    """E-mail for those it goes to, Slack for everybody else."""

    def __init__(self, slack: Carrier, mail: Carrier) -> None:
        self._slack, self._mail = slack, mail

    async def post(self, to: Target, message: Message, key: str) -> Posted:
        """Posts as the one that has the target."""
        return await self._of(to).post(to, message, key)

    async def find(self, to: Target, key: str, since: datetime) -> Posted | None:
        """Looks as the one that has the target."""
        return await self._of(to).find(to, key, since)

    def _of(self, to: Target) -> Carrier:
        return self._mail if to.person_id is not None else self._slack


async def _calendar(session: AsyncSession, key: str) -> bytes | None:
    """The occasion a message is about, as a file, where it has been moved to since; None where it is about none."""
    question = (
        select(Notice.occasion_id)
        .join(Outgoing, col(Outgoing.id) == Notice.outgoing_id)
        .where(Outgoing.key == key, col(Notice.occasion_id).is_not(None))
        .limit(1)
    )
    occasion_id = (await session.exec(question)).first()
    made = await occasion_calendar(session, occasion_id) if occasion_id is not None else None
    return made[1] if made is not None else None


def hand_in(server: MailServer, made: EmailMessage, address: str) -> None:
    """Gives the letter to the server. Raises Undelivered: unsure only where the server may have it."""
    try:
        smtp = connected(server)
    except smtplib.SMTPAuthenticationError as refused:
        raise Undelivered(False, "mail_login", unsure=False) from refused
    except (OSError, smtplib.SMTPException) as away:
        raise Undelivered(False, "mail_away", unsure=False) from away
    try:
        _given(smtp, server, made, address)
    finally:
        with suppress(OSError, smtplib.SMTPException):
            smtp.quit()


def connected(server: MailServer) -> smtplib.SMTP:
    """A connection on which mail may be handed in. Raises OSError and smtplib.SMTPException."""
    safe = ssl.create_default_context()
    if server.security == "tls":
        smtp: smtplib.SMTP = smtplib.SMTP_SSL(server.host, server.port, timeout=SECONDS, context=safe)
    else:
        smtp = smtplib.SMTP(server.host, server.port, timeout=SECONDS)
    try:
        if server.security == "starttls":
            smtp.starttls(context=safe)
        if server.user:
            smtp.login(server.user, server.password)
    except BaseException:
        smtp.close()
        raise
    return smtp


def _given(smtp: smtplib.SMTP, server: MailServer, made: EmailMessage, address: str) -> None:
    try:
        smtp.ehlo_or_helo_if_needed()
        _took(smtp.mail(server.sender), scope_is_ours=True)
        _took(smtp.rcpt(address), scope_is_ours=False)
    except (OSError, smtplib.SMTPException) as lost:
        raise Undelivered(False, "mail_away", unsure=False) from lost
    try:
        answer = smtp.data(made.as_bytes(policy=SMTP))
    except smtplib.SMTPDataError as refused:  # said before the letter was given
        _took((refused.smtp_code, b""), scope_is_ours=False)
        raise Undelivered(False, "mail_away", unsure=False) from refused
    except (OSError, smtplib.SMTPException) as lost:
        raise Undelivered(False, "mail_away", unsure=True) from lost
    _took(answer, scope_is_ours=False)


def _took(answer: tuple[int, bytes], *, scope_is_ours: bool) -> None:
    """Raises Undelivered unless the server said yes (RFC 5321, 4.2.1: 4xx passes, 5xx does not)."""
    code = answer[0]
    if code >= 500 and not scope_is_ours:
        raise Undelivered(True, "mail_refused", scope="message", unsure=False)
    if code >= 400:  # a sender that is refused is the server's setting, and can be mended
        raise Undelivered(False, "mail_busy", unsure=False)
