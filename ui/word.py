"""Answers as one Word file, with the same content as `ui.markdown`. The only importer of python-docx."""

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
from docx.oxml.ns import qn
from docx.shared import Pt

from assistant.types import NEAREST
from ui.label import PRODUCER, VISIBLE, hidden
from ui.turn import Turn

_FONT = "宋体"


def word(turns: Sequence[Turn], at: datetime) -> bytes:
    """The answered ones of `turns` as a .docx."""
    document = new_document()
    style = document.styles["Normal"]
    style.font.size = Pt(11)
    style.element.get_or_add_rPr().get_or_add_rFonts().set(qn("w:eastAsia"), _FONT)
    document.add_heading("政答", 0)
    document.add_paragraph(VISIBLE, style="Intense Quote")
    document.add_paragraph(f"{at:%Y-%m-%d %H:%M}")
    for turn in turns:
        if turn.answer is not None:
            _add(document, turn)
    properties = document.core_properties
    properties.author, properties.title, properties.comments = PRODUCER, "政答", VISIBLE
    properties.created = properties.modified = at.replace(tzinfo=None)
    text = "\n".join(p.text for p in document.paragraphs)
    _add_property(document, "AIGC", hidden(text))
    file = io.BytesIO()
    document.save(file)
    return file.getvalue()


def _add(document: WordDocument, turn: Turn) -> None:
    answer = turn.answer
    if answer is None:
        return
    document.add_heading(_printable(turn.question), 1)
    for line in answer.text.split("\n"):
        document.add_paragraph(_printable(line))
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
        document.add_paragraph(_printable(f"“{c.quote.strip()}”"), style="Quote")
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
