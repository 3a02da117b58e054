"""The shipped feeds.yaml, the documentation of its keys, and files with anything at all in them."""

from __future__ import annotations

import json
import re
import tempfile
from pathlib import Path
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from monitor.adapters import ADAPTERS as REAL_ADAPTERS
from monitor.channels import CHANNELS as REAL_CHANNELS
from monitor.config import (
    Digest,
    Fetch,
    Heartbeat,
    Issuer,
    Limits,
    Mailbox,
    Ops,
    Quiet,
    Receiver,
    Route,
    Rules,
    Source,
    Strict,
    Web,
    default_config,
    load_config,
)
from monitor.config.load import TOP_KEYS
from monitor.config.schema import schema
from monitor.errors import ConfigError, Problem

# --- what ships with the program -----------------------------------------------------------------

ROOT = Path(__file__).parents[1]


def test_the_shipped_file_loads_without_any_secret() -> None:
    config = load_config(
        ROOT / "feeds.yaml", adapters=REAL_ADAPTERS, channels=REAL_CHANNELS, environ={}
    )
    assert [r.channel for r in config.receivers] == ["console"]
    on = [s for s in config.sources if s.enabled]
    assert {s.adapter for s in on} >= {"feed", "szse_irm"}
    assert any(s.adapter == "szse_irm" and s.issuer is None for s in on), "market-wide"
    assert any(s.issuer == "jl-mag" for s in on)
    for source in on:
        if source.url and source.url.startswith("https://news.google.com/"):
            assert source.every_s >= 900, "the search answers 429 to the impatient"


def test_the_commented_examples_of_the_shipped_file_load_too(tmp_path: Path) -> None:
    lines = (ROOT / "feeds.yaml").read_text("utf-8").splitlines()
    text = "\n".join(
        re.sub(r"^(\s*)# (- \{|limits:|ops:|digest:)", r"\1\2", line) for line in lines
    )
    (tmp_path / "secrets").mkdir()
    (tmp_path / "secrets" / "hook_url").write_text("json://h.example")
    (tmp_path / "feeds.yaml").write_text(text, "utf-8")
    environ = {
        "DESK_URL": "json://h.example",
        "DESK_MAIL_URL": "mailtos://u:p@h.example",
        "DIGEST_URL": "mailtos://u:p@h.example",
        "FEISHU_URL": "https://h.example/a", "FEISHU_SECRET": "s",
        "DINGTALK_URL": "https://h.example/b", "DINGTALK_SECRET": "s",
        "WECOM_URL": "https://h.example/c", "HOOK_TOKEN": "t",
    }  # fmt: skip
    config = load_config(
        tmp_path / "feeds.yaml", adapters=REAL_ADAPTERS, channels=REAL_CHANNELS, environ=environ
    )
    known = ["screen", "feishu", "dingtalk", "wecom", "hook", "desk", "desk-mail"]
    assert [r.id for r in config.receivers] == known
    assert config.receivers[-1].quiet
    assert config.ops is not None
    assert len(config.routes) == 3
    assert config.digest is not None
    assert config.web is not None


def test_what_holds_without_a_file() -> None:
    config = default_config()
    assert len(config.issuers) == 68
    assert config.routes[0].to == [config.receivers[0].id]


def test_every_key_is_documented() -> None:
    text = (ROOT / "docs" / "configuration.md").read_text("utf-8")
    sections = dict(re.findall(r"^## (\S+)$(.*?)(?=^## |\Z)", text, re.MULTILINE | re.DOTALL))
    blocks: dict[str, type[Strict]] = {
        "fetch": Fetch, "sources": Source, "receivers": Receiver, "routes": Route,
        "watchlist": Issuer, "rules": Rules, "digest": Digest, "web": Web,
        "quiet": Quiet, "limits": Limits, "ops": Ops, "mailbox": Mailbox, "heartbeat": Heartbeat,
    }  # fmt: skip
    for name, model in blocks.items():
        told = set(re.findall(r"^\| `(\w+)` \|", sections[name], re.MULTILINE))
        names = [k.removesuffix("_s").rstrip("_") for k in model.model_fields]
        expected = {*names} - {"options"}
        parts: list[Any] = []
        if name in ("sources", "receivers"):
            parts += (REAL_ADAPTERS if name == "sources" else REAL_CHANNELS).values()
        for part in parts:
            expected |= set(part.Options.model_fields if getattr(part, "Options", None) else ())
        assert told == expected, name
    top = set(re.findall(r"^\| `(\w+)` \|", text.partition("## Top level")[2].partition("\n## ")[0],
                         re.MULTILINE))  # fmt: skip
    assert top == set(TOP_KEYS)


def test_fields_describe_themselves_to_editors() -> None:
    made = schema(REAL_ADAPTERS, REAL_CHANNELS)["properties"]
    firm = made["watchlist"]["anyOf"][1]["items"]
    entries = [made[key]["items"] for key in ("sources", "receivers", "routes")]
    for block in (firm, *entries, made["fetch"], made["digest"], made["web"]):
        described = [field for field in block["properties"].values() if "description" in field]
        assert len(described) >= len(block["properties"]) - 1, block
    feed = next(
        kind["then"]["properties"]
        for kind in made["sources"]["items"]["allOf"]
        if kind["if"]["properties"]["adapter"]["const"] == "feed"
    )
    assert "hub" in feed["websub"]["description"]


# --- anything at all -----------------------------------------------------------------------------

WORDS = st.sampled_from(
    [*TOP_KEYS, *Source.model_fields, *Route.model_fields, "feed", "szse_irm", "console", "apprise",
     "all", "builtin", "env:NOPE", "file:nope", "5m", "jl-mag", "granted", "http://a.example/", "x"]
)  # fmt: skip
VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8) | WORDS,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(WORDS, inner, max_size=4),
    max_leaves=25,
)


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.dictionaries(st.sampled_from(TOP_KEYS), VALUES, min_size=1))
def test_whatever_stands_in_the_file_it_loads_or_is_refused(values: dict[str, Any]) -> None:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "feeds.yaml"
        path.write_text(json.dumps(values), "utf-8")
        told = [Problem("", 1, "loaded", "without a problem")]
        try:
            load_config(path, adapters=REAL_ADAPTERS, channels=REAL_CHANNELS, environ={})
        except ConfigError as error:
            told = error.problems
        assert told
        assert all(p.line >= 1 and p.key and p.message for p in told)
