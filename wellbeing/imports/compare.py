"""What of a file is new to a study: looks, and writes nothing.

A row is here already when its key is, whether a file brought it or somebody logged it
by hand with the same number. Names are compared without case and extra spaces, and
only with members of the study, present and past.
"""

from dataclasses import dataclass

from wellbeing.imports.cells import same
from wellbeing.imports.reading import Reading
from wellbeing.imports.rows import Problem, Row
from wellbeing.models import Activity, Study
from wellbeing.people.models import User

NEW, HERE, PROBLEM = "new", "here", "problem"
IN_PLAN = "It is in the plan. Log it from there, so that it counts once."


@dataclass(frozen=True)
class Line:
    """The verdict on one row: `new`, `here` or `problem`, with a sentence if there is
    something to say. `row` is empty for a row that could not be read."""

    number: int
    verdict: str
    sentence: str
    row: Row | None


@dataclass(frozen=True)
class Preview:
    """`unknown` are names that no member of the study has, in the file's order."""

    file_name: str
    kind: str
    lines: list[Line]
    problems: list[Problem]
    unknown: list[str]
    left_out: tuple[str, ...]

    @property
    def new(self) -> int:
        return sum(line.verdict == NEW for line in self.lines)

    @property
    def here(self) -> int:
        return sum(line.verdict == HERE for line in self.lines)


def compare(reading: Reading, *, study: Study, file_name: str) -> Preview:
    """Each row of the reading beside what the study has. Two queries."""
    members = members_by_name(study)
    here = _keys_here(study, reading.kind)
    lines = [_line(row, here) for row in reading.rows]
    twins = {
        line.number: _twins(line.row, members)
        for line in lines
        if line.row and line.verdict == NEW
    }
    problems = [*reading.problems, *(one for found in twins.values() for one in found)]
    lines = [line for line in lines if not twins.get(line.number)]
    lines += [_problem_line(problem) for problem in problems]
    return Preview(
        file_name=file_name,
        kind=reading.kind,
        lines=sorted(lines, key=lambda line: line.number),
        problems=sorted(problems, key=lambda problem: problem.row),
        unknown=_unknown(lines, members),
        left_out=reading.left_out,
    )


def members_by_name(study: Study) -> dict[str, list[User]]:
    """Everybody who is or was in the study, by name. Two may share a name."""
    found: dict[str, list[User]] = {}
    for person in User.objects.filter(memberships__study=study).distinct():
        found.setdefault(same(person.name), []).append(person)
    return found


def _keys_here(study: Study, kind: str) -> dict[str, bool]:
    """The keys of what stands in the study, and whether it is only planned."""
    rows = Activity.objects.filter(
        study=study, kind=kind, withdrawn_at__isnull=True
    ).values_list("import_key", "code", "logged_at")
    return {
        key or f"{kind}:{same(code)}": logged_at is None
        for key, code, logged_at in rows
        if key or code
    }


def _line(row: Row, here: dict[str, bool]) -> Line:
    if row.key not in here:
        return Line(row.number, NEW, row.said, row)
    return Line(row.number, HERE, IN_PLAN if here[row.key] else "", row)


def _problem_line(problem: Problem) -> Line:
    column = f"{problem.column}: " if problem.column else ""
    return Line(problem.row, PROBLEM, f"{column}{problem.sentence}", None)


def _twins(row: Row, members: dict[str, list[User]]) -> list[Problem]:
    """A name that two members share cannot say who it was."""
    return [
        Problem(
            row.number, role.capitalize(), "Two people of the study have this name."
        )
        for role, name in row.people
        if len(members.get(same(name), ())) > 1
    ]


def _unknown(lines: list[Line], members: dict[str, list[User]]) -> list[str]:
    names: dict[str, str] = {}
    for line in lines:
        for _, name in line.row.people if line.row and line.verdict == NEW else ():
            if same(name) not in members:
                names.setdefault(same(name), name)
    return list(names.values())
