"""Fields that several forms have in common, with the words that stand beside them."""

from django import forms


def day_field(label: str, *, required: str) -> forms.DateField:
    """A day, by the phone's own calendar; `required` is the sentence without one."""
    return forms.DateField(
        label=label,
        widget=forms.DateInput(
            format="%Y-%m-%d", attrs={"type": "date", "class": "input"}
        ),
        error_messages={
            "required": required,
            "invalid": "Enter a day, like 16/09/2026.",
        },
    )
