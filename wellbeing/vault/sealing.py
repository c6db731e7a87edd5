"""Private words: sealed when written, opened only for the readers they name.

The one way to the rows of the vault. Each text has a key of its own; the key is sealed
once for each reader. Nothing here logs, and no exception carries a word of a text.
"""

import json
import os
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any
from uuid import UUID

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hpke import AEAD, KDF, KEM, Suite
from django.db import transaction
from django.db.models import QuerySet
from django.views.decorators.debug import sensitive_variables

from wellbeing.people.models import User
from wellbeing.vault import keys
from wellbeing.vault.keys import Tampered as Tampered
from wellbeing.vault.models import Record as Record
from wellbeing.vault.models import Wrap

BODY_ALG = "aes-256-gcm v1"
WRAP_ALG = "hpke x25519 v1"
WRAP_INFO = b"wrap v1"
APP_KEY = "app:"
DEK_BYTES = 32
# The stored length says only which of these a text fits.
LENGTHS = (256, 1024, 4096, 16_384, 65_536)
BATCH = 200
_SUITE = Suite(KEM.X25519, KDF.HKDF_SHA256, AEAD.AES_256_GCM)


class NotForYou(Exception):
    """This reader is not on the list of this text."""


class TooLong(Exception):
    """The text does not fit the largest size that is kept."""


class AuthorStays(Exception):
    """An author may delete a text, but not leave it to others unseen."""


@dataclass(frozen=True)
class Counts:
    """What a walk over the wraps found."""

    done: int = 0
    unreadable: int = 0

    def __add__(self, other: "Counts") -> "Counts":
        return Counts(self.done + other.done, self.unreadable + other.unreadable)


@sensitive_variables()
def seal(
    *,
    kind: str,
    author: User,
    readers: Collection[User],
    content: dict[str, Any],
    on: date,
    days: int,
) -> Record:
    """Keep `content` (anything JSON can hold) for the author and the readers.

    `on` is the author's day; the text goes `days` days later. Raises TooLong.
    """
    dek = os.urandom(DEK_BYTES)
    nonce = os.urandom(keys.NONCE_BYTES)
    record = Record(
        kind=kind,
        author=author,
        created_on=on,
        retention_until=on + timedelta(days=days),
        alg=BODY_ALG,
        nonce=nonce,
    )
    record.body = AESGCM(dek).encrypt(nonce, _padded(content), _bound_to(record))
    named = {reader.pk: reader for reader in (author, *readers)}
    key = keys.newest()
    with transaction.atomic():
        record.save(force_insert=True)
        Wrap.objects.bulk_create(
            _wrap(record, dek, reader, author, on, key) for reader in named.values()
        )
    return record


@sensitive_variables()
def open_record(*, record: Record, reader: User) -> dict[str, Any]:
    """The content, whole, or an exception: NotForYou, or Tampered."""
    wrap = Wrap.objects.filter(record_id=record.pk, reader_id=reader.pk).first()
    if wrap is None:
        raise NotForYou("This reader is not on the list.")
    return _open_body(record, _open_wrap(wrap))


@sensitive_variables()
def share(*, record: Record, owner: User, reader: User, on: date) -> None:
    """Add one reader. Only the author can; doing it twice changes nothing."""
    if record.author_id != owner.pk:
        raise NotForYou("Only the author shares a text.")
    wrap = Wrap.objects.filter(record_id=record.pk, reader_id=owner.pk).first()
    if wrap is None:
        raise NotForYou("This reader is not on the list.")
    added = _wrap(record, _open_wrap(wrap), reader, owner, on, keys.newest())
    Wrap.objects.bulk_create([added], ignore_conflicts=True)


def withdraw_share(*, record: Record, reader: User) -> None:
    """Take one reader off the list. What was read cannot be unread."""
    if record.author_id == reader.pk:
        raise AuthorStays("The author stays on the list.")
    Wrap.objects.filter(record_id=record.pk, reader_id=reader.pk).delete()


def delete(*, record: Record) -> None:
    """Delete the text and every key to it. Rows that point to it go as they declare."""
    with transaction.atomic():
        Wrap.objects.filter(record_id=record.pk).delete()
        Record.objects.filter(pk=record.pk).delete()


def purge(*, on: date) -> int:
    """Delete the texts whose last day is before `on`; how many there were."""
    ids = Record.objects.filter(retention_until__lt=on).values_list("pk", flat=True)
    gone = 0
    while batch := list(ids[:BATCH]):
        with transaction.atomic():
            Wrap.objects.filter(record_id__in=batch).delete()
            Record.objects.filter(pk__in=batch).delete()
        gone += len(batch)
    return gone


def readers_of(*, records: Collection[Record]) -> dict[UUID, list[User]]:
    """For each record id, who else than its author may read it, by name. One query."""
    found: dict[UUID, list[User]] = {record.pk: [] for record in records}
    wraps = Wrap.objects.filter(record__in=[record.pk for record in records])
    for wrap in wraps.select_related("reader", "record").order_by("reader__name"):
        if wrap.reader_id != wrap.record.author_id:
            found[wrap.record_id].append(wrap.reader)
    return found


