"""PDFs and DOCX files made by hand, good and bad."""

from __future__ import annotations

import io
import zipfile
import zlib
from collections.abc import Sequence

_CID = (
    b"/CIDInit /ProcSet findresource begin 12 dict begin begincmap /CMapType 2 def"
    b" 1 begincodespacerange <0000> <ffff> endcodespacerange\n"
)


def pdf(*pages: Sequence[str], encrypted: bool = False) -> bytes:
    """One page for each list of lines, in a font that says what its codes mean (ToUnicode)."""
    letters = sorted({c for page in pages for line in page for c in line})
    cmap = _CID
    for i in range(0, len(letters), 100):
        some = letters[i : i + 100]
        rows = "".join(f"<{ord(c):04x}> <{ord(c):04x}>\n" for c in some)
        cmap += f"{len(some)} beginbfchar\n{rows}endbfchar\n".encode()
    cmap += b"endcmap end end"
    narrow = " ".join(f"{ord(c)} [500]" for c in letters if ord(c) < 256)
    contents = []
    for page in pages:
        lines = "".join(
            f"1 0 0 1 50 {780 - 16 * n} Tm <{line.encode('utf-16-be').hex()}> Tj\n"
            for n, line in enumerate(page)
        )
        contents.append(f"BT /F1 10 Tf\n{lines}ET".encode())
    return assembled(contents, cmap, narrow, encrypted=encrypted)


def assembled(
    contents: Sequence[bytes],
    cmap: bytes = _CID,
    narrow: str = "",
    *,
    encrypted: bool = False,
    filtered: str = "",
) -> bytes:
    """A whole file around the streams of its pages."""
    kids = " ".join(f"{6 + 2 * n} 0 R" for n in range(len(contents)))
    objects = [
        b"<</Type/Catalog/Pages 2 0 R>>",
        f"<</Type/Pages/Kids[{kids}]/Count {len(contents)}>>".encode(),
        b"<</Type/Font/Subtype/Type0/BaseFont/SimSun/Encoding/Identity-H"
        b"/DescendantFonts[4 0 R]/ToUnicode 5 0 R>>",
        b"<</Type/Font/Subtype/CIDFontType2/BaseFont/SimSun/DW 1000"
        + f"/W[{narrow}]".encode()
        + b"/CIDSystemInfo<</Registry(Adobe)/Ordering(Identity)/Supplement 0>>>>",
        f"<</Length {len(cmap)}>>\nstream\n".encode() + cmap + b"\nendstream",
    ]
    for n, content in enumerate(contents):
        objects.append(
            f"<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]/Contents {7 + 2 * n} 0 R"
            "/Resources<</Font<</F1 3 0 R>>>>>>".encode()
        )
        head = f"<</Length {len(content)}{filtered}>>\nstream\n".encode()
        objects.append(head + content + b"\nendstream")
    if encrypted:
        lock = "00" * 32
        objects.append(f"<</Filter/Standard/V 1/R 2/P -4/O<{lock}>/U<{lock}>>>".encode())
    out = bytearray(b"%PDF-1.7\n")
    places = []
    for number, made in enumerate(objects, start=1):
        places.append(len(out))
        out += f"{number} 0 obj\n".encode() + made + b"\nendobj\n"
    table = len(out)
    out += f"xref\n0 {len(objects) + 1}\n0000000000 65535 f \n".encode()
    out += b"".join(f"{place:010d} 00000 n \n".encode() for place in places)
    lock = f"/Encrypt {len(objects)} 0 R/ID[<00><00>]" if encrypted else ""
    out += f"trailer<</Size {len(objects) + 1}/Root 1 0 R{lock}>>\n".encode()
    return bytes(out + f"startxref\n{table}\n%%EOF".encode())


def pdf_bomb(megabytes: int = 900) -> bytes:
    """Under a megabyte that unpacks to `megabytes`."""
    packer = zlib.compressobj(9)
    packer.compress(b" ")
    begin = b"\x78\xda"
    block = packer.flush(zlib.Z_FULL_FLUSH)
    one = zlib.compressobj(9, zlib.DEFLATED, -15)
    block = one.compress(b"0 " * 2**19) + one.flush(zlib.Z_FULL_FLUSH)
    stream = begin + block * megabytes + b"\x03\x00"
    return assembled([stream], filtered="/Filter/FlateDecode")


_WORD = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"


def docx(inner: str, *, name: str = "word/document.xml", before: str = "") -> bytes:
    """A DOCX whose document has `inner` as its body."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        markup = f'{before}<w:document xmlns:w="{_WORD}"><w:body>{inner}</w:body></w:document>'
        archive.writestr("[Content_Types].xml", "<Types/>")
        archive.writestr(name, markup)
    return out.getvalue()


def paragraph(*runs: str) -> str:
    return "<w:p>" + "".join(f"<w:r><w:t>{run}</w:t></w:r>" for run in runs) + "</w:p>"
