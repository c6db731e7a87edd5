"""Forms of the teams of a study."""

from typing import Any

from django import forms

from wellbeing.models import Team


class TeamForm(forms.Form):
    """A new team: its name, and the place where it works."""

    name = forms.CharField(
        label="Name of the team",
        max_length=80,
        widget=forms.TextInput(attrs={"class": "input"}),
        error_messages={
            "required": "Enter a name, like Team 1.",
            "max_length": "Keep the name to 80 characters.",
        },
    )
    site = forms.ChoiceField(
        label="Where it works",
        required=False,
        widget=forms.Select(attrs={"class": "select"}),
        error_messages={"invalid_choice": "Choose one from the list."},
    )

    def __init__(self, data: Any = None, *, places: dict[str, str]) -> None:
        super().__init__(data)
        field = self.fields["site"]
        field.choices = [("", "Where the study is"), *places.items()]  # type: ignore[attr-defined]
        if not places:
            field.widget = forms.HiddenInput()


class PutForm(forms.Form):
    """Who works in which team. An empty team is none."""

    person = forms.UUIDField()
    team = forms.ChoiceField(
        required=False, error_messages={"invalid_choice": "Choose one from the list."}
    )

    def __init__(self, data: Any = None, *, teams: list[Team]) -> None:
        super().__init__(data)
        self.teams = {str(team.public_id): team for team in teams}
        keys = [("", ""), *((key, team.name) for key, team in self.teams.items())]
        self.fields["team"].choices = keys  # type: ignore[attr-defined]

    def clean_team(self) -> Team | None:
        return self.teams.get(self.cleaned_data["team"])
