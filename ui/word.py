"""Word files: answers with the same content as `ui.markdown`, and a plan at a glance. The only importer of python-docx."""

from __future__ import annotations

import io
from collections.abc import Sequence
from datetime import datetime
from xml.sax.saxutils import escape

from docx import Document as new_document
from docx.document import Document as WordDocument
from docx.opc.constants import CONTENT_TYPE, RELATIONSHIP_TYPE
from docx.opc.packuri import PackURI
from docx.opc.part import Part
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Cm, Pt, RGBColor
from docx.table import Table as WordTable

from assistant.types import NEAREST
from index.types import Status
from ui.label import PRODUCER, VISIBLE, hidden
from ui.lines import lines
from ui.overview import Branch, Overview, Said
from ui.turn import Turn

MEDIA_TYPE = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
_FONT, _HEADING_FONT = "宋体", "黑体"
_SEAL = RGBColor(0xA3, 0x27, 0x1D)
_FIELDS = {
    "number": "文号",
    "issuer": "发布机关",
    "issued": "成文日期",
    "published": "公开日期",
    "period": "规划期",
    "addressees": "主送",
    "about": "所述文件",
}


def word(turns: Sequence[Turn], at: datetime) -> bytes:
    """The answered ones of `turns` as a .docx."""
    document = _empty()
    document.add_heading("政答", 0)
    document.add_paragraph(VISIBLE, style="Intense Quote")
    document.add_paragraph(f"{at:%Y-%m-%d %H:%M}")
    for turn in turns:
        if turn.answer is not None:
            _add(document, turn)
    text = "\n".join(p.text for p in document.paragraphs)
    _add_property(document, "AIGC", hidden(text))
    return _saved(document, "政答", VISIBLE, at)


def overview(shown: Overview, at: datetime) -> bytes:
    """A plan at a glance as a .docx: what `ui.render.overview` shows, with the addresses of the clauses in place of links."""
    document = _empty()
    document.add_heading(_printable(shown.name), 0)
    kind = shown.document.kind
    status = "" if shown.validity.status is Status.UNKNOWN else f"{shown.validity.status}（{shown.validity.basis}）"
    facts = [("类型", str(kind) if kind else ""), ("有效性", status)]
    facts += [(name, shown.fields[key].text) for key, name in _FIELDS.items() if key in shown.fields]
    for name, value in facts:
        if value:
            paragraph = document.add_paragraph()
            paragraph.paragraph_format.space_after = Pt(2)
            paragraph.add_run(f"{name}：").bold = True
            paragraph.add_run(_printable(value))
    if shown.purpose:
        document.add_paragraph(_printable(shown.purpose.text))
    _add_goals(document, shown)
    for title, branches in (("主要内容", shown.body), ("保障措施", shown.measures), ("附则", shown.closing)):
        if branches:
            document.add_heading(title, 1)
        for branch in branches:
            _add_branch(document, branch, 2)
        if title == "主要内容":
            _add_tasks(document, shown)
            _add_points(document, shown)
    document.add_paragraph(
        _printable(f"本页由程序照原文的条款编排，以原文为准。有效性截至 {at:%Y-%m-%d}。"), style="Intense Quote"
    )
    return _saved(document, _printable(shown.name), "", at)


def _add_goals(document: WordDocument, shown: Overview) -> None:
    if not (shown.figures or shown.goals):
        return
    document.add_heading("目标", 1)
    for goal in shown.goals:
        if goal.key:
            document.add_paragraph(_printable(goal.key.text))
    if shown.figures:
        rows = [
            (f.indicator, f"{f.before}{f.number}{f.after}", f"{year}年" if year else "—", f.place.address)
            for year, figures in shown.figures
            for f in figures
        ]
        _add_table(document, ("指标", "数值", "年份", "条款"), rows, (6.5, 4, 2.3, 3.2))
    for goal in shown.goals:
        for part in goal.parts:
            _add_branch(document, part, 3)


def _add_branch(document: WordDocument, branch: Branch, level: int) -> None:
    """A clause with what stands below it: one with clauses below it under a heading, any other in a paragraph."""
    head = f"{branch.label}{branch.heading.text if branch.heading else ''}"
    if branch.parts and branch.heading:
        document.add_heading(_printable(head), min(level, 4))
        if branch.key:
            document.add_paragraph(_printable(branch.key.text))
    else:
        paragraph = document.add_paragraph()
        paragraph.paragraph_format.space_after = Pt(4)
        if head:
            paragraph.add_run(_printable(f"{head}{'：' if branch.heading and branch.key else ''}")).bold = True
        if branch.key:
            paragraph.add_run(_printable(branch.key.text))
    for part in branch.parts:
        _add_branch(document, part, level + 1)


def _add_tasks(document: WordDocument, shown: Overview) -> None:
    if not shown.tasks:
        return
    document.add_heading("任务分工", 1)
    rows: list[tuple[str, ...]] = []
    for group in shown.tasks:
        if group.above:
            rows.append((group.above.text,))
        rows += [(t.task.text, _or_dash(t.lead), _or_dash(t.responsible), t.task.address) for t in group.tasks]
    _add_table(document, ("任务", "牵头", "配合、责任", "条款"), rows, (4.8, 3.2, 5.6, 2.4))


def _add_points(document: WordDocument, shown: Overview) -> None:
    if not shown.points:
        return
    document.add_heading("时间节点", 1)
    rows = []
    for point in shown.points:
        if point.issued:
            rows.append((point.when, "成文", ""))
        rows += [(point.when, e.text, e.address) for e in (*point.events, *([point.until] if point.until else []))]
    _add_table(document, ("时间", "要求", "条款"), rows, (3.4, 10, 2.6))


