"""One table of every address, and the world of people and things in which all of them are tried.

A new address gets a line in `table.py`: how to build it and who may do what there. All sweeps then hold for it.
"""
