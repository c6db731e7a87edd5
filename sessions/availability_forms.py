"""What supporters type about their hours, limits and days off."""

from collections.abc import Collection, Iterable
from datetime import date, timedelta
from typing import Any

from django import forms

from sessions import public_holidays
from sessions.forms import MODES, YEARS
from sessions.limits import Limits
from sessions.models import Supporter

WEEKDAYS = (
    (0, "Monday"),
    (1, "Tuesday"),
    (2, "Wednesday"),
    (3, "Thursday"),
    (4, "Friday"),
    (5, "Saturday"),
    (6, "Sunday"),
)
# How often, as (every so many weeks, or which such weekday of a month).
HowOften = tuple[int, int | None]
HOW_OFTEN: dict[str, tuple[HowOften, str]] = {
    "1": ((1, None), "Every week"),
    "2": ((2, None), "Every second week"),
    "3": ((3, None), "Every third week"),
    "4": ((4, None), "Every fourth week"),
    "first": ((1, 1), "The first in each month"),
    "second": ((1, 2), "The second in each month"),
    "third": ((1, 3), "The third in each month"),
    "fourth": ((1, 4), "The fourth in each month"),
    "last": ((1, -1), "The last in each month"),
}
DAY_ERRORS = {"invalid": "Enter a day like 2026-09-18."}
START_ERRORS = {
    "required": "Enter when you start, like 9:30.",
    "invalid": "Enter when you start, like 9:30.",
}
END_ERRORS = {
    "required": "Enter when you stop, like 17:30.",
    "invalid": "Enter when you stop, like 17:30.",
}
MODE_ERRORS = {
    "required": "Choose at least one way in which people can reach you.",
    "invalid_choice": "Choose one of the ways that are shown.",
}
BUFFER = "buffer_for_"
SAME_END = "Choose an end that is not the same as the start."


def near(day: date) -> None:
    """Refuse a day of another century, which a calendar cannot hold."""
    if day.year not in YEARS:
        raise forms.ValidationError("Choose a day that is nearer.")


class HoursForm(forms.Form):
    """Hours that recur, by week or by month, from a day on, until a day or a change."""

    weekday = forms.TypedChoiceField(
        label="Day",
        choices=WEEKDAYS,
        coerce=int,
        error_messages={"invalid_choice": "Choose a day of the week."},
    )
    every = forms.TypedChoiceField(
        label="How often",
        choices=[(value, label) for value, (_, label) in HOW_OFTEN.items()],
        coerce=lambda value: HOW_OFTEN[value][0],
        required=False,
        error_messages={"invalid_choice": "Choose how often from the list."},
    )
    starts = forms.TimeField(label="From", error_messages=START_ERRORS)
    ends = forms.TimeField(label="To", error_messages=END_ERRORS)
    first = forms.DateField(
        validators=[near], label="First day", required=False, error_messages=DAY_ERRORS
    )
    last = forms.DateField(
        validators=[near], label="Last day", required=False, error_messages=DAY_ERRORS
    )
    modes = forms.MultipleChoiceField(
        label="How can people reach you then?",
        choices=MODES,
        error_messages=MODE_ERRORS,
    )
    place = forms.CharField(label="Where, in person", max_length=80, required=False)

    def clean_every(self) -> HowOften:
        often: HowOften = self.cleaned_data["every"] or HOW_OFTEN["1"][0]
        return often

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        first, last = data.get("first"), data.get("last")
        if first and last and last < first:
            self.add_error("last", "The last day comes before the first.")
        if data.get("starts") and data.get("starts") == data.get("ends"):
            self.add_error("ends", SAME_END)
        if last:
            data["until_date"] = last + timedelta(days=1)
        return data


