"""When something finished and how long it took: the part that all logs share."""

from datetime import date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django import forms

WHEN = [("now", "Just now"), ("today", "Earlier today"), ("other", "Another day")]
LONGEST_AGO = timedelta(days=800)


class EndForm(forms.Form):
    """A day, a time of day and a length. `zone` is the study's, `at` is now (UTC)."""

    day = forms.DateField(
        required=False,
        label="Which day?",
        widget=forms.DateInput(
            format="%Y-%m-%d", attrs={"type": "date", "class": "input input--short"}
        ),
        error_messages={"invalid": "Enter a day, like 16/09/2026."},
    )
    finished = forms.TimeField(
        required=False,
        label="What time did it finish?",
        widget=forms.TimeInput(
            format="%H:%M", attrs={"type": "time", "class": "input input--short"}
        ),
        error_messages={"invalid": "Enter a time, like 15:40."},
    )
    minutes = forms.IntegerField(
        required=False,
        label="How many minutes did it last?",
        min_value=1,
        max_value=1440,
        widget=forms.NumberInput(attrs={"class": "input input--short"}),
        error_messages={
            "required": "Enter how many minutes it lasted, like 60.",
            "invalid": "Enter the minutes as a number, like 60.",
            "min_value": "Enter at least 1 minute.",
            "max_value": "Enter at most 1440 minutes, which is a whole day.",
        },
    )

    def __init__(self, *args: Any, zone: str, at: datetime, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.zone, self.at = zone, at

    def ended(self, day: date | None, wall: time | None, field: str) -> datetime | None:
        """The instant of a wall time, or None with a sentence beside what is wrong;
        what is wrong with the instant itself is said beside `field`."""
        if day is None:
            self.add_error("day", "Choose the day on which it finished.")
        if wall is None:
            self.add_error("finished", "Enter the time when it finished, like 15:40.")
        if day is None or wall is None:
            return None
        # At the ends of the calendar an instant in another zone cannot be worked out.
        day = min(max(day, date(1970, 1, 1)), date(2999, 12, 31))
        local = datetime.combine(day, wall, ZoneInfo(self.zone))
        ends_at = local.astimezone(ZoneInfo("UTC"))
        if ends_at > self.at:
            self.add_error(field, "That is still to come. Log it when it has finished.")
        elif ends_at < self.at - LONGEST_AGO:
            self.add_error(field, "That is more than two years ago. Check the day.")
        return ends_at


class WhenForm(EndForm):
    """Clean data has `ends_at` (UTC)."""

    field_order = ["when"]

    when = forms.ChoiceField(
        choices=WHEN, error_messages={"required": "Choose when it finished."}
    )
    submission = forms.UUIDField(
        error_messages={
            "required": "Open the page again, please.",
            "invalid": "Open the page again, please.",
        }
    )

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if "when" in data and not self.errors.keys() & {"day", "finished"}:
            self._clean_end(data)
        return data

    def _clean_end(self, data: dict[str, Any]) -> None:
        if data["when"] == "now":
            data["ends_at"] = self.at.replace(second=0, microsecond=0)
            return
        day: date | None = data.get("day")
        if data["when"] == "today":
            day = self.at.astimezone(ZoneInfo(self.zone)).date()
        field = "day" if data["when"] == "other" else "finished"
        if ends_at := self.ended(day, data.get("finished"), field):
            data["ends_at"] = ends_at
