"""`monitor check`: all problems at once, a summary when all is well, who would be told what."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner

from monitor.commands.check import check
from monitor.errors import ConfigError

ROOT = Path(__file__).parents[2]

GOOD = """\
sources:
  - {id: szse-irm, adapter: szse_irm, every: 90s}
  - {id: news, adapter: feed, url: "https://news.example/feed/", every: 5m}
  - {id: later, adapter: feed, url: "https://news.example/late/", enabled: false}
receivers:
  - {id: screen, channel: console}
  - {id: losses, channel: console}
  - {id: japan, channel: console}
routes:
  - {to: [screen]}
  - {to: [losses], statuses: [denied, suspended, revoked, expired], issuers: [magnet]}
  - {to: [japan], destinations: [JP], certainty: confirmed}
"""


@pytest.fixture
def good(tmp_path: Path) -> Path:
    path = tmp_path / "feeds.yaml"
    path.write_text(GOOD)
    return path


def said(*words: str | Path) -> str:
    """What the command prints when all is well."""
    result = CliRunner().invoke(check, [str(w) for w in words], catch_exceptions=False)
    assert result.exit_code == 0, result.output
    return result.output


def refused(*words: str | Path) -> str:
    """What it prints when the command itself is misspelt."""
    result = CliRunner().invoke(check, [str(w) for w in words])
    assert result.exit_code == 2
    return result.output


def monitor(folder: Path, *words: str) -> subprocess.CompletedProcess[str]:
    """The real program, run in `folder` with nothing in its environment but what it needs."""
    environ = {"PATH": os.environ["PATH"], "PYTHONPATH": str(ROOT), "HOME": str(folder)}
    return subprocess.run(
        [sys.executable, "-m", "monitor", *words],
        cwd=folder, env=environ, capture_output=True, text=True, timeout=60, check=False,
    )  # fmt: skip


# --- the whole file ------------------------------------------------------------------------------


def test_a_good_file_is_summed_up(good: Path) -> None:
    out = said(good)
    assert f"{good}: all in order" in out
    assert "sources    2: 1 szse_irm, 1 feed (1 more off)" in out
    assert "watchlist  68 firms" in out
    assert "receivers  3: 3 console (screen, losses, japan)" in out
    assert "routes     3" in out
    assert "note" not in out


def test_the_shipped_file_is_in_order() -> None:
    out = said(ROOT / "feeds.yaml")
    assert "all in order" in out
    assert "console (screen)" in out


def test_without_an_argument_it_reads_the_file_of_this_folder(good: Path) -> None:
    result = monitor(good.parent, "check")
    assert (result.returncode, result.stderr) == (0, "")
    assert result.stdout.startswith("feeds.yaml: all in order")


def test_problems_are_told_at_once_with_exit_code_2(good: Path) -> None:
    text = GOOD.replace("every: 90s", "evry: 90s").replace("to: [losses]", "to: [loses]")
    good.write_text(text)
    result = monitor(good.parent, "check")
    assert result.returncode == 2
    assert result.stdout == ""
    assert result.stderr.splitlines() == [
        "feeds.yaml:2: sources[0].evry: unknown key; did you mean 'every'?",
        "feeds.yaml:11: routes[1].to[0]: there is no receiver 'loses'; did you mean 'losses'?",
        "2 problems found.",
    ]


def test_no_file_is_one_clear_line(tmp_path: Path) -> None:
    result = monitor(tmp_path, "check")
    assert result.returncode == 2
    assert "feeds.yaml:1: file: no such file; name another with --config" in result.stderr
    assert "Traceback" not in result.stderr


def test_an_address_apprise_cannot_use_is_found_and_not_shown(good: Path) -> None:
    good.write_text(
        GOOD.replace(
            "channel: console}\nroutes", 'channel: apprise, url: "slak://tok-51e"}\nroutes'
        )
    )
    with pytest.raises(ConfigError) as caught:
        said(good)
    (problem,) = caught.value.problems
    assert (problem.file, problem.line, problem.key) == (str(good), 8, "receivers.japan.url")
    assert "slack" in problem.message
    assert "tok-51e" not in str(caught.value)


def test_a_source_its_adapter_cannot_serve_is_found(good: Path) -> None:
    good.write_text(GOOD.replace("{id: szse-irm,", "{id: szse-irm, issuer: ningbo-yunsheng,"))
    with pytest.raises(ConfigError) as caught:
        said(good)
    (problem,) = caught.value.problems
    assert (problem.file, problem.line) == (str(good), 2)
    assert problem.key.startswith("sources.szse-irm")


def test_broken_rules_are_told_beside_a_broken_configuration(good: Path) -> None:
    packs = good.parent / "packs"
    packs.mkdir()
    (packs / "mine.en.yaml").write_text("pack: mine.en\nversion: one\n")
    good.write_text(GOOD + "rules: {dirs: [packs]}\n")
    with pytest.raises(ConfigError) as caught:
        said(good)
    assert {Path(p.file).name for p in caught.value.problems} == {"mine.en.yaml"}
    assert all(p.line > 0 for p in caught.value.problems)


def test_what_may_not_be_meant_so_is_noted(tmp_path: Path) -> None:
    path = tmp_path / "feeds.yaml"
    path.write_text(
        "receivers:\n  - {id: screen, channel: console}\n  - {id: deaf, channel: console}\n"
        "routes:\n  - {to: [screen], statuses: [granted, applied]}\n"
    )
    out = said(path)
    assert "no source is visited" in out
    assert "receiver deaf hears nothing: no route names it" in out
    assert "route 1: applied: news of this kind never alerts" in out


# --- rules ---------------------------------------------------------------------------------------


def test_rules_alone_can_be_checked(tmp_path: Path) -> None:
    result = monitor(tmp_path, "check", "rules")
    assert (result.returncode, result.stderr) == (0, "")
    assert result.stdout.startswith("rules: ")


# --- routes --------------------------------------------------------------------------------------


def test_who_would_hear_a_piece_of_news(good: Path) -> None:
    out = said("routes", "issuer=jl-mag", "status=granted", "dest=JP", "-c", good)
    assert "GRANTED · JL MAG · JP · new, confirmed" in out
    assert "screen: told by route 1" in out
    assert "losses: not by route 2: status granted is not among" in out
    assert "japan: told by route 3" in out
    assert out.splitlines()[-1] == "→ screen, japan"


def test_a_firm_may_be_given_by_its_ticker(good: Path) -> None:
    out = said("routes", "issuer=300748.SZ", "status=revoked", "-c", good)
    assert "REVOKED · JL MAG · destinations not disclosed" in out
    assert out.splitlines()[-1] == "→ screen, losses"


def test_news_that_does_not_alert_reaches_nobody(good: Path) -> None:
    for word in ("status=applied", "verdict=repeat", "certainty=expected"):
        out = said("routes", "issuer=jl-mag", word, "-c", good)
        assert "nobody is told" in out
        assert out.splitlines()[-1] == "→ nobody"


def test_routes_alone_are_listed_in_words(good: Path) -> None:
    out = said("routes", "-c", good)
    assert f"1 → screen ({good}:10)" in out
    assert "all firms" in out
    assert "JL MAG, Innuovo" in out
    assert "and 13 more" in out
    assert "to JP · at least confirmed" in out


def test_the_default_route_is_listed_too(tmp_path: Path) -> None:
    path = tmp_path / "feeds.yaml"
    path.write_text("sources: [{id: szse-irm, adapter: szse_irm}]\n")
    assert "1 → screen (the default: no routes are written)" in said("routes", "-c", path)


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (["isuer=jl-mag"], "did you mean 'issuer'?"),
        (["jl-mag"], "write KEY=VALUE"),
        (["status=grantd"], "did you mean 'granted'?"),
        (["issuer=JL MAG"], "did you mean 'jl-mag'?"),
        (["status=granted", "status=denied"], "status is given twice"),
        (["verdict=old"], "no verdict 'old'"),
        (["tier=oficial"], "did you mean 'official'?"),
        (["kind=ir-qa"], "did you mean 'ir_qa'?"),
        (["dest=Japan"], "'JAPAN' is not a destination"),
    ],
)
def test_a_slip_in_the_question_is_told(good: Path, words: list[str], told: str) -> None:
    assert told in refused("routes", *words, "-c", good)


def test_two_files_are_one_too_many(good: Path) -> None:
    assert "Give one FILE" in refused(good, "other.yaml")


QUIET_ROUTES = """\
timezone: Asia/Shanghai
receivers:
  - {id: desk, channel: console, quiet: {from: "22:00", to: "07:00", except: [suspended]}}
  - {id: oncall, channel: console}
