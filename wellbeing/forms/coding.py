"""The logs of work with recordings and transcripts, and of meetings about them."""

from datetime import timedelta
from typing import Any

from django import forms

from wellbeing.activities import Entry, Matter
from wellbeing.forms.log import LogContext
from wellbeing.forms.queue import LEVELS
from wellbeing.forms.when import WhenForm
from wellbeing.forms.work import minutes_field
from wellbeing.models import Activity, Membership, Role
from wellbeing.people.models import User

ALONE, TOGETHER = "alone", "together"
FIRST, AGAIN = "first", "again"


def _code_field(label: str, example: str) -> forms.CharField:
    return forms.CharField(
        max_length=32,
        label=label,
        widget=forms.TextInput(
            attrs={"class": "input input--short", "autocomplete": "off"}
        ),
        error_messages={
            "required": f"Enter the {example}’s number, like 209.",
            "max_length": "Enter a number of at most 32 characters.",
        },
    )


class WorkLogForm(WhenForm):
    """Clean data is one `Entry`. `level` is asked only where the protocol has levels,
    and who was there only of work that is done together."""

    took = "Enter how many minutes it took, like 150."
    kind: str = Activity.Kind.CODING

    level = forms.ChoiceField(
        choices=LEVELS,
        widget=forms.RadioSelect,
        label="How was the material marked?",
        error_messages={
            "required": "Choose how it was marked.",
            "invalid_choice": "Choose one from the list.",
        },
    )
    others = forms.MultipleChoiceField(
        required=False,
        widget=forms.CheckboxSelectMultiple,
        label="Who else was there?",
        error_messages={"invalid_choice": "Choose people from the list."},
    )

    def __init__(
        self,
        *args: Any,
        context: LogContext,
        **kwargs: Any,
    ) -> None:
        zone = context.study.time_zone
        super().__init__(*args, zone=zone, at=context.at, **kwargs)
        self.context = context
        colleagues = list(context.colleagues().items())
        self.fields["others"].choices = colleagues  # type: ignore[attr-defined]
        self.fields["minutes"].required = True
        self.fields["minutes"].error_messages["required"] = self.took
        levels = [one for one in LEVELS if one[0] in context.part.levels]
        self.fields["level"].choices = levels  # type: ignore[attr-defined]
        if not levels:
            del self.fields["level"]

    @property
    def role(self) -> str:
        """In which of the roles that do this the person was there."""
        part, mine = self.context.part, self.context.roles
        return next((role for role in part.roles if role in mine), part.roles[0])

    def clean(self) -> dict[str, Any]:
        data = super().clean()
        self.check_company(data)
        if not self.errors:
            data["entry"] = self._entry(data)
        return data

    def check_company(self, data: dict[str, Any]) -> None:
        """Whether it is said who was there, if somebody has to have been."""

    def matter(self, data: dict[str, Any]) -> Matter:
        return Matter(level=data.get("level", ""))

    def _entry(self, data: dict[str, Any]) -> Entry:
        return Entry(
            study=self.context.study,
            role=self.role,
            code=data.get("code", "").strip(),
            starts_at=data["ends_at"] - timedelta(minutes=data["minutes"]),
            ends_at=data["ends_at"],
            mode="",
            companion=None,
            others=self._company(data),
            submission=data["submission"],
            kind=self.kind_of(data),
            matter=self.matter(data),
        )

    def kind_of(self, data: dict[str, Any]) -> str:
        return str(self.kind)

    def _company(self, data: dict[str, Any]) -> tuple[tuple[User, str], ...]:
        """Each of the others in a role of theirs that does this work."""
        people = self.context.people(data.get("others") or [])
        rows = Membership.objects.on(self.context.at.date()).filter(
            study=self.context.study,
            person__in=people,
            role__in=self.context.part.roles,
        )
        roles = dict(rows.values_list("person_id", "role"))
        return tuple((one, roles[one.pk]) for one in people if one.pk in roles)


