"""The demo page as a person uses it: open it as a member, read, press, fill in a form, step the clock.

Everything here looks for what a person sees or a screen reader says (roles and Swedish words), never for class names
where a role will do, so that a test which passes says something about the page and not about its markup.
"""

import os
import re
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest
from playwright.async_api import Browser, BrowserContext, Locator, Page, async_playwright, expect

CHROMIUM = Path("/usr/bin/chromium")
ARGUMENTS = [
    "--headless=new",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
DESK = (1280, 860)
PHONE = (390, 844)

Value = str | list[str]


def require_chromium() -> None:
    """Skips, loudly, where there is no Chromium; on the build server that is a failure."""
    if CHROMIUM.exists():
        return
    message = f"INGEN WEBBLÄSARE: {CHROMIUM} saknas, så demosidan provas inte. Installera paketet chromium."
    if os.environ.get("CI") == "true":
        pytest.fail(message)
    pytest.skip(message)


@asynccontextmanager
async def chromium() -> AsyncIterator[Browser]:
    """A headless Chromium of our own, closed afterwards."""
    require_chromium()
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=str(CHROMIUM), args=ARGUMENTS)
        yield browser
        await browser.close()


@dataclass(frozen=True)
class Visitor:
    """One person at the page; `mistakes` gathers what the browser complained about."""

    page: Page
    mistakes: list[str]

    # ---- going and reading

    async def goes_to(self, place: str) -> None:
        """Goes to "Hem", a channel or a direct message by the name in the left column."""
        await self._opens_list()
        side = self.page.get_by_role("navigation", name="Kanaler och direktmeddelanden")
        await side.get_by_role("button", name=re.compile(rf"^\s*{re.escape(place)}(, \d+ olästa?|\d|\s|$)")).click()
        await expect(self.page.get_by_role("heading", level=1, name=place)).to_be_visible()

    async def becomes(self, name: str) -> None:
        """Changes person through the choice in the left column."""
        await self._opens_list()
        await self.page.get_by_role("button", name="Byt").click()
        await self.chooses_person(name)

    async def chooses_person(self, name: str) -> None:
        """Picks a person in the open choice of persons."""
        choice = self.page.get_by_role("dialog")
        await choice.get_by_role("searchbox", name="Sök person").fill(name)
        await choice.get_by_role("button", name=re.compile(re.escape(name))).first.click()
        await expect(self.page.locator("#side .me")).to_contain_text(name)  # out of sight on a phone
        await expect(self.page.get_by_role("main").get_by_role("heading", level=1)).to_be_visible()

    @property
    def messages(self) -> Locator:
        """The messages of the open conversation, oldest first."""
        return self.page.get_by_role("list", name="Meddelanden").locator("li[data-ts]")

    def message(self, words: str) -> Locator:
        """The newest message with these words in it."""
        return self.messages.filter(has_text=words).last

    async def sees(self, words: str) -> None:
        """Waits until the open conversation or Home shows these words."""
        await expect(self.page.get_by_role("main").get_by_text(words).last).to_be_visible()

    # ---- writing and pressing

    @property
    def writing_field(self) -> Locator:
        """Where one writes in the open conversation."""
        return self.page.get_by_role("textbox", name=re.compile("^Meddelande till"))

    async def says(self, text: str) -> None:
        """Writes a message or a slash command and sends it with Enter."""
        await self.writing_field.fill(text)
        await self.writing_field.press("Escape")  # the list of commands, when it is open
        await self.writing_field.press("Enter")

    async def presses(self, label: str, *, in_message: str | None = None) -> None:
        """Presses a button: in the newest message with `in_message`, in the open form, or last in the middle."""
        if in_message is not None:
            place: Locator = self.message(in_message)
        elif await self.page.get_by_role("dialog").count():
            place = self.page.get_by_role("dialog").last
        else:
            place = self.page.get_by_role("main")
        await place.get_by_role("button", name=label, exact=True).last.click()

    # ---- forms

    @property
    def form(self) -> Locator:
        """The open form."""
        return self.page.get_by_role("dialog")

    def field(self, label: str) -> Locator:
        """The part of the form that carries this label, with its hint and its error."""
        exact = re.compile(rf"^\s*{re.escape(label)}(valfritt)?\s*$")
        return self.form.locator(".b-input").filter(has=self.page.locator(".label").filter(has_text=exact))

    async def fills_in(self, values: Mapping[str, Value]) -> None:
        """Fills in fields by label. A list chooses several; dates are "2027-02-09", times "13.00"."""
        for label, value in values.items():
            await expect(self.field(label)).to_be_visible()
            await self._fill_one(self.field(label), value)

    async def _fill_one(self, field: Locator, value: Value) -> None:
        ticks = field.locator(".tick")
        if await ticks.count():
            for words in [value] if isinstance(value, str) else value:
                await ticks.filter(has_text=words).first.click()
        elif await field.get_by_role("combobox").and_(self.page.locator(".choose-input")).count():
            await self._choose(field, [value] if isinstance(value, str) else value)
        else:
            inputs = field.locator("input, textarea")
            for index, words in enumerate([value] if isinstance(value, str) else value):
                await inputs.nth(index).fill(words)
                await inputs.nth(index).blur()

    async def _choose(self, field: Locator, options: list[str]) -> None:
        box = field.get_by_role("combobox")
        for option in options:
            await box.click()
            await box.fill(option)
            await field.get_by_role("option", name=option).first.click()
        await box.press("Tab")

    async def submits(self, label: str) -> None:
        """Presses the form's button and waits until it has been answered."""
        button = self.form.get_by_role("button", name=label, exact=True)
        await button.click()
        await expect(self.page.locator("form[aria-busy=true]")).to_have_count(0)

    async def closes_form(self) -> None:
        """Presses Escape and waits until no form is seen."""
        await self.page.keyboard.press("Escape")
        await expect(self.form).to_be_hidden()

    # ---- the clock

    @property
    def clock(self) -> Locator:
        """The clock's part of the page."""
        return self.page.get_by_role("complementary", name="Klocka")

    async def steps(self, label: str) -> None:
        """Presses "Nästa påminnelse", "+1 dag" or "+1 vecka" and waits until the days have gone."""
        await self._opens_clock()
        await self.clock.get_by_role("button", name=label).click()
        await self._wait_for_clock()

    async def goes_to_date(self, date: str) -> None:
        """Moves the clock to a date, "2027-02-09"."""
        await self._opens_clock()
        field = self.clock.get_by_label("Gå till datum", exact=True)
        await field.fill(date)
        await field.press("Tab")
        await self._wait_for_clock()

    async def _opens_clock(self) -> None:
        chip = self.page.get_by_role("button", name="Visa klockan")
        if await chip.is_visible() and not await self.clock.get_by_role("button", name="+1 dag").is_visible():
            await chip.click()

    async def _opens_list(self) -> None:
        shut = self.page.get_by_role("button", name="Stäng klockan")
        if await shut.is_visible():
            await shut.click()
        menu = self.page.get_by_role("button", name="Visa kanaler")
        if await menu.is_visible():
            await menu.click()

    async def _wait_for_clock(self) -> None:
        await expect(self.clock.get_by_role("progressbar")).to_have_count(0, timeout=60_000)

    async def date_shown(self) -> str:
        """The clock's date as a screen reader says it: "måndag 11 januari 2027, vecka 2, klockan 08.00"."""
        return await self.page.locator("#clock .leaf").get_attribute("aria-label") or ""  # out of sight on a phone

    # ---- the page itself

    def is_well(self) -> None:
        """Nothing was written to the console as an error and no script failed."""
        assert self.mistakes == []

    async def fits(self) -> None:
        """Nothing sticks out sideways."""
        overflow = await self.page.evaluate(
            "document.documentElement.scrollWidth - document.documentElement.clientWidth"
        )
        assert overflow <= 0


