"""Forms of the people page."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError

from wellbeing.invitations import INVITABLE
from wellbeing.models import Study


class InviteForm(forms.Form):
    """Whom to invite, to which of the coordinator's studies, and as what."""

    study = forms.ChoiceField(
        label="Study",
        error_messages={"invalid_choice": "Choose one of your studies."},
    )
    name = forms.CharField(
        max_length=120,
        label="Name",
        help_text="As people on the study know them.",
        error_messages={"required": "Enter their name, like Ada Okafor."},
    )
    email = forms.EmailField(
        label="Email address",
        help_text="The invitation goes there. They sign in with it later.",
        error_messages={
            "required": "Enter their email address, like ada@example.org.",
            "invalid": "Enter a whole email address, like ada@example.org.",
        },
    )
    roles = forms.MultipleChoiceField(
        choices=[(role.value, str(role.label).capitalize()) for role in INVITABLE],
        widget=forms.CheckboxSelectMultiple,
        label="What will they do?",
        help_text="Choose all that fit.",
        error_messages={
            "required": "Choose at least one role.",
            "invalid_choice": "Choose roles from the list.",
        },
    )

    def __init__(self, data: Any = None, *, studies: list[Study]) -> None:
        super().__init__(data)
        self.studies = {str(study.public_id): study for study in studies}
        field = self.fields["study"]
        if isinstance(field, forms.ChoiceField):
            field.choices = [(key, study.name) for key, study in self.studies.items()]
        field.initial = next(iter(self.studies), None)
        if len(studies) == 1:
            field.widget = forms.HiddenInput()

    def clean_study(self) -> Study:
        return self.studies[self.cleaned_data["study"]]

    def clean_name(self) -> str:
        name: str = self.cleaned_data["name"].strip()
        if not name.isprintable() or "://" in name:
            raise ValidationError("Use letters only, like Ada Okafor.")
        return name
