"""The figures that Alongside wants to reach, each beside a floor from the same run."""
