"""The log of coding: one transcript alone, or one together with others."""

from datetime import timedelta
from typing import Any

from django import forms

from wellbeing.activities import Entry, Matter
from wellbeing.forms.log import LogContext
from wellbeing.forms.when import WhenForm
from wellbeing.models import Activity, Role
from wellbeing.protocol.document import ActivityPart

ALONE, TOGETHER = "alone", "together"


class CodingForm(WhenForm):
    """Clean data is one `Entry`. Who was there is asked for only when together."""

    code = forms.CharField(
        max_length=32,
        label="Which transcript?",
        widget=forms.TextInput(
            attrs={"class": "input input--short", "autocomplete": "off"}
        ),
        error_messages={
            "required": "Enter the transcript’s number, like 209.",
            "max_length": "Enter a number of at most 32 characters.",
        },
    )
    how = forms.ChoiceField(
        choices=[(ALONE, "By myself"), (TOGETHER, "Together with others")],
        widget=forms.RadioSelect,
        label="How did you code it?",
        error_messages={"required": "Choose how you coded it."},
    )
    others = forms.MultipleChoiceField(
        required=False,
        widget=forms.CheckboxSelectMultiple,
        label="Who else was there?",
        error_messages={"invalid_choice": "Choose people from the list."},
    )

    def __init__(
        self,
        *args: Any,
        context: LogContext,
        together: ActivityPart | None,
        **kwargs: Any,
    ) -> None:
        zone = context.study.time_zone
        super().__init__(*args, zone=zone, at=context.at, **kwargs)
        self.context = context
        # The team closes what it coded together with a round inside that time.
        self.closing_round = together.closing_round if together else None
        colleagues = list(context.colleagues().items())
        self.fields["others"].choices = colleagues  # type: ignore[attr-defined]
        self.fields["minutes"].required = True
        self.fields["minutes"].error_messages["required"] = (
            "Enter how many minutes it took, like 150."
        )

    def clean(self) -> dict[str, Any]:
        data = super().clean()
        together = data.get("how") == TOGETHER
        if together and not data.get("others") and "others" not in self.errors:
            self.add_error("others", "Choose who else was there.")
        if not self.errors:
            others = self.context.people(data["others"] if together else [])
            data["entry"] = Entry(
                study=self.context.study,
                role=Role.CODER,
                code=data["code"].strip(),
                starts_at=data["ends_at"] - timedelta(minutes=data["minutes"]),
                ends_at=data["ends_at"],
                mode="",
                companion=None,
                others=tuple((person, Role.CODER) for person in others),
                submission=data["submission"],
                kind=Activity.Kind.GROUP_CODING if together else Activity.Kind.CODING,
                matter=Matter(closing_minutes=self._closed_in(data, together)),
            )
        return data

    def _closed_in(self, data: dict[str, Any], together: bool) -> int | None:
        """The minutes of the closing round; none in a time that has no room for it."""
        length = self.closing_round if together else None
        return length if length and length < data["minutes"] else None
