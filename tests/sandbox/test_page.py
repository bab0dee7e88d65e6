"""The page of the local Slack, used as a person uses it, with a small Bolt app at the other end."""

import json
from collections.abc import AsyncIterator
from typing import Protocol

import pytest
import pytest_asyncio
from playwright.async_api import Browser, expect

from tests.sandbox.browsing import DESK, PHONE, Visitor, chromium, visit
from tests.sandbox.workspace import Workspace, workspace

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="module"), pytest.mark.xdist_group("browser")]

# on a phone there is less room: what fits there is what the quick set looks at
either_size = pytest.mark.parametrize(
    "size", [pytest.param(DESK, id="desk", marks=pytest.mark.thorough), pytest.param(PHONE, id="phone")]
)


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def browser() -> AsyncIterator[Browser]:
    """One Chromium for all tests here; each opens a window of its own."""
    async with chromium() as browser:
        yield browser


@pytest_asyncio.fixture(loop_scope="module")
async def local_slack(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Workspace]:
    """A local Slack with three people, two channels and the small app connected."""
    async with workspace(tmp_path_factory.mktemp("slack")) as local_slack:
        yield local_slack


class Opens(Protocol):
    """Opens the page as somebody."""

    async def __call__(
        self, name: str | None = "Anna Ekdal", *, size: tuple[int, int] = DESK, place: str | None = "planeringsgruppen"
    ) -> Visitor: ...


@pytest_asyncio.fixture(loop_scope="module")
async def opens(browser: Browser, local_slack: Workspace) -> AsyncIterator[Opens]:
    """Opens the page as somebody; at the end every window is closed, and none had anything to complain about."""
    opened: list[Visitor] = []

    async def open_page(
        name: str | None = "Anna Ekdal", *, size: tuple[int, int] = DESK, place: str | None = "planeringsgruppen"
    ) -> Visitor:
        opened.append(await visit(browser, local_slack.address, as_=name, size=size, place=place))
        return opened[-1]

    yield open_page
    for visitor in opened:
        await visitor.page.context.close()
    for visitor in opened:
        visitor.is_well()


@pytest_asyncio.fixture(loop_scope="module")
async def anna(opens: Opens) -> Visitor:
    """Anna at a desk, in #planeringsgruppen."""
    return await opens("Anna Ekdal")


async def told(visitor: Visitor) -> dict[str, object]:
    """What the app says was filled in, from its direct message."""
    await visitor.goes_to("samverkansbot")
    await visitor.sees('"antal"')
    said: dict[str, object] = json.loads(await visitor.message('"antal"').locator(".b-text").inner_text())
    return said


COMPLETE: dict[str, str | list[str]] = {
    "Aktivitet": "Trygghetsvandring",
    "Datum": "2027-02-17",
    "Klockslag": "13",
    "Nästa gång": ["2027-06-01", "18.30"],
    "Vad blev det?": "Genomförd",
    "Antal deltagare": "12",
    "Parter": ["Kommunen", "Polisen"],
    "Platser": ["Centrum", "Stationen"],
    "Mål": "Mål om m",
    "Kontakt": "Cecilia Norgren",
    "Kanal": "planeringsgruppen",
    "E-post": "anna@exempel.se",
    "Länk": "https://exempel.se/protokoll",
    "Anteckning": "Mörkt vid <tunneln>\noch *halt*",
}
NEEDED = {key: COMPLETE[key] for key in ("Aktivitet", "Vad blev det?", "Antal deltagare", "Parter", "Platser")}


# ---- who, where, and what one reads


async def test_first_visit_asks_who_one_is_and_remembers_it(opens: Opens) -> None:
    visitor = await opens(None)
    await expect(visitor.page.get_by_role("heading", name="Välkommen! Vem vill du vara?")).to_be_visible()

    await visitor.chooses_person("Cecilia Norgren")
    await visitor.page.reload()

    side = visitor.page.get_by_role("navigation")
    await expect(side.get_by_text("Cecilia Norgren")).to_be_visible()
    await expect(side.get_by_text("Kommunpolis")).to_be_visible()


@pytest.mark.thorough
async def test_one_sees_only_the_channels_one_is_in(anna: Visitor) -> None:
    side = anna.page.get_by_role("navigation")
    await expect(side.get_by_role("button", name="operativa-gruppen")).to_have_count(1)

    await anna.becomes("Karin Holmlund")

    await expect(side.get_by_role("button", name="operativa-gruppen")).to_have_count(0)


