"""When many times must change at once: it proposes new ones, and never moves.

`facts` says what is asked and what an answer costs, `search` finds one, and both are
pure. `gathering` reads the rows, `runs` does the work in the background, `asking` sends
what a supporter agreed to, and `answering` is the person's own yes or no.
"""
