"""The forms around a protocol draft. What is typed is checked all at once."""

import re
from collections.abc import Iterator
from datetime import date
from typing import Any

from django import forms
from django.forms.boundfield import BoundField

from wellbeing.drafts import leaves, texts
from wellbeing.drafts.leaves import Leaf
from wellbeing.forms.fields import day_field
from wellbeing.protocol.values import BadProtocol

UNITS = (
    ("M", "minutes"),
    ("H", "hours"),
    ("WH", "working hours"),
    ("D", "days"),
    ("WD", "working days"),
)
OPEN_AGAIN = "Open the page again, please."
AREA = {"class": "input", "rows": 4}
WORDS = {"max_length": "Keep it to 2,000 characters, please."}


def _reason() -> forms.CharField:
    return forms.CharField(
        label="What changes, and why?",
        help_text="One sentence for the team. It stays with the version.",
        max_length=200,
        widget=forms.TextInput(attrs={"class": "input"}),
        error_messages={
            "required": "Say in one sentence what changes and why.",
            "max_length": "Keep it to 200 characters, please.",
        },
    )


class StartForm(forms.Form):
    """The one sentence that a draft begins with, and the example for the first one."""

    reason = _reason()
    begin_with = forms.ChoiceField(
        label="Begin with",
        choices=list(texts.EXAMPLES.items()),
        initial="interviews",
        required=False,
        widget=forms.RadioSelect,
        error_messages={"invalid_choice": "Choose one of these."},
    )

    def clean_begin_with(self) -> str:
        return self.cleaned_data["begin_with"] or "interviews"


class ProposeForm(forms.Form):
    """What somebody would like changed, and whether their name goes with it."""

    text = forms.CharField(
        label="What would you change?",
        help_text="Everybody in the study can read it. No names of others, please.",
        max_length=2000,
        widget=forms.Textarea(attrs=AREA),
        error_messages={"required": "Write what you would change.", **WORDS},
    )
    named = forms.BooleanField(
        label="Show my name with it",
        help_text="Without it, nobody can find out who wrote this, and neither can we.",
        required=False,
    )


class DecideForm(forms.Form):
    """What becomes of a proposal."""

    outcome = forms.CharField(
        label="What becomes of it?",
        help_text="A sentence for everybody: taken into a draft, or not, and why.",
        max_length=2000,
        widget=forms.Textarea(attrs=AREA),
        error_messages={"required": "Say in a sentence what becomes of it.", **WORDS},
    )


class CommentForm(forms.Form):
    """A comment, or an objection."""

    text = forms.CharField(
        label="What would you like to say?",
        max_length=2000,
        widget=forms.Textarea(attrs=AREA),
        error_messages={"required": "Write what you would like to say.", **WORDS},
    )
    objection = forms.BooleanField(
        label="This is an objection",
        help_text="The version cannot start until you are content.",
        required=False,
    )


class AnswerForm(forms.Form):
    """A writer's answer to a comment. Its prefix is the comment's id."""

    text = forms.CharField(
        label="Your answer",
        max_length=2000,
        widget=forms.Textarea(attrs=AREA),
        error_messages={"required": "Write an answer.", **WORDS},
    )


class DateForm(forms.Form):
    """The day when a signed version starts, and the ethics committee's reference."""

    active_from = day_field("First day of the version", required="Choose a day.")
    ethics_reference = forms.CharField(
        label="Ethics amendment",
        help_text="The reference of its approval, if there is one.",
        required=False,
        max_length=80,
        widget=forms.TextInput(attrs={"class": "input"}),
        error_messages={"max_length": "Keep it to 80 characters, please."},
    )

    def __init__(self, data: Any = None, *, earliest: date) -> None:
        super().__init__(data, initial={"active_from": earliest})


class LengthWidget(forms.MultiWidget):
    """How many, and of what: `P2WD` is 2 and working days."""

    use_fieldset = False

    def __init__(self) -> None:
        number = forms.NumberInput(attrs={"class": "input input--short"})
        unit = forms.Select(
            choices=UNITS, attrs={"class": "select", "aria-label": "Unit"}
        )
        super().__init__({"": number, "unit": unit})

    def decompress(self, value: Any) -> list[str]:
        found = re.fullmatch(r"PT?(\d+)([A-Z]+)", value or "")
        return [found[1], found[2]] if found else ["", ""]

    def id_for_label(self, id_: str) -> str:
        return f"{id_}_0"


