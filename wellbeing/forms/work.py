"""The forms of people who work: what they finished, and how long it took."""

from typing import Any

from django import forms

from wellbeing.forms.when import WhenForm
from wellbeing.queue.finishing import Finish

MINUTES = "Enter the minutes as a number, like 60."


def minutes_field(label: str, *, required: str, help_text: str = "") -> Any:
    return forms.IntegerField(
        label=label,
        help_text=help_text,
        min_value=1,
        max_value=1440,
        widget=forms.NumberInput(attrs={"class": "input input--short"}),
        error_messages={
            "required": required,
            "invalid": MINUTES,
            "min_value": "Enter at least 1 minute.",
            "max_value": "Enter at most 1440 minutes, which is a whole day.",
        },
    )


class FinishForm(WhenForm):
    """Clean data: `said`, a `Finish`. `audio` says whether a recording is measured."""

    audio_minutes = minutes_field(
        "How many minutes is the recording?",
        required="Enter how long the recording is, like 45.",
    )

    def __init__(self, *args: Any, audio: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not audio:
            del self.fields["audio_minutes"]
        self.fields["submission"].required = False
        self.fields["minutes"].required = True
        self.fields["minutes"].label = "How many minutes did you work on it?"
        self.fields["minutes"].error_messages["required"] = (
            "Enter how many minutes it took you, like 150."
        )

    def clean(self) -> dict[str, Any]:
        data = super().clean()
        if not self.errors:
            data["said"] = Finish(
                ends_at=data["ends_at"],
                minutes=data["minutes"],
                audio_minutes=data.get("audio_minutes"),
            )
        return data


class TalkForm(forms.Form):
    """Asking for a talk through a link. Clean data: `kind`, `holder`, `modes`."""

    kind = forms.CharField(max_length=40)
    holder = forms.UUIDField(
        error_messages={
            "required": "Choose whom to ask.",
            "invalid": "Choose whom to ask.",
        }
    )
    modes = forms.MultipleChoiceField(
        required=False,
        choices=[("phone", "Phone"), ("video", "Video")],
        error_messages={"invalid_choice": "Choose from the list."},
    )
