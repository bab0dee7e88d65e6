"""The doctor's look at the e-mail server: does it let us in. Nothing is sent."""

import asyncio
import smtplib

from bot.cli.checkup.finding import Found, fault, fine
from bot.mail import connected
from bot.mail_settings import MailServer


async def examine_mail(server: MailServer | None) -> list[Found]:
    """Nothing where no server is set: it is not needed."""
    if server is None:
        return []
    try:
        await asyncio.to_thread(_knock, server)
    except smtplib.SMTPAuthenticationError:
        return [
            fault(
                "E-postservern tar inte emot botens inloggning.",
                "Rätta SAMVERKANSBOT_SMTP_USER och SAMVERKANSBOT_SMTP_PASSWORD.",
            )
        ]
    except (OSError, smtplib.SMTPException) as lost:
        return [
            fault(
                f"E-postservern {server.host}:{server.port} svarar inte som den ska ({type(lost).__name__}).",
                "Se efter SAMVERKANSBOT_SMTP_HOST, _PORT och _SECURITY, och att brandväggen släpper igenom.",
            )
        ]
    return [fine(f"E-postservern {server.host}:{server.port} släpper in boten.")]


def _knock(server: MailServer) -> None:
    connected(server).quit()
