"""The least that an answer can cost, proved by HiGHS. For tests and the bench alone.

It is told the same rules in another language, so that it shares no mistake with the
search: a mixed-integer program with one yes-or-no for each need and opening.
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence

import highspy

from sessions.planner.facts import (
    SPREAD,
    UNPLACED,
    Listener,
    Need,
    cost_of,
    taking_part,
)


def least_cost(
    needs: Sequence[Need], listeners: Mapping[int, Listener], *, seconds: float = 60.0
) -> float | None:
    """The cost of the best answer that there is; None when time ran out first."""
    model = highspy.Highs()
    model.setOptionValue("output_flag", False)
    model.setOptionValue("threads", 1)
    model.setOptionValue("time_limit", seconds)
    model.setOptionValue("mip_rel_gap", 0.0)
    rows = _Rows()
    constant = UNPLACED * len(needs)
    for need in needs:
        for one in need.openings:
            column = model.getNumCol()
            model.addVariable(0.0, 1.0)
            model.changeColCost(column, cost_of(need, one) - UNPLACED)
            model.changeColIntegrality(column, highspy.HighsVarType.kInteger)
            rows.add(need, one, listeners[one.supporter], column)
    most, least = model.getNumCol(), model.getNumCol() + 1
    for cost in (SPREAD, -SPREAD):
        model.addVariable(0.0, float(len(needs)))
        model.changeColCost(most if cost > 0 else least, cost)
    for columns, limit in rows.at_most(listeners):
        model.addRow(0.0, limit, len(columns), columns, [1.0] * len(columns))
    many = float(len(needs))
    for supporter in taking_part(needs):
        mine = rows.of_supporter[supporter]
        ones = [1.0] * len(mine)
        model.addRow(-many, 0.0, len(mine) + 1, [*mine, most], [*ones, -1.0])
        model.addRow(0.0, many, len(mine) + 1, [*mine, least], [*ones, -1.0])
    model.run()
    if model.getModelStatus() != highspy.HighsModelStatus.kOptimal:
        return None
    return constant + model.getInfo().objective_function_value


class _Rows:
    """Which of the columns can be had together: the rules, as sums."""

    def __init__(self):
        self.of_need = defaultdict(list)
        self.of_person_day = defaultdict(list)
        self.of_supporter = defaultdict(list)
        self.of_supporter_day = defaultdict(list)
        self.spans = defaultdict(list)

    def add(self, need, one, listener, column):
        self.of_need[need.key].append(column)
        self.of_person_day[need.person, one.day].append(column)
        self.of_supporter[one.supporter].append(column)
        self.of_supporter_day[one.supporter, one.day].append(column)
        end = one.end + listener.buffer
        self.spans[one.supporter].append((one.start, end, column))

    def at_most(self, listeners):
        for columns in (*self.of_need.values(), *self.of_person_day.values()):
            yield columns, 1.0
        for (supporter, day), columns in self.of_supporter_day.items():
            listener = listeners[supporter]
            yield columns, float(listener.most_per_day - listener.booked.get(day, 0))
        for spans in self.spans.values():
            for moment in sorted({start for start, _, _ in spans}):
                over = [c for start, end, c in spans if start <= moment < end]
                if len(over) > 1:
                    yield over, 1.0
