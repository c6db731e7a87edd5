"""Private text, sealed. Only `wellbeing.vault.sealing` writes or reads these rows.

The format carries a list of readers from the first row on, so that keys of one's own
per person can replace the application's key by sealing the small wraps again; the
bodies stay as they are.
"""

import uuid

from django.conf import settings
from django.db import models


class Record(models.Model):
    """One sealed text: an answer, or a note to a supporter.

    What: AES-256-GCM over padded JSON. Why: the person wrote it to somebody. Who may
    read it: the author and the readers named by its wraps, nobody else. Only the day
    is kept, since the minute would tell when somebody wrote. Deleted after
    `retention_until`.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    kind = models.CharField(max_length=32)
    author = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+"
    )
    created_on = models.DateField()
    retention_until = models.DateField()
    alg = models.CharField(max_length=32)
    nonce = models.BinaryField()
    body = models.BinaryField()

    def __str__(self) -> str:
        return f"sealed record {self.id}"


class Wrap(models.Model):
    """The record's key, sealed for one reader. Without it the body is noise.

    `key_id` names the key that opens it: `app:<id>` is a key of the application's
    ring. Deleting a wrap takes the reader off the list. Who sees it: the author, as the
    list of names who can read the text.
    """

    record = models.ForeignKey(Record, on_delete=models.CASCADE, related_name="wraps")
    reader = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+"
    )
    key_id = models.CharField(max_length=64)
    alg = models.CharField(max_length=32)
    sealed_key = models.BinaryField()
    granted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+"
    )
    granted_on = models.DateField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["record", "reader"], name="vault_one_wrap_per_reader"
            )
        ]

    def __str__(self) -> str:
        return f"wrap of {self.record_id} for person {self.reader_id}"
