"""What expressions mean: tables of a text and its value, most of them from GitHub's own documentation."""

import unittest

from .expressions import ExpressionError, Strict, asks_for_status, evaluate, text_of
from .templates import filled, holds

CONTEXTS = {
    "github": {"event": {"issue": {"labels": [{"name": "a"}, {"name": "b"}]}, "nothing": None}, "Ref_Name": "main"},
    "needs": Strict("`needs`", {"plan": {"result": "success", "outputs": Strict("outputs of `plan`", {"any": "true", "shards": '[{"shard":0}]'})}}),
    "env": {"with-hyphen": "yes"},
    "list": [1, 2, 3],
}

VALUES = [
    ("null", None),
    ("TRUE", True),
    ("711", 711),
    ("-9.2", -9.2),
    ("0xff", 255),
    ("-2.99e-2", -0.0299),
    ("'It''s open source!'", "It's open source!"),
    ("''", ""),
    ("1 == '1'", True),
    ("'' == 0", True),
    ("null == false", True),
    ("null == ''", True),
    ("null == null", True),
    ("null < null", False),
    ("true == 1", True),
    ("'true' == true", False),
    ("'abc' == 'ABC'", True),
    ("'x' < 'Y'", True),
    ("'abc' == 0", False),
    ("'abc' != 0", True),
    ("2 >= 10", False),
    ("'2' >= '10'", True),
    ("!''", True),
    ("!'false'", False),
    ("!!1", True),
    ("'a' && 'b'", "b"),
    ("'' && 'b'", ""),
    ("'' || 'b'", "b"),
    ("false || 0 || 'last'", "last"),
    ("true || false && false", True),
    ("(true || false) && false", False),
    ("1 == 1 && 2 != 3", True),
    ("!false == true", True),
    ("github.event.issue.labels.*.name", ["a", "b"]),
    ("github.event.issue.labels[1].name", "b"),
    ("github.event.issue.labels[7].name", None),
    ("github['event'].nothing", None),
    ("github.event.not.there.at.all", None),
    ("github.REF_name", "main"),
    ("env.with-hyphen", "yes"),
    ("list[2]", 3),
    ("contains('Hello world', 'LLO')", True),
    ("contains(github.event.issue.labels.*.name, 'B')", True),
    ("contains(fromJSON('[\"push\", \"pull_request\"]'), 'pull')", False),
    ("startsWith('Hello world', 'he')", True),
    ("endsWith('Hello world', 'LD')", True),
    ("endsWith('Hello world', 'He')", False),
    ("format('Hello {0} {1} {0}', 'Mona', 7)", "Hello Mona 7 Mona"),
    ("format('{{Hello {0}}}', 'Mona')", "{Hello Mona}"),
    ("join(github.event.issue.labels.*.name, ', ')", "a, b"),
    ("join(list)", "1,2,3"),
    ("toJSON(list)", "[\n  1,\n  2,\n  3\n]"),
    ("fromJSON(needs.plan.outputs.shards)[0].shard", 0),
    ("fromJSON('true')", True),
    ("needs.plan.outputs.any == 'true'", True),
    ("list == list", True),
    ("list == fromJSON('[1,2,3]')", False),
]

REFUSED = [
    "",
    "1 +",
    "a b",
    "\"double\"",
    "nobody.there",
    "hashFiles('**')",
    "success()",
    "contains('one')",
    "format('{1}', 'one')",
    "format('{', 'one')",
    "fromJSON('{')",
    "needs.nobody",
    "needs.plan.outputs.anything",
    "github.",
    "(1",
    "'open",
]

TEXTS = [(None, ""), (True, "true"), (1, "1"), (1.0, "1"), (1.5, "1.5"), ([1], "Array"), ({}, "Object"), ("x", "x")]

# Source, whether all before succeeded, whether it runs.
CONDITIONS = [
    (None, True, True),
    (None, False, False),
    ("always()", False, True),
    ("failure()", True, False),
    ("failure()", False, True),
    ("!cancelled()", False, True),
    ("${{ !cancelled() && needs.plan.result == 'success' }}", False, True),
    ("github.ref_name == 'main'", True, True),
    ("github.ref_name == 'main'", False, False),
    ("'success()' == 'x' || true", False, False),
    (True, True, True),
    (False, True, False),
    ("${{ needs.plan.outputs.any }}", True, True),
]


class Expressions(unittest.TestCase):
    def test_values(self):
        for source, value in VALUES:
            with self.subTest(source):
                found = evaluate(source, CONTEXTS)
                self.assertEqual((found, type(found) is bool), (value, type(value) is bool))

    def test_what_is_not_known_is_an_error(self):
        for source in REFUSED:
            with self.subTest(source), self.assertRaises(ExpressionError):
                evaluate(source, CONTEXTS)

    def test_texts(self):
        for value, text in TEXTS:
            with self.subTest(value=value):
                self.assertEqual(text_of(value), text)

    def test_a_text_in_quotes_is_no_function_of_status(self):
        self.assertFalse(asks_for_status("'always()' == github.x"))
        self.assertFalse(asks_for_status("github.always"))
        self.assertTrue(asks_for_status("! Always ( )"))

    def test_conditions(self):
        for source, well, runs in CONDITIONS:
            status = {"success": lambda: well, "failure": lambda: not well, "always": lambda: True, "cancelled": lambda: False}
            with self.subTest(source=source, well=well):
                self.assertEqual(holds(source, "jobs.if", CONTEXTS, status), runs)

    def test_half_an_expression_is_no_condition(self):
        status = {"success": lambda: True}
        with self.assertRaises(ExpressionError):
            holds("${{ false }} && true", "jobs.if", CONTEXTS, status)


class Templates(unittest.TestCase):
    def test_one_expression_keeps_its_type_and_several_make_a_text(self):
        self.assertEqual(filled("${{ fromJSON('[1]') }}", "steps", CONTEXTS), [1])
        self.assertEqual(filled("a ${{ 1 }}${{ null }}-${{ true }}", "steps", CONTEXTS), "a 1-true")
        self.assertEqual(filled({"a": ["${{ 'x}}y' }}"], "b": 3}, "steps", CONTEXTS), {"a": ["x}}y"], "b": 3})

    def test_an_expression_without_an_end_is_an_error(self):
        for text in ("${{ 1", "a ${{ 1 }} ${{ 'x }}"):
            with self.subTest(text), self.assertRaises(ExpressionError):
                filled(text, "steps", CONTEXTS)

    def test_a_place_has_only_its_contexts(self):
        for place, source in (("jobs.if", "${{ env.x }}"), ("jobs.env", "${{ env.x }}"), ("concurrency", "${{ needs.plan.result }}"), ("steps.if", "secrets.x")):
            with self.subTest(place), self.assertRaises(ExpressionError):
                status = {"success": lambda: True}
                holds(source, place, CONTEXTS, status) if place.endswith(".if") else filled(source, place, CONTEXTS)


if __name__ == "__main__":
    unittest.main()
