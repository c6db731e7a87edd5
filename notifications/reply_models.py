"""The words that people answer by text. Read through `notifications.models`."""

from django.db import models
from django.db.models import Q


class Reply(models.Model):
    """One known word that answered one text. Nothing else of what was written is kept.

    Why: so that a word acts once for each text, and so that the app that knows what the
    text was about can take it up. Who sees it: nobody but the
    worker. `taken_up_at` is empty until everything that the word asks for is done. Goes
    with its message.
    """

    message = models.ForeignKey(
        "notifications.Message", on_delete=models.CASCADE, related_name="replies"
    )
    word = models.CharField(max_length=8)
    said_at = models.DateTimeField()
    taken_up_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [
            models.Index(
                fields=["said_at"],
                condition=Q(taken_up_at__isnull=True),
                name="reply_open",
            )
        ]
        constraints = [
            models.UniqueConstraint(fields=["message", "word"], name="reply_once")
        ]

    def __str__(self) -> str:
        return f"answer to message {self.message_id}"
