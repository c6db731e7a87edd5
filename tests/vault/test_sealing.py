"""Promise P7: only the readers on the list read, and only what was written."""

import base64
import copy
import logging
from datetime import timedelta
from urllib.parse import quote, quote_plus
from uuid import uuid4

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.vault.conftest import DAY
from tests.vault.dump import everything_stored
from wellbeing.vault import keys, sealing
from wellbeing.vault.models import Record, Wrap

KEEP = settings(
    max_examples=40,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
VALUES = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**53), 2**53) | st.text(max_size=60),
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(st.text(max_size=8), inner, max_size=4)
    ),
    max_leaves=12,
)
CANARY = "Zq7 canary: it was the third one that stayed with me"


@KEEP
@given(st.dictionaries(st.text(max_size=12), VALUES, max_size=5))
def test_what_was_sealed_comes_back_as_it_was(team, seal, content):
    record = Record.objects.get(pk=seal(content).pk)
    assert sealing.open_record(record=record, reader=team.ada) == content


@pytest.mark.parametrize(
    "content", [{}, {"a": ""}, {"a": 0}, {"a": None}, {"": "\x00 \U0001f33f e\u0301"}]
)
def test_empty_things_come_back_as_they_were(team, seal, content):
    assert sealing.open_record(record=seal(content), reader=team.ada) == content


def test_sixty_four_kilobytes_fit_and_one_byte_more_does_not(team, seal):
    frame = len('{"a":""}')
    largest = {"a": "x" * (65_536 - frame)}
    assert sealing.open_record(record=seal(largest), reader=team.ada) == largest
    with pytest.raises(sealing.TooLong):
        seal({"a": "x" * (65_537 - frame)})
    assert Record.objects.count() == 1


@pytest.mark.parametrize(
    ("words", "stored"),
    [(1, 256), (248, 256), (249, 1024), (1016, 1024), (1017, 4096), (4089, 16_384)],
)
def test_the_stored_length_says_only_which_size_it_fits(seal, words, stored):
    tag = 16
    assert len(seal({"a": "x" * words}).body) == stored + tag


def test_the_same_words_never_look_the_same_twice(seal):
    records = [seal({"how": "tired"}) for _ in range(200)]
    assert len({bytes(record.nonce) for record in records}) == 200
    assert len({bytes(record.body) for record in records}) == 200


def test_it_is_kept_until_the_day_that_was_named(seal):
    record = seal()
    assert (record.created_on, record.retention_until) == (
        DAY,
        DAY + timedelta(days=90),
    )


def test_the_author_is_a_reader_once_however_often_they_are_named(team, seal):
    record = seal(readers=[team.ada, team.jo, team.jo])
    assert sorted(record.wraps.values_list("reader", flat=True)) == sorted(
        [team.ada.pk, team.jo.pk]
    )


@pytest.mark.parametrize("name", ["bem", "kim", "lou", "fay", "sam", "gil", "charlie"])
def test_nobody_off_the_list_can_open_it(team, seal, name):
    record = seal(readers=[team.jo])
    assert sealing.open_record(record=record, reader=team.jo) == {"how": "tired"}
    with pytest.raises(sealing.NotForYou):
        sealing.open_record(record=record, reader=getattr(team, name))


def test_any_changed_byte_of_the_body_is_noticed(team, seal):
    record = seal()
    for column in ("body", "nonce"):
        whole = bytes(getattr(record, column))
        for place in range(len(whole)):
            setattr(record, column, _flip(whole, place))
            with pytest.raises(sealing.Tampered):
                sealing.open_record(record=record, reader=team.ada)
        setattr(record, column, whole[:-1])
        with pytest.raises(sealing.Tampered):
            sealing.open_record(record=record, reader=team.ada)
        setattr(record, column, whole)


def test_any_changed_byte_of_a_wrap_is_noticed(team, seal):
    record = seal()
    wrap = Wrap.objects.get()
    whole = bytes(wrap.sealed_key)
    for bad in [*(_flip(whole, place) for place in range(len(whole))), b"", whole[1:]]:
        Wrap.objects.update(sealed_key=bad)
        with pytest.raises(sealing.Tampered):
            sealing.open_record(record=record, reader=team.ada)


def test_a_body_of_another_record_does_not_open(team, seal):
    mine, other = seal({"how": "fine"}), seal({"how": "staying"})
    mine.body, mine.nonce = other.body, other.nonce
    with pytest.raises(sealing.Tampered):
        sealing.open_record(record=mine, reader=team.ada)


def test_body_and_wrap_of_another_record_together_do_not_open(team, seal):
    mine, other = seal({"how": "fine"}), seal({"how": "staying"})
    Record.objects.filter(pk=mine.pk).update(body=other.body, nonce=other.nonce)
    stolen = other.wraps.get().sealed_key
    mine.wraps.update(sealed_key=stolen)
    with pytest.raises(sealing.Tampered):
        sealing.open_record(record=Record.objects.get(pk=mine.pk), reader=team.ada)


@pytest.mark.parametrize("change", ["author_id", "id", "kind", "alg"])
def test_a_record_that_was_given_to_somebody_else_does_not_open(team, seal, change):
    record = seal(readers=[team.jo])
    moved = copy.copy(record)
    new = {"author_id": team.bem.pk, "id": uuid4(), "kind": "note", "alg": "x"}
    setattr(moved, change, new[change])
    if change == "id":
        moved.save(force_insert=True)
        record.wraps.update(record=moved)
    with pytest.raises(sealing.Tampered):
        sealing.open_record(record=moved, reader=team.jo)


