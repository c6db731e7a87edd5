"""Asking somebody by name for a time. The note is sealed; everything is optional
but the name."""

from datetime import datetime
from typing import Any

from django import forms

from sessions.models import Supporter
from wellbeing.models import Study
from wellbeing.protocol.document import Protocol
from wellbeing import support

WAYS = [("phone", "Phone"), ("video", "Video"), ("in_person", "In person")]


class AskForm(forms.Form):
    holder = forms.ChoiceField(
        label="Who would you like to ask?",
        widget=forms.RadioSelect,
        error_messages={"required": "Choose who you would like to ask."},
    )
    kind = forms.ChoiceField(
        label="What would you like?",
        widget=forms.RadioSelect,
        error_messages={"required": "Choose what you would like."},
    )
    modes = forms.MultipleChoiceField(
        required=False,
        choices=WAYS,
        label="How would you like to talk?",
        widget=forms.CheckboxSelectMultiple,
    )
    note = forms.CharField(
        required=False,
        max_length=1000,
        label="Anything they should know?",
        widget=forms.Textarea(attrs={"class": "input", "rows": 3}),
        error_messages={"max_length": "Keep the note under 1,000 characters."},
    )
    submission = forms.UUIDField(widget=forms.HiddenInput)

    def __init__(
        self,
        *args: Any,
        people: list[Supporter],
        kinds: dict[str, str],
        document: Protocol,
        study: Study,
        at: datetime,
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        self.people = {str(one.person.public_id): one for one in people}
        self.document, self.study, self.at = document, study, at
        names = [(key, one.person.name) for key, one in self.people.items()]
        self.fields["holder"].choices = names  # type: ignore[attr-defined]
        self.fields["kind"].choices = list(kinds.items())  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if self.errors:
            return data
        holder = self.people[data["holder"]]
        if not support.does(
            holder, self.document.kinds[data["kind"]].with_, self.study, self.at
        ):
            self.add_error(
                "kind", f"{holder.person.name} does not do this. Choose another kind."
            )
            return data
        data["request"] = {
            "holder": holder,
            "kind": data["kind"],
            "modes": data["modes"],
            "note": data["note"].strip(),
            "submission": str(data["submission"]),
        }
        return data
