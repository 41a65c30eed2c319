"""A whole month of a fork, and then years, on this machine: every job of every workflow in a folder of its own.

Real: the workflow files, git and its server, the binary, the emulator of AWS with its logins, real time for everything
but the dates that are recorded. Not real, each said where it is made: GitHub (a stub behind tests/actions/gate.py), its
machines (this one, for both processors), AWS (ministack), and in the small month the package index (index.py).
"""
