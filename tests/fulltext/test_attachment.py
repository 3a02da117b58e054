"""Documents from anywhere: read in a child, or refused in a few words; nothing hangs or grows."""

from __future__ import annotations

import os
import time
from pathlib import Path

import pytest

from monitor.fulltext.attachment import Unreadable, read_document, running_text
from tests.fulltext.papers import assembled, docx, paragraph, pdf, pdf_bomb

RECORD = [
    "样例磁材股份有限公司投资者关系活动记录表",
    "问1:出口许可证的进展如何?",
    "答:公司按照要求提交了申请,目前已经陆续收到了主管部门颁发的出口许",
    "可证,发往欧洲客户的产品已经恢复发货,谢谢。",
]


async def why_not(body: bytes) -> str:
    with pytest.raises(Unreadable) as caught:
        await read_document(body)
    return str(caught.value)


async def test_a_chinese_pdf_reads_in_order_and_lines_are_joined_to_sentences() -> None:
    text = await read_document(pdf(RECORD))
    assert text.splitlines() == [RECORD[0], RECORD[1], RECORD[2] + RECORD[3]]


async def test_what_stands_on_every_page_is_left_out_and_sentences_cross_pages() -> None:
    pages = [
        ["Sample Magnetics Limited - annual notice", "The company has received the export license"],
        [
            "Sample Magnetics Limited - annual notice",
            "that it asked for. Shipments start on Monday.",
        ],
        ["Sample Magnetics Limited - annual notice", "Nothing else changed."],
    ]
    numbered = [[*page, f"{n} / 3"] for n, page in enumerate(pages, start=1)]
    text = await read_document(pdf(*numbered))
    assert text.splitlines()[0] == (
        "The company has received the export license that it asked for. Shipments start on Monday."
    )
    assert "annual notice" not in text
    assert "/ 3" not in text


async def test_only_the_first_thirty_pages_are_read() -> None:
    text = await read_document(pdf(*[[f"Page with the word number{n}x here."] for n in range(40)]))
    assert "number29x" in text
    assert "number30x" not in text


@pytest.mark.parametrize(
    ("body", "why"),
    [
        (pdf(RECORD, encrypted=True), "encrypted"),
        (assembled([b"0 0 100 100 re f"]), "scanned: no text inside"),
        (b"%PDF-1.7\n" + bytes(range(256)) * 40, "broken"),
        (pdf(RECORD)[:300], "broken"),
        (b"\xd0\xcf\x11\xe0" + b"\0" * 600, "an old Office file"),
        (b"<html>not here</html>", "neither PDF nor DOCX"),
        (b"", "neither PDF nor DOCX"),
        (docx("", name="xl/workbook.xml"), "neither PDF nor DOCX"),
        (docx("<w:p>")[:-30], "broken"),
        (docx("<w:p>"), "broken"),
        (docx(""), "no text inside"),
        (docx(" " * (17 * 2**20)), "too large"),
    ],
)
async def test_what_cannot_be_read_is_named(body: bytes, why: str) -> None:
    assert await why_not(body) == why


async def test_a_pdf_that_unpacks_to_a_gigabyte_costs_little_and_ends() -> None:
    started = time.monotonic()
    bomb = pdf_bomb()
    assert len(bomb) < 2 * 2**20
    assert await why_not(bomb) in ("too large or broken", "scanned: no text inside", "broken")
    assert time.monotonic() - started < 11


async def test_a_docx_reads_paragraphs_and_cells_in_order() -> None:
    row = "<w:tr>" + "".join(f"<w:tc>{paragraph(x)}</w:tc>" for x in ("时间", "3月2日")) + "</w:tr>"
    inner = paragraph("投资者关系", "活动记录表") + f"<w:tbl>{row}</w:tbl>" + paragraph(RECORD[3])
    text = await read_document(docx(inner))
    assert text.splitlines() == ["投资者关系活动记录表", "时间", "3月2日", RECORD[3]]


async def test_a_docx_with_entities_is_refused() -> None:
    levels = "".join(f'<!ENTITY e{n} "{f"&e{n - 1};" * 10}">' for n in range(1, 10))
    bomb = docx("&e9;", before=f'<!DOCTYPE w [<!ENTITY e0 "lol">{levels}]>')
    assert await why_not(bomb) == "broken"


async def test_a_child_that_overstays_is_killed(tmp_path: Path) -> None:
    script, pid = tmp_path / "slow.py", tmp_path / "pid"
    script.write_text(
        "import os, pathlib, time\n"
        f"pathlib.Path({str(pid)!r}).write_text(str(os.getpid()))\n"
        "while True: time.sleep(1)\n"
    )
    with pytest.raises(Unreadable, match=r"more than 1\.5 s"):
        await read_document(b"%PDF-", wall_s=1.5, child=script)
    with pytest.raises(ProcessLookupError):
        os.kill(int(pid.read_text()), 0)


async def test_a_child_sees_no_secrets(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DESK_TOKEN", "canary")
    script = tmp_path / "env.py"
    script.write_text(
        "import json, os\n"
        "print(json.dumps({'text': ' '.join(os.environ.values()), 'problem': None}))"
    )
    assert "canary" not in await read_document(b"", child=script)


def test_numbered_lines_and_answers_begin_anew() -> None:
    line = "一二三四五六七八九十一二三四五六七八九十"
    text = f"{line}\n(一){line[:-3]}\n答:{line[:-2]}"
    assert len(running_text(text).splitlines()) == 3
