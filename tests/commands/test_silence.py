from __future__ import annotations

import json
from datetime import timedelta
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from monitor.clock import utc_now
from monitor.commands import cli
from monitor.errors import StoreError
from monitor.route import Routing, plan
from monitor.stores import open_store
from tests.alerts import event, match, readings

FEEDS = """\
database: own.db
receivers:
  - {id: desk, channel: console}
  - {id: mail, channel: console}
routes:
  - {to: [desk]}
  - {id: magnets, to: [mail]}
"""


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    (tmp_path / "feeds.yaml").write_text(FEEDS, encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    return tmp_path


def run(*words: str) -> Result:
    return CliRunner().invoke(cli, ["silence", *words], catch_exceptions=False)


def added(*words: str) -> str:
    """The id of a silence made by the command."""
    result = run("add", *words, "--for", "2h", "--by", "anna", "--why", "results call")
    assert result.exit_code == 0, result.output
    assert result.output.startswith("silence ")
    return result.output.split()[1]


def test_add_list_and_end(folder: Path) -> None:
    id_ = added("issuer=300748.SZ", "status=granted,renewed", "receiver=desk", "route=magnets")
    listed = run("list").output.splitlines()
    assert listed[0].split() == ["silence", "time", "by", "suppressed", "what", "why"]
    assert listed[1].split()[:4] == [id_, "2", "h", "left"]
    assert "issuer jl-mag · status granted or renewed · route magnets · receiver desk" in listed[1]
    [kept] = [json.loads(line) for line in run("list", "--json").output.splitlines()]
    assert (kept["author"], kept["why"], kept["issuers"]) == ("anna", "results call", ["jl-mag"])
    assert run("end", id_).output.startswith(f"silence {id_} is over")
    assert run("list").output == "No silence holds.\n"
    assert id_ in run("list", "--all").output
    with pytest.raises(StoreError, match=f"no silence {id_} holds"):
        run("end", id_)


def test_it_holds_for_the_next_alert_and_says_what_it_suppressed(folder: Path) -> None:
    id_ = added("issuer=jl-mag", "receiver=mail")
    from monitor.adapters import ADAPTERS
    from monitor.channels import CHANNELS
    from monitor.config import load_config

    config = load_config("feeds.yaml", adapters=ADAPTERS, channels=CHANNELS)
    store = open_store("own.db")
    now = utc_now()
    made = event()
    told = plan([made], Routing.of(config), store, now + timedelta(minutes=1))
    store.record(None, [made.item], readings([made.item]), [made], told)
    other = event(story="0" * 12, found=match(issuer_id="innuovo"))
    free = plan([other], Routing.of(config), store, now)
    store.close()
    assert {d.receiver_id: d.state for d in told} == {"desk": "pending", "mail": "silenced"}
    assert {d.state for d in free} == {"pending"}
    assert run("list").output.splitlines()[1].split()[5] == "1"
    shown = CliRunner().invoke(cli, ["deliveries", "--silenced"], catch_exceptions=False).output
    assert f"silence {id_} by anna" in shown
    assert "GRANTED JL MAG" in shown
    status = CliRunner().invoke(cli, ["status"], catch_exceptions=False).output
    assert "silences: 1 hold" in status


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (["issuer=jl-mga"], "did you mean 'jl-mag'"),
        (["isuer=jl-mag"], "did you mean 'issuer'"),
        (["jl-mag"], "write KEY=VALUE"),
        (["status=grant"], "there is no status 'grant'; did you mean 'granted'"),
        (["route=3"], "there is no route '3'"),
        (["receiver=desc"], "did you mean 'desk'"),
        (["issuer="], "cannot read 'issuer='"),
    ],
)
def test_what_fits_nothing_is_refused(folder: Path, words: list[str], told: str) -> None:
    result = run("add", *words, "--for", "2h", "--why", "x")
    assert result.exit_code == 2
    assert told in result.output
    assert not (folder / "own.db").exists()


def test_a_silence_needs_a_condition_a_length_and_a_reason(folder: Path) -> None:
    assert run("add", "--for", "2h", "--why", "x").exit_code == 2
    assert run("add", "issuer=jl-mag", "--why", "x").exit_code == 2
    assert run("add", "issuer=jl-mag", "--for", "2h").exit_code == 2
    forever = run("add", "issuer=jl-mag", "--for", "forever", "--why", "x")
    assert "write 30s, 5m or 2h" in forever.output


def test_it_can_be_asked_for_while_the_service_runs(folder: Path) -> None:
    service = open_store("own.db", exclusive=True)
    try:
        id_ = added("receiver=desk")
        assert [s.id for s in service.silences(utc_now())] == [id_]
        run("end", id_)
        assert service.silences(utc_now()) == []
    finally:
        service.close()
