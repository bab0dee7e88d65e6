"""Somebody in Slack who subscribes, and their calendar program, which is not what the program writes with."""

import re
from typing import Any

import aiohttp
import vobject

from bot.process import Running
from commands import find
from commands.call import Call, Reply

PUBLIC = "https://bot.example.org"


class Reader:
    """Somebody in Slack, and the calendar program they have given the address."""

    def __init__(self, bot: Running, http: aiohttp.ClientSession, port: int) -> None:
        self.bot, self.http, self.port = bot, http, port

    async def says(self, line: str, who: str = "U0ANNA", team: str = "T1") -> str:
        slash, _, text = line.partition(" ")
        command, words = find(slash, text)
        call = Call(1, team, who, self.bot.clock.now(), words=words, public_url=PUBLIC)
        async with self.bot.database.transaction() as session:
            answer = await command.run(call, session)
        assert isinstance(answer, Reply)
        return answer.message.plain()

    async def subscribes(self, line: str = "/mote kalender", who: str = "U0ANNA", team: str = "T1") -> str:
        """The path of a new address."""
        found = re.search(rf"{PUBLIC}(/kalender/\S+\.ics)", await self.says(line, who, team))
        assert found is not None
        return found[1]

    async def asks(self, path: str, **more: Any) -> aiohttp.ClientResponse:
        answer = await self.http.get(f"http://127.0.0.1:{self.port}{path}", **more)
        await answer.read()
        return answer

    async def events(self, path: str) -> dict[str, Any]:
        """What the calendar program makes of it, by summary."""
        answer = await self.asks(path)
        assert answer.status == 200
        assert answer.headers["Content-Type"] == "text/calendar; charset=utf-8"
        calendar = vobject.readOne(await answer.text())
        return {each.summary.value: each for each in calendar.contents.get("vevent", [])}