async def test_message_reaches_the_others_at_once_with_an_unread_mark(anna: Visitor, opens: Opens) -> None:
    cecilia = await opens("Cecilia Norgren", place="operativa-gruppen")

    await anna.says("Vi ses <imorgon> & *tar* med västar")

    place = cecilia.page.get_by_role("navigation").get_by_role("button", name="planeringsgruppen")
    await expect(place).to_contain_text("1 oläst")
    await cecilia.goes_to("planeringsgruppen")
    await cecilia.sees("Vi ses <imorgon> &")
    await expect(place).not_to_contain_text("oläst")


@pytest.mark.thorough
async def test_external_member_is_marked_with_the_organisation(anna: Visitor, opens: Opens) -> None:
    cecilia = await opens("Cecilia Norgren")
    await cecilia.says("God morgon")

    await anna.sees("God morgon")

    await expect(anna.message("God morgon").get_by_text("Polisen", exact=True)).to_be_visible()


@pytest.mark.thorough
async def test_bot_is_marked_as_app_and_an_answer_to_oneself_as_seen_by_nobody_else(anna: Visitor) -> None:
    await anna.says("/viska")

    whisper = anna.message("Det här är bara till dig.")
    await expect(whisper.get_by_text("Bara du ser det här")).to_be_visible()
    await expect(whisper.get_by_text("APP", exact=True)).to_be_visible()


# ---- commands


@pytest.mark.thorough
async def test_commands_are_shown_while_one_types_and_taken_with_the_keyboard(anna: Visitor) -> None:
    await anna.writing_field.focus()
    await anna.page.keyboard.type("/p")
    shown = anna.page.get_by_role("listbox", name="Kommandon").get_by_role("option")
    await expect(shown).to_have_count(2)
    await expect(shown.first).to_contain_text("Påminner om vandringen")

    await anna.page.keyboard.press("ArrowDown")
    await expect(shown.nth(1)).to_have_attribute("aria-selected", "true")
    await anna.page.keyboard.press("Tab")

    await expect(anna.writing_field).to_have_value("/prova ")
    await anna.page.keyboard.press("Enter")
    await expect(anna.form.get_by_role("heading", name="Logga aktivitet")).to_be_visible()


@pytest.mark.thorough
async def test_unknown_command_says_so_and_keeps_what_was_typed(anna: Visitor) -> None:
    await anna.says("/finns inte")

    await expect(anna.page.get_by_role("alert").filter(has_text="kommando")).to_be_visible()
    await expect(anna.writing_field).to_have_value("/finns inte")


@pytest.mark.thorough
async def test_what_the_bot_did_not_get_is_said_and_not_lost(anna: Visitor, local_slack: Workspace) -> None:
    await local_slack.disconnect()

    await anna.says("/paminn")

    await expect(anna.page.get_by_role("alert").filter(has_text="Boten är inte ansluten")).to_be_visible()
    await anna.writing_field.press("ArrowUp")  # brings back what was sent last, where the box is empty
    await expect(anna.writing_field).to_have_value("/paminn")


@pytest.mark.thorough
async def test_shift_enter_makes_a_new_line(anna: Visitor) -> None:
    await anna.writing_field.focus()
    await anna.page.keyboard.type("ett")
    await anna.page.keyboard.press("Shift+Enter")
    await anna.page.keyboard.type("två")
    await anna.page.keyboard.press("Enter")

    await expect(anna.message("två").locator("br")).to_have_count(1)


# ---- buttons


async def test_button_changes_the_message_and_keeps_the_focus_there(anna: Visitor) -> None:
    await anna.says("/paminn")
    await anna.presses("Kommer", in_message="Trygghetsvandring")

    await anna.sees("kommer.")
    await expect(anna.message("Trygghetsvandring").get_by_role("button", name="Kommer", exact=True)).to_be_focused()


@pytest.mark.thorough
async def test_confirm_is_asked_before_the_app_hears_of_it(anna: Visitor) -> None:
    await anna.says("/paminn")
    await anna.presses("Ställ in", in_message="Trygghetsvandring")
    await expect(anna.page.get_by_role("alertdialog")).to_contain_text("Alla får besked.")
    await anna.page.get_by_role("button", name="Behåll").click()
    await expect(anna.page.get_by_role("alertdialog")).to_have_count(0)
    await expect(anna.page.get_by_text("Inställd.")).to_have_count(0)

    await anna.presses("Ställ in", in_message="Trygghetsvandring")
    await anna.page.get_by_role("button", name="Ja, ställ in").click()

    await anna.sees("Inställd.")


