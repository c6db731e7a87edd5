"""Secrets that are worked out when a message is sent, so that no row ever holds them.

The outbox keeps only an id; the words of the message add the signature or the code.
Whoever reads the database, without the SECRET_KEY, can make neither.
"""

import hashlib
import hmac

from django.conf import settings
from django.core.signing import BadSignature, Signer

SALT = "alongside.mailed-link"


def signature_of(path: str) -> str:
    """The last part of a mailed link: 43 letters that only this server can make."""
    return Signer(salt=SALT).signature(path)


def was_signed(path: str, signature: str) -> bool:
    """Whether the signature is ours for this path, by this key or one just replaced."""
    try:
        Signer(salt=SALT).unsign(f"{path}:{signature}")
    except BadSignature:
        return False
    return True


def fingerprint(signature: str) -> str:
    """What may be kept of a signature, to know it again: 64 hexadecimal digits."""
    return hashlib.sha256(signature.encode()).hexdigest()


def code_of(ticket: str) -> str:
    """Six digits that belong to a ticket, the same each time they are worked out."""
    key = settings.SECRET_KEY.encode()
    digest = hmac.new(key, b"alongside.code:" + ticket.encode(), hashlib.sha256)
    return f"{int.from_bytes(digest.digest()[:8]) % 1_000_000:06}"