def ids_shared_with(*, reader: User, kind: str) -> QuerySet[Record, UUID]:
    """The ids of the texts of one kind that others let this reader read."""
    shared = Record.objects.filter(kind=kind, wraps__reader=reader)
    return shared.exclude(author=reader).values_list("pk", flat=True)


def rewrap() -> Counts:
    """Seal every key again to the newest key of the ring. Bodies stay as they are.

    Each batch is a transaction of its own, and only wraps under older keys are looked
    at: killed at any point, the next call goes on from there.
    """
    newest = keys.newest()
    older = Wrap.objects.exclude(key_id=APP_KEY + newest.id)
    counts = Counts()
    for batch in _batches(older):
        with transaction.atomic():
            for wrap in batch:
                counts += _moved(wrap, newest)
    return counts


def verify() -> Counts:
    """Open every text with every one of its wraps, and forget it at once."""
    counts = Counts()
    for batch in _batches(Wrap.objects.select_related("record")):
        for wrap in batch:
            counts += _checked(wrap)
    return counts


def _batches(wraps: QuerySet[Wrap]) -> Iterator[list[Wrap]]:
    last = 0
    while batch := list(wraps.filter(pk__gt=last).order_by("pk")[:BATCH]):
        yield batch
        last = batch[-1].pk


@sensitive_variables()
def _moved(wrap: Wrap, key: keys.Key) -> Counts:
    try:
        dek = _open_wrap(wrap)
    except Tampered:
        return Counts(unreadable=1)
    # A wrap that was withdrawn in the meantime matches no row and stays gone.
    done = Wrap.objects.filter(pk=wrap.pk, key_id=wrap.key_id).update(
        key_id=APP_KEY + key.id, alg=WRAP_ALG, sealed_key=_sealed(dek, wrap, key)
    )
    return Counts(done=done)


@sensitive_variables()
def _checked(wrap: Wrap) -> Counts:
    try:
        _open_body(wrap.record, _open_wrap(wrap))
    except Tampered:
        return Counts(unreadable=1)
    return Counts(done=1)


@sensitive_variables()
def _padded(content: dict[str, Any]) -> bytes:
    """Canonical JSON, filled up with the spaces that JSON allows after its end."""
    text = json.dumps(
        content,
        ensure_ascii=False,
        allow_nan=False,
        sort_keys=True,
        separators=(",", ":"),
    )
    plain = text.encode("utf-8", "surrogatepass")
    for length in LENGTHS:
        if len(plain) <= length:
            return plain.ljust(length)
    raise TooLong("The text is longer than 64 kilobytes.")


def _bound_to(record: Record) -> bytes:
    """What a body belongs to: moved to another row or author, it no longer opens."""
    bound = [record.alg, str(record.pk), record.author_id, record.kind]
    return json.dumps(bound).encode()


@sensitive_variables()
def _open_body(record: Record, dek: bytes) -> dict[str, Any]:
    if record.alg != BODY_ALG:
        raise Tampered("This text has a form that is not known here.")
    try:
        plain = AESGCM(dek).decrypt(
            bytes(record.nonce), bytes(record.body), _bound_to(record)
        )
    except (InvalidTag, ValueError):
        raise Tampered("This text does not verify.") from None
    content: dict[str, Any] = json.loads(plain.decode("utf-8", "surrogatepass"))
    return content


@sensitive_variables()
def _wrap(
    record: Record, dek: bytes, reader: User, by: User, on: date, key: keys.Key
) -> Wrap:
    wrap = Wrap(
        record=record,
        reader=reader,
        key_id=APP_KEY + key.id,
        alg=WRAP_ALG,
        granted_by=by,
        granted_on=on,
    )
    wrap.sealed_key = _sealed(dek, wrap, key)
    return wrap


def _info(wrap: Wrap) -> bytes:
    """What a wrap belongs to: copied to another reader or record, it does not open."""
    return WRAP_INFO + wrap.record_id.bytes + wrap.reader_id.to_bytes(8)


@sensitive_variables()
def _sealed(dek: bytes, wrap: Wrap, key: keys.Key) -> bytes:
    return _SUITE.encrypt(dek, key.private.public_key(), _info(wrap))


@sensitive_variables()
def _open_wrap(wrap: Wrap) -> bytes:
    """The record's key. Raises Tampered, or KeyMissing when the ring lacks the key."""
    if wrap.alg != WRAP_ALG or not wrap.key_id.startswith(APP_KEY):
        raise Tampered("This text is sealed in a way that is not known here.")
    key = keys.find(wrap.key_id.removeprefix(APP_KEY))
    try:
        return _SUITE.decrypt(bytes(wrap.sealed_key), key.private, _info(wrap))
    except (InvalidTag, ValueError):
        raise Tampered("The key to this text does not verify.") from None
