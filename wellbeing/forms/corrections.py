"""The form that puts a log right."""

from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django import forms

from wellbeing.corrections import Facts
from wellbeing.forms.when import EndForm
from wellbeing.models import Activity
from wellbeing.protocol.rules import ActivityPart


class CorrectForm(EndForm):
    """Clean data has `facts`. Only who logged it is asked about the marker."""

    mode = forms.ChoiceField(
        required=False,
        label="How was it held?",
        widget=forms.Select(attrs={"class": "select input--mid"}),
        error_messages={"invalid_choice": "Choose one from the list."},
    )
    companion = forms.BooleanField(
        required=False, label="The participant had somebody with them"
    )
    marked = forms.BooleanField(required=False)
    seen = forms.IntegerField(
        widget=forms.HiddenInput,
        error_messages={
            "required": "Open the page again, please.",
            "invalid": "Open the page again, please.",
        },
    )

    def __init__(
        self,
        data: Any = None,
        *,
        row: Activity,
        part: ActivityPart | None,
        own: bool,
        seen: int,
        at: datetime,
    ) -> None:
        zone = row.study.time_zone
        local = row.ends_at.astimezone(ZoneInfo(zone))
        initial = {
            "day": local.date(),
            "finished": local.time(),
            "minutes": row.minutes,
            "mode": row.mode,
            "companion": row.companion,
            "marked": row.marked,
            "seen": seen,
        }
        super().__init__(data, zone=zone, at=at, initial=initial)
        self.fields["minutes"].required = True
        modes = dict(part.modes) if part else {}
        if row.mode:
            modes.setdefault(row.mode, row.mode)
        self.fields["mode"].choices = [("", "Not said"), *modes.items()]  # type: ignore[attr-defined]
        if own and part and part.marker:
            self.fields["marked"].label = part.marker
        else:
            del self.fields["marked"]

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if self.errors.keys() & {"day", "finished", "minutes"}:
            return data
        ends_at = self.ended(data.get("day"), data.get("finished"), "day")
        if ends_at and not self.errors:
            data["facts"] = Facts(
                starts_at=ends_at - timedelta(minutes=data["minutes"]),
                ends_at=ends_at,
                mode=data["mode"],
                companion=data["companion"] or None,
                marked=data.get("marked"),
            )
        return data
