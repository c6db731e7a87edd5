"""When something finished and how long it took: the part that all logs share."""

from datetime import date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django import forms

WHEN = [("now", "Just now"), ("today", "Earlier today"), ("other", "Another day")]
LONGEST_AGO = timedelta(days=800)


class WhenForm(forms.Form):
    """Clean data has `ends_at` (UTC). `zone` is the study's, `at` is now (UTC)."""

    when = forms.ChoiceField(
        choices=WHEN, error_messages={"required": "Choose when it finished."}
    )
    day = forms.DateField(
        required=False,
        label="Which day?",
        widget=forms.DateInput(attrs={"type": "date", "class": "input input--short"}),
        error_messages={"invalid": "Enter a day, like 16/09/2026."},
    )
    finished = forms.TimeField(
        required=False,
        label="What time did it finish?",
        widget=forms.TimeInput(attrs={"type": "time", "class": "input input--short"}),
        error_messages={"invalid": "Enter a time, like 15:40."},
    )
    minutes = forms.IntegerField(
        required=False,
        label="How many minutes did it last?",
        min_value=1,
        max_value=1440,
        widget=forms.NumberInput(attrs={"class": "input input--short"}),
        error_messages={
            "invalid": "Enter the minutes as a number, like 60.",
            "min_value": "Enter at least 1 minute.",
            "max_value": "Enter at most 1440 minutes, which is a whole day.",
        },
    )
    submission = forms.UUIDField(
        error_messages={
            "required": "Open the page again, please.",
            "invalid": "Open the page again, please.",
        }
    )

    def __init__(self, *args: Any, zone: str, at: datetime, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.zone, self.at = zone, at

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if "when" in data and not self.errors.keys() & {"day", "finished"}:
            self._clean_end(data)
        return data

    def _clean_end(self, data: dict[str, Any]) -> None:
        if data["when"] == "now":
            data["ends_at"] = self.at.replace(second=0, microsecond=0)
            return
        zone = ZoneInfo(self.zone)
        day: date | None = data.get("day")
        if data["when"] == "today":
            day = self.at.astimezone(zone).date()
        if day is None:
            self.add_error("day", "Choose the day on which it finished.")
        wall: time | None = data.get("finished")
        if wall is None:
            self.add_error("finished", "Enter the time when it finished, like 15:40.")
        if day is None or wall is None:
            return
        # At the ends of the calendar an instant in another zone cannot be worked out.
        day = min(max(day, date(1970, 1, 1)), date(2999, 12, 31))
        ends_at = datetime.combine(day, wall, zone).astimezone(ZoneInfo("UTC"))
        field = "day" if data["when"] == "other" else "finished"
        if ends_at > self.at:
            self.add_error(field, "That is still to come. Log it when it has finished.")
        elif ends_at < self.at - LONGEST_AGO:
            self.add_error(field, "That is more than two years ago. Check the day.")
        data["ends_at"] = ends_at
