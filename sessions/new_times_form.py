"""What people type on the pages about new times."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django import forms

from sessions.availability_forms import near
from sessions.forms import TimeForm
from sessions.models import Suggestion, Supporter


class NewTimesForm(forms.Form):
    """Whose week, which days, who could help, and whether the old times still stand."""

    whose = forms.ChoiceField(
        label="Whose times?",
        error_messages={
            "required": "Choose whose times.",
            "invalid_choice": "Choose one of the people shown.",
        },
    )
    first = forms.DateField(
        label="First day",
        validators=[near],
        required=False,
        error_messages={"invalid": "Enter a day, like 05/10/2026."},
    )
    last = forms.DateField(
        label="Last day",
        validators=[near],
        required=False,
        error_messages={"invalid": "Enter a day, like 16/10/2026."},
    )
    also = forms.MultipleChoiceField(
        label="Who else could see people?",
        required=False,
        error_messages={"invalid_choice": "Choose among the people shown."},
    )
    cannot_keep = forms.ChoiceField(
        label="Can the times they have now be kept?",
        choices=(("no", ""), ("yes", "")),
        error_messages={
            "required": "Choose whether the times they have now can be kept.",
            "invalid_choice": "Choose one of the two answers.",
        },
    )

    def __init__(
        self,
        *args: Any,
        me: Supporter,
        others: Iterable[Supporter],
        colleagues: Iterable[Supporter],
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        self.people = {str(one.person.public_id): one for one in (me, *others)}
        self.helping = {str(one.person.public_id): one for one in (*colleagues, me)}
        self.me = me
        for name, found in (("whose", self.people), ("also", self.helping)):
            self.fields[name].choices = [  # type: ignore[attr-defined]
                (key, one.person.name) for key, one in found.items()
            ]
        self.fields["whose"].initial = str(me.person.public_id)
        self.fields["cannot_keep"].initial = "no"

    def asked(self) -> dict[str, Any]:
        """What `runs.ask_for` wants. Who steps in offers their own times at least."""
        data = self.cleaned_data
        supporter = self.people[data["whose"]]
        also = {self.helping[key] for key in data["also"]}
        if supporter != self.me:
            also.add(self.me)
        return {
            "supporter": supporter,
            "first": data["first"],
            "last": data["last"],
            "also": also - {supporter},
            "cannot_keep": data["cannot_keep"] == "yes",
        }


class NewTimeForm(TimeForm):
    """The suggested time, or one of the next when it had just gone."""

    def __init__(self, *args: Any, suggestion: Suggestion, **kwargs: Any) -> None:
        super().__init__(*args, modes=[], **kwargs)
        del self.fields["mode"]
        self.suggestion = suggestion

    def clean_start(self) -> datetime:
        return super().clean_start()
