from __future__ import annotations

import pytest

from monitor.channels.plain import calm, fit, one_line, sound

BODY = "first line\n" + "证" * 500 + "\nhttps://a.example/answer/1\nevent 7f3a · delivery 91be"


@pytest.mark.parametrize(
    "command",
    ["@everyone", "@here", "@channel", "@ALL", "<!channel>", "<@U123>", "<#C1>", "<at id=all>",
     "[bank](https://evil.example)", "<script>"],
)  # fmt: skip
def test_commands_of_chat_services_are_broken_up_but_readable(command: str) -> None:
    calmed = calm(f"news {command} news")
    assert command not in calmed
    assert calmed.replace("\u200b", "") == f"news {command} news"


@pytest.mark.parametrize("words", ["a@b.example", "5 < 6", "@allied", "[1] (2)", "出口许可证"])
def test_ordinary_words_stay_as_they_are(words: str) -> None:
    assert calm(words) == words


def test_a_title_is_one_line() -> None:
    assert one_line("GRANTED\r\nBcc: x@y.example\x1b[0m") == "GRANTED Bcc: x@y.example[0m"
    sound("half \ud83d pair").encode("utf-8")


@pytest.mark.parametrize("limit", [120, 200, 400, 553])
def test_what_is_cut_leaves_link_and_event_id_whole(limit: int) -> None:
    cut = fit(BODY, limit)
    assert len(cut) <= limit
    assert cut.endswith("…\nhttps://a.example/answer/1\nevent 7f3a · delivery 91be")


def test_what_fits_is_untouched_and_the_event_id_goes_last() -> None:
    assert fit(BODY, len(BODY)) == BODY
    assert fit(BODY, 40).endswith("event 7f3a · delivery 91be")
    assert "https" not in fit(BODY, 40)
    assert len(fit(BODY, 10)) <= 10
    assert len(fit("x" * 50, 10)) <= 10