class OneDayForm(forms.Form):
    """A day that differs from the week: closed, or open for some hours more."""

    day = forms.DateField(
        validators=[near],
        label="Day",
        error_messages={"required": "Enter the day.", **DAY_ERRORS},
    )
    what = forms.ChoiceField(
        label="What is different?",
        choices=(("closed", "No weekly hours"), ("open", "Some hours more")),
        error_messages={
            "required": "Choose what is different.",
            "invalid_choice": "Choose what is different.",
        },
    )
    starts = forms.TimeField(label="From", required=False, error_messages=START_ERRORS)
    ends = forms.TimeField(label="To", required=False, error_messages=END_ERRORS)
    modes = forms.MultipleChoiceField(
        label="How can people reach you then?",
        choices=MODES,
        required=False,
        error_messages=MODE_ERRORS,
    )
    place = forms.CharField(label="Where, in person", max_length=80, required=False)

    def clean(self) -> dict[str, Any]:
        """Hours are asked for only when there are to be some."""
        data = super().clean() or {}
        if data.get("what") != "open":
            return data
        needed = {
            "starts": START_ERRORS["required"],
            "ends": END_ERRORS["required"],
            "modes": MODE_ERRORS["required"],
        }
        for name, sentence in needed.items():
            if not data.get(name) and name not in self.errors:
                self.add_error(name, sentence)
        if data.get("starts") and data.get("starts") == data.get("ends"):
            self.add_error("ends", SAME_END)
        return data


def _words(kind: str) -> str:
    return kind.replace("_", " ").capitalize()


def _number(label: str, least: int, most: int, *, needed: bool = True) -> Any:
    sentence = f"Enter a whole number from {least} to {most:,}."
    return forms.IntegerField(
        label=label,
        min_value=least,
        max_value=most,
        required=needed,
        error_messages=dict.fromkeys(
            ("required", "invalid", "min_value", "max_value"), sentence
        ),
    )


class LimitsForm(forms.Form):
    """How much a supporter takes on. Left empty, a limit that may be empty is none.

    `kinds` may each have a buffer of their own, in a field `buffer_<kind>`.
    """

    most_per_day = _number("Most in one day", 1, 20)
    most_per_week = _number("Most in one week", 1, 60, needed=False)
    longest_run_minutes = _number("Longest run, minutes", 20, 600, needed=False)
    rest_minutes = _number("Break after it, minutes", 5, 240)
    buffer_minutes = _number("Between two, minutes", 0, 120)
    notice_minutes = _number("Notice, minutes", 0, 20160)
    move_notice_minutes = _number("Notice for a move, minutes", 0, 20160, needed=False)
    horizon_days = _number("How far ahead, days", 1, 400)
    holidays = forms.ChoiceField(
        label="Public holidays",
        required=False,
        error_messages={"invalid_choice": "Choose one from the list."},
    )

    def __init__(self, *args: Any, kinds: Collection[str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.kinds = kinds
        set_now = self.initial.get("buffers", {})
        for kind in kinds:
            field = _number(f"{_words(kind)}, minutes", 0, 120, needed=False)
            self.fields[f"{BUFFER}{kind}"] = field
            self.initial[f"{BUFFER}{kind}"] = set_now.get(kind)
        self.fields["holidays"].choices = [  # type: ignore[attr-defined]
            ("", "None"),
            *public_holidays.choices(),
        ]

    @property
    def by_kind(self) -> list[forms.BoundField]:
        return [self[f"{BUFFER}{kind}"] for kind in self.kinds]

    def limits(self) -> Limits:
        data = dict(self.cleaned_data)
        own = {kind: data.pop(f"{BUFFER}{kind}") for kind in self.kinds}
        set_now = {kind: most for kind, most in own.items() if most is not None}
        return Limits(**data, buffers=set_now)


class TimeOffForm(forms.Form):
    """Whole days away, and who holds new requests meanwhile."""

    first = forms.DateField(
        validators=[near],
        label="First day away",
        error_messages={
            "required": "Enter your first day away.",
            "invalid": "Enter a day like 2026-10-05.",
        },
    )
    last = forms.DateField(
        validators=[near],
        label="Last day away",
        error_messages={
            "required": "Enter your last day away.",
            "invalid": "Enter a day like 2026-10-16.",
        },
    )
    cover = forms.ChoiceField(
        label="Who holds new requests while you are away?",
        error_messages={
            "required": "Choose who holds new requests while you are away.",
            "invalid_choice": "Choose one of the people shown.",
        },
    )

    def __init__(self, *args: Any, covers: Iterable[Supporter], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.covers = {str(one.person.public_id): one for one in covers}
        self.fields["cover"].choices = [  # type: ignore[attr-defined]
            (key, one.person.name) for key, one in self.covers.items()
        ]

    def clean_cover(self) -> Supporter:
        return self.covers[self.cleaned_data["cover"]]

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        first, last = data.get("first"), data.get("last")
        if first and last and last < first:
            self.add_error("last", "The last day comes before the first.")
        return data
