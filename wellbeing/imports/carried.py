"""A file on its way from the preview to the press that brings it in.

It travels in the page, compressed and signed, and comes back with the press. So what
is brought in is exactly what was shown, and until then no name and no number rests on
the server: not on its disk, not in the table of signed-in browsers, whose rows outlive
the page. The signature holds for one person and one study.
"""

from datetime import timedelta

from django.core import signing

from wellbeing.imports.reading import LARGEST_FILE
from wellbeing.models import Study
from wellbeing.people.models import User

LASTS = timedelta(hours=8)


class NotCarried(Exception):
    """Not a file that this person was shown for this study, or shown too long ago."""


class _Bytes:
    """Leaves the bytes as they are; `signing` compresses and signs them."""

    def dumps(self, obj: bytes) -> bytes:
        return obj

    def loads(self, data: bytes) -> bytes:
        return data


def _salt(study: Study, person: User) -> str:
    return f"wellbeing.imports.carried:{study.public_id}:{person.public_id}"


def pack(*, data: bytes, file_name: str, study: Study, person: User) -> str:
    """The file as text for a hidden field. At most 4/3 of its size and a little."""
    named = b"\n".join([" ".join(file_name.split()).encode(), data])
    return signing.dumps(
        named, salt=_salt(study, person), serializer=_Bytes, compress=True
    )


def unpack(carried: str, *, study: Study, person: User) -> tuple[bytes, str]:
    """The bytes and the name of the file. Raises NotCarried."""
    if len(carried) > 2 * LARGEST_FILE:
        raise NotCarried
    try:
        named: bytes = signing.loads(
            carried, salt=_salt(study, person), serializer=_Bytes, max_age=LASTS
        )
    except (signing.BadSignature, UnicodeError, ValueError):
        raise NotCarried from None
    name, _, data = named.partition(b"\n")
    return data, name.decode()