@pytest.mark.thorough
async def test_list_and_menu_in_a_message_send_the_choice(anna: Visitor) -> None:
    await anna.says("/paminn")
    message = anna.message("Trygghetsvandring")

    await message.get_by_role("combobox").click()
    await message.get_by_role("option", name="Centrum").click()
    await anna.sees("Vald plats: centrum")
    await anna.message("Trygghetsvandring").get_by_role("button", name="Fler val").click()
    await anna.page.get_by_role("menuitem", name="Varför").click()

    await anna.sees("Ur menyn: varför")


async def test_external_member_can_use_buttons(anna: Visitor, opens: Opens) -> None:
    await anna.says("/paminn")
    cecilia = await opens("Cecilia Norgren")

    await cecilia.presses("Kommer", in_message="Trygghetsvandring")

    await anna.sees("@Cecilia Norgren")


# ---- forms


@either_size
async def test_every_element_of_a_form_reaches_the_app(opens: Opens, size: tuple[int, int]) -> None:
    visitor = await opens("Anna Ekdal", size=size)
    await visitor.says("/prova")
    await visitor.fills_in(COMPLETE)
    await visitor.fits()
    await visitor.submits("Logga")

    assert await told(visitor) == {
        "aktivitet": "trygghetsvandring",
        "datum": "2027-02-17",
        "tid": "13:00",
        "nasta": 1811867400,
        "utfall": "genomförd",
        "antal": "12",
        "parter": ["kommunen", "polisen"],
        "platser": ["centrum", "stationen"],
        "mal": "mål om mål om m",
        "kontakt": "U0CECILIA",
        "kanal": "C0PLANERING",
        "epost": "anna@exempel.se",
        "lank": "https://exempel.se/protokoll",
        "text": "Mörkt vid <tunneln>\noch *halt*",
    }


async def test_app_s_error_stands_at_the_field_and_nothing_filled_in_is_lost(anna: Visitor) -> None:
    await anna.says("/prova")
    await anna.fills_in({**NEEDED, "Antal deltagare": "900", "Anteckning": "Det här ska vara kvar"})
    await anna.submits("Logga")

    await expect(anna.field("Antal deltagare").get_by_role("alert")).to_contain_text("Över 500 deltagare?")
    await expect(anna.field("Antal deltagare").get_by_role("textbox")).to_be_focused()
    await expect(anna.field("Antal deltagare").get_by_role("textbox")).to_have_attribute("aria-invalid", "true")
    await expect(anna.field("Anteckning").get_by_role("textbox")).to_have_value("Det här ska vara kvar")
    await anna.fills_in({"Antal deltagare": "12"})
    await expect(anna.field("Antal deltagare").get_by_role("alert")).to_be_hidden()
    await anna.submits("Logga")

    assert (await told(anna))["text"] == "Det här ska vara kvar"


@pytest.mark.thorough
async def test_field_that_must_be_filled_in_says_so_and_gets_the_focus(anna: Visitor) -> None:
    await anna.says("/prova")
    await anna.submits("Logga")

    await expect(anna.field("Aktivitet").get_by_role("alert")).to_contain_text("Fyll i det här fältet.")
    await expect(anna.field("Aktivitet").get_by_role("combobox")).to_be_focused()
    await expect(anna.field("Mål").get_by_role("alert")).to_be_hidden()


@pytest.mark.thorough
async def test_what_cannot_be_read_is_said_at_each_field(anna: Visitor) -> None:
    await anna.says("/prova")
    await anna.fills_in(NEEDED)
    mistakes = {
        "Datum": ("nästa tisdag", "Skriv datumet som ÅÅÅÅ-MM-DD"),
        "Klockslag": ("25", "Skriv tiden som 13.00."),
        "Antal deltagare": ("många", "Skriv ett tal."),
        "E-post": ("anna", "Skriv en e-postadress"),
        "Länk": ("exempel.se", "Skriv en hel webbadress"),
    }
    await anna.fills_in({label: typed for label, (typed, _) in mistakes.items()})
    await anna.submits("Logga")

    for label, (_, sentence) in mistakes.items():
        await expect(anna.field(label).get_by_role("alert")).to_contain_text(sentence)
    for typed, sentence in (("2,5", "Skriv ett heltal."), ("-1", "Talet ska vara minst 0.")):
        await anna.fills_in({"Antal deltagare": typed})
        await anna.submits("Logga")
        await expect(anna.field("Antal deltagare").get_by_role("alert")).to_contain_text(sentence)