routes:
  - {id: japan, to: [desk], destinations: [JP], products: [gallium], tiers: [official],
     unsure: true}
ops: {to: [oncall]}
"""


def test_routes_tell_of_quiet_hours_and_of_every_condition(tmp_path: Path) -> None:
    file = tmp_path / "feeds.yaml"
    file.write_text(QUIET_ROUTES, "utf-8")

    def ask(*words: str) -> list[str]:
        result = CliRunner().invoke(
            check, ["routes", *words, "-c", str(file)], catch_exceptions=False
        )
        return result.output.splitlines()

    listed = ask()
    assert listed[0].startswith("1 japan → desk (")
    assert "to JP · of gallium · told by official · and the unsure queue" in listed[1]
    assert listed[2] == "desk: quiet 22:00-07:00 but for suspended, then send"
    assert listed[3] == "ops → oncall"
    news = ("issuer=jl-mag", "dest=JP", "product=gallium")
    assert ask(*news, "at=2026-03-02T12:00")[-1] == "→ desk"
    night = ask(*news, "at=2026-03-02T23:30")
    assert night[-1] == "→ desk (quiet until 07:00 CST on 3 March)"
    assert ask(*news, "status=suspended", "at=2026-03-02T23:30")[-1] == "→ desk"
    assert ask("issuer=jl-mag", "dest=JP")[1].endswith("products are not told, wanted gallium")
    assert ask(*news, "tier=blog")[-1] == "→ nobody"
    assert ask("unsure=yes", "at=2026-03-02T12:00")[-1] == "→ desk"
    assert ask("unsure=yes", "tier=blog")[-1] == "→ nobody"
    assert ask(*news, "verdict=correction")[-1] == "→ those who were told wrong"
    bad = CliRunner().invoke(check, ["routes", "at=noon", "-c", str(file)])
    assert "write 2026-03-02T23:30" in bad.output
