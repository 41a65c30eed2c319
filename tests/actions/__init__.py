"""Runs the workflow files of this repository on this machine, as they are.

What it does not know (a key, a function, an action, an input of one) is an error, so that nothing is passed over in
silence. Jobs share what their artifacts and outputs carry, and nothing else. The edges that cannot exist here are fakes,
and each says so where it is: the reusable workflow that compiles the binary (reusable.py), the signature of an
attestation and of an id token (uses.py, gate.py), and the machine itself, which is this one for every `runs-on`.
"""