async def visit(
    browser: Browser, address: str, *, as_: str | None = None, size: tuple[int, int] = DESK, place: str | None = None
) -> Visitor:
    """Opens the page at `address`; with `as_` (a name) as that person, with `place` at a place by its name."""
    width, height = size
    context = await browser.new_context(viewport={"width": width, "height": height}, locale="sv-SE")
    page = await context.new_page()
    mistakes: list[str] = []
    page.on("pageerror", lambda error: mistakes.append(str(error)))
    page.on("console", lambda line: mistakes.append(line.text) if line.type == "error" else None)
    fragment = "" if as_ is None else await _fragment(context, address, as_, place)
    await page.goto(f"{address.rstrip('/')}/{fragment}")
    if as_ is not None:
        await expect(page.get_by_role("main").get_by_role("heading", level=1)).to_be_visible()
    return Visitor(page, mistakes)


async def _fragment(context: BrowserContext, address: str, name: str, place: str | None) -> str:
    """The part of the page's address that says who and where, from names."""
    base = address.rstrip("/")
    people = await (await context.request.get(f"{base}/page/people")).json()
    me = next(person["id"] for person in people if person["name"] == name)
    if place is None or place == "Hem":
        return f"#/{me}/{'home' if place else ''}"
    world = await (await context.request.get(f"{base}/page/world?as={me}")).json()
    return f"#/{me}/{next(row['id'] for row in world['conversations'] if row['name'] == place)}"
