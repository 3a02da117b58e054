"""Routes, quiet hours, limits and ops, as `feeds.yaml` writes them."""

from __future__ import annotations

from pathlib import Path

import pytest

from monitor.adapters import ADAPTERS
from monitor.channels import CHANNELS
from monitor.config import Config, load_config
from monitor.errors import ConfigError

TWO = """
receivers:
  - {id: desk, channel: console}
  - {id: oncall, channel: console, quiet: {from: 22:00, to: 07:00, except: [suspended]}}
"""


def load(folder: Path, text: str) -> Config:
    (folder / "feeds.yaml").write_text(TWO + text, "utf-8")
    return load_config(folder / "feeds.yaml", adapters=ADAPTERS, channels=CHANNELS, environ={})


def refused(folder: Path, text: str) -> str:
    with pytest.raises(ConfigError) as caught:
        load(folder, text)
    return str(caught.value)


def test_everything_a_route_may_say(tmp_path: Path) -> None:
    config = load(
        tmp_path,
        "routes:\n"
        "  - {id: japan, to: [desk], destinations: [JP], products: [gallium], tiers: [official],\n"
        "     kinds: [ir_qa], unsure: true,\n"
        "     quiet: [{days: [sat, sun], then: digest}, {from: '12:00', to: '13:00'}]}\n"
        "limits: {per_story: 3, within: 30m, then: digest, per_poll: 20}\n"
        "ops: {to: [oncall], after: 5m}\n",
    )
    [route] = config.routes
    assert (route.id, route.products, route.tiers) == ("japan", ["gallium"], ["official"])
    assert (route.kinds, route.unsure) == (["ir_qa"], True)
    weekend, noon = route.quiet
    assert (weekend.from_, weekend.to, weekend.days, weekend.then) == (
        "00:00", "00:00", ["sat", "sun"], "digest",
    )  # fmt: skip
    assert (noon.from_, noon.to, noon.then) == ("12:00", "13:00", "send")
    [night] = config.receivers[1].quiet
    assert (night.from_, night.to, night.except_) == ("22:00", "07:00", ["suspended"])
    limits = config.limits
    assert (limits.per_story, limits.within, limits.then) == (3, 1800, "digest")
    assert limits.per_poll == 20
    assert config.ops is not None
    assert (config.ops.to, config.ops.after) == (["oncall"], 300)


def test_without_routes_the_ops_receivers_hear_no_news(tmp_path: Path) -> None:
    assert load(tmp_path, "ops: {to: [oncall]}\n").routes[0].to == ["desk"]
    only = load(tmp_path, "ops: {to: [oncall, desk]}\n").routes[0].to
    assert only == ["desk", "oncall"], "better both than nobody"


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("ops: {to: [onkall]}", ":5: ops.to[0]: there is no receiver 'onkall'; did you mean"),
        ("ops: {}", "ops.to: is missing"),
        ("limits: {per_story: 0}", "limits.per_story"),
        ("limits: {within: 90}", "limits.within: is not a span of time; write 30s, 5m or 2h"),
        ("routes: [{to: [desk], quiet: {form: 22:00}}]", "did you mean 'from'?"),
        ("routes: [{to: [desk], quiet: {from: 25:00}}]", "write \"18:00\""),
        ("routes: [{to: [desk], quiet: {days: [monday]}}]", "did you mean 'mon'?"),
        ("routes: [{to: [desk], quiet: {timezone: Mars/Base}}]", "is not a time zone"),
        ("routes: [{to: [desk], tiers: []}]", "is empty"),
        ("routes: [{to: [desk], products: [Magnets!]}]", "is not a product"),
        ("routes: [{id: a, to: [desk]}, {id: a, to: [desk]}]", "the id 'a' is taken on line 5"),
    ],
)  # fmt: skip
def test_what_is_wrong_is_said(tmp_path: Path, text: str, told: str) -> None:
    assert told in refused(tmp_path, text + "\n")


def test_a_wrong_word_in_quiet_hours_is_quoted_but_no_address(tmp_path: Path) -> None:
    assert "'sent'" in refused(tmp_path, "routes: [{to: [desk], quiet: {then: sent}}]\n")
