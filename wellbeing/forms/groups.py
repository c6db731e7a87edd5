"""Calling a group: what, when, how many at most. One sentence per mistake."""

from datetime import date, datetime, time
from typing import Any
from zoneinfo import ZoneInfo

from django import forms

from sessions.forms import MODES, YEARS
from wellbeing.groups import KINDS, Wanted
from wellbeing.models import Study
from wellbeing.protocol import lengths

AGAIN = "Open the page again, please."


class GroupForm(forms.Form):
    study = forms.ChoiceField(
        label="For whom?",
        error_messages={
            "required": "Choose for whom it is.",
            "invalid_choice": "Choose one of these.",
        },
    )
    kind = forms.ChoiceField(
        label="What is it?",
        choices=list(KINDS.items()),
        error_messages={
            "required": "Choose what it is.",
            "invalid_choice": "Choose one of these.",
        },
    )
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
    minutes = forms.IntegerField(
        label="Minutes",
        min_value=10,
        max_value=240,
        error_messages={
            "required": "Enter how long it lasts, like 60.",
            "invalid": "Enter a number of minutes, like 60.",
            "min_value": "At least 10 minutes.",
            "max_value": "At most 240 minutes.",
        },
    )
    most = forms.IntegerField(
        label="At most so many people",
        min_value=2,
        max_value=100,
        error_messages={
            "required": "Enter for how many people there is room.",
            "invalid": "Enter a number of people, like 8.",
            "min_value": "A group has room for two people at least.",
            "max_value": "That is too many for one group.",
        },
    )
    second_day = forms.DateField(
        label="Day of a second group",
        required=False,
        error_messages={"invalid": "Enter a day like 2026-10-05."},
    )
    second_starts = forms.TimeField(
        label="Second group starts at",
        required=False,
        error_messages={"invalid": "Enter when it starts, like 14:00."},
    )
    mode = forms.ChoiceField(
        label="How do you meet?",
        choices=MODES,
        error_messages={
            "required": "Choose how you meet.",
            "invalid_choice": "Choose one of the ways that are shown.",
        },
    )
    place = forms.CharField(label="Where, in person", max_length=80, required=False)
    submission = forms.UUIDField(
        widget=forms.HiddenInput,
        error_messages={"required": AGAIN, "invalid": AGAIN},
    )

    def __init__(
        self, *args: Any, studies: list[Study], at: datetime, **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.studies = {str(one.public_id): one for one in studies}
        self.at = at
        self.fields["study"].choices = [  # type: ignore[attr-defined]
            (key, one.name) for key, one in self.studies.items()
        ]

    def clean_study(self) -> Study:
        return self.studies[self.cleaned_data["study"]]

    def clean(self) -> dict[str, Any]:
        """Starts are wall times of the study. The second group needs both its fields;
        one without the other is a slip that must not make half a plan."""
        data = super().clean() or {}
        day, second = data.get("day"), data.get("second_day")
        starts = [self._start("starts", day, data.get("starts"))]
        if second or data.get("second_starts"):
            second_starts = data.get("second_starts")
            if second is None or second_starts is None:
                self.add_error("second_starts", "Enter its day and its time, or none.")
            starts.append(self._start("second_starts", second, second_starts))
        if not self.errors:
            data["wanted"] = Wanted(
                kind=data["kind"],
                starts=[start for start in starts if start],
                minutes=data["minutes"],
                mode=data["mode"],
                place=data["place"],
                most=data["most"],
                submission=str(data["submission"]),
            )
        return data

    def _start(self, field: str, day: date | None, wall: time | None) -> Any:
        study = self.cleaned_data.get("study")
        if day is None or wall is None or study is None:
            return None
        if day.year not in YEARS:
            self.add_error(field, "Choose a day that is nearer.")
            return None
        start = lengths.at_wall_time(day, wall, study.time_zone)
        shown = start.astimezone(ZoneInfo(study.time_zone))
        if shown.time().replace(tzinfo=None) != wall:
            self.add_error(field, "The clocks change then, and skip this time.")
        elif start <= self.at:
            self.add_error(field, "Choose a time that is still to come.")
        return start
