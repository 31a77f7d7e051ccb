"""Files of every format that is read, written here byte by byte with invented texts, so that none is anyone's document."""

from __future__ import annotations

import io
import zipfile
import zlib
from collections.abc import Mapping, Sequence
from xml.sax.saxutils import escape

W = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'
A4 = (595, 842)


def package(entries: Mapping[str, bytes | str], compression: int = zipfile.ZIP_DEFLATED) -> bytes:
    """A ZIP of `entries`."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", compression) as archive:
        for name, data in entries.items():
            archive.writestr(name, data)
    return out.getvalue()


def paragraph(text: str, properties: str = "", run: str = "") -> str:
    """A paragraph of a DOCX with one run."""
    return f'<w:p><w:pPr>{properties}</w:pPr><w:r>{run}<w:t xml:space="preserve">{escape(text)}</w:t></w:r></w:p>'


def docx(body: str, **parts: str) -> bytes:
    """A DOCX with that body; `parts` are further parts by name, without `word/` and `.xml`."""
    entries = {
        "[Content_Types].xml": '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"/>',
        "word/document.xml": f"<w:document {W}><w:body>{body}</w:body></w:document>",
        **{f"word/{name}.xml": text for name, text in parts.items()},
    }
    return package(entries)


def docx_of(text: str) -> bytes:
    """A DOCX with a paragraph for each line."""
    return docx("".join(paragraph(line) for line in text.splitlines()))


Placed = tuple[float, float, float, str]
"""x and y of a line's beginning, in points from the top left corner, its size, and its text."""


def pdf(
    pages: Sequence[Sequence[Placed]], rules: Sequence[tuple[float, float, float, float]] = (), image: bytes = b""
) -> bytes:
    """A PDF with these lines on its pages, `rules` (x, y, width, height) and a JPEG `image` over the whole of each page."""
    characters = sorted({c for page in pages for *_, text in page for c in text})
    code = {c: n for n, c in enumerate(characters, 1)}
    mapping = "\n".join(f"<{n:04X}> <{c.encode('utf-16-be').hex().upper()}>" for c, n in code.items())
    cmap = (
        "/CIDInit /ProcSet findresource begin 12 dict begin begincmap /CMapType 2 def\n"
        f"1 begincodespacerange <0000> <FFFF> endcodespacerange\n{len(code)} beginbfchar\n{mapping}\nendbfchar\n"
        "endcmap CMapName currentdict /CMap defineresource pop end end"
    )
    widths = " ".join(f"{n} [{500 if c.isascii() else 1000}]" for c, n in code.items())
    objects = [
        "<< /Type /Catalog /Pages 2 0 R >>",
        "",
        "<< /Type /Font /Subtype /Type0 /BaseFont /Made /Encoding /Identity-H /DescendantFonts [4 0 R] /ToUnicode 6 0 R >>",
        f"<< /Type /Font /Subtype /CIDFontType2 /BaseFont /Made /CIDSystemInfo << /Registry (Adobe) /Ordering (Identity) /Supplement 0 >> /FontDescriptor 5 0 R /DW 1000 /W [{widths}] >>",
        "<< /Type /FontDescriptor /FontName /Made /Flags 4 /FontBBox [0 -200 1000 800] /ItalicAngle 0 /Ascent 800 /Descent -200 /CapHeight 700 /StemV 80 >>",
        _stream(cmap.encode()),
    ]
    picture = ""
    if image:
        width, height = _jpeg_size(image)
        objects.append(
            _stream(
                image,
                f"/Type /XObject /Subtype /Image /Width {width} /Height {height} /ColorSpace /DeviceRGB /BitsPerComponent 8 /Filter /DCTDecode",
                packed=False,
            )
        )
        picture = f"/XObject << /I {len(objects)} 0 R >>"
    kids = []
    for page in pages:
        drawn = [f"{x} {A4[1] - y - h} {w} {h} re f" for x, y, w, h in rules]
        drawn += [f"q {A4[0]} 0 0 {A4[1]} 0 0 cm /I Do Q"] if image else []
        for x, y, size, text in page:
            hexes = "".join(f"{code[c]:04X}" for c in text)
            drawn.append(f"BT /F {size} Tf 1 0 0 1 {x} {A4[1] - y - size} Tm <{hexes}> Tj ET")
        objects.append(_stream("\n".join(drawn).encode()))
        objects.append(
            f"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 {A4[0]} {A4[1]}] /Resources << /Font << /F 3 0 R >> {picture} >> /Contents {len(objects)} 0 R >>"
        )
        kids.append(f"{len(objects)} 0 R")
    objects[1] = f"<< /Type /Pages /Kids [{' '.join(kids)}] /Count {len(kids)} >>"
    out = bytearray(b"%PDF-1.7\n")
    places = []
    for n, body in enumerate(objects, 1):
        places.append(len(out))
        out += f"{n} 0 obj\n".encode() + (body if isinstance(body, bytes) else body.encode()) + b"\nendobj\n"
    start = len(out)
    table = "".join(f"{at:010} 00000 n \n" for at in places)
    out += f"xref\n0 {len(objects) + 1}\n0000000000 65535 f \n{table}trailer << /Size {len(objects) + 1} /Root 1 0 R >>\nstartxref\n{start}\n%%EOF\n".encode()
    return bytes(out)


