"""The key ring: the file that opens what the vault has sealed.

The file named by the setting VAULT_KEYS holds one JSON object a line, newest key
first: `id`, `made_on` and `private` (X25519, base64). It lives apart from the
database and from SECRET_KEY, so that a stolen dump alone opens nothing. Old keys stay
in it: backups and short secrets were sealed to them.
"""

import base64
import binascii
import fcntl
import json
import os
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from functools import lru_cache
from pathlib import Path

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.conf import settings
from django.views.decorators.debug import sensitive_variables

from wellbeing.env import BadSetting

NONCE_BYTES = 12
SMALL_VERSION = "v1"
SMALL_PURPOSE = b"alongside: short secrets v1"


class Tampered(Exception):
    """What was sealed does not verify. Nothing of it is ever given out."""


class KeyMissing(Tampered):
    """The key that it was sealed to is not in the ring of this machine."""


@dataclass(frozen=True)
class Key:
    """One key of the ring. Its secret half never shows in `repr` or in a log."""

    id: str
    made_on: date
    private: X25519PrivateKey = field(repr=False, compare=False)


def ring() -> tuple[Key, ...]:
    """Every key, newest first; never empty.

    The file is read again when it changes, so that a rotation reaches processes that
    are already running. Outside production the first use makes it. Raises BadSetting
    with one sentence when it is missing, empty or not readable as a ring.
    """
    path = _path()
    if settings.VAULT_KEYS_MADE_HERE and not path.exists():
        _make_first(path)
    try:
        seen = path.stat()
    except OSError as problem:
        raise BadSetting(f"VAULT_KEYS names {path}: {problem.strerror}.") from None
    return _read(path, seen.st_mtime_ns, seen.st_size, seen.st_ino)


def newest() -> Key:
    """The key that everything new is sealed to."""
    return ring()[0]


def find(key_id: str) -> Key:
    """The key with this id, or KeyMissing."""
    for key in ring():
        if key.id == key_id:
            return key
    raise KeyMissing(f"The key ring has no key {key_id[:16]!r}.")


def add(*, on: date) -> Key:
    """Put a new key in front of the ring, on disk before it is used. For rotation."""
    path = _path()
    with _only_one(path):
        added = _new_key(on)
        lines = [_line(key) for key in (added, *ring())]
        _replace(path, "\n".join(lines) + "\n")
    return added


@sensitive_variables()
def encrypt_small(text: str) -> str:
    """Seal a short secret, such as the seed of a one-time code, into one line of text.

    `v1:<key id>:<base64>`, under the newest key. Not for words of a person: those have
    readers, and belong in `wellbeing.vault.sealing`.
    """
    key = newest()
    prefix = f"{SMALL_VERSION}:{key.id}:"
    nonce = os.urandom(NONCE_BYTES)
    body = AESGCM(_small_key(key)).encrypt(nonce, text.encode(), prefix.encode())
    return prefix + base64.urlsafe_b64encode(nonce + body).decode()


@sensitive_variables()
def decrypt_small(text: str) -> str:
    """The short secret again. Any key of the ring opens it; else raises Tampered."""
    version, _, rest = text.partition(":")
    key_id, _, payload = rest.partition(":")
    if version != SMALL_VERSION:
        raise Tampered("This short secret has a form that is not known here.")
    key = find(key_id)
    prefix = f"{version}:{key_id}:"
    try:
        sealed = base64.b64decode(payload, altchars=b"-_", validate=True)
        nonce, body = sealed[:NONCE_BYTES], sealed[NONCE_BYTES:]
        return AESGCM(_small_key(key)).decrypt(nonce, body, prefix.encode()).decode()
    except (InvalidTag, ValueError):
        raise Tampered("This short secret does not verify.") from None


def _path() -> Path:
    return Path(settings.VAULT_KEYS)


@sensitive_variables()
def _small_key(key: Key) -> bytes:
    derive = HKDF(algorithm=SHA256(), length=32, salt=None, info=SMALL_PURPOSE)
    return derive.derive(key.private.private_bytes_raw())


def _new_key(on: date) -> Key:
    return Key(secrets.token_hex(8), on, X25519PrivateKey.generate())


@sensitive_variables()
def _line(key: Key) -> str:
    private = base64.b64encode(key.private.private_bytes_raw()).decode()
    return json.dumps(
        {"id": key.id, "made_on": key.made_on.isoformat(), "private": private}
    )


@lru_cache(maxsize=4)
@sensitive_variables()
def _read(path: Path, changed: int, size: int, inode: int) -> tuple[Key, ...]:
    """The ring in this state of the file; the last three only tell states apart."""
    found: list[Key] = []
    try:
        lines = path.read_text().splitlines()
    except (OSError, UnicodeDecodeError):
        raise BadSetting(f"VAULT_KEYS names {path}, which cannot be read.") from None
    for number, line in enumerate(lines, start=1):
        if line.strip():
            found.append(_parse(line, path, number))
    if not found:
        raise BadSetting(f"VAULT_KEYS names {path}, which holds no key.")
    if len({key.id for key in found}) != len(found):
        raise BadSetting(f"VAULT_KEYS names {path}, where two keys share an id.")
    return tuple(found)


@sensitive_variables()
def _parse(line: str, path: Path, number: int) -> Key:
    """One key. The message says which line, never what it holds."""
    try:
        row = json.loads(line)
        private = base64.b64decode(row["private"], validate=True)
        return Key(
            str(row["id"]),
            date.fromisoformat(row["made_on"]),
            X25519PrivateKey.from_private_bytes(private),
        )
    except (ValueError, TypeError, KeyError, binascii.Error):
        raise BadSetting(
            f"VAULT_KEYS names {path}, where line {number} is not a key."
        ) from None


def _make_first(path: Path) -> None:
    """Make the ring, unless another process was quicker."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with _only_one(path):
        if not path.exists():
            _replace(path, _line(_new_key(_file_day())) + "\n")


def _file_day() -> date:
    """The real day, also in a demo whose clock stands still: a label on a file."""
    return datetime.now(UTC).date()


@contextmanager
def _only_one(path: Path) -> Iterator[None]:
    """One writer of the ring at a time; a lost key could never be made again."""
    with path.with_name(f"{path.name}.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


@sensitive_variables()
def _replace(path: Path, text: str) -> None:
    """Write all of it or nothing, readable by its owner only, safe on the disk."""
    waiting = path.with_name(f"{path.name}.new")
    waiting.unlink(missing_ok=True)
    handle = os.open(waiting, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(handle, "w") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())
    waiting.replace(path)
    folder = os.open(path.parent, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)