def _or_dash(said: Said | None) -> str:
    return said.text if said else "—"


def _add_table(
    document: WordDocument, heads: Sequence[str], rows: Sequence[Sequence[str]], widths: Sequence[float]
) -> None:
    """A table whose first row is repeated on each page; a row of one cell heads those after it. Widths in centimetres."""
    table = document.add_table(1, len(heads), style="Table Grid")
    table.autofit = False
    for cell, text in zip(table.rows[0].cells, heads, strict=True):
        cell.paragraphs[0].add_run(text).bold = True
    repeated = OxmlElement("w:tblHeader")
    repeated.set(qn("w:val"), "true")
    table.rows[0]._tr.get_or_add_trPr().append(repeated)
    for row in rows:
        cells = table.add_row().cells
        if len(row) == 1:
            cells[0].merge(cells[-1]).paragraphs[0].add_run(_printable(row[0])).bold = True
            continue
        for cell, text in zip(cells, row, strict=True):
            cell.text = _printable(text)
    _set_widths(table, widths)
    document.add_paragraph()


def _set_widths(table: WordTable, widths: Sequence[float]) -> None:
    for column, width in zip(table.columns, widths, strict=True):
        column.width = Cm(width)
    for row in table.rows:
        if len(set(map(id, row._tr.tc_lst))) == len(widths):
            for cell, width in zip(row.cells, widths, strict=True):
                cell.width = Cm(width)


def _empty() -> WordDocument:
    """A document without words, in the fonts of official ones."""
    document = new_document()
    document.styles["Normal"].font.size = Pt(11)
    for name in ("Normal", "Title", *(f"Heading {level}" for level in range(1, 5))):
        style = document.styles[name]
        font = _FONT if name == "Normal" else _HEADING_FONT
        fonts = style.element.get_or_add_rPr().get_or_add_rFonts()
        for theme in ("asciiTheme", "hAnsiTheme", "eastAsiaTheme", "cstheme"):
            fonts.attrib.pop(qn(f"w:{theme}"), None)
        for script in ("ascii", "hAnsi") if name != "Normal" else ():
            fonts.set(qn(f"w:{script}"), "Arial")
        fonts.set(qn("w:eastAsia"), font)
        if name != "Normal":
            style.font.color.rgb = _SEAL if name in ("Title", "Heading 1") else RGBColor(0, 0, 0)
    document.styles["Title"].font.size = Pt(22)
    return document


def _saved(document: WordDocument, title: str, comments: str, at: datetime) -> bytes:
    properties = document.core_properties
    properties.author, properties.title, properties.comments = PRODUCER, title[:255], comments
    properties.created = properties.modified = at.replace(tzinfo=None)
    file = io.BytesIO()
    document.save(file)
    return file.getvalue()


def _add(document: WordDocument, turn: Turn) -> None:
    answer = turn.answer
    if answer is None:
        return
    document.add_heading(_printable(turn.question), 1)
    for line in lines(answer):
        paragraph = document.add_paragraph(style="List Bullet" if line.item else None)
        paragraph.add_run(_printable(line.text)).bold = line.frame or None
    if answer.table:
        table = document.add_table(1, len(answer.table.columns), style="Table Grid")
        for cell, text in zip(table.rows[0].cells, answer.table.columns, strict=True):
            cell.text = _printable(text)
        for row in answer.table.rows:
            for cell, own in zip(table.add_row().cells, row, strict=True):
                cell.text = _printable(own.text + "".join(f"[{n}]" for n in own.citations))
    for notice in answer.notices:
        document.add_paragraph(_printable(notice), style="Intense Quote")
    if answer.nearest:
        document.add_paragraph(NEAREST)
    elif answer.citations:
        document.add_heading("依据", 2)
    for c in turn.citations:
        d = c.document
        where = " · ".join(
            str(v) for v in (d.number, d.issuer, d.issued, c.address and f"条款 {c.address}", c.status) if v
        )
        document.add_paragraph(_printable(f"[{c.number}] 《{d.name}》 {where}"))
        document.add_paragraph(_printable(f"“{c.shown}”"), style="Quote")
        if c.caution:
            document.add_paragraph(c.caution)
    document.add_paragraph(f"有效性截至 {answer.as_of.isoformat()}。")


def _printable(text: str) -> str:
    """`text` without the characters that XML cannot hold."""
    return "".join(
        c for c in text if c in "\n\t" or (c >= " " and not "\ud800" <= c <= "\udfff" and c not in "\ufffe\uffff")
    )


def _add_property(document: WordDocument, name: str, value: str) -> None:
    """A custom property of the file, as ECMA-376 part 1, 22.3 has it; python-docx writes none."""
    xml = (
        '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>'
        '<Properties xmlns="http://schemas.openxmlformats.org/officeDocument/2006/custom-properties" '
        'xmlns:vt="http://schemas.openxmlformats.org/officeDocument/2006/docPropsVTypes">'
        f'<property fmtid="{{D5CDD505-2E9C-101B-9397-08002B2CF9AE}}" pid="2" name="{escape(name)}">'
        f"<vt:lpwstr>{escape(value)}</vt:lpwstr></property></Properties>"
    )
    package = document.part.package
    part = Part(PackURI("/docProps/custom.xml"), CONTENT_TYPE.OFC_CUSTOM_PROPERTIES, xml.encode(), package)
    package.relate_to(part, RELATIONSHIP_TYPE.CUSTOM_PROPERTIES)
