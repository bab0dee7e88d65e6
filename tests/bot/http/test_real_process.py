"""`samverkansbot run --http PORT` as somebody starts it: no app token, JSON lines, health, Slack's requests, an end."""

import asyncio
import json
import os
import sys
import time
from pathlib import Path

import aiohttp
import pytest

from bot.http.signature import signature
from tests.bot.conftest import ROOT
from tests.bot.http.front import SECRET, slash
from tests.bot.standin import StandIn
from tests.bot.test_process import free_port


@pytest.mark.asyncio
async def test_a_process_reached_over_http_needs_no_app_token_and_logs_json_without_secrets(
    slack: StandIn, tmp_path: Path
) -> None:
    port, token = free_port(), tmp_path / "token"
    token.write_text("xoxb-hemlig-token\n")
    token.chmod(0o600)
    environment = {
        "PATH": os.environ["PATH"],
        "SLACK_BOT_TOKEN_FILE": str(token),
        "SLACK_SIGNING_SECRET": SECRET,
        "SLACK_API_URL": slack.api_url,
        "DATABASE_URL": f"sqlite:///{tmp_path / 'bot.sqlite3'}",
        "SAMVERKANSBOT_LOG": "debug",
        "SAMVERKANSBOT_LOG_FORMAT": "json",
    }
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "bot", "run", "--http", str(port)),
        cwd=ROOT,
        env=environment,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.STDOUT,
    )
    assert process.stdout is not None
    said = b""
    try:
        async with asyncio.timeout(30), aiohttp.ClientSession() as http:
            while b"Boten svarar" not in said:
                line = await process.stdout.readline()
                assert line, said.decode()
                said += line
            body, now = slash("/lage"), str(int(time.time()))
            headers = {
                "Content-Type": "application/x-www-form-urlencoded",
                "X-Slack-Request-Timestamp": now,
                "X-Slack-Signature": signature(SECRET, now, body),
            }
            async with http.post(f"http://127.0.0.1:{port}/slack/events", data=body, headers=headers) as answer:
                assert (await answer.json())["response_type"] == "ephemeral"
            async with http.get(f"http://127.0.0.1:{port}/health") as answer:
                assert answer.status == 200, await answer.text()
    finally:
        process.terminate()
        rest, _ = await asyncio.wait_for(process.communicate(), timeout=15)
    assert process.returncode == 0, (said + rest).decode()
    entries = [json.loads(line) for line in (said + rest).splitlines()]
    assert {"time", "level", "logger", "message"} <= entries[0].keys()
    assert slack.of("apps.connections.open") == []
    for secret in ("xoxb-hemlig", SECRET):
        assert secret.encode() not in said + rest
