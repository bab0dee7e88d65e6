"""Minutes as a Word document (python-docx) and as plain text: one page set for filing, nothing of the machine in it."""

import io
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any

from docx import Document
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Cm, Pt

from commands.texts import minutes as texts


@dataclass(frozen=True)
class Made:
    """A decision of the meeting, with who does what by when. `of_matter`: it also stands under its matter's point."""

    number: str
    text: str
    responsible: str = ""
    due: date | None = None
    of_matter: bool = False


@dataclass(frozen=True)
class Written:
    """A point of the agenda, with what is noted and what came of its matter. `added`: it came up after the summons."""

    number: int
    title: str
    note: str = ""
    results: Sequence[str] = ()
    added: bool = False

    @property
    def heading(self) -> str:
        return texts.point(self.number, self.title, added=self.added)


@dataclass(frozen=True)
class Sheet:
    """Everything that stands in the document. Lines are as they were read at the meeting."""

    municipality: str
    forum: str
    on: date
    where: str
    present: Sequence[str]
    absent: Sequence[str]
    others: str
    points: Sequence[Written]
    decisions: Sequence[Made]
    adjusters: Sequence[tuple[str, date | None]]  # name, the local day of adjusting
    version: int
    standing: str
    written_at: datetime
    places_only: bool = False


def as_text(sheet: Sheet) -> str:
    """The minutes as plain text, for those who read without Word."""
    lines = [texts.title(sheet.forum, sheet.on), sheet.municipality, sheet.where, "", texts.PARTICIPANTS]
    lines += [f"- {each}" for each in (*sheet.present, *([sheet.others] if sheet.others else []))] or ["-"]
    if sheet.absent:
        lines += ["", texts.ABSENT, *(f"- {each}" for each in sheet.absent)]
    for point in sheet.points:
        lines += ["", point.heading, *_said(point)]
    if sheet.decisions:
        lines += ["", texts.DECISIONS]
        for each in sheet.decisions:
            due = each.due.isoformat() if each.due else ""
            who = ", ".join(part for part in (each.responsible, due) if part)
            lines.append(f"- {texts.decision(each.number, each.text)}" + (f" ({who})" if who else ""))
    return "\n".join([*lines, "", sheet.standing])


def _said(point: Written) -> list[str]:
    """What stands under a point, a piece for each line that somebody wrote: blank lines are no pieces."""
    pieces = [each.strip() for text in (point.note, *point.results) for each in text.splitlines() if each.strip()]
    return pieces or [texts.NOTHING_NOTED]


def as_docx(sheet: Sheet) -> bytes:
    """The minutes as a document: A4, Swedish, numbered points, a table of decisions, signature lines, page numbers."""
    document = Document()
    _set_up(document, sheet)
    document.add_heading(texts.DOCUMENT, level=0)
    facts = document.add_paragraph()
    facts.add_run(sheet.forum).bold = True
    for line in (sheet.municipality, sheet.where, sheet.standing):
        if line:
            facts.add_run("\n" + line)
    if sheet.places_only:
        document.add_paragraph().add_run(texts.PLACES_NOTE).italic = True
    _people(document, sheet)
    document.add_heading(texts.POINTS, level=1)
    for point in sheet.points:
        document.add_heading(point.heading, level=2)
        _pieces(document, point)
    if sheet.decisions:
        document.add_heading(texts.DECISIONS, level=1)
        rows = [
            (f"{each.number}\n{each.text}", each.responsible, each.due.isoformat() if each.due else "")
            for each in sheet.decisions
        ]
        _table(document, (texts.HEAD_NAME, texts.HEAD_WHO, texts.HEAD_WHEN), rows, (8.4, 4.2, DATE_WIDTH))
    _signatures(document, sheet)
    out = io.BytesIO()
    document.save(out)
    return out.getvalue()


def _pieces(document: Any, point: Written) -> None:
    results = {piece.strip() for result in point.results for piece in result.splitlines()}
    for piece in _said(point):
        paragraph = document.add_paragraph()
        paragraph.paragraph_format.space_after = Pt(4)
        paragraph.add_run(piece).bold = piece in results


def _signatures(document: Any, sheet: Sheet) -> None:
    """A line for place and date and one for the name of everybody who adjusts, never torn apart by a page."""
    if not sheet.adjusters:
        return
    document.add_heading(texts.SIGNATURES, level=1)
    for name, when in sheet.adjusters:
        lines = [f"{label}: {LINE}" for label in (texts.PLACE_AND_DATE, texts.SIGNATURE)]
        lines.append(texts.adjusted_on(name, when) if when else name)
        for number, line in enumerate(lines, 1):
            paragraph = document.add_paragraph(line)
            paragraph.paragraph_format.space_before = Pt(14 if number < len(lines) else 0)
            paragraph.paragraph_format.space_after = Pt(2)
            paragraph.paragraph_format.keep_with_next = number < len(lines)


