"""Every published number is computed here, from plain values: the standard library, numpy and scipy, never Django.

One file for each family of measures (complaints, shares, survival ...): its functions, and `MEASURES`, what the command
`python -m measures NAME FILE` offers of them. `catalogue.py` lists them all. `cells.py` and `tables.py` read exported
files. What cannot be computed is None, never 0.
"""
