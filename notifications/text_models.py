"""The words that a team gave to messages."""

from django.conf import settings
from django.db import models


class MessageText(models.Model):
    """One version of the words that a team gave to a message; the newest is in force.

    A face that is empty says what came with Alongside. Who sees it: every coordinator,
    and when it was made; by whom, those who share a study with that person. A row is
    never changed, so that every earlier version can be used again. Kept for good.
    """

    message = models.CharField(max_length=64)
    number = models.PositiveIntegerField()
    subject = models.CharField(max_length=200, blank=True)
    words = models.TextField(blank=True)
    sms = models.CharField(max_length=480, blank=True)
    changed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.SET_NULL,
        null=True,
        related_name="+",
    )
    changed_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["message", "number"], name="message_text_numbered_once"
            )
        ]

    def __str__(self) -> str:
        return f"version {self.number} of the words of {self.message}"
