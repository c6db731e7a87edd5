"""The forms around a plan. They ask nothing about a participant."""

from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from uuid import uuid4
from zoneinfo import ZoneInfo

from django import forms

from wellbeing.forms.fields import day_field
from wellbeing.models import Study
from wellbeing.people.models import User
from wellbeing.protocol.named import ACTIVITIES
from wellbeing.protocol.values import ActivityKind

FURTHEST = timedelta(days=730)
LONG_AGO = timedelta(days=20 * 366)
OPEN_AGAIN = "Open the page again, please."


class WhenForm(forms.Form):
    """Clean data: `start` (UTC) and `minutes`. Day and time are read in the study's
    zone. `other_day` is the button of another day, which takes the place of `day`."""

    day = day_field("Day", required="Choose a day.")
    start_time = forms.TimeField(
        label="Start",
        widget=forms.TimeInput(
            format="%H:%M", attrs={"type": "time", "class": "input"}
        ),
        error_messages={
            "required": "Enter the time when it starts, like 14:00.",
            "invalid": "Enter a time, like 14:00.",
        },
    )
    minutes = forms.IntegerField(
        label="Minutes",
        min_value=1,
        max_value=1440,
        widget=forms.NumberInput(attrs={"class": "input"}),
        error_messages={
            "required": "Enter how many minutes it takes, like 60.",
            "invalid": "Enter the minutes as a number, like 60.",
            "min_value": "Enter at least 1 minute.",
            "max_value": "Enter at most 1440 minutes, which is a whole day.",
        },
    )

    def __init__(self, *args: Any, study: Study, at: datetime, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.study, self.at = study, at

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        day, wall = data.get("day"), data.get("start_time")
        if day and wall:
            self._clean_start(data, day, wall)
        return data

    def _clean_start(self, data: dict[str, Any], day: date, wall: time) -> None:
        """The instant of the wall time; of two on a night of change, the first."""
        zone = ZoneInfo(self.study.time_zone)
        if day > (self.at + FURTHEST).date():
            self.add_error("day", "That is more than two years away. Check the day.")
            return
        if day < (self.at - timedelta(days=1)).date():
            self.add_error("day", "That is past. If it has happened, log it.")
            return
        local = datetime.combine(day, wall.replace(second=0, microsecond=0), zone)
        start = local.astimezone(UTC)
        if start.astimezone(zone).replace(tzinfo=None) != local.replace(tzinfo=None):
            self.add_error(
                "start_time", "The clocks go forward then, so this time is skipped."
            )
        data["start"] = start


class PlanForm(WhenForm):
    """Clean data: `kind`, `code`, `interviewer` and `facilitator` (people), `mode`,
    `submission`, and when. `other_person` is the button of another interviewer.

    Which kind is asked for only where the study has several.
    """

    field_order = ["kind", "code", "interviewer", "facilitator"]

    kind = forms.ChoiceField(
        label="Which kind",
        widget=forms.Select(attrs={"class": "select"}),
        error_messages={
            "required": "Choose which kind of interview it is.",
            "invalid_choice": "Choose one from the list.",
        },
    )

    code = forms.CharField(
        label="Interview number",
        help_text="Only the number. Nothing about the participant.",
        max_length=32,
        widget=forms.TextInput(
            attrs={"class": "input input--short", "autocomplete": "off"}
        ),
        error_messages={
            "required": "Enter the interview number, like 209.",
            "max_length": "Keep the number to 32 characters.",
            "null_characters_not_allowed": "Enter the interview number, like 209.",
        },
    )
    interviewer = forms.ChoiceField(
        label="Interviewer",
        widget=forms.Select(attrs={"class": "select"}),
        error_messages={
            "required": "Choose who interviews.",
            "invalid_choice": "Choose somebody from the list.",
        },
    )
    facilitator = forms.ChoiceField(
        label="Facilitator",
        required=False,
        widget=forms.Select(attrs={"class": "select"}),
        error_messages={"invalid_choice": "Choose somebody from the list."},
    )
    mode = forms.ChoiceField(
        label="How it is held",
        required=False,
        widget=forms.Select(attrs={"class": "select"}),
        error_messages={"invalid_choice": "Choose one from the list."},
    )
    submission = forms.UUIDField(
        widget=forms.HiddenInput,
        error_messages={"required": OPEN_AGAIN, "invalid": OPEN_AGAIN},
    )

    def __init__(
        self,
        *args: Any,
        team: list[User],
        modes: dict[str, str],
        kinds: list[ActivityKind],
        **kwargs: Any,
    ) -> None:
        kwargs.setdefault("initial", {"minutes": 60, "submission": uuid4()})
        super().__init__(*args, **kwargs)
        self._ask_kind(kinds)
        self.team = {str(person.public_id): person for person in team}
        names = [(key, person.name) for key, person in self.team.items()]
        for field, choices in (
            ("interviewer", [("", "Choose"), *names]),
            ("facilitator", [("", "Nobody"), *names]),
            ("mode", [("", "Not said"), *modes.items()]),
        ):
            self.fields[field].choices = choices  # type: ignore[attr-defined]

    def _ask_kind(self, kinds: list[ActivityKind]) -> None:
        self.kinds = kinds or ["interview"]
        field = self.fields["kind"]
        shown = [(kind, ACTIVITIES[kind].one.capitalize()) for kind in self.kinds]
        field.choices = shown  # type: ignore[attr-defined]
        field.initial = self.kinds[0]
        if len(self.kinds) == 1:
            field.required = False
            field.widget = forms.HiddenInput()

    def clean_kind(self) -> ActivityKind:
        value = self.cleaned_data["kind"]
        return next((kind for kind in self.kinds if kind == value), self.kinds[0])

    def clean_interviewer(self) -> User:
        return self.team[self.cleaned_data["interviewer"]]

    def clean_facilitator(self) -> User | None:
        return self.team.get(self.cleaned_data["facilitator"])


class StepForm(forms.Form):
    """That somebody has done a step on a day. Clean data: `person`, `step`, `day`."""

    person = forms.ChoiceField(
        label="Who",
        widget=forms.Select(attrs={"class": "select"}),
        error_messages={
            "required": "Choose who has done it.",
            "invalid_choice": "Choose somebody from the list.",
        },
    )
    step = forms.ChoiceField(
        label="What",
        widget=forms.Select(attrs={"class": "select"}),
        error_messages={
            "required": "Choose what is done.",
            "invalid_choice": "Choose one from the list.",
        },
    )
    day = day_field("On which day", required="Choose the day on which it was done.")

    def __init__(
        self,
        *args: Any,
        team: list[User],
        steps: dict[str, str],
        today: date,
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        self.team = {str(person.public_id): person for person in team}
        self.today = today
        names = [(key, person.name) for key, person in self.team.items()]
        for field, choices in (
            ("person", [("", "Choose"), *names]),
            ("step", [("", "Choose"), *steps.items()]),
        ):
            self.fields[field].choices = choices  # type: ignore[attr-defined]

    def clean_person(self) -> User:
        return self.team[self.cleaned_data["person"]]

    def clean_day(self) -> date:
        day: date = self.cleaned_data["day"]
        if day > self.today:
            raise forms.ValidationError("That day is still to come.")
        if day < self.today - LONG_AGO:
            raise forms.ValidationError(
                "That is more than twenty years ago. Check the day."
            )
        return day
