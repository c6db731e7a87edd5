"""The forms of the queue: adding work, a topic, a person without an account."""

import re
from datetime import date, timedelta
from typing import Any

from django import forms

from wellbeing.models import EXPOSED_ROLES, Activity, Role, WorkItem, WorkTopic
from wellbeing.queue.items import Line, Matter

MOST_LINES = 200
LINE = re.compile(r"(?P<code>[\w./-]{1,32})(?:[\s,;]+(?P<minutes>\d{1,4}))?")
LONGEST_AUDIO = 1440
FURTHEST = timedelta(days=730)
LEVELS = [
    (Activity.Level.PLAIN.value, "Plain"),
    (Activity.Level.NOTED.value, "With a content note"),
    (Activity.Level.HEAVY.value, "Heavy"),
]


class DueForm(forms.Form):
    """By which day. Clean data: `due_on` or None. `today` is the study's."""

    due_on = forms.DateField(
        required=False,
        label="By which day?",
        # A date field of a browser shows a day only in this form.
        widget=forms.DateInput(
            attrs={"type": "date", "class": "input input--short"}, format="%Y-%m-%d"
        ),
        error_messages={"invalid": "Enter a day, like 16/09/2026."},
    )

    def __init__(self, *args: Any, today: date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.today = today

    def clean_due_on(self) -> date | None:
        day: date | None = self.cleaned_data["due_on"]
        if day and day < self.today:
            raise forms.ValidationError("That day is past.")
        if day and day > self.today + FURTHEST:
            raise forms.ValidationError(
                "That is more than two years away. Check the day."
            )
        return day


class AddForm(DueForm):
    """Clean data: `lines` (of `Line`) and `matter`."""

    field_order = ["kind", "lines", "level", "topic", "again", "due_on"]

    kind = forms.ChoiceField(
        label="What is it?",
        widget=forms.Select(attrs={"class": "select input--mid"}),
        error_messages={
            "required": "Choose what it is.",
            "invalid_choice": "Choose one from the list.",
        },
    )
    lines = forms.CharField(
        label="Which ones?",
        help_text=(
            "One a line: the number, and for a recording its minutes, like “209 45”. "
            "Nothing about the participant."
        ),
        max_length=8000,
        widget=forms.Textarea(attrs={"class": "input", "rows": 4}),
        error_messages={
            "required": "Enter at least one number, like 209.",
            "max_length": "That is too much at once. Add it in several steps.",
        },
    )
    level = forms.ChoiceField(
        label="How is the material?",
        choices=LEVELS,
        initial=Activity.Level.PLAIN,
        widget=forms.Select(attrs={"class": "select input--mid"}),
        error_messages={
            "required": "Choose how the material is.",
            "invalid_choice": "Choose one from the list.",
        },
    )
    topic = forms.ChoiceField(
        label="Content note",
        required=False,
        help_text="What it holds, in a word from the study’s own list.",
        widget=forms.Select(attrs={"class": "select input--mid"}),
        error_messages={"invalid_choice": "Choose one from the list."},
    )
    again = forms.BooleanField(required=False, label="It is a second reading")

    def __init__(
        self,
        *args: Any,
        kinds: list[str],
        levels: dict[str, list[str]],
        topics: list[WorkTopic],
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        self.levels = levels
        self.topics = {str(topic.public_id): topic for topic in topics}
        names = dict(WorkItem.Kind.choices)
        self.fields["kind"].choices = [  # type: ignore[attr-defined]
            (kind, str(names[kind]).capitalize()) for kind in kinds if kind in names
        ]
        self.fields["topic"].choices = [  # type: ignore[attr-defined]
            ("", "None"),
            *((key, topic.name) for key, topic in self.topics.items()),
        ]

    def clean_lines(self) -> list[Line]:
        found: dict[str, Line] = {}
        for row in self.cleaned_data["lines"].splitlines():
            if row.strip():
                line = _line(row.strip())
                found.setdefault(line.code.casefold(), line)
        if len(found) > MOST_LINES:
            raise forms.ValidationError(
                f"Add at most {MOST_LINES} at once; these are {len(found)}."
            )
        return list(found.values())

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        level, kind = data.get("level"), data.get("kind")
        topic = self.topics.get(data.get("topic") or "")
        if kind and level and self.levels[kind] and level not in self.levels[kind]:
            self.add_error("level", "The protocol does not use this word for it.")
        if level and level != Activity.Level.PLAIN and topic is None:
            self.add_error(
                "topic", "Choose what it holds, so that people know beforehand."
            )
        if kind == WorkItem.Kind.TRANSCRIPTION and data.get("again"):
            self.add_error("again", "Only a transcript is read a second time.")
        if not self.errors:
            data["matter"] = Matter(
                kind=data["kind"],
                level=data["level"],
                topic=topic,
                again=data["again"],
                due_on=data["due_on"],
            )
        return data


def _line(row: str) -> Line:
    found = LINE.fullmatch(row)
    if found is None:
        shown = row if len(row) <= 40 else f"{row[:40]}…"
        raise forms.ValidationError(
            f"“{shown}” is not a number, or a number and its minutes. "
            "Write each like 209 or 209 45."
        )
    minutes = int(found["minutes"]) if found["minutes"] else None
    if minutes is not None and not 1 <= minutes <= LONGEST_AUDIO:
        raise forms.ValidationError(
            f"{found['code']}: enter 1 to {LONGEST_AUDIO} minutes."
        )
    return Line(found["code"], minutes)


class TopicForm(forms.Form):
    """One more word for content notes. Clean data: `name`."""

    name = forms.CharField(
        label="Another topic",
        help_text=(
            "A word or two about the material, like “loss”. Never about a participant."
        ),
        max_length=40,
        widget=forms.TextInput(
            attrs={"class": "input input--mid", "autocomplete": "off"}
        ),
        error_messages={
            "required": "Enter a word or two, like “loss”.",
            "max_length": "Keep it to 40 letters: a word or two.",
            "null_characters_not_allowed": "Enter a word or two, like “loss”.",
        },
    )

    def clean_name(self) -> str:
        name = " ".join(str(self.cleaned_data["name"]).split())
        if len(name.split()) > 3 or any(letter.isdigit() for letter in name):
            raise forms.ValidationError("Use one to three words, and no numbers.")
        return name


class OutsideForm(forms.Form):
    """Somebody without an account. Clean data: `name`, `email`, `role`."""

    name = forms.CharField(
        label="Name",
        max_length=120,
        widget=forms.TextInput(attrs={"class": "input", "autocomplete": "off"}),
        error_messages={
            "required": "Enter their name.",
            "max_length": "Keep the name to 120 letters.",
            "null_characters_not_allowed": "Enter their name.",
        },
    )
    email = forms.EmailField(
        label="Email",
        widget=forms.EmailInput(attrs={"class": "input", "autocomplete": "off"}),
        error_messages={
            "required": "Enter the address that we may write to.",
            "invalid": "Enter an address, like name@example.org.",
        },
    )
    role = forms.ChoiceField(
        label="What do they do?",
        widget=forms.Select(attrs={"class": "select input--mid"}),
        error_messages={
            "required": "Choose what they do.",
            "invalid_choice": "Choose one from the list.",
        },
    )

    def __init__(self, *args: Any, roles: list[str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        known = [role for role in EXPOSED_ROLES if role in roles]
        self.fields["role"].choices = [  # type: ignore[attr-defined]
            (role.value, str(Role(role).label).capitalize()) for role in known
        ]
