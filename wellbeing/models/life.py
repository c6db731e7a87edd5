"""What became of a study, step by step."""

from django.conf import settings
from django.db import models

from wellbeing.models.study import Pause, Study

User = settings.AUTH_USER_MODEL


class StudyChange(models.Model):
    """One step in the life of a study: what, from which day, who took it and why.

    Who sees it: the study's coordinators; the reason is for the whole team. Never
    changed, kept as long as the study. `submission` is the form that it came from, so
    that the same form posted twice is one step. `day` is empty where a step is taken
    back; `site` is the place that a pause is about, empty for all of the study.
    """

    class What(models.TextChoices):
        BEGUN = "begun", "Planning opens"
        PAUSED = "paused", "Paused"
        RESUMED = "resumed", "Goes on after the pause"
        PAUSE_TAKEN_BACK = "pause_taken_back", "The pause was taken back"
        FINISHED = "finished", "Interviews finished"
        ANALYSIS = "analysis", "Analysis"
        CLOSED = "closed", "Closed"
        REOPENED = "reopened", "Opened again"
        SUPPORT_ENDS = "support_ends", "Support ends"
        SUPPORT_STAYS = "support_stays", "Support stays"

    study = models.ForeignKey(Study, on_delete=models.CASCADE, related_name="changes")
    what = models.CharField(max_length=20, choices=What.choices)
    day = models.DateField(null=True)
    site = models.CharField(max_length=40, blank=True)
    pause = models.ForeignKey(
        Pause, on_delete=models.SET_NULL, null=True, related_name="changes"
    )
    reason = models.CharField(max_length=200)
    by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()
    submission = models.UUIDField(unique=True)

    def __str__(self) -> str:
        return f"{self.what} study {self.study_id}"
