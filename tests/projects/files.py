"""Makes files such as people upload, and such as they should not."""

import zlib
from io import BytesIO
from zipfile import ZIP_DEFLATED, ZIP_STORED, ZipFile

Parts = dict[str, bytes]
EXE = b"MZ" + b"\0" * 58 + (128).to_bytes(4, "little") + b"\0" * 64 + b"PE\0\0" + b"\x90" * 200
DOS = b"MZ\x90\x00"
OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600
PACKAGE = "http://schemas.openxmlformats.org/package/2006"
OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006"
MAIN = "application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"
CALM_CATALOG = b"<< /Type /Catalog /Pages 2 0 R >>"
PAGE = b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 200 200] >>"


def pdf(*more: bytes, catalog: bytes = CALM_CATALOG, trailer: bytes = b"") -> bytes:
    """A page, with these objects besides (numbered from 4)."""
    bodies = [catalog, b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>", PAGE, *more]
    out, places = b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n", []
    for number, body in enumerate(bodies, 1):
        places.append(len(out))
        out += b"%d 0 obj\n%s\nendobj\n" % (number, body)
    start = len(out)
    out += b"xref\n0 %d\n0000000000 65535 f \n" % (len(bodies) + 1)
    out += b"".join(b"%010d 00000 n \n" % place for place in places)
    return out + b"trailer\n<< /Size %d /Root 1 0 R %s >>\nstartxref\n%d\n%%%%EOF\n" % (len(bodies) + 1, trailer, start)


def packed_pdf(*more: bytes, catalog: bytes = CALM_CATALOG, in_table: bool = True) -> bytes:
    """The same with all objects in a compressed object stream, as most programs write PDFs today.

    With `in_table=False` the table is the plain kind and knows the page only: what is packed is found by searching.
    """
    bodies = [catalog, b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>", PAGE, *more]
    places, at = [], 0
    for number, body in enumerate(bodies, 1):
        places.append(b"%d %d" % (number, at))
        at += len(body) + 1
    head = b" ".join(places) + b"\n"
    data = zlib.compress(head + b"\n".join(bodies))
    stream = len(bodies) + 1
    told = b"<< /Type /ObjStm /N %d /First %d /Filter /FlateDecode /Length %d >>" % (len(bodies), len(head), len(data))
    packed = b"%d 0 obj\n%s\nstream\n%s\nendstream\nendobj\n" % (stream, told, data)
    if not in_table:
        return pdf().replace(b"xref\n0", packed + b"xref\n0", 1)
    out = b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n"
    at, out = len(out), out + packed
    rows = [(0, 0, 65535), *((2, stream, index) for index in range(len(bodies))), (1, at, 0), (1, len(out), 0)]
    table = zlib.compress(
        b"".join(bytes([kind]) + place.to_bytes(4, "big") + index.to_bytes(2, "big") for kind, place, index in rows)
    )
    told = b"<< /Type /XRef /Size %d /W [1 4 2] /Root 1 0 R /Filter /FlateDecode /Length %d >>" % (
        len(rows),
        len(table),
    )
    start = len(out)
    out += b"%d 0 obj\n%s\nstream\n%s\nendstream\nendobj\n" % (stream + 1, told, table)
    return out + b"startxref\n%d\n%%%%EOF\n" % start


def docx(parts: Parts | None = None, *, body: str = "<w:p/>", relations: str = "", main: str = MAIN) -> bytes:
    types = (
        f'<Types xmlns="{PACKAGE}/content-types"><Default Extension="rels" ContentType="application/xml"/>'
        f'<Override PartName="/word/document.xml" ContentType="{main}"/></Types>'
    )
    text = (
        '<w:document xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main" '
        f'xmlns:o="urn:schemas-microsoft-com:office:office"><w:body>{body}</w:body></w:document>'
    )
    related = f'<Relationships xmlns="{PACKAGE}/relationships">{relations}</Relationships>'
    return archive(
        {
            "[Content_Types].xml": types.encode(),
            "word/document.xml": text.encode(),
            "word/_rels/document.xml.rels": related.encode(),
        }
        | (parts or {})
    )


def relation(kind: str, target: str, *, outside: bool = True) -> str:
    mode = ' TargetMode="External"' if outside else ""
    return f'<Relationship Id="r1" Type="{OFFICE}/relationships/{kind}" Target="{target}"{mode}/>'


def odt(parts: Parts | None = None, *, body: str = "") -> bytes:
    text = (
        '<office:document-content xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0" '
        'xmlns:text="urn:oasis:names:tc:opendocument:xmlns:text:1.0" '
        'xmlns:draw="urn:oasis:names:tc:opendocument:xmlns:drawing:1.0" '
        'xmlns:script="urn:oasis:names:tc:opendocument:xmlns:script:1.0" '
        f'xmlns:xlink="http://www.w3.org/1999/xlink">{body}</office:document-content>'
    )
    first: Parts = {"mimetype": b"application/vnd.oasis.opendocument.text", "content.xml": text.encode()}
    return archive(first | {"Configurations2/accelerator/current.xml": b""} | (parts or {}))


def archive(parts: Parts, comment: bytes = b"") -> bytes:
    out = BytesIO()
    with ZipFile(out, "w", ZIP_DEFLATED) as file:
        for name, content in parts.items():
            file.writestr(name, content, ZIP_STORED if name == "mimetype" else ZIP_DEFLATED)
        file.comment = comment
    return out.getvalue()


def png(width: int = 2, height: int = 2) -> bytes:
    def chunk(kind: bytes, data: bytes) -> bytes:
        return len(data).to_bytes(4, "big") + kind + data + zlib.crc32(kind + data).to_bytes(4, "big")

    size = width.to_bytes(4, "big") + height.to_bytes(4, "big") + bytes([8, 0, 0, 0, 0])
    rows = zlib.compress(b"\0\x80\x80" * 2)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", size) + chunk(b"IDAT", rows) + chunk(b"IEND", b"")


def jpeg() -> bytes:
    frame = b"\xff\xc0\x00\x0b\x08\x00\x02\x00\x02\x01\x01\x11\x00"
    scan = b"\xff\xda\x00\x08\x01\x01\x00\x00\x3f\x00" + b"\x12\xff\x00\x34\xff\xd0\x56"
    return b"\xff\xd8\xff\xe0\x00\x10JFIF\x00\x01\x01\x00\x00\x01\x00\x01\x00\x00" + frame + scan + b"\xff\xd9"
