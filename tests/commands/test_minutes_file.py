"""The minutes as a document: what stands where, and how it looks when LibreOffice lays it out."""

import io
import re
import shutil
import subprocess
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from docx import Document
from docx.oxml.ns import qn

from commands.minutes_file import Made, Sheet, Written, as_docx, as_text

SHEET = Sheet(
    municipality="Nyby kommun",
    forum="Planeringsgruppen",
    on=date(2027, 10, 13),
    where="ons 13 okt 2027 kl. 13.00, Kommunhuset",
    present=["Anna Ekdal, Kommunens säkerhetschef", "Rut Ek, Rektor Lillhagaskolan (adjungerad)"],
    absent=["Cecilia Strand, SBFF's kommunrepresentant"],
    others="En tjänsteperson från Trafikverket",
    points=[
        Written(1, "Godkännande av dagordning", "Dagordningen godkändes.\n\n\nInga tillägg."),
        Written(2, "Lägesbild polis"),
        Written(3, "Belysningen", "", ["Beslut Planeringsgruppen 2027:1: Belysningen lagas."]),
        Written(4, "Skateparken", "", ["Bordlagt till nästa möte: Underlag saknas."], added=True),
    ],
    decisions=[Made("Planeringsgruppen 2027:1", "Belysningen lagas.", "Kommunpolis", date(2027, 12, 15), True)],
    adjusters=[("Bertil Norgren", None), ("Farah Rahimi", date(2027, 10, 22))],
    version=1,
    standing="Inte fastställda än.",
    written_at=datetime(2027, 10, 20, 8, tzinfo=UTC),
)


def lines(sheet: Sheet) -> list[str]:
    return [each.text for each in Document(io.BytesIO(as_docx(sheet))).paragraphs]


def test_a_blank_line_in_a_note_leaves_no_gap() -> None:
    found = lines(SHEET)
    at = found.index("1. Godkännande av dagordning")
    assert found[at + 1 : at + 4] == ["Dagordningen godkändes.", "Inga tillägg.", "2. Lägesbild polis"]


def test_what_came_of_a_matter_and_that_it_came_late_stand_with_its_point() -> None:
    found = lines(SHEET)
    assert found[found.index("3. Belysningen") + 1] == "Beslut Planeringsgruppen 2027:1: Belysningen lagas."
    assert "4. Skateparken (tillkom efter kallelsen)" in found


def test_those_who_adjust_have_lines_for_place_date_and_name() -> None:
    found = lines(SHEET)
    at = found.index("Justering")
    assert [each.partition(":")[0] for each in found[at + 1 :]] == [
        *("Ort och datum", "Underskrift", "Bertil Norgren"),
        *("Ort och datum", "Underskrift", "Farah Rahimi, justerade i Slack 2027-10-22"),
    ]
    assert "Justering" not in lines(replace(SHEET, adjusters=[]))


def test_tables_have_headings_begin_at_the_margin_and_write_days_in_figures() -> None:
    people, decisions = Document(io.BytesIO(as_docx(SHEET))).tables
    assert [cell.text for cell in people.rows[0].cells] == ["Namn", "Funktion"]
    assert [cell.text for cell in people.rows[2].cells] == ["Rut Ek", "Rektor Lillhagaskolan (adjungerad)"]
    assert [cell.text for cell in decisions.rows[1].cells][1:] == ["Kommunpolis", "2027-12-15"]
    for table in (people, decisions):
        assert table._tbl.tblPr.find(qn("w:tblInd")).get(qn("w:w")) == "108"


def test_the_text_says_everything_the_document_says() -> None:
    said = as_text(SHEET)
    for words in (*SHEET.present, *SHEET.absent, SHEET.others, "Inga tillägg.", "Kommunpolis, 2027-12-15"):
        assert words in said
    assert "3. Belysningen\nBeslut Planeringsgruppen 2027:1: Belysningen lagas.\n" in said
    assert "4. Skateparken (tillkom efter kallelsen)" in said


# --- laid out -----------------------------------------------------------------------------------------------------


def pages(sheet: Sheet, folder: Path) -> Sequence[str]:
    """The text of each page as LibreOffice sets it. Skips, loudly, where LibreOffice or poppler is not installed."""
    soffice, pdftotext = shutil.which("soffice"), shutil.which("pdftotext")
    if soffice is None or pdftotext is None:
        pytest.skip("THE LAYOUT OF THE MINUTES IS NOT CHECKED: install LibreOffice Writer and poppler-utils")
    (folder / "minutes.docx").write_bytes(as_docx(sheet))
    profile = f"-env:UserInstallation=file://{folder / 'profile'}"
    command = [soffice, profile, "--headless", "--convert-to", "pdf", "--outdir", str(folder), "minutes.docx"]
    subprocess.run(command, cwd=folder, check=True, capture_output=True, timeout=120)
    laid = subprocess.run(
        [pdftotext, "-layout", "minutes.pdf", "-"], cwd=folder, check=True, capture_output=True, timeout=60
    )
    return laid.stdout.decode("utf-8").rstrip("\f").split("\f")


def test_a_common_meeting_fits_two_pages_with_numbers_and_no_day_broken_in_two(tmp_path: Path) -> None:
    found = pages(SHEET, tmp_path)
    assert len(found) <= 2
    for number, page in enumerate(found, 1):
        assert f"Sida {number} av {len(found)}" in page
    assert re.search(r"Kommunpolis +2027-12-15", "".join(found))


def test_a_long_meeting_repeats_the_headings_of_its_table_and_keeps_signatures_together(tmp_path: Path) -> None:
    many = [
        Made(f"Planeringsgruppen 2027:{number}", "Belysningen lagas före jul. " * 4, "Kommunpolis", date(2027, 12, 15))
        for number in range(1, 31)
    ]
    found = pages(replace(SHEET, decisions=many), tmp_path)
    with_table = [page for page in found if "Planeringsgruppen 2027:" in page.partition("Justering")[0]]
    assert len(with_table) >= 3
    assert all(re.search(r"Beslut +Ansvarig +Senast", page) for page in with_table[1:])
    for page in found:
        assert page.count("Ort och datum") == page.count("Underskrift")
