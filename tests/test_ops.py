"""What docs/ops and the container's files say is so: links, metrics, licences, hardening."""

from __future__ import annotations

import json
import re
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
import yaml

from monitor.commands import COMMANDS
from monitor.commands.look import report
from monitor.config import Config, Receiver, Source
from monitor.model import Checkpoint
from monitor.stores import open_store
from monitor.vitals import Vitals

ROOT = Path(__file__).parents[1]
OPS = ROOT / "docs" / "ops"
PAGES = sorted(OPS.glob("*.md"))
NOW = datetime(2026, 3, 2, 3, 0, tzinfo=UTC)


def text(name: str) -> str:
    return (ROOT / name).read_text("utf-8")


def anchor(heading: str) -> str:
    return re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-")


@pytest.mark.parametrize("page", PAGES, ids=lambda p: p.name)
def test_links_lead_somewhere(page: Path) -> None:
    for target, name in re.findall(
        r"\]\((?!https?:|mailto:)([^)#\s]*)(?:#([^)\s]+))?\)", page.read_text("utf-8")
    ):
        there = (page.parent / target) if target else page
        assert there.exists(), target
        if name:
            headings = re.findall(r"^#+ (.+)$", there.read_text("utf-8"), re.M)
            assert name in map(anchor, headings), f"{target}#{name}"


@pytest.mark.parametrize("page", PAGES, ids=lambda p: p.name)
def test_commands_it_names_exist(page: Path) -> None:
    shown = re.findall(
        r"(?:`|^\s*|bin/|monitor )monitor ([a-z][a-z-]+)", page.read_text("utf-8"), re.M
    )
    assert set(shown) <= set(COMMANDS), set(shown) - set(COMMANDS)


@pytest.fixture(scope="module")
def exposed(tmp_path_factory: pytest.TempPathFactory) -> set[str]:
    """Every metric that /metrics of a service with one source and one receiver may show."""
    path = str(tmp_path_factory.mktemp("ops") / "m.db")
    store = open_store(path)
    store.record(Checkpoint("ree", last_visit_at=NOW, last_success_at=NOW, last_item_at=NOW,
                            next_due_at=NOW), [], [], [], [])  # fmt: skip
    config = Config(
        database=path,
        sources=[Source(id="ree", adapter="feed", url="https://paper.example/rss")],
        receivers=[Receiver(id="desk", channel="console")],
    )
    vitals = Vitals(report=lambda: report(store, config, NOW))
    from monitor.vitals import PHRASES

    for phrase, labels in PHRASES.items():
        vitals.count(phrase, 1, **dict.fromkeys(labels, "x"))
    body, _ = vitals.exposition()
    store.close()
    return {*re.findall(r"^(?:# TYPE )?([a-z_0-9]+)", body.decode(), re.M)}


def named_in(expression: str) -> set[str]:
    return set(re.findall(r"\b((?:monitor|process)_[a-z_0-9]+)\b", expression))


def test_rules_and_dashboard_name_real_metrics(exposed: set[str]) -> None:
    rules = [r for g in yaml.safe_load(text("docs/ops/prometheus-rules.yaml"))["groups"]
             for r in g["rules"]]  # fmt: skip
    assert len({r["alert"] for r in rules}) == len(rules) > 10
    assert all(r["annotations"]["summary"] and r["labels"]["severity"] for r in rules)
    board: dict[str, Any] = json.loads(text("docs/ops/grafana-dashboard.json"))
    shown = [t["expr"] for panel in board["panels"] for t in panel["targets"]]
    assert len({panel["id"] for panel in board["panels"]}) == len(board["panels"])
    for expression in [*(r["expr"] for r in rules), *shown]:
        assert expression.count("(") == expression.count(")")
        assert named_in(expression) <= exposed, named_in(expression) - exposed
        assert named_in(expression) or "up{" in expression


def test_watching_names_real_metrics(exposed: set[str]) -> None:
    named = {n.rstrip("_") for n in named_in(text("docs/ops/watching.md"))}
    whole = {*exposed, *(n.removesuffix("_bucket") for n in exposed)}
    assert named <= whole, named - whole


def test_every_locked_package_stands_in_the_licences() -> None:
    locked = re.findall(r"^([a-z0-9._-]+)==([^\s\\;]+)", text("requirements.lock"), re.M)
    rows = dict(re.findall(r"^\| (\S+) \| (\S+) \| \S", text("docs/ops/licences.md"), re.M))
    rows.pop("package"), rows.pop("---", None)
    assert rows == dict(locked), "make licences"


def test_the_container_is_as_bare_as_it_says() -> None:
    compose = yaml.safe_load(text("compose.yaml"))
    service = compose["services"]["monitor"]
    assert service["read_only"] is True
    assert service["cap_drop"] == ["ALL"]
    assert service["security_opt"] == ["no-new-privileges:true"]
    assert service["mem_limit"] == "256m"
    assert service["healthcheck"]["test"] == ["CMD", "monitor", "health"]
    assert all(port.startswith("127.0.0.1:") for port in service["ports"])
    assert set(service["secrets"]) == set(compose["secrets"])
    docker = text("Dockerfile")
    assert re.search(r"^USER (\d+):(\d+)$", docker, re.M)
    assert 'CMD ["monitor", "run"]' in docker
    assert "HEALTHCHECK --interval=15s" in docker
    assert "--require-hashes" in docker


def test_the_unit_is_hardened_and_stops_in_time() -> None:
    unit = text("docs/ops/monitor.service")
    for line in ("NoNewPrivileges=yes", "ProtectSystem=strict", "CapabilityBoundingSet=",
                 "Restart=on-failure", "ExecReload=/bin/kill -HUP $MAINPID"):  # fmt: skip
        assert f"\n{line}\n" in unit
    assert int(re.search(r"TimeoutStopSec=(\d+)", unit)[1]) > 10  # type: ignore[index]
