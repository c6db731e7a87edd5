"""Why somebody asks to go past a limit. The person reads it, and the coordinators."""

from django import forms

WHY = "Write in a sentence why you ask."


class ReasonForm(forms.Form):
    """Clean data: `reason`. It stands beside the plan's own form."""

    reason = forms.CharField(
        label="Why do you ask?",
        help_text="A sentence. The person reads it, and so do the other coordinators. "
        "Nothing about a participant.",
        max_length=300,
        widget=forms.Textarea(attrs={"class": "input", "rows": 3}),
        error_messages={
            "required": WHY,
            "max_length": "Keep it to 300 characters.",
            "null_characters_not_allowed": WHY,
        },
    )
