"""Draw the digest and the pages as docs/pages.png, for the README: `make pictures`.

Plays the demo, serves what it stored, and photographs both in chromium (apt-get install chromium).
"""

import asyncio
import os
import shutil
import struct
import subprocess
import sys
import tempfile
from base64 import b64decode, b64encode
from datetime import timedelta
from pathlib import Path
from typing import Literal, NamedTuple
from zlib import compress, crc32

from playwright.async_api import Browser, Page, async_playwright

from monitor.commands.demo import SAMPLE, SCENES
from monitor.config import Config, Source, Web, builtin_issuers
from monitor.pages import serving
from monitor.stores import open_store
from monitor.stores.reader import Reader
from monitor.vitals import Vitals

WIDTH, HEIGHT = 1360, 820
NOW = SCENES[-1].at + timedelta(seconds=2)


class Shot(NamedTuple):
    """A photograph: a path of the pages, or a file beside the database."""

    name: str
    path: str
    width: int
    height: int
    scale: float
    scheme: Literal["light", "dark"]


SHOWN = (
    Shot("event", "/events/EVENT", 750, 965, 0.8, "light"),
    Shot("issuer", "/issuers/399001.SZ", 360, 660, 0.8, "dark"),
    Shot("digest", "digest.html", 640, 1030, 0.75, "light"),
)
COLLAGE = """<!doctype html><style>
body {{ margin: 0; width: {width}px; height: {height}px; background: #d1d9e0; overflow: hidden }}
img {{ position: absolute; border: 1px solid #9198a1; border-radius: 4px }}
</style>
<img src="event.png" style="left: 24px; top: 24px">
<img src="digest.png" style="left: 648px; top: 24px">
<img src="issuer.png" style="left: 1046px; top: 268px">
"""


def played(folder: Path) -> tuple[Config, str]:
    """The demo's database and digest in `folder`; the configuration to show them with, and the
    story that the big picture is about."""
    database = folder / "demo.db"
    subprocess.run(
        [sys.executable, "-m", "monitor", "demo", "--keep", database, "--digest",
         folder / "digest.html"],
        check=True, stdout=subprocess.DEVNULL,
    )  # fmt: skip
    store = open_store(str(database))
    names = {"szse-irm": "SZSE Q&A", "press": "Sample Metals News", "gazette": "样例日报"}
    assert {c.source_id for c in store.checkpoints()} == set(names)
    told = [e for e in store.events_since(SCENES[0].at) if e.match.issuer_id == "jl-mag"]
    store.close()
    sources = [Source(id=name, adapter="feed", name=title) for name, title in names.items()]
    config = Config(
        database=str(database), issuers=[*builtin_issuers(), SAMPLE], sources=sources,
        web=Web(listen="127.0.0.1:0"),
    )  # fmt: skip
    return config, told[0].id


async def photographed(browser: Browser, address: str, story: str, folder: Path) -> None:
    """Each shot of SHOWN as a PNG in `folder`."""
    for shot in SHOWN:
        page = await browser.new_page(
            viewport={"width": shot.width, "height": shot.height},
            device_scale_factor=shot.scale,
            color_scheme=shot.scheme,
        )
        path = shot.path.replace("EVENT", story)
        await page.goto(address + path if path[0] == "/" else (folder / path).as_uri())
        await page.screenshot(path=folder / f"{shot.name}.png")
        await page.close()


INDEXED = """async (address) => {
  const image = new Image();
  image.src = address;
  await image.decode();
  const canvas = new OffscreenCanvas(image.width, image.height).getContext("2d");
  canvas.drawImage(image, 0, 0);
  const data = canvas.getImageData(0, 0, image.width, image.height).data;
  const counts = new Map();
  for (let i = 0; i < data.length; i += 4) {
    const colour = (data[i] << 16) | (data[i + 1] << 8) | data[i + 2];
    counts.set(colour, (counts.get(colour) || 0) + 1);
  }
  const often = [...counts].sort((a, b) => b[1] - a[1]).map(([colour]) => colour);
  const vivid = (c) => {
    const parts = [16, 8, 0].map((n) => (c >> n) & 255);
    return Math.max(...parts) - Math.min(...parts) > 80;
  };
  const palette = [...new Set([...often.slice(0, 136), ...often.filter(vivid).slice(0, 120)])];
  const far = (a, b) => [16, 8, 0].reduce((d, n) => d + (((a >> n) & 255) - ((b >> n) & 255)) ** 2, 0);
  const nearest = new Map();
  for (const colour of counts.keys()) {
    let best = 0;
    palette.forEach((p, n) => { if (far(colour, p) < far(colour, palette[best])) best = n; });
    nearest.set(colour, best);
  }
  let pixels = "";
  for (let i = 0; i < data.length; i += 4)
    pixels += String.fromCharCode(nearest.get((data[i] << 16) | (data[i + 1] << 8) | data[i + 2]));
  return [palette, btoa(pixels)];
}"""  # noqa: E501


async def with_few_colours(page: Page, png: bytes) -> bytes:
    """The PNG with a palette of its most frequent colours: half the size."""
    address = f"data:image/png;base64,{b64encode(png).decode()}"
    palette, pixels = await page.evaluate(INDEXED, address)
    rows = b64decode(pixels)
    flat = b"".join(b"\0" + rows[n : n + WIDTH] for n in range(0, len(rows), WIDTH))

    def chunk(kind: bytes, body: bytes) -> bytes:
        return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", crc32(kind + body))

    return b"".join((
        png[:8],
        chunk(b"IHDR", struct.pack(">IIBBBBB", WIDTH, HEIGHT, 8, 3, 0, 0, 0)),
        chunk(b"PLTE", b"".join(struct.pack(">I", colour)[1:] for colour in palette)),
        chunk(b"IDAT", compress(flat, 9)),
        chunk(b"IEND", b""),
    ))  # fmt: skip


async def drawn() -> bytes:
    """The picture as a PNG."""
    chromium = shutil.which("chromium") or shutil.which("chromium-browser")
    if chromium is None:
        sys.exit("no chromium: apt-get install chromium")
    with tempfile.TemporaryDirectory(prefix="monitor-pictures-") as name:
        folder = Path(name)
        config, story = await asyncio.to_thread(played, folder)
        (folder / "collage.html").write_text(COLLAGE.format(width=WIDTH, height=HEIGHT))
        async with async_playwright() as playwright:
            flags = ["--no-sandbox"] if os.geteuid() == 0 else []
            browser = await playwright.chromium.launch(executable_path=chromium, args=flags)
            async with serving(config, Reader(config.database), Vitals(), now=lambda: NOW) as at:
                await photographed(browser, at.rstrip("/"), story, folder)
            page = await browser.new_page(viewport={"width": WIDTH, "height": HEIGHT})
            await page.goto((folder / "collage.html").as_uri())
            picture = await with_few_colours(page, await page.screenshot())
            await browser.close()
    return picture


if __name__ == "__main__":
    Path(__file__).with_name("pages.png").write_bytes(asyncio.run(drawn()))
