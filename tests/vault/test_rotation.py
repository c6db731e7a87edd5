"""A new key for everything: stopped anywhere, it goes on from there."""

from datetime import date
from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from wellbeing.vault import keys, rotation, sealing
from wellbeing.vault.models import Record, Wrap

DAY = date(2026, 9, 15)


class Killed(BaseException):
    """Stands for the end of the process."""


def _run(*words):
    out = StringIO()
    call_command("vault", *words, stdout=out)
    return out.getvalue()


def _bodies():
    return [bytes(body) for body in Record.objects.values_list("body", flat=True)]


def test_rotation_seals_the_keys_again_and_leaves_the_bodies(team, seal):
    record = seal(readers=[team.jo])
    before = _bodies()
    key, counts = rotation.rotate(on=DAY)
    assert counts == sealing.Counts(done=2)
    assert set(Wrap.objects.values_list("key_id", flat=True)) == {f"app:{key.id}"}
    assert _bodies() == before
    assert sealing.open_record(record=record, reader=team.jo) == {"how": "tired"}


@pytest.mark.parametrize("after", range(6))
def test_rotation_killed_at_any_step_goes_on_from_there(team, seal, monkeypatch, after):
    monkeypatch.setattr(sealing, "BATCH", 2)
    records = [seal({"n": n}, readers=[team.jo]) for n in range(3)]
    monkeypatch.setattr(sealing, "_moved", _dying_after(after, sealing._moved))
    with pytest.raises(Killed):
        rotation.rotate(on=DAY)
    monkeypatch.undo()
    # Whatever the moment was, everything can be read by everyone who could.
    for n, record in enumerate(records):
        for reader in (team.ada, team.jo):
            assert sealing.open_record(record=record, reader=reader) == {"n": n}
    key, counts = rotation.rotate(on=DAY)
    assert counts.done == 6 - after // 2 * 2
    assert len(keys.ring()) == 2
    assert set(Wrap.objects.values_list("key_id", flat=True)) == {f"app:{key.id}"}


def _dying_after(calls, real):
    seen = []

    def moved(wrap, key):
        if len(seen) == calls:
            raise Killed
        seen.append(wrap)
        return real(wrap, key)

    return moved


def test_rotation_of_nothing_still_makes_a_key(db):
    before = keys.newest()
    key, counts = rotation.rotate(on=DAY)
    assert counts == sealing.Counts()
    assert [key, before] == list(keys.ring())


def test_a_text_of_a_lost_key_does_not_stop_the_others(team, seal, ring_file):
    seal()
    ring_file.unlink()
    seal()
    _, counts = rotation.rotate(on=DAY)
    assert counts == sealing.Counts(done=1, unreadable=1)
    rotation.rotate(on=DAY)
    assert len(keys.ring()) == 3


def test_a_share_taken_back_during_rotation_stays_gone(team, seal, monkeypatch):
    record = seal(readers=[team.jo])
    real = sealing._open_wrap

    def open_while_withdrawn(wrap):
        Wrap.objects.filter(reader=team.jo).delete()
        return real(wrap)

    monkeypatch.setattr(sealing, "_open_wrap", open_while_withdrawn)
    rotation.rotate(on=DAY)
    assert [wrap.reader for wrap in record.wraps.all()] == [team.ada]


def test_the_command_rotates_in_one_line(seal):
    seal()
    said = _run("rotate")
    assert said == f"Sealed 1 to key {keys.newest().id}.\n"


def test_the_command_verifies_in_one_line(team, seal):
    seal(readers=[team.jo])
    assert _run("verify") == "2 open, all of them.\n"


def test_the_command_leaves_in_trouble_when_something_does_not_open(team, seal):
    seal()
    broken = seal({"how": "staying"})
    Record.objects.filter(pk=broken.pk).update(body=b"x" * 272)
    with pytest.raises(CommandError) as trouble:
        _run("verify")
    assert str(trouble.value) == "1 open, 1 could not be opened."
    Wrap.objects.filter(record=broken).update(sealed_key=b"x" * 80)
    with pytest.raises(CommandError):
        _run("rotate")
