"""Inter-coder agreement, computed from counts of values (units x values), never from pairs of units in a loop.

`ratings.py` holds what coders chose, `patterns.py` counts it, `distances.py` says how far two values are apart,
`coefficients.py` has the formulas, `bootstrap.py` the intervals, `estimates.py` the result. `breakdowns.py` repeats it
per code, pair of coders and window of time, `diagnosis.py` shows what the disagreement is made of, `code_trees.py` goes
up the tree of codes, `passages.py` is for marked passages. `command.py` offers it to `python -m measures`. See
docs/adr/0101.
"""