LINE = "_" * 36


def _people(document: Any, sheet: Sheet) -> None:
    document.add_heading(texts.PARTICIPANTS, level=1)
    if sheet.present:
        rows = [tuple(each.split(", ", 1)) if ", " in each else (each, "") for each in sheet.present]
        _table(document, (texts.HEAD_PERSON, texts.HEAD_SEAT), rows, (6.0, 9.8))
    if sheet.others:
        document.add_paragraph(texts.others(sheet.others))
    if sheet.absent:
        document.add_heading(texts.ABSENT, level=1)
        for each in sheet.absent:
            document.add_paragraph(each, style="List Bullet")


def _table(document: Any, headings: Sequence[str], rows: Sequence[Sequence[str]], widths: Sequence[float]) -> None:
    """A table as wide as the text: its frame begins where the text does, its headings stand anew on each page."""
    table = document.add_table(rows=0, cols=len(widths))
    table.style = "Table Grid"
    table.autofit = False
    indent = OxmlElement("w:tblInd")
    indent.set(qn("w:w"), str(CELL_MARGIN))
    indent.set(qn("w:type"), "dxa")
    table._tbl.tblPr.append(indent)
    for number, row in enumerate([headings, *rows]):
        made = table.add_row()
        _row(made, "w:cantSplit")
        if number == 0:
            _row(made, "w:tblHeader")
        for cell, text, width in zip(made.cells, row, widths, strict=True):
            cell.width = Cm(width)
            cell.paragraphs[0].paragraph_format.space_before = Pt(2)
            cell.paragraphs[0].paragraph_format.space_after = Pt(2)
            cell.paragraphs[0].add_run(text).bold = number == 0
    for column, width in zip(table.columns, widths, strict=True):
        column.width = Cm(width)
    after = document.add_paragraph()
    after.paragraph_format.space_after = Pt(0)


DATE_WIDTH = 3.2  # 2027-12-15 on one line, also in the wide letters that replace a missing font
CELL_MARGIN = 108  # twentieths of a point: what Word leaves between a cell's frame and its text


def _row(row: Any, property_name: str) -> None:
    row._tr.get_or_add_trPr().append(OxmlElement(property_name))


def _set_up(document: Any, sheet: Sheet) -> None:
    """Paper, letters, language, page numbers; and no name of any machine or person as author."""
    section = document.sections[0]
    section.page_width, section.page_height = Cm(21.0), Cm(29.7)
    section.left_margin = section.right_margin = Cm(2.5)
    section.top_margin = section.bottom_margin = Cm(2.2)
    for name, size in (("Normal", 11), ("Title", 20), ("Heading 1", 14), ("Heading 2", 11.5)):
        style = document.styles[name]
        style.font.name, style.font.size = "Calibri", Pt(size)
        fonts = style.element.get_or_add_rPr().get_or_add_rFonts()
        for kind in ("w:asciiTheme", "w:hAnsiTheme", "w:eastAsiaTheme", "w:cstheme"):
            fonts.attrib.pop(qn(kind), None)
        language = OxmlElement("w:lang")
        language.set(qn("w:val"), texts.LANGUAGE)
        style.element.get_or_add_rPr().append(language)
    footer = section.footer.paragraphs[0]
    footer.alignment = WD_ALIGN_PARAGRAPH.CENTER
    footer.add_run(texts.footer(sheet.forum, sheet.version) + f" · {texts.PAGE} ")
    _field(footer, "PAGE")
    footer.add_run(f" {texts.OF} ")
    _field(footer, "NUMPAGES")
    properties = document.core_properties
    properties.title = texts.title(sheet.forum, sheet.on)
    properties.author = properties.last_modified_by = sheet.municipality
    properties.language = texts.LANGUAGE
    properties.comments = ""
    properties.created = properties.modified = sheet.written_at.astimezone(UTC).replace(tzinfo=None)
    properties.revision = sheet.version


def _field(paragraph: Any, what: str) -> None:
    """A number that Word counts itself."""
    run = paragraph.add_run()
    for kind, text in (("begin", ""), ("", what), ("end", "")):
        element = OxmlElement("w:fldChar" if kind else "w:instrText")
        if kind:
            element.set(qn("w:fldCharType"), kind)
        else:
            element.set(qn("xml:space"), "preserve")
            element.text = text
        run._r.append(element)
