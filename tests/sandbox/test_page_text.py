"""How the page turns Slack's text into what a person reads, and what it takes for a date or a time.

The page's own modules are asked, in Chromium, from the folder they are served from.
"""

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio
from aiohttp import web
from playwright.async_api import Page

from tests.sandbox.browsing import chromium

PAGE = Path(__file__).parents[2] / "sandbox" / "page"
pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="module"), pytest.mark.xdist_group("browser")]


async def _blank(_: web.Request) -> web.Response:
    return web.Response(text="<!doctype html><title>tom</title>", content_type="text/html")


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def page() -> AsyncIterator[Page]:
    """An empty page from the same place as the modules."""
    app = web.Application()
    app.router.add_get("/", _blank)
    app.router.add_static("/static/", PAGE)
    runner = web.AppRunner(app)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    async with chromium() as browser:
        page = await browser.new_page()
        await page.goto(f"http://127.0.0.1:{runner.addresses[0][1]}/")
        yield page
    await runner.cleanup()


async def html_of(page: Page, source: str) -> str:
    """The HTML that Slack's mrkdwn becomes."""
    script = """async source => {
        const { mrkdwn } = await import("/static/mrkdwn.js");
        const { session } = await import("/static/session.js");
        session.people = new Map([["U0ANNA", { id: "U0ANNA", name: "Anna Ekdal" }]]);
        session.world = { conversations: [{ id: "C0CHEFER", name: "chefssamradet", kind: "channel" }] };
        const box = document.createElement("div");
        box.append(...mrkdwn(source));
        return box.innerHTML;
    }"""
    html: str = await page.evaluate(script, source)
    return html


async def answer(page: Page, module: str, function: str, *arguments: object) -> Any:
    """What a function of one of the page's modules answers."""
    script = f"async arguments_ => (await import('/static/{module}.js')).{function}(...arguments_)"
    return await page.evaluate(script, list(arguments))


@pytest.mark.parametrize(
    ("source", "html"),
    [
        ("*fet* och _kursiv_", "<strong>fet</strong> och <em>kursiv</em>"),
        ("*fet _kursiv_*", "<strong>fet <em>kursiv</em></strong>"),
        ("~struket~.", "<s>struket</s>."),
        ("2*3*4 och a_b_c", "2*3*4 och a_b_c"),
        ("`*inte fet*`", "<code>*inte fet*</code>"),
        ("```a < b```", "<pre>a &lt; b</pre>"),
        ("*datum*: ja", "<strong>datum</strong>: ja"),
        ("18:30:00", "18:30:00"),
        ("rad\nrad", "rad<br>rad"),
        ("&gt; citat\nefter", "<blockquote>citat</blockquote>efter"),
        ("<@U0ANNA>", '<span class="mention">@Anna Ekdal</span>'),
        ("<!date^1802174400^{date_short} {time}|sen>", '<time title="sen">tis 9 feb 2027 13.00</time>'),
    ],
)
async def test_slack_signs_become_what_slack_shows(page: Page, source: str, html: str) -> None:
    assert await html_of(page, source) == html


@pytest.mark.parametrize(
    "source",
    [
        "<img src=x onerror=alert(1)>",
        "<javascript:alert(1)|tryck>",
        "&lt;script&gt;alert(1)&lt;/script&gt;",
        "<script>alert(1)</script>",
        "<data:text/html,<b>x</b>|tryck>",
    ],
)
async def test_text_never_becomes_markup_of_its_own(page: Page, source: str) -> None:
    html = await html_of(page, source)

    script = """html => {
        const box = document.createElement("div");
        box.innerHTML = html;
        return [...box.querySelectorAll("*")].map(node => node.localName);
    }"""
    assert set(await page.evaluate(script, html)) <= {"span"}


async def test_link_keeps_its_address_and_shows_its_words(page: Page) -> None:
    html = await html_of(page, "<https://exempel.se/?a=1&amp;b=2|*handboken*>")

    assert 'href="https://exempel.se/?a=1&amp;b=2"' in html
    assert "<strong>handboken</strong>" in html


async def test_list_hangs_under_its_sign_and_keeps_what_stands_around_it(page: Page) -> None:
    html = await html_of(page, "Förslag:\n• tis 9 feb\n• ons 17 feb\nVälj ett.")

    assert html.startswith("Förslag:<ul")
    assert html.count("<li>") == 2
    assert html.endswith("</ul>Välj ett.")


@pytest.mark.parametrize(
    ("date", "week"), [("2026-12-31", 53), ("2027-01-01", 53), ("2027-01-04", 1), ("2027-02-09", 6), ("2029-12-31", 1)]
)
async def test_weeks_are_iso_weeks(page: Page, date: str, week: int) -> None:
    assert await answer(page, "swedish", "week", date) == week


@pytest.mark.parametrize(
    ("typed", "date"),
    [
        ("2027-02-09", "2027-02-09"),
        ("2027-2-9", "2027-02-09"),
        ("20270209", "2027-02-09"),
        ("9/2 2027", "2027-02-09"),
        ("2027-02-30", None),
        ("snart", None),
    ],
)
async def test_date_field_takes_what_people_type(page: Page, typed: str, date: str | None) -> None:
    assert await answer(page, "swedish", "readDate", typed) == date


@pytest.mark.parametrize(
    ("typed", "time"),
    [
        ("13", "13:00"),
        ("13.30", "13:30"),
        ("13:30", "13:30"),
        ("kl 9", "09:00"),
        ("1330", "13:30"),
        ("25", None),
        ("13.75", None),
    ],
)
async def test_time_field_takes_what_people_type(page: Page, typed: str, time: str | None) -> None:
    assert await answer(page, "swedish", "readTime", typed) == time


@pytest.mark.parametrize(
    ("date", "time", "unix"),
    [
        ("2027-02-09", "13:00", 1802174400),  # winter: UTC+1
        ("2027-07-01", "08:00", 1814421600),  # summer: UTC+2
        ("2027-03-28", "03:30", 1806197400),  # the morning the clocks went forward
        ("2027-10-31", "08:00", 1824966000),  # the day they went back
    ],
)
async def test_civil_time_becomes_an_instant_in_stockholm(page: Page, date: str, time: str, unix: int) -> None:
    assert await answer(page, "swedish", "unixOf", date, time) == unix
