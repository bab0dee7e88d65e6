"""A small SMTP server (RFC 5321) for the tests: it keeps what it is given, and fails as it is told."""

import asyncio
import base64
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from email import message_from_bytes, policy
from email.message import EmailMessage

from bot.mail_settings import MailServer

SENDER = "samverkan@nyby.example"


@dataclass
class Letterbox:
    """What has been handed in. `says`: what it answers to a command instead of yes ("RCPT": "550 no such user").

    `hangs_up_after`: the command after which it is gone without a word; "LETTER" when it has the whole letter.
    """

    port: int = 0
    user: str = ""
    password: str = ""
    says: dict[str, str] = field(default_factory=dict)
    hangs_up_after: str = ""
    letters: list[EmailMessage] = field(default_factory=list)
    to: list[str] = field(default_factory=list)

    def server(self, **more: str) -> MailServer:
        """How the program is told of it."""
        return MailServer("127.0.0.1", self.port, SENDER, security="none", **more)

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with suppress(ConnectionError):
            await self._talk(reader, writer)
        writer.close()

    async def _talk(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(b"220 nyby.example\r\n")
        to = ""
        while line := (await reader.readline()).decode().strip():
            verb = line.split()[0].upper()
            answer = self.says.get(verb) or self._answer(verb, line)
            if verb == "RCPT":
                to = line.partition("<")[2].partition(">")[0]
            writer.write(f"{answer}\r\n".encode())
            await writer.drain()
            if verb == "DATA" and answer.startswith("354"):
                letter = await self._letter(reader)
                if self.hangs_up_after == "LETTER":
                    return
                self.letters.append(message_from_bytes(letter, policy=policy.default))
                self.to.append(to)
                writer.write(f"{self.says.get('LETTER', '250 taken')}\r\n".encode())
            if verb in ("QUIT", self.hangs_up_after):
                return

    def _answer(self, verb: str, line: str) -> str:
        match verb:
            case "EHLO":
                return "250-nyby.example\r\n250 AUTH PLAIN" if self.user else "250 nyby.example"
            case "AUTH":
                given = base64.b64decode(line.split()[-1]).decode().split("\0")
                return "235 welcome" if given[1:] == [self.user, self.password] else "535 not you"
            case "DATA":
                return "354 go on"
            case "QUIT":
                return "221 bye"
            case _:
                return "250 yes"

    async def _letter(self, reader: asyncio.StreamReader) -> bytes:
        lines = []
        while (line := await reader.readline()) not in (b".\r\n", b""):
            lines.append(line[1:] if line.startswith(b"..") else line)
        return b"".join(lines)


@asynccontextmanager
async def letterbox(user: str = "", password: str = "") -> AsyncIterator[Letterbox]:
    """One that listens on this machine."""
    box = Letterbox(user=user, password=password)
    server = await asyncio.start_server(box.serve, "127.0.0.1", 0)
    box.port = server.sockets[0].getsockname()[1]
    try:
        yield box
    finally:
        server.close()
        await server.wait_closed()