@pytest.mark.thorough
async def test_date_is_picked_in_a_calendar_by_keyboard(anna: Visitor) -> None:
    await anna.says("/prova")
    await anna.form.get_by_role("button", name="Välj i kalender: Datum").press("Enter")
    await expect(anna.page.get_by_role("button", name="tisdag 9 februari 2027")).to_be_focused()
    await anna.page.keyboard.press("ArrowDown")
    await anna.page.keyboard.press("ArrowRight")
    await anna.page.keyboard.press("Enter")

    await expect(anna.field("Datum").get_by_role("textbox")).to_have_value("2027-02-17")


@pytest.mark.thorough
async def test_escape_closes_the_form_and_the_focus_comes_back(anna: Visitor) -> None:
    await anna.says("/prova")
    await expect(anna.field("Aktivitet").get_by_role("combobox")).to_be_focused()

    await anna.page.keyboard.press("Escape")

    await expect(anna.form).to_have_count(0)
    await expect(anna.writing_field).to_be_focused()


# ---- Home and the clock


async def test_home_is_shown_and_its_buttons_work(anna: Visitor) -> None:
    await anna.goes_to("Hem")
    await anna.sees("har tryckt 0 gånger.")
    await anna.presses("Tryck")

    await anna.sees("har tryckt 1 gånger.")


@either_size
async def test_clock_steps_a_day_and_a_week_and_says_what_happened(opens: Opens, size: tuple[int, int]) -> None:
    visitor = await opens("Anna Ekdal", size=size)
    assert (await visitor.date_shown()).startswith("måndag 11 januari 2027, vecka 2")

    await visitor.steps("+1 dag")
    assert (await visitor.date_shown()).startswith("tisdag 12 januari 2027, vecka 2")
    await expect(visitor.clock).to_contain_text("Inget nytt hände.")
    await visitor.steps("+1 vecka")
    assert (await visitor.date_shown()).startswith("tisdag 19 januari 2027, vecka 3")
    await visitor.goes_to_date("2027-02-09")
    assert (await visitor.date_shown()).startswith("tisdag 9 februari 2027, vecka 6")


@pytest.mark.thorough
async def test_next_reminder_tells_where_something_new_came_and_goes_there(anna: Visitor) -> None:
    await anna.steps("Nästa påminnelse")
    assert (await anna.date_shown()).startswith("fredag 5 februari 2027, vecka 5, klockan 08.00")
    await expect(anna.clock).to_contain_text("1 nytt meddelande.")
    await expect(anna.clock).to_contain_text("Därefter: mån 1 mars 2027 kl. 08.00")

    await anna.clock.get_by_role("button", name="#operativa-gruppen").click()

    await expect(anna.page.get_by_role("heading", level=1, name="operativa-gruppen")).to_be_visible()
    await anna.sees("Trygghetsvandring om två dagar")


@pytest.mark.thorough
async def test_clock_that_cannot_go_back_says_so(anna: Visitor) -> None:
    await anna.goes_to_date("2026-12-01")

    await expect(anna.clock.get_by_role("alert")).to_contain_text("framåt")
    assert (await anna.date_shown()).startswith("måndag 11 januari 2027")


# ---- the page itself


@either_size
async def test_nothing_sticks_out(opens: Opens, size: tuple[int, int]) -> None:
    visitor = await opens("Anna Ekdal", size=size)
    await visitor.says("/paminn")
    await visitor.sees("Trygghetsvandring om två dagar")
    await visitor.fits()
    await visitor.goes_to("Hem")
    await visitor.sees("har tryckt")
    await visitor.fits()


@pytest.mark.thorough
async def test_page_fetches_nothing_from_elsewhere(opens: Opens, local_slack: Workspace) -> None:
    visitor = await opens(None)
    fetched: list[str] = []
    visitor.page.on("request", lambda request: fetched.append(request.url))

    await visitor.chooses_person("Anna Ekdal")
    await visitor.page.reload()
    await visitor.sees("Här är början av")

    assert fetched
    assert {address for address in fetched if not address.startswith((local_slack.address, "data:"))} == set()
