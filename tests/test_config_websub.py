"""`websub: true` needs an address at which the hub can call."""

from __future__ import annotations

from pathlib import Path

import pytest

from monitor.adapters import ADAPTERS
from monitor.channels import CHANNELS
from monitor.config import Config, load_config
from monitor.errors import ConfigError

ENTRY = "sources:\n  - id: press\n    adapter: feed\n    url: https://n.example/\n    websub: {}\n"


def load(folder: Path, text: str) -> Config:
    path = folder / "feeds.yaml"
    path.write_text(text)
    return load_config(path, adapters=ADAPTERS, channels=CHANNELS, environ={})


@pytest.mark.parametrize("web", ["", "web:\n", "web: {listen: '127.0.0.1:8080'}\n"])
def test_without_web_url_it_is_refused_by_line(tmp_path: Path, web: str) -> None:
    with pytest.raises(ConfigError) as caught:
        load(tmp_path, ENTRY.format("true") + web)
    [problem] = caught.value.problems
    assert (problem.line, problem.key) == (5, "sources[0].websub")
    assert problem.message.startswith("needs web.url, the public address")
    assert load(tmp_path, ENTRY.format("false") + web).sources[0].options.websub is False


def test_with_web_url_it_loads(tmp_path: Path) -> None:
    config = load(tmp_path, ENTRY.format("true") + "web: {url: 'https://m.example/'}\n")
    assert config.sources[0].options.websub is True
