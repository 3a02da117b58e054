"""What a release holds, installed as users install it and tried. Leaves the files in dist/.

Builds wheel and sdist; compares the sdist's top with .ci/sdist-holds.txt; installs the locked
requirements and the wheel into a new environment in a folder of its own; runs `monitor --version`,
`monitor check` on the shipped configuration and the demo there, away from the checkout.
"""

import os
import subprocess
import sys
import tarfile
import tempfile
import venv
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
DIST = ROOT / "dist"


def say(words: str) -> None:
    """One line of what was seen."""
    sys.stdout.write(f"release-check: {words}\n")
    sys.stdout.flush()


def run(*words: str, where: Path = ROOT) -> str:
    """Run it without anything of the checkout on its path; ends all when it fails."""
    environment = {k: v for k, v in os.environ.items() if not k.startswith("PYTHON")}
    done = subprocess.run(
        words, cwd=where, env=environment, text=True, stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT, check=False,
    )  # fmt: skip
    if done.returncode:
        sys.exit(f"release-check: {' '.join(words)}\n{done.stdout}")
    return done.stdout


def build() -> tuple[Path, Path]:
    """Wheel and sdist of this version, by the build backend itself: nothing is downloaded."""
    hatch = "from hatchling.build import build_{0}; print(build_{0}('dist'))"
    names = [run(sys.executable, "-c", hatch.format(k)).split()[-1] for k in ("wheel", "sdist")]
    return DIST / names[0], DIST / names[1]


def check_sdist(path: Path) -> None:
    """Everything that belongs in it, and nothing else, at the top; no leftovers anywhere."""
    with tarfile.open(path) as archive:
        names = [n.partition("/")[2] for n in archive.getnames()]
    tops = {n.partition("/")[0] + ("/" if "/" in n else "") for n in names if n}
    wanted = set((ROOT / ".ci/sdist-holds.txt").read_text().split())
    if tops != wanted:
        sys.exit(f"release-check: {path.name}: missing {wanted - tops}, too much {tops - wanted}")
    stray = [n for n in names if n.endswith((".pyc", ".db", ".env")) or "__pycache__" in n]
    if stray:
        sys.exit(f"release-check: {path.name} holds {stray[:5]}")
    say(f"{path.name}: {len(names)} files, as .ci/sdist-holds.txt says")


def main() -> None:
    """All of it, in order."""
    DIST.mkdir(exist_ok=True)
    wheel, sdist = build()
    say(run(sys.executable, ".ci/wheel_holds.py", "dist").strip())
    check_sdist(sdist)
    with tempfile.TemporaryDirectory(prefix="monitor-release-") as name:
        folder = Path(name)
        venv.create(folder / "venv", with_pip=True)
        python, monitor = (str(folder / "venv/bin" / n) for n in ("python", "monitor"))
        quiet = ("--quiet", "--disable-pip-version-check")
        lock = str(ROOT / "requirements.lock")
        run(python, "-m", "pip", "install", *quiet, "--require-hashes", "-r", lock)
        run(python, "-m", "pip", "install", *quiet, "--no-deps", "--no-index", str(wheel))
        say(run(python, "-m", "pip", "check", quiet[1]).strip())
        version = run(monitor, "--version", where=folder).split()[-1]
        if version not in wheel.name:
            sys.exit(f"release-check: {wheel.name} says it is {version}")
        say(f"installed from the lock: monitor {version}")
        where = run(python, "-c", "import monitor; print(monitor.__file__)", where=folder).strip()
        if not Path(where).is_relative_to(folder):
            sys.exit(f"release-check: it runs {where}")
        run(monitor, "check", str(ROOT / "feeds.yaml"), where=folder)
        told = run(monitor, "demo", where=folder)
        if "GRANTED · JL MAG" not in told:
            sys.exit(f"release-check: the demo told nothing of JL MAG:\n{told}")
        say(f"the demo away from the checkout: {told.count('GRANTED ·')} times GRANTED")


if __name__ == "__main__":
    main()
