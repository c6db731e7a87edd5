"""What people type on the pages of this app, read with one sentence per mistake."""

from collections.abc import Collection, Iterable
from datetime import date, datetime, timedelta
from typing import Any

from django import forms
from django.http import HttpRequest, QueryDict

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


def _near(day: date) -> None:
    if day.year not in YEARS:
        raise forms.ValidationError("Choose a day that is nearer.")


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


class HoursForm(forms.Form):
    """Hours open every week, from a day on, until a day or until changed."""

    weekday = forms.TypedChoiceField(
        label="Day",
        choices=WEEKDAYS,
        coerce=int,
        error_messages={"invalid_choice": "Choose a day of the week."},
    )
    starts = forms.TimeField(
        label="From",
        error_messages={
            "required": "Enter when you start, like 9:30.",
            "invalid": "Enter when you start, like 9:30.",
        },
    )
    ends = forms.TimeField(
        label="To",
        error_messages={
            "required": "Enter when you stop, like 17:30.",
            "invalid": "Enter when you stop, like 17:30.",
        },
    )
    first = forms.DateField(
        validators=[_near],
        label="First day",
        required=False,
        error_messages={"invalid": "Enter a day like 2026-09-18."},
    )
    last = forms.DateField(
        validators=[_near],
        label="Last day",
        required=False,
        error_messages={"invalid": "Enter a day like 2026-09-18."},
    )
    modes = forms.MultipleChoiceField(
        label="How can people reach you then?",
        choices=MODES,
        error_messages={
            "required": "Choose at least one way in which people can reach you.",
            "invalid_choice": "Choose one of the ways that are shown.",
        },
    )
    place = forms.CharField(label="Where, in person", max_length=80, required=False)

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        first, last = data.get("first"), data.get("last")
        if first and last and last < first:
            self.add_error("last", "The last day comes before the first.")
        if data.get("starts") and data.get("starts") == data.get("ends"):
            self.add_error("ends", "Choose an end that is not the same as the start.")
        if last:
            data["until_date"] = last + timedelta(days=1)
        return data


class TimeOffForm(forms.Form):
    """Whole days away, and who holds new requests meanwhile."""

    first = forms.DateField(
        validators=[_near],
        label="First day away",
        error_messages={
            "required": "Enter your first day away.",
            "invalid": "Enter a day like 2026-10-05.",
        },
    )
    last = forms.DateField(
        validators=[_near],
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