def test_a_wrap_that_was_copied_to_another_reader_does_not_open(team, seal):
    record = seal()
    wrap = record.wraps.get()
    wrap.pk, wrap.reader = None, team.lou
    wrap.save()
    with pytest.raises(sealing.Tampered):
        sealing.open_record(record=record, reader=team.lou)


@pytest.mark.parametrize(
    "fields", [{"key_id": "app:ffff"}, {"key_id": "person:1"}, {"alg": "none"}]
)
def test_a_wrap_that_names_another_lock_does_not_open(team, seal, fields):
    record = seal()
    Wrap.objects.update(**fields)
    with pytest.raises(sealing.Tampered):
        sealing.open_record(record=record, reader=team.ada)


def test_the_author_can_show_it_to_one_more_and_take_that_back(team, seal):
    record = seal()
    for _ in range(2):
        sealing.share(record=record, owner=team.ada, reader=team.jo, on=DAY)
    assert sealing.open_record(record=record, reader=team.jo) == {"how": "tired"}
    assert sealing.readers_of(records=[record]) == {record.pk: [team.jo]}
    sealing.withdraw_share(record=record, reader=team.jo)
    with pytest.raises(sealing.NotForYou):
        sealing.open_record(record=record, reader=team.jo)
    assert sealing.open_record(record=record, reader=team.ada) == {"how": "tired"}


def test_a_reader_cannot_show_it_to_others(team, seal):
    record = seal(readers=[team.jo])
    for owner in (team.jo, team.lou):
        with pytest.raises(sealing.NotForYou):
            sealing.share(record=record, owner=owner, reader=team.kim, on=DAY)
    assert record.wraps.count() == 2


def test_an_author_does_not_leave_a_text_to_others(team, seal):
    record = seal(readers=[team.jo])
    with pytest.raises(sealing.AuthorStays):
        sealing.withdraw_share(record=record, reader=team.ada)
    assert record.wraps.count() == 2


def test_shared_ids_are_those_of_others_and_of_that_kind(team, seal):
    shown = seal(readers=[team.jo])
    seal(readers=[team.jo], kind="note")
    seal(author=team.jo)
    seal()
    found = sealing.ids_shared_with(reader=team.jo, kind="check_in")
    assert list(found) == [shown.pk]
    assert list(sealing.ids_shared_with(reader=team.charlie, kind="check_in")) == []


def test_readers_are_found_in_one_query_for_any_number(
    team, seal, django_assert_num_queries
):
    records = [seal(readers=[team.kim, team.jo]) for _ in range(3)]
    for some in (records[:1], records):
        with django_assert_num_queries(1):
            found = sealing.readers_of(records=some)
        assert found == {record.pk: [team.jo, team.kim] for record in some}


def test_deleting_takes_the_body_and_every_key(team, seal):
    kept, gone = seal(readers=[team.jo]), seal(readers=[team.jo])
    sealing.delete(record=gone)
    assert list(Record.objects.all()) == [kept]
    assert Wrap.objects.count() == 2


def test_purging_takes_what_is_past_its_last_day(seal, monkeypatch):
    monkeypatch.setattr(sealing, "BATCH", 2)
    for days in (0, 0, 0, 1):
        seal(on=DAY - timedelta(days=90) + timedelta(days=days))
    assert sealing.purge(on=DAY) == 0
    assert sealing.purge(on=DAY + timedelta(days=1)) == 3
    assert sealing.purge(on=DAY + timedelta(days=1)) == 0
    assert (Record.objects.count(), Wrap.objects.count()) == (1, 1)


def test_a_planted_sentence_is_in_no_table_and_no_log(team, seal, caplog):
    caplog.set_level(logging.DEBUG)
    record = seal({"own": CANARY}, readers=[team.jo])
    with pytest.raises(sealing.NotForYou) as refused:
        sealing.open_record(record=record, reader=team.lou)
    record.body = _flip(bytes(record.body), 3)
    with pytest.raises(sealing.Tampered) as noticed:
        sealing.open_record(record=record, reader=team.jo)
    stored = everything_stored()
    shown = f"{refused.value!r}{noticed.value!r}{record!r}{caplog.text}"
    shown += repr(noticed.value.__context__) + repr(noticed.value.__cause__)
    for encoded in _forms(CANARY):
        assert encoded not in stored
        assert encoded not in shown.encode()
    ring = keys.newest().private.private_bytes_raw()
    assert ring not in stored


def test_the_dump_would_find_a_sentence_that_was_stored(team):
    """The check above means something: it sees plain words in any table."""
    team.ada.name = CANARY
    team.ada.save()
    assert CANARY.encode() in everything_stored()


def _flip(whole, place):
    return whole[:place] + bytes([whole[place] ^ 1]) + whole[place + 1 :]


def _forms(text):
    plain = text.encode()
    yield from (plain, plain.hex().encode(), text.encode("utf-16-le"))
    yield from (quote(text).encode(), quote_plus(text).encode())
    for offset in range(3):
        yield base64.b64encode(plain[offset:])[4:-4]
