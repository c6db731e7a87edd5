"""The log form: three questions, facts filled in, nothing about the participant."""

from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from django import forms

from wellbeing.activities import Entry, Matter
from wellbeing.forms.when import WhenForm
from wellbeing.models import Activity, Membership, Role, Study
from wellbeing.people.models import User
from wellbeing.protocol.rules import ActivityPart

ANSWERS = ["keep", "times", "someone", "no"]
OTHER = "other"


@dataclass(frozen=True)
class LogContext:
    """What the form needs to know about the person and the study. `at` is UTC; `others`
    are the other kinds of work that could be logged in its place; `closing_round` are
    the minutes that close a time of coding together."""

    study: Study
    person: User
    roles: frozenset[str]
    part: ActivityPart
    planned: list[Activity]
    at: datetime
    kind: str = Activity.Kind.INTERVIEW
    others: list[str] = field(default_factory=list)
    closing_round: int | None = None

    @property
    def role(self) -> str:
        """How the person took part, unless a plan says otherwise."""
        for role in (Role.INTERVIEWER, Role.FACILITATOR, Role.OBSERVER):
            if role in self.roles:
                return role
        return Role.OBSERVER

    @property
    def other_role(self) -> str:
        """The role of the one who was with them."""
        if self.role == Role.INTERVIEWER:
            return Role.FACILITATOR
        return Role.INTERVIEWER

    def colleagues(self) -> dict[str, str]:
        """Members who could have been there, A to Z: public id and name."""
        rows = (
            Membership.objects.on(self.at.date())
            .filter(study=self.study, role__in=self.part.roles)
            .exclude(person=self.person)
            .order_by("person__name", "person_id")
        )
        names = rows.values_list("person__public_id", "person__name")
        return {str(public_id): name for public_id, name in names}

    @staticmethod
    def people(keys: Collection[str]) -> list[User]:
        """The chosen colleagues; the form has seen that they are on the list."""
        return list(User.objects.filter(public_id__in=keys)) if keys else []


class LogForm(WhenForm):
    """Clean data is one `Entry`, an answer or none, and the time that was shown."""

    which = forms.CharField(
        error_messages={"required": "Choose which interview it was."}
    )
    code = forms.CharField(
        required=False,
        max_length=32,
        label="What is its code?",
        widget=forms.TextInput(
            attrs={"class": "input input--short", "autocomplete": "off"}
        ),
        error_messages={"max_length": "Enter a code of at most 32 characters."},
    )
    mode = forms.ChoiceField(
        required=False,
        label="How was it held?",
        widget=forms.Select(attrs={"class": "select input--mid"}),
    )
    with_whom = forms.ChoiceField(
        required=False, widget=forms.Select(attrs={"class": "select input--mid"})
    )
    companion = forms.BooleanField(
        required=False, label="The participant had somebody with them"
    )
    marked = forms.BooleanField(required=False)
    talk = forms.ChoiceField(
        required=False, choices=[(value, value) for value in ANSWERS]
    )
    slot = forms.CharField(required=False)

    def __init__(self, *args: Any, context: LogContext, **kwargs: Any) -> None:
        zone = context.study.time_zone
        super().__init__(*args, zone=zone, at=context.at, **kwargs)
        self.context = context
        colleagues = context.colleagues()
        self.plans = {str(plan.public_id): plan for plan in context.planned}
        mode, with_whom = self.fields["mode"], self.fields["with_whom"]
        mode.choices = [("", "Not said"), *context.part.modes.items()]  # type: ignore[attr-defined]
        self.fields["marked"].label = context.part.marker or ""
        nobody = ("", "Nobody else from the team")
        with_whom.choices = [nobody, *colleagues.items()]  # type: ignore[attr-defined]
        with_whom.label = (
            "Who facilitated?"
            if context.other_role == Role.FACILITATOR
            else "Who interviewed?"
        )

    def clean_which(self) -> Activity | None:
        """The planned interview, or None for a different one."""
        value = self.cleaned_data["which"]
        if value == OTHER:
            return None
        if value not in self.plans:
            raise forms.ValidationError("Choose one of these, or a different one.")
        return self.plans[value]

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if "which" in data and data["which"] is None and not data.get("code"):
            self.add_error("code", "Enter the interview’s code, like 209.")
        if not self.errors:
            self._clean_entry(data)
        return data

    def _clean_entry(self, data: dict[str, Any]) -> None:
        plan: Activity | None = data["which"]
        minutes = data.get("minutes") or self._minutes_of(plan, data["ends_at"])
        chosen = [data["with_whom"]] if data.get("with_whom") else []
        role = self.context.other_role
        others = tuple((person, role) for person in self.context.people(chosen))
        data["entry"] = Entry(
            study=self.context.study,
            role=self._role_in(plan),
            code=plan.code if plan else data["code"].strip(),
            starts_at=data["ends_at"] - timedelta(minutes=minutes),
            ends_at=data["ends_at"],
            mode=data.get("mode") or (plan.mode if plan else ""),
            companion=data["companion"] or None,
            others=others or self._others_in(plan),
            submission=data["submission"],
            kind=self.context.kind,
            planned=plan,
            matter=Matter(marked=data["marked"] if self.context.part.marker else None),
        )

    def _minutes_of(self, plan: Activity | None, ends_at: datetime) -> int:
        """From the planned start to the end when that is a usual length; else as
        planned; else an hour."""
        if plan is None or plan.planned_start is None:
            return 60
        took = int((ends_at - plan.planned_start).total_seconds() // 60)
        usual = self.context.part.usual_minutes
        if usual.least <= took <= usual.most:
            return took
        return plan.planned_minutes or 60

    def _role_in(self, plan: Activity | None) -> str:
        for exposure in plan.exposures.all() if plan else ():
            if exposure.person_id == self.context.person.pk:
                return exposure.role
        return self.context.role

    def _others_in(self, plan: Activity | None) -> tuple[tuple[User, str], ...]:
        return tuple(
            (exposure.person, exposure.role)
            for exposure in (plan.exposures.all() if plan else ())
            if exposure.person_id != self.context.person.pk
        )
