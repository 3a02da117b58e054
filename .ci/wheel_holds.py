"""Check that the newest wheel in a folder holds what the program needs beside its code."""

import sys
import zipfile
from pathlib import Path

NEEDED = (
    "monitor/watchlist.yaml",
    "monitor/rules/packs/export_license.en.yaml",
    "monitor/rules/packs/export_license.zh.yaml",
    "monitor/digest/templates/digest.html.j2",
    "monitor/pages/static/story.css",
    "monitor/pages/templates/event.html.j2",
    "monitor/py.typed",
)

wheels = sorted(Path(sys.argv[1]).glob("*.whl"), key=lambda p: p.stat().st_mtime)
if not wheels:
    sys.exit(f"no wheel in {sys.argv[1]}")
names = set(zipfile.ZipFile(wheels[-1]).namelist())
missing = [n for n in NEEDED if n not in names]
stray = sorted(n for n in names if not n.startswith(("monitor/", "license_monitor-")))
if missing or stray:
    sys.exit(f"{wheels[-1].name}: missing {missing}, not ours {stray}")
sys.stdout.write(f"{wheels[-1].name}: {len(names)} files, nothing missing\n")
