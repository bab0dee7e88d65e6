"""The SMTP server for those without Slack, as the environment says; none by default."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from email.utils import parseaddr

from bot import texts

HERE = ("127.0.0.1", "localhost", "::1")
SECURITY = ("starttls", "tls", "none")  # none only to a server on this machine
PORTS = {"starttls": 587, "tls": 465, "none": 25}
ADDRESS = re.compile(r"[^@\s,;<>]+@[^@\s,;<>]+\.[^@\s,;<>]+")


@dataclass(frozen=True)
class MailServer:
    """Where mail is handed in. `user` "" where the server asks for no name."""

    host: str
    port: int
    sender: str
    user: str = ""
    password: str = field(default="", repr=False)
    security: str = "starttls"


def read_mail(environment: Mapping[str, str], problems: list[str]) -> MailServer | None:
    """The server, None where none is set; adds every mistake, never a secret."""
    known = {name: environment.get(f"SAMVERKANSBOT_SMTP_{name}", "").strip() for name in _NAMES}
    host = known["HOST"]
    if not host:
        if any(known.values()):
            problems.append(texts.MAIL_WITHOUT_HOST)
        return None
    before = len(problems)
    security = known["SECURITY"].lower() or "starttls"
    if security not in SECURITY:
        problems.append(texts.bad_level("SAMVERKANSBOT_SMTP_SECURITY", security, SECURITY))
    elif security == "none" and host not in HERE:
        problems.append(texts.MAIL_IN_CLEAR)
    sender = known["FROM"]
    if parseaddr(sender)[1] != sender or not ADDRESS.fullmatch(sender):
        problems.append(texts.BAD_SENDER)
    port = known["PORT"] or str(PORTS.get(security, 587))
    if not port.isdecimal() or not 0 < int(port) < 65_536:
        problems.append(texts.bad_port("SAMVERKANSBOT_SMTP_PORT", port))
    if bool(known["USER"]) != bool(known["PASSWORD"]):
        problems.append(texts.MAIL_HALF_LOGIN)
    if len(problems) > before:
        return None
    return MailServer(host, int(port), sender, known["USER"], known["PASSWORD"], security)


_NAMES = ("HOST", "PORT", "FROM", "USER", "PASSWORD", "SECURITY")
