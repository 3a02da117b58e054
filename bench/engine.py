"""Builds an image and runs containers: with docker, with podman, or as root with neither's help.

Where no engine answers and no registry can be reached, root on Debian or Ubuntu still can: a base
from the distribution's own packages (debootstrap), built upon by buildah, run by runc through
podman, all in a folder of its own.
"""

from __future__ import annotations

import os
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
BASE = "python:3.13.9-slim-trixie"
"""As the Dockerfile has it."""
CERTIFICATES = Path("/etc/ssl/certs/ca-certificates.crt")


class Unable(Exception):
    """No image can be built here; the message says why in one line."""


@dataclass(frozen=True, slots=True)
class Engine:
    """A way to run containers. `words` precede every command."""

    name: str
    words: tuple[str, ...]
    run_flags: tuple[str, ...] = ()
    home: Path | None = None
    """Where the third way keeps its images."""

    def call(self, *words: str, check: bool = True, within_s: float = 120.0) -> str:
        """What the command printed, both streams."""
        done = subprocess.run(
            [*self.words, *words], env=self.environment(), stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT, text=True, timeout=within_s, check=False,
        )  # fmt: skip
        if check and done.returncode:
            raise Unable(f"{self.name} {words[0]}: {done.stdout.strip()[-2000:]}")
        return done.stdout.strip()

    def environment(self) -> dict[str, str]:
        """For every call."""
        if self.home is None:
            return dict(os.environ)
        return {
            **os.environ,
            "CONTAINERS_CONF": str(self.home / "containers.conf"),
            "CONTAINERS_REGISTRIES_CONF": str(self.home / "registries.conf"),
        }

    def build(self, tag: str, **arguments: str) -> None:
        """Build the checkout's Dockerfile."""
        given = [w for k, v in arguments.items() for w in ("--build-arg", f"{k}={v}")]
        if self.home is None:
            self.call("build", *given, "-t", tag, str(ROOT), within_s=1800)
            return
        storage = self.words[1:7]
        # A proxy's own certificate is trusted while pip runs; it stays out of the image.
        mount = ["-v", f"{CERTIFICATES}:{CERTIFICATES}:ro"] if CERTIFICATES.exists() else []
        _run(
            ["buildah", *storage, "bud", "--isolation", "chroot", "--format", "docker",
             "--pull-never", *mount, *given, "-t", tag, str(ROOT)],
            self.environment(),
        )  # fmt: skip


def engine(home: Path) -> Engine:
    """The first way that works here. `home`: a folder that the third may fill and find again."""
    for name in ("docker", "podman"):
        if shutil.which(name) and _answers(name, "info") and _has_base(name):
            flags = () if name == "docker" else ("--no-healthcheck",)
            return Engine(name, (name,), flags)
    return _by_hand(home)


def _answers(*words: str, within_s: float = 60.0) -> bool:
    try:
        done = subprocess.run(words, capture_output=True, timeout=within_s, check=False)
    except subprocess.TimeoutExpired:
        return False
    return done.returncode == 0


def _has_base(name: str) -> bool:
    """Whether the base is here, or can be had from a registry."""
    return _answers(name, "image", "inspect", BASE) or _answers(
        name, "pull", f"docker.io/library/{BASE}", within_s=180
    )


def _by_hand(home: Path) -> Engine:
    lacking = [n for n in ("debootstrap", "buildah", "podman", "runc") if not shutil.which(n)]
    if os.geteuid() != 0:
        raise Unable("no docker or podman with a registry answers, and only root can do without")
    if lacking:
        raise Unable(
            "no docker or podman with a registry answers; to do without, as root on Debian:"
            f" apt-get install {' '.join(lacking)}"
        )
    home.mkdir(parents=True, exist_ok=True)
    (home / "registries.conf").write_text(
        'unqualified-search-registries = ["localhost"]\nshort-name-mode = "permissive"\n'
    )
    (home / "containers.conf").write_text(
        '[containers]\ndefault_ulimits = []\n[engine]\ncgroup_manager = "cgroupfs"\n'
        'events_logger = "none"\n'
    )
    storage = (
        "--root", str(home / "graph"), "--runroot", str(home / "run"), "--storage-driver", "vfs",
    )  # fmt: skip
    words = ("podman", *storage, "--runtime", "runc", "--cgroup-manager", "cgroupfs")
    made = Engine("podman on runc", words, ("--no-healthcheck", "--ulimit", "host"), home)
    if not _answers("buildah", *storage, "inspect", "--type", "image", f"localhost/{BASE}"):
        _make_base(home, ("buildah", *storage), made.environment())
    return made


def _make_base(home: Path, buildah: tuple[str, ...], environment: dict[str, str]) -> None:
    """What the official slim image is, made from Debian 13: Python 3.13 with venv and pip."""
    tree = home / "base"
    if not (tree / "usr/bin/pip3").exists():
        shutil.rmtree(tree, ignore_errors=True)
        _run(
            ["debootstrap", "--variant=minbase", "--no-check-gpg",
             "--include=python3,python3-venv,python3-pip,ca-certificates", "trixie", str(tree),
             "http://deb.debian.org/debian", "/usr/share/debootstrap/scripts/sid"],
            environment,
        )  # fmt: skip
    for needless in [*tree.glob("usr/lib/python3*/EXTERNALLY-MANAGED"),
                     *tree.glob("var/cache/apt/archives/*.deb")]:  # fmt: skip
        needless.unlink()
    for name, target in {"python": "python3", "python3": "python3", "pip": "pip3"}.items():
        link = tree / "usr/local/bin" / name
        link.unlink(missing_ok=True)
        link.symlink_to(f"/usr/bin/{target}")
    container = _run([*buildah, "from", "scratch"], environment)
    mounted = _run([*buildah, "mount", container], environment)
    _run(["cp", "-a", f"{tree}/.", mounted], environment)
    _run([*buildah, "umount", container], environment)
    path = "PATH=/usr/local/bin:/usr/local/sbin:/usr/sbin:/usr/bin:/sbin:/bin"
    _run([*buildah, "config", "--env", path, "--cmd", "python3", container], environment)
    _run([*buildah, "commit", "-q", "--rm", container, f"localhost/{BASE}"], environment)


def _run(words: list[str], environment: dict[str, str]) -> str:
    done = subprocess.run(
        words, env=environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
        timeout=1800, check=False,
    )  # fmt: skip
    if done.returncode:
        raise Unable(f"{' '.join(words[:2])}: {done.stdout.strip()[-2000:]}")
    return done.stdout.strip()
