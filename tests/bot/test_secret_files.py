"""Secrets from files: only ones that nobody else may read, and never shown, whatever is wrong with them."""

import os
from pathlib import Path

import pytest

from bot.secret_files import SECRETS, with_secret_files
from bot.settings import SettingsWrong, read_settings
from tests.bot.test_settings import RIGHT

HIDDEN = "xoxb-mycket-hemlig"


def written(folder: Path, content: str | bytes = f"{HIDDEN}\n", mode: int = 0o600) -> Path:
    path = folder / "token"
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    path.chmod(mode)
    return path


def problems(environment: dict[str, str]) -> list[str]:
    with pytest.raises(SettingsWrong) as wrong:
        read_settings(environment)
    assert HIDDEN not in str(wrong.value)
    return wrong.value.problems


@pytest.mark.parametrize("mode", [0o600, 0o400, 0o700])
def test_a_file_of_ones_own_is_read_without_its_line_end(tmp_path: Path, mode: int) -> None:
    path = written(tmp_path, mode=mode)
    settings = read_settings({"SLACK_BOT_TOKEN_FILE": str(path), "SLACK_APP_TOKEN": "xapp-1"})
    assert settings.bot_token == HIDDEN
    assert HIDDEN not in repr(settings)


@pytest.mark.parametrize("mode", [0o640, 0o604, 0o644, 0o620, 0o602, 0o601, 0o610, 0o666])
def test_a_file_others_may_read_or_change_is_refused_with_the_way_to_mend_it(tmp_path: Path, mode: int) -> None:
    path = written(tmp_path, mode=mode)
    said = problems({"SLACK_BOT_TOKEN_FILE": str(path), "SLACK_APP_TOKEN": "xapp-1"})
    assert f"chmod 600 {path}" in said[0]
    assert f"({mode:o})" in said[0]


def test_a_link_to_a_file_others_may_read_is_refused_too(tmp_path: Path) -> None:
    (tmp_path / "link").symlink_to(written(tmp_path, mode=0o644))
    assert "chmod 600" in problems({**RIGHT, "SLACK_BOT_TOKEN": "", "SLACK_BOT_TOKEN_FILE": str(tmp_path / "link")})[0]


@pytest.mark.parametrize("content", [b"", b"\n", b"xoxb-1\nxoxb-2\n", b"\xff\xfe", b"x" * 20_000])
def test_a_file_with_anything_but_one_line_is_refused(tmp_path: Path, content: bytes) -> None:
    path = written(tmp_path, content)
    assert "en enda rad" in problems({"SLACK_BOT_TOKEN_FILE": str(path), "SLACK_APP_TOKEN": "xapp-1"})[0]


def test_what_is_no_file_is_refused_and_never_waited_for(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe", 0o600)
    for path, said in (
        (tmp_path / "pipe", "ingen vanlig fil"),
        (tmp_path, "vanlig fil"),
        (tmp_path / "x", "finns inte"),
    ):
        found = problems({"SLACK_BOT_TOKEN_FILE": str(path), "SLACK_APP_TOKEN": "xapp-1"})
        assert said in found[0], path


def test_the_same_secret_in_two_ways_is_asked_about(tmp_path: Path) -> None:
    said = problems({**RIGHT, "SLACK_BOT_TOKEN_FILE": str(written(tmp_path))})
    assert "Både SLACK_BOT_TOKEN och SLACK_BOT_TOKEN_FILE" in said[0]


@pytest.mark.parametrize("name", SECRETS)
def test_every_secret_may_come_from_a_file(tmp_path: Path, name: str) -> None:
    found: list[str] = []
    read = with_secret_files({f"{name}_FILE": str(written(tmp_path))}, found)
    assert (read, found) == ({name: HIDDEN}, [])


# --- over HTTP or Socket Mode -----------------------------------------------------------------------------------------

HTTP = {"SLACK_BOT_TOKEN": "xoxb-1", "SLACK_SIGNING_SECRET": "s3", "SAMVERKANSBOT_HTTP_PORT": "8080"}


def test_a_port_and_a_signing_secret_need_no_app_token() -> None:
    settings = read_settings(HTTP)
    assert settings.over_http
    assert (settings.http_port, settings.http_host, settings.app_token) == (8080, "127.0.0.1", "")
    assert "s3" not in repr(settings)


def test_a_port_alone_is_for_health_beside_socket_mode() -> None:
    settings = read_settings({**RIGHT, "SAMVERKANSBOT_HTTP_PORT": "8080"})
    assert not settings.over_http
    assert settings.http_port == 8080


def test_a_signing_secret_alone_leaves_socket_mode_as_it_was() -> None:
    settings = read_settings({**RIGHT, "SLACK_SIGNING_SECRET": "s3"})
    assert not settings.over_http
    assert settings.http_port is None


def test_a_port_without_either_secret_says_what_is_missing() -> None:
    said = problems({"SLACK_BOT_TOKEN": "xoxb-1", "SAMVERKANSBOT_HTTP_PORT": "8080"})
    assert "SLACK_SIGNING_SECRET" in said[0]
    assert "SLACK_APP_TOKEN" in said[0]


@pytest.mark.parametrize("port", ["0", "65536", "-1", "http", "80 80", "１２３４５６"])
def test_a_port_that_is_none_is_told_once(port: str) -> None:
    said = problems({**HTTP, "SAMVERKANSBOT_HTTP_PORT": port})
    assert len(said) == 1
    assert "SAMVERKANSBOT_HTTP_PORT" in said[0]


def test_the_log_is_text_or_json() -> None:
    assert read_settings({**RIGHT, "SAMVERKANSBOT_LOG_FORMAT": " JSON "}).log_format == "json"
    assert "text eller json" in problems({**RIGHT, "SAMVERKANSBOT_LOG_FORMAT": "xml"})[0]