def _stream(data: bytes, entries: str = "", packed: bool = True) -> bytes:
    body = zlib.compress(data) if packed else data
    filtered = "/Filter /FlateDecode" if packed else ""
    return f"<< {entries} {filtered} /Length {len(body)} >>\nstream\n".encode() + body + b"\nendstream"


def _jpeg_size(data: bytes) -> tuple[int, int]:
    from PIL import Image

    return Image.open(io.BytesIO(data)).size


def wrapped(text: str, per_line: int, size: float = 16, top: float = 80, left: float = 90) -> list[Placed]:
    """Paragraphs as an office prints them: indented by two characters, broken at `per_line`."""
    placed: list[Placed] = []
    for paragraph_text in text.splitlines():
        rest, x, room = paragraph_text, left + 2 * size, per_line - 2
        while rest:
            placed.append((x, top, size, rest[:room]))
            rest, x, room = rest[room:], left, per_line
            top += 1.75 * size
    return placed


def ofd(pages: Sequence[Sequence[Placed]]) -> bytes:
    """An OFD with these lines on its pages; x, y and size in millimetres."""
    space = 'xmlns:ofd="http://www.ofdspec.org/2016"'
    entries: dict[str, str] = {
        "OFD.xml": f"<ofd:OFD {space}><ofd:DocBody><ofd:DocRoot>Doc_0/Document.xml</ofd:DocRoot></ofd:DocBody></ofd:OFD>"
    }
    listed = "".join(f'<ofd:Page ID="{n}" BaseLoc="Pages/Page_{n}/Content.xml"/>' for n in range(len(pages)))
    entries["Doc_0/Document.xml"] = (
        f"<ofd:Document {space}><ofd:CommonData><ofd:PageArea><ofd:PhysicalBox>0 0 210 297</ofd:PhysicalBox></ofd:PageArea>"
        f"</ofd:CommonData><ofd:Pages>{listed}</ofd:Pages></ofd:Document>"
    )
    for n, page in enumerate(pages):
        things = "".join(
            f'<ofd:TextObject Boundary="{x} {y} 180 {size}" Size="{size}"><ofd:TextCode X="0" Y="{size}" DeltaX="g {len(text) - 1} {size}">{escape(text)}</ofd:TextCode></ofd:TextObject>'
            for x, y, size, text in page
        )
        entries[f"Doc_0/Pages/Page_{n}/Content.xml"] = (
            f"<ofd:Page {space}><ofd:Content><ofd:Layer>{things}</ofd:Layer></ofd:Content></ofd:Page>"
        )
    return package(entries)


def html(body: str, head: str = "") -> bytes:
    """An HTML page."""
    return f'<!DOCTYPE html><html><head><meta charset="utf-8">{head}</head><body>{body}</body></html>'.encode()
