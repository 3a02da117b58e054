"""`digest.to`: addresses, or mailboxes with filters."""

from __future__ import annotations

from pathlib import Path

from tests.test_config import SOURCE, load, one


def test_mailboxes_have_ids_that_show_no_address(tmp_path: Path) -> None:
    text = SOURCE + (
        "digest: {to: [env:A, {url: env:B, issuers: [300748.SZ, graphite], languages: [zh]},"
        " {id: all, url: env:B}]}\n"
    )
    address = "mailtos://robot:{}@mail.example?to=ann@firm.example"
    other = "mailtos://robot:pw@mail.example?to=bob@firm.example"
    config = load(tmp_path, text, A=address.format("one"), B=other)
    assert config.digest is not None
    ann, bob, everything = config.digest.to
    assert ann.id.startswith("box-")
    assert ann.id != bob.id
    assert everything.id == "all"
    assert bob.issuers is not None
    assert bob.issuers[0] == "jl-mag"
    assert len(bob.issuers) > 1
    assert (bob.languages, ann.issuers, everything.issuers) == (["zh"], None, None)
    again = load(tmp_path, text, A=address.format("another-password"), B=other)
    assert again.digest is not None
    assert again.digest.to[0].id == ann.id, "a new password is no new mailbox"


def test_two_mailboxes_are_told_apart(tmp_path: Path) -> None:
    box = "'mailto://u@mail.example?to=ann@firm.example'"
    told = one(tmp_path, SOURCE + f"digest: {{to: [{box}, {box}]}}\n")
    assert told == "3: digest.to[1]: is there twice; give each mailbox an id of its own"
    told = one(tmp_path, SOURCE + "digest: {to: [{id: a, url: 'json://h'}]}\n")
    assert told == "3: digest.to[0].url: is not a mailbox; write mailto://... or mailtos://..."
    told = one(tmp_path, SOURCE + f"digest: {{to: [{{url: {box}, issuers: [nobody-inc]}}]}}\n")
    assert "the watchlist has no firm or group 'nobody-inc'" in told
