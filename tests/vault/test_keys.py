"""The key ring: made once, read carefully, never shown."""

import base64
import json
import logging
import stat
from concurrent.futures import ThreadPoolExecutor
from datetime import date
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from wellbeing.env import BadSetting
from wellbeing.vault import keys

KEEP = settings(
    max_examples=50,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)


def test_the_first_use_makes_a_ring_for_its_owner_only(ring_file):
    key = keys.newest()
    assert stat.S_IMODE(ring_file.stat().st_mode) == 0o600
    rows = [json.loads(line) for line in ring_file.read_text().splitlines()]
    assert [sorted(row) for row in rows] == [["id", "made_on", "private"]]
    assert rows[0]["id"] == key.id
    assert len(base64.b64decode(rows[0]["private"])) == 32


def test_many_first_uses_at_once_make_one_ring():
    with ThreadPoolExecutor(8) as pool:
        found = list(pool.map(lambda _: keys.newest().id, range(16)))
    assert len(set(found)) == 1


def test_production_never_makes_a_ring(ring_file, settings):
    settings.VAULT_KEYS_MADE_HERE = False
    with pytest.raises(BadSetting) as refused:
        keys.ring()
    assert str(refused.value) == (
        f"VAULT_KEYS names {ring_file}: No such file or directory."
    )
    assert not ring_file.exists()


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("", "which holds no key."),
        ("\n \n", "which holds no key."),
        ("not json\n", "where line 1 is not a key."),
        ("[]\n", "where line 1 is not a key."),
        ("null\n", "where line 1 is not a key."),
        (
            '{"id": "a", "made_on": "2026-01-01", "private": "c2hvcnQ="}\n',
            "where line 1 is not a key.",
        ),
        (
            '{"id": "a", "made_on": "soon", "private": "c2hvcnQ="}',
            "where line 1 is not a key.",
        ),
    ],
)
def test_a_broken_ring_is_one_clear_line(ring_file, text, reason):
    ring_file.parent.mkdir(parents=True)
    ring_file.write_text(text)
    with pytest.raises(BadSetting) as refused:
        keys.ring()
    assert str(refused.value) == f"VAULT_KEYS names {ring_file}, {reason}"


def test_a_ring_that_is_not_text_is_one_clear_line(ring_file):
    ring_file.parent.mkdir(parents=True)
    ring_file.write_bytes(b"\xff\xfe\x00")
    with pytest.raises(BadSetting) as refused:
        keys.ring()
    assert str(refused.value) == (
        f"VAULT_KEYS names {ring_file}, which cannot be read."
    )


def test_two_keys_with_one_id_are_not_a_ring(ring_file):
    keys.ring()
    ring_file.write_text(ring_file.read_text() * 2)
    with pytest.raises(BadSetting):
        keys.ring()


def test_key_material_is_in_no_repr_no_exception_and_no_log(ring_file, caplog):
    caplog.set_level(logging.DEBUG)
    key = keys.newest()
    secret = json.loads(ring_file.read_text())["private"]
    shown = repr(key) + str(key) + repr(keys.ring())
    ring_file.write_text(ring_file.read_text().replace('"made_on"', '"made"'))
    with pytest.raises(BadSetting) as refused:
        keys.ring()
    shown += str(refused.value) + repr(refused.value) + caplog.text
    assert secret not in shown
    assert base64.b64decode(secret).hex() not in shown


def test_a_new_key_comes_first_and_the_old_ones_stay(ring_file):
    first = keys.newest()
    second = keys.add(on=date(2026, 9, 15))
    assert [key.id for key in keys.ring()] == [second.id, first.id]
    assert stat.S_IMODE(ring_file.stat().st_mode) == 0o600


def test_keys_added_at_once_are_all_kept():
    first = keys.newest()
    with ThreadPoolExecutor(6) as pool:
        added = list(pool.map(lambda _: keys.add(on=date(2026, 9, 15)).id, range(6)))
    assert {key.id for key in keys.ring()} == {first.id, *added}


def test_a_stop_while_the_ring_is_written_leaves_the_old_ring(ring_file, monkeypatch):
    first = keys.newest()
    before = ring_file.read_text()

    def stop(self, target):
        raise KeyboardInterrupt

    with monkeypatch.context() as patched:
        patched.setattr(Path, "replace", stop)
        with pytest.raises(KeyboardInterrupt):
            keys.add(on=date(2026, 9, 15))
    assert ring_file.read_text() == before
    assert keys.newest() == first
    assert keys.add(on=date(2026, 9, 15)) == keys.newest()


@KEEP
@given(st.text(max_size=300))
def test_a_short_secret_comes_back_as_it_was(secret):
    sealed = keys.encrypt_small(secret)
    assert sealed.startswith(f"v1:{keys.newest().id}:")
    assert keys.decrypt_small(sealed) == secret


def test_any_key_of_the_ring_opens_a_short_secret():
    sealed = keys.encrypt_small("JBSWY3DPEHPK3PXP")
    keys.add(on=date(2026, 9, 15))
    keys.add(on=date(2026, 9, 16))
    assert keys.decrypt_small(sealed) == "JBSWY3DPEHPK3PXP"


def test_the_same_short_secret_never_looks_the_same_twice():
    assert len({keys.encrypt_small("same") for _ in range(100)}) == 100


def test_a_changed_short_secret_does_not_open():
    sealed = keys.encrypt_small("JBSWY3DPEHPK3PXP")
    other = keys.add(on=date(2026, 9, 15)).id
    prefix, _, payload = sealed.rpartition(":")
    raw = base64.urlsafe_b64decode(payload)
    changed = [sealed.replace("v1:", "v2:", 1), "", "v1::", f"{prefix}:", prefix]
    changed += [f"v1:{other}:{payload}", f"{prefix}:****", sealed + "A", "v1:é:"]
    for place in range(len(raw)):
        bad = raw[:place] + bytes([raw[place] ^ 1]) + raw[place + 1 :]
        changed.append(f"{prefix}:{base64.urlsafe_b64encode(bad).decode()}")
    for text in changed:
        with pytest.raises(keys.Tampered):
            keys.decrypt_small(text)


def test_a_secret_of_another_ring_names_the_missing_key(ring_file):
    sealed = keys.encrypt_small("JBSWY3DPEHPK3PXP")
    ring_file.unlink()
    with pytest.raises(keys.KeyMissing):
        keys.decrypt_small(sealed)