class LengthField(forms.MultiValueField):
    """A length of the document, like `P2WD`."""

    def __init__(self, **kwargs: Any) -> None:
        number = forms.IntegerField(
            min_value=0,
            max_value=9999,
            error_messages={
                "invalid": "Enter a whole number.",
                "min_value": "Enter 0 or more.",
                "max_value": "Enter at most 9999.",
            },
        )
        unit = forms.ChoiceField(
            choices=UNITS, error_messages={"invalid_choice": "Choose a unit."}
        )
        super().__init__(fields=(number, unit), widget=LengthWidget(), **kwargs)

    def compress(self, data_list: list[Any]) -> str:
        if not data_list:
            return ""
        amount, unit = data_list
        return f"P{'' if unit in {'D', 'WD'} else 'T'}{amount}{unit}"


def _field_of(leaf: Leaf) -> forms.Field:
    common: dict[str, Any] = {
        "label": leaf.before,
        "initial": leaf.value,
        "required": True,
    }
    if leaf.form == "length":
        missing = {"required": "Enter a number and a unit."}
        return LengthField(error_messages=missing, **common)
    if leaf.form == "clock":
        return forms.TimeField(
            widget=forms.TimeInput(attrs={"type": "time", "class": "input"}),
            error_messages={
                "required": "Enter a time, like 10:00.",
                "invalid": "Enter a time, like 10:00.",
            },
            **common,
        )
    return forms.IntegerField(
        min_value=0,
        max_value=99999,
        widget=forms.NumberInput(attrs={"class": "input input--short"}),
        error_messages={
            "required": "Enter a number.",
            "invalid": "Enter a whole number.",
            "min_value": "Enter 0 or more.",
            "max_value": "Enter at most 99999.",
        },
        **common,
    )


class TextForm(forms.Form):
    """A whole protocol text, and a field for each value in it that has a place.

    A field that was changed goes into the text that was typed; where both were changed
    to different things, the form says so and takes neither. `text` of the clean data
    is the outcome. `base` is the text that the page was made from.
    """

    reason = _reason()
    text = forms.CharField(
        label="The whole text",
        strip=False,
        widget=forms.Textarea(
            attrs={"class": "input code", "rows": 30, "spellcheck": "false"}
        ),
        error_messages={"required": "The text is empty. Put it back, please."},
    )
    seen = forms.RegexField(
        r"^[0-9a-f]{64}$",
        widget=forms.HiddenInput,
        error_messages={"required": OPEN_AGAIN, "invalid": OPEN_AGAIN},
    )

    def __init__(self, *args: Any, base: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.leaves = leaves.leaves(base)
        for leaf in self.leaves:
            self.fields[leaf.path] = _field_of(leaf)

    def parts(self) -> Iterator[tuple[str, list[tuple[Leaf, BoundField]]]]:
        """The fields under their headings, in the order of the text."""
        headings: dict[str, list[tuple[Leaf, BoundField]]] = {}
        for leaf in self.leaves:
            headings.setdefault(leaf.about, []).append((leaf, self[leaf.path]))
        yield from headings.items()

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        text = data.get("text", "").replace("\r\n", "\n")
        if not text:
            return data
        try:
            typed = {leaf.path: leaf.value for leaf in leaves.leaves(text)}
        except leaves.Unreadable:
            # What is wrong with it, and in which line, the reading says.
            return data
        data["text"] = leaves.put(text, self._changed(data, typed))
        return data

    def _changed(self, data: dict[str, Any], typed: dict[str, str]) -> dict[str, str]:
        """The new values of the fields that were changed, by path."""
        changed = {}
        for leaf in self.leaves:
            value = self._written(data.get(leaf.path))
            if value in {"", leaf.value}:
                continue
            there = typed.get(leaf.path)
            if there is None:
                self.add_error(leaf.path, "This is no longer in the text.")
            elif there not in {leaf.value, value}:
                self.add_error(
                    leaf.path, f"The text says {there} here. Make the two the same."
                )
            else:
                changed[leaf.path] = value
        return changed

    @staticmethod
    def _written(value: Any) -> str:
        if value is None:
            return ""
        return value.strftime("%H:%M") if hasattr(value, "strftime") else str(value)

    def add_problems(self, problem: BadProtocol) -> None:
        """Each problem of the reading, beside the field that it is about or beside the
        text, with its line in front."""
        for sentence in problem.problems:
            place = re.match(r"line \d+, ([^:]+):", sentence)
            path = place[1] if place else ""
            self.add_error(path if path in self.fields else "text", sentence)
