"""What people type on the pages of this app, read with one sentence per mistake."""

from collections.abc import Collection
from datetime import UTC, date, datetime, time
from typing import Any
from zoneinfo import ZoneInfo

from django import forms
from django.http import HttpRequest, QueryDict

# Sums with days near the ends of the calendar fail, and nobody plans there.
YEARS = range(2000, 2100)
MODES = (("phone", "Phone"), ("video", "Video"), ("in_person", "In person"))


def posted(request: HttpRequest) -> QueryDict | None:
    """What was sent. An empty post is a post too, and its mistakes are shown."""
    return request.POST if request.method == "POST" else None


def read_start(text: str) -> datetime | None:
    """A start as a page sends it back; nonsense and what no page shows is none."""
    try:
        start = datetime.fromisoformat(text)
    except ValueError:
        return None
    return start if start.tzinfo is not None and start.year in YEARS else None


class TimeForm(forms.Form):
    """One free time and the way to meet."""

    start = forms.CharField(error_messages={"required": "Choose one of the times."})
    mode = forms.ChoiceField(
        error_messages={
            "required": "Choose how you would like to talk.",
            "invalid_choice": "Choose one of the ways that are shown.",
        }
    )

    def __init__(self, *args: Any, modes: Collection[str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        names = dict(MODES)
        self.fields["mode"].choices = [  # type: ignore[attr-defined]
            (mode, names.get(mode, mode.replace("_", " ").capitalize()))
            for mode in modes
        ]

    def clean_start(self) -> datetime:
        start = read_start(self.cleaned_data["start"])
        if start is None:
            raise forms.ValidationError("Choose one of the times.")
        return start


class WallForm(forms.Form):
    """A day and a wall time in a zone, still to come. Clean data has `start` in UTC."""

    day = forms.DateField(
        label="Day",
        error_messages={
            "required": "Enter the day.",
            "invalid": "Enter a day like 2026-10-05.",
        },
    )
    starts = forms.TimeField(
        label="Starts at",
        error_messages={
            "required": "Enter when it starts, like 14:00.",
            "invalid": "Enter when it starts, like 14:00.",
        },
    )

    def __init__(self, *args: Any, zone: str, at: datetime, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.zone, self.at = ZoneInfo(zone), at

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if data.get("day") and data.get("starts"):
            data["start"] = self._start(data["day"], data["starts"])
        return data

    def _start(self, day: date, wall: time) -> datetime | None:
        if day.year not in YEARS:
            self.add_error("day", "Choose a day that is nearer.")
            return None
        start = datetime.combine(day, wall, self.zone).astimezone(UTC)
        if start.astimezone(self.zone).time() != wall:
            self.add_error("starts", "The clocks change then, and skip this time.")
        elif start <= self.at:
            self.add_error("starts", "Choose a time that is still to come.")
        return start
