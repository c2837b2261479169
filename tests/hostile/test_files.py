"""Files made to hurt whoever reads them: bombs, lies about sizes, entities, names that are paths."""

from __future__ import annotations

import struct
import tracemalloc
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest

from aurum_data.errors import Invalid
from aurum_data.intake.files import inspect_file, read_rows

MB = 1024**2
OUTSIDE = "/tmp/aurum-evil.txt"  # noqa: S108 - where no file may appear
WORKBOOK = """<?xml version="1.0"?>
<workbook xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"
 xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships">
<sheets><sheet name="Leads" sheetId="1" r:id="rId1"/></sheets></workbook>"""
RELATIONS = """<?xml version="1.0"?>
<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="rId1"
 Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/worksheet" Target="worksheets/sheet1.xml"/>
<Relationship Id="rId2" Target="sharedStrings.xml"
 Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/sharedStrings"/></Relationships>"""
TYPES = """<?xml version="1.0"?>
<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">
<Default Extension="xml" ContentType="application/xml"/>
<Override PartName="/xl/workbook.xml"
 ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"/>
<Override PartName="/xl/worksheets/sheet1.xml"
 ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.worksheet+xml"/>
<Override PartName="/xl/sharedStrings.xml"
 ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.sharedStrings+xml"/></Types>"""
SHEET_START = '<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>'
ROWS = "".join(
    f'<row r="{n}"><c r="A{n}" t="inlineStr"><is><t>{name}</t></is></c></row>' for n, name in ((1, "Name"), (2, "Ada"))
)
SHEET = f'<?xml version="1.0"?>{SHEET_START}{ROWS}</sheetData></worksheet>'
STRINGS = '<?xml version="1.0"?><sst xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"/>'


def workbook(path: Path, *, sheet: str = SHEET, strings: str | int = STRINGS, **more: bytes) -> Path:
    """A workbook of one sheet; `strings` as a number is that many megabytes of nothing."""
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as archive:
        archive.writestr("[Content_Types].xml", TYPES)
        archive.writestr("xl/workbook.xml", WORKBOOK)
        archive.writestr("xl/_rels/workbook.xml.rels", RELATIONS)
        archive.writestr("xl/worksheets/sheet1.xml", sheet)
        with archive.open("xl/sharedStrings.xml", "w", force_zip64=True) as part:
            for _ in range(strings if isinstance(strings, int) else 0):
                part.write(b" " * MB)
            if isinstance(strings, str):
                part.write(strings.encode())
        for name, content in more.items():
            archive.writestr(name, content)
    return path


def names_in(path: Path) -> list[str]:
    """The first column, as an import reads it."""
    return [row.values["Name"] for row in read_rows(path, inspect_file(path))]


def refused_within(megabytes: int, attempt: Callable[[], object]) -> str:
    """The sentence of the refusal; more memory than that fails the test."""
    tracemalloc.start()
    try:
        with pytest.raises(Invalid) as refused:
            attempt()
        assert tracemalloc.get_traced_memory()[1] < megabytes * MB
    finally:
        tracemalloc.stop()
    return refused.value.message


def test_an_honest_workbook_is_read(tmp_path: Path) -> None:
    assert names_in(workbook(tmp_path / "a.xlsx")) == ["Ada"]


def test_a_bomb_is_refused_before_it_is_unpacked(tmp_path: Path) -> None:
    bomb = workbook(tmp_path / "bomb.xlsx", strings=300)
    assert bomb.stat().st_size < 3 * MB
    assert "unpacks to too much" in refused_within(5, lambda: inspect_file(bomb))


def test_a_bomb_that_lies_about_its_size_is_refused(tmp_path: Path) -> None:
    bomb = workbook(tmp_path / "liar.xlsx", strings=300)
    content = bytearray(bomb.read_bytes())
    honest = struct.pack("<I", 300 * MB)
    at = content.rfind(honest)  # in the directory at the end
    assert at > 0
    while at > 0:
        content[at : at + 4] = struct.pack("<I", 1000)
        at = content.rfind(honest)
    bomb.write_bytes(content)
    assert "damaged" in refused_within(20, lambda: names_in(bomb))


def test_thousands_of_parts_are_refused(tmp_path: Path) -> None:
    many = workbook(tmp_path / "many.xlsx", **{f"xl/media/{n}.bin": b"" for n in range(2_100)})
    assert "too much data" in refused_within(20, lambda: inspect_file(many))


LAUGHS = "".join(f'<!ENTITY l{n + 1} "{f"&l{n};" * 10}">' for n in range(9))
BILLION = f'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY l0 "ha">{LAUGHS}]>'
CELL = '<row r="2"><c r="A2" t="inlineStr"><is><t>{}</t></is></c></row>'
HEADER = '<row r="1"><c r="A1" t="inlineStr"><is><t>Name</t></is></c></row>'


def test_entities_that_multiply_are_refused(tmp_path: Path) -> None:
    sheet = f"{BILLION}{SHEET_START}{HEADER}{CELL.format('&l9;')}</sheetData></worksheet>"
    assert "damaged" in refused_within(60, lambda: names_in(workbook(tmp_path / "laughs.xlsx", sheet=sheet)))


def test_entities_that_name_a_file_bring_nothing_of_it(tmp_path: Path) -> None:
    secret = tmp_path / "secret.txt"
    secret.write_text("the secret")
    outside = f'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY s SYSTEM "{secret.as_uri()}">]>'
    sheet = f"{outside}{SHEET_START}{HEADER}{CELL.format('a &s; b')}</sheetData></worksheet>"
    path = workbook(tmp_path / "outside.xlsx", sheet=sheet)
    try:
        found = names_in(path)
    except Invalid as refused:
        found = [refused.message]
    assert "the secret" not in str(found)


def test_a_part_whose_name_is_a_path_is_written_nowhere(tmp_path: Path) -> None:
    folder = tmp_path / "deep" / "deeper"
    folder.mkdir(parents=True)
    path = workbook(folder / "a.xlsx", **{"../../evil.txt": b"x", OUTSIDE: b"x"})
    assert names_in(path) == ["Ada"]
    assert {file.name for file in tmp_path.rglob("*") if file.is_file()} == {"a.xlsx"}
    assert not Path(OUTSIDE).exists()


def test_a_sheet_that_claims_to_be_endless_costs_what_it_holds(tmp_path: Path) -> None:
    claims = SHEET.replace("<sheetData>", '<dimension ref="A1:XFD1048576"/><sheetData>')
    path = workbook(tmp_path / "endless.xlsx", sheet=claims)
    tracemalloc.start()
    assert names_in(path) == ["Ada"]
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 20 * MB


@pytest.mark.parametrize("name", ["../../etc/passwd", "a.csv/../../../etc/shadow", "/dev/zero", "/proc/self/mem", "."])
def test_what_is_no_plain_file_is_no_list(tmp_path: Path, name: str) -> None:
    (tmp_path / "a.csv").write_text("Name\nAda\n")
    with pytest.raises(Invalid):
        inspect_file(tmp_path / name)
