"""Asking somebody by name for a time. The note is sealed; everything is optional
but the name."""

from typing import Any

from django import forms

from wellbeing.protocol.document import Protocol
from wellbeing.support import Circle

WAYS = [("phone", "Phone"), ("video", "Video"), ("in_person", "In person")]


class AskForm(forms.Form):
    holder = forms.ChoiceField(
        label="Who would you like to ask?",
        widget=forms.RadioSelect,
        error_messages={
            "required": "Choose who you would like to ask.",
            "invalid_choice": "Choose one of these people.",
        },
    )
    kind = forms.ChoiceField(
        label="What would you like?",
        widget=forms.RadioSelect,
        error_messages={
            "required": "Choose what you would like.",
            "invalid_choice": "Choose one of these.",
        },
    )
    modes = forms.MultipleChoiceField(
        required=False,
        choices=WAYS,
        label="How would you like to talk?",
        widget=forms.CheckboxSelectMultiple,
        error_messages={
            "invalid_choice": "Choose among these ways.",
            "invalid_list": "Choose among these ways.",
        },
    )
    note = forms.CharField(
        required=False,
        max_length=1000,
        label="Anything they should know?",
        widget=forms.Textarea(attrs={"class": "input", "rows": 3}),
        error_messages={"max_length": "Keep the note under 1,000 characters."},
    )
    submission = forms.UUIDField(
        widget=forms.HiddenInput,
        error_messages={
            "required": "Open the page again, please.",
            "invalid": "Open the page again, please.",
        },
    )

    def __init__(
        self,
        *args: Any,
        circle: Circle,
        kinds: list[str],
        document: Protocol,
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        self.circle, self.document = circle, document
        roles = {role for kind in kinds for role in document.kinds[kind].with_}
        people = circle.with_roles(roles)
        self.people = {str(one.person.public_id): one for one in people}
        names = [(key, one.person.name) for key, one in self.people.items()]
        words = [(kind, document.kind_words(kind)) for kind in kinds]
        self.fields["holder"].choices = names  # type: ignore[attr-defined]
        self.fields["kind"].choices = words  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if self.errors:
            return data
        holder = self.people[data["holder"]]
        able = self.circle.with_roles(self.document.kinds[data["kind"]].with_)
        if holder not in able:
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
