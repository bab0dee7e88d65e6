"""What nobody kind would send: texts, and what must hold whatever was sent."""

import copy
import io
import re
import zipfile
from collections.abc import Iterator
from typing import Any

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from sqlmodel import select

from bot.blocks import message_blocks, message_text
from sandbox.blockkit import message_problems, problems
from storage.hidden import HIDDEN
from storage.message import decoded
from storage.models import Outgoing
from tests.bot.conftest import Office
from tests.bot.standin import Json

QUICK = settings(
    max_examples=30,
    deadline=None,
    derandomize=True,
    database=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow, HealthCheck.data_too_large],
)
LONG = settings(QUICK, max_examples=600, derandomize=False)

PINGS = ("<!channel>", "<!here>", "<!everyone>", "<!subteam^S0ALLA>", "<@U0OFFER>", "<!channel|x>")
CRAFTED = (
    *(f"Hej {ping} hej" for ping in PINGS),
    "@channel @here @everyone @U0OFFER",
    "&lt;!channel&gt; &amp;lt;!here&amp;gt;",
    "<https://example.com|klicka> <mailto:a@b.se> *fet* _kursiv_ ~struken~ ```kod``` > citat",
    "a\x00b",
    "\x00",
    "\ud800",
    "\udfff\ud800",
    "\u202emotsatt\u202c",
    "noll\u200bbredd\u200d\ufeff",
    "Kommunhuset \u202e\u200bgnp.exe",
    "\u2067\u061c\u2060\u00ad\u200f",
    "😀" * 300,
    "👨‍👩‍👧‍👦 e\u0301 \u0336s\u0336",
    "ﷺ" * 200,
    "A" * 100_000,
    "å" * 100_000,
    " " * 5_000,
    "\n" * 2_000,
    "1 " * 5_000,
    "trygghetsvandring " * 200,
    "'; DROP TABLE person; --",
    "{0} %s ${jndi:ldap://x} {{7*7}} %n",
    "../../etc/passwd",
    "=HYPERLINK(1)",
    "-1",
    "0",
    "9" * 400,
    "1e309",
    "NaN",
    "f:1",
    "m:0",
    "o:-1",
    "c:99999999999999999999",
    "o:１２",
    "²",
    "32 dec",
    "0000-00-00",
    "99999-12-31",
    "9999-12-31",
    "0001-01-01",
    "kl 25.99",
    "v 54",
    "v 53 9999",
    "-",
    "checked:",
    "checked:000000000000 x",
    "null",
    "[]",
    "true",
)
LETTERS = st.characters(codec=None)
TEXTS = st.one_of(
    st.sampled_from(CRAFTED),
    st.text(LETTERS, max_size=80),
    st.lists(
        st.sampled_from([*CRAFTED, "planeringsgruppen", "trygghetsvandring", "2027-02-10", "till"]), max_size=4
    ).map(lambda each: " ".join(each)[:20_000]),
    st.from_regex(r"[0-9]{1,4}[-/. ][0-9]{1,2}([-/. ][0-9]{1,4})?( kl\.? ?[0-9]{1,2}[.:][0-9]{2})?", fullmatch=True),
)
WRONG: st.SearchStrategy[Any] = st.sampled_from(
    [None, "", "x", 0, -1, 1.5, True, [], {}, [None], [[]], {"id": None}, {"": {}}, "\x00", "\ud800", 10**30]
)


MANGLINGS = st.lists(
    st.tuples(st.integers(0, 500), st.sampled_from(["drop", "replace", "add"]), WRONG), min_size=1, max_size=3
)


def mangled(payload: Json, changes: list[tuple[int, str, Any]]) -> Json:
    """The payload with keys, anywhere, taken away, changed, or joined by unknown ones; the number chooses the place."""
    places = list(_places(payload))
    return _changed(payload, [(places[number % len(places)], act, value) for number, act, value in changes])


def _places(held: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    pairs = held.items() if isinstance(held, dict) else enumerate(held) if isinstance(held, list) else ()
    for key, value in pairs:
        yield (*path, key)
        yield from _places(value, (*path, key))


def _changed(payload: Json, changes: list[tuple[tuple[Any, ...], str, Any]]) -> Json:
    made = copy.deepcopy(payload)
    for path, act, value in changes:
        holder: Any = made
        try:
            for step in path[:-1]:
                holder = holder[step]
            if act == "drop":
                del holder[path[-1]]
            elif act == "replace":
                holder[path[-1]] = value
            elif isinstance(holder, dict):
                holder[f"unknown_{path[-1]}"] = value
        except (KeyError, IndexError, TypeError):
            continue  # an earlier change took the place away
    return made


def texts_slack_reads(held: Any) -> Iterator[str]:
    """Every text in a payload in which Slack would see a mention: mrkdwn objects, and the message's own text."""
    if isinstance(held, dict):
        for key, value in held.items():
            plain = held.get("type") == "plain_text" or key in ("value", "initial_value", "private_metadata")
            if isinstance(value, str) and key == "text" and not plain:
                yield value
            elif not plain:
                yield from texts_slack_reads(value)
    elif isinstance(held, list):
        for value in held:
            yield from texts_slack_reads(value)


def assert_no_ping(held: Any) -> None:
    """Nothing anybody wrote mentions anybody."""
    for text in texts_slack_reads(held):
        assert not re.search(r"<!|<@U0OFFER|<https?:|<mailto:", text), text


def assert_nothing_hidden(held: Any) -> None:
    """No text has anything in it that nobody sees."""
    if isinstance(held, str):
        assert not HIDDEN.search(held), ascii(held[:200])
    elif isinstance(held, dict):
        for value in held.values():
            assert_nothing_hidden(value)
    elif isinstance(held, list):
        for value in held:
            assert_nothing_hidden(value)


def assert_inside_limits(office: Office, since: int) -> None:
    """Every form and message asked of Slack since then is one that Slack takes, pings nobody and hides nothing."""
    for method, arguments in office.slack.asked[since:]:
        assert_no_ping(arguments)
        assert_nothing_hidden(arguments)
        assert not arguments.get("link_names"), method
        assert arguments.get("parse") in (None, "none"), method
        if "view" in arguments:
            assert problems(arguments["view"]) == [], method
        elif "text" in arguments:
            assert message_problems(arguments) == [], method


async def assert_outbox_pings_nobody(office: Office) -> None:
    """What waits to be posted mentions nobody but those the bot itself speaks to."""
    async with office.database.reading() as session:
        rows = (await session.exec(select(Outgoing.payload))).all()
    for payload in filter(None, rows):
        message = decoded(dict(payload))
        assert_no_ping({"text": message_text(message), "blocks": message_blocks(message)})
        assert_nothing_hidden(dict(payload))


def workbook(*rows: tuple[str, ...]) -> bytes:
    """A spreadsheet as Excel saves it (ECMA-376): what people hand in when they are asked for a list."""
    cells = "".join(
        "<row>" + "".join(f'<c t="inlineStr"><is><t>{cell}</t></is></c>' for cell in row) + "</row>" for row in rows
    )
    spaces = 'xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"'
    parts = {
        "[Content_Types].xml": '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"/>',
        "xl/workbook.xml": f'<workbook {spaces}><sheets><sheet name="Lista" sheetId="1"/></sheets></workbook>',
        "xl/worksheets/sheet1.xml": f"<worksheet {spaces}><sheetData>{cells}</sheetData></worksheet>",
    }
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:  # not even deflated: the text stands there to be read
        for name, text in parts.items():
            archive.writestr(name, text)
    return out.getvalue()