class CodingForm(WorkLogForm):
    """A transcript, alone or together with others, for the first time or again."""

    code = _code_field("Which transcript?", "transcript")
    how = forms.ChoiceField(
        choices=[(ALONE, "By myself"), (TOGETHER, "Together with others")],
        widget=forms.RadioSelect,
        label="How did you code it?",
        error_messages={"required": "Choose how you coded it."},
    )
    reading = forms.ChoiceField(
        choices=[(FIRST, "For the first time"), (AGAIN, "Again")],
        widget=forms.RadioSelect,
        label="Which reading was it?",
        error_messages={"required": "Choose which reading it was."},
    )

    def __init__(self, *args: Any, context: LogContext, **kwargs: Any) -> None:
        super().__init__(*args, context=context, **kwargs)
        if context.part.re_read_counts is None:
            del self.fields["reading"]
        if "group_coding" not in context.others:
            del self.fields["how"], self.fields["others"]

    def check_company(self, data: dict[str, Any]) -> None:
        together = data.get("how") == TOGETHER
        if together and not data.get("others") and "others" not in self.errors:
            self.add_error("others", "Choose who else was there.")
        if not together:
            data["others"] = []

    def kind_of(self, data: dict[str, Any]) -> str:
        if data.get("how") == TOGETHER:
            return str(Activity.Kind.GROUP_CODING)
        return str(Activity.Kind.CODING)

    def matter(self, data: dict[str, Any]) -> Matter:
        return Matter(
            level=data.get("level", ""),
            again=data.get("reading") == AGAIN,
            closing_minutes=self._closed_in(data),
        )

    def _closed_in(self, data: dict[str, Any]) -> int | None:
        """The closing round inside a time together; none where it has no room."""
        length = self.context.closing_round if data.get("how") == TOGETHER else None
        return length if length and length < data["minutes"] else None


class RecordingForm(WorkLogForm):
    """A recording that was transcribed."""

    kind = Activity.Kind.TRANSCRIPTION
    code = _code_field("Which recording?", "recording")
    audio_minutes = minutes_field(
        "How many minutes is the recording?",
        required="Enter how long the recording is, like 45.",
    )

    def __init__(self, *args: Any, context: LogContext, **kwargs: Any) -> None:
        super().__init__(*args, context=context, **kwargs)
        del self.fields["others"]
        self.fields["minutes"].label = "How many minutes did you work on it?"
        if context.part.measured_in is None:
            del self.fields["audio_minutes"]

    def matter(self, data: dict[str, Any]) -> Matter:
        return Matter(
            level=data.get("level", ""), audio_minutes=data.get("audio_minutes")
        )


class MeetingForm(WorkLogForm):
    """A meeting about the analysis, for everybody who was there. The closing round is a
    part of it."""

    kind = Activity.Kind.ANALYSIS_MEETING
    took = "Enter how many minutes it lasted, like 90."
    closed = forms.BooleanField(required=False, initial=True)

    def __init__(self, *args: Any, context: LogContext, **kwargs: Any) -> None:
        super().__init__(*args, context=context, **kwargs)
        if context.part.closing_round is None:
            del self.fields["closed"]
        else:
            self.fields[
                "closed"
            ].label = (
                f"It ended with a closing round of {context.part.closing_round} minutes"
            )

    def check_company(self, data: dict[str, Any]) -> None:
        if not data.get("others") and "others" not in self.errors:
            self.add_error("others", "Choose who else was there.")
        closing = self.context.part.closing_round
        if (
            closing
            and data.get("closed")
            and (data.get("minutes") or closing) < closing
        ):
            self.add_error("minutes", "That is shorter than its closing round.")

    def matter(self, data: dict[str, Any]) -> Matter:
        closing = self.context.part.closing_round if data.get("closed") else None
        return Matter(closing_minutes=closing)


def roles_of(kind: str) -> tuple[str, ...]:
    """Who logs work of this kind on these pages."""
    return {
        "coding": (Role.CODER,),
        "transcription": (Role.TRANSCRIBER,),
        "analysis_meeting": (Role.CODER, Role.TRANSCRIBER),
    }[kind]
