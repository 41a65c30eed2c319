"""What a step can tell the machine, and what it cannot."""

import unittest

from .commands import Log, values
from .document import WorkflowError

VALUES = [
    ("a=1\nb=\n\nc=x=y<<z\n", {"a": "1", "b": "", "c": "x=y<<z"}),
    ("a<<END\none\n\ntwo=2\nEND\nb=3\n", {"a": "one\n\ntwo=2", "b": "3"}),
    ("a=1\na=2\n", {"a": "2"}),
]


class Commands(unittest.TestCase):
    def test_files(self):
        for text, found in VALUES:
            with self.subTest(text):
                self.assertEqual(values(text), found)
        for text in ("a", "a<<END\n1\n", "<<END\n1\nEND"):
            with self.subTest(text), self.assertRaises(WorkflowError):
                values(text)

    def test_annotations(self):
        log = Log("::error file=a%2Cb.csv,line=3,title=no-wheel::one%0Atwo%25\n  ::warning::odd\nx ::notice::is none\n::nonsense::x\n", [])
        self.assertEqual(log.annotations[0], {"level": "error", "file": "a,b.csv", "line": "3", "title": "no-wheel", "message": "one\ntwo%"})
        self.assertEqual([one["message"] for one in log.annotations[1:]], ["odd", "the command `nonsense` is not known"])

    def test_what_is_of_old_reaches_others_unless_commands_are_stopped(self):
        log = Log("::set-output name=any::true\n::set-env name=PATH::/x\n::stop-commands::k\n::set-output name=b::1\n::k::\n::set-output name=c::2\n", [])
        self.assertEqual((log.outputs, log.refused), ({"any": "true", "c": "2"}, ["set-env"]))

    def test_a_token_in_a_log_is_seen_and_masked(self):
        log = Log("it is ghs_secret\n", ["ghs_secret", "other", ""])
        self.assertEqual((log.text, log.leaks), ("it is ***\n", ["ghs_secret"]))


if __name__ == "__main__":
    unittest.main()
