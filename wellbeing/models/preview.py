"""A long preview on its way through the worker."""

from django.db import models

from wellbeing.models.protocol import Draft


class PreviewRun(models.Model):
    """The past year, counted under one draft by the worker, some people at a time.

    It holds sums and nothing about any one person: `before` and `after` are what would
    have been made up to the person with the key `last_person`. Whoever holds `claim`
    may add to it until `claimed_until`; a worker that dies leaves it to the next. Who
    sees it: everybody in the study, as a page of counts. One for each draft: counting
    again begins it anew, and a changed text makes it worthless.
    """

    draft = models.OneToOneField(
        Draft, on_delete=models.CASCADE, related_name="preview_run"
    )
    text_digest = models.CharField(max_length=64)
    since = models.DateTimeField()
    until = models.DateTimeField()
    people = models.PositiveIntegerField(default=0)
    people_done = models.PositiveIntegerField(default=0)
    last_person = models.BigIntegerField(default=0)
    activities = models.PositiveIntegerField(default=0)
    before = models.JSONField(default=dict)
    after = models.JSONField(default=dict)
    claim = models.UUIDField(null=True)
    claimed_until = models.DateTimeField(null=True)
    done_at = models.DateTimeField(null=True)
    failed_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [
            models.Index(
                fields=["until"],
                condition=models.Q(done_at__isnull=True, failed_at__isnull=True),
                name="preview_runs_waiting",
            )
        ]

    def __str__(self) -> str:
        return f"preview of draft {self.draft_id}"
