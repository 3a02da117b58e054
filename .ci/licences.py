"""Write the table of what the program needs to run, by the metadata of what is installed.

licences.py FILE
"""

import re
import sys
from importlib.metadata import PackageNotFoundError, metadata
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
HEAD = """# Licences of what runs

Made by `make licences` from the metadata of what `requirements.lock` installs.
license-monitor itself: MIT.

| package | version | licence |
|---|---|---|
"""


def locked() -> list[str]:
    """The names in the run-time lock that hold for this machine, in its order."""
    lines = (ROOT / "requirements.lock").read_text("utf-8").splitlines()
    return [line.partition("==")[0].strip() for line in lines if re.match(r"[a-z0-9._-]+==", line)]


def licence_of(name: str) -> tuple[str, str]:
    """Version and licence in short."""
    about = metadata(name)
    words = about.get("License-Expression") or ""
    if not words:
        kinds = [c for c in about.get_all("Classifier") or () if c.startswith("License ::")]
        named = [c.rpartition(" :: ")[2] for c in kinds]
        words = ", ".join(n for n in named if n != "OSI Approved")
    if not words:
        text = (about.get("License") or "see the package").strip()
        words = text.splitlines()[0][:60]
        if "Redistribution and use in source and binary forms" in text:
            words = "BSD-3-Clause" if "Neither the name" in text else "BSD-2-Clause"
    return about["Version"], words


def table() -> str:
    """The whole file."""
    rows = []
    for name in sorted(set(locked())):
        try:
            version, words = licence_of(name)
        except PackageNotFoundError:
            version, words = "-", "not needed on this kind of machine"
        rows.append(f"| {name} | {version} | {words} |")
    return HEAD + "\n".join(rows) + "\n"


if __name__ == "__main__":
    Path(sys.argv[1]).write_text(table(), encoding="utf-8")
