"""The language between `${{` and `}}`: read, then evaluated on contexts that are handed in.

https://docs.github.com/en/actions/reference/workflows-and-actions/expressions
"""

import json
import math
import re


class ExpressionError(Exception):
    """What cannot be read or has no value, with the expression."""


class Strict(dict):
    """A context in which a name that is not there is a mistake, and not null."""

    def __init__(self, what, values):
        super().__init__(values)
        self.what = what


TOKEN = re.compile(
    r"\s*(?:(?P<number>[-+]?(?:0x[0-9a-fA-F]+|0o[0-7]+|(?:\d+\.?\d*|\.\d+)(?:[eE][-+]?\d+)?))(?![\w.])"
    r"|(?P<text>'(?:[^']|'')*')|(?P<operator>&&|\|\||==|!=|<=|>=|[<>!()\[\].,*])|(?P<name>[A-Za-z_][\w-]*))"
)
FUNCTIONS_OF_STATUS = {"success", "always", "cancelled", "failure"}


def tokens(source):
    """The words of an expression, each with its kind."""
    found, position = [], 0
    end = len(source.rstrip())
    while position < end:
        match = TOKEN.match(source, position)
        if not match:
            raise ExpressionError(f"cannot read `{source[position:].strip()}` in `{source}`")
        found.append((match.lastgroup, match.group(match.lastgroup)))
        position = match.end()
    return found


class Parser:
    """Makes a tree of tuples. Weakest first: `||`, `&&`, comparisons, `!`, then what has names and indexes."""

    LEVELS = [{"||"}, {"&&"}, {"==", "!="}, {"<", "<=", ">", ">="}]

    def __init__(self, source):
        self.source, self.words, self.at = source, tokens(source), 0

    def whole(self):
        tree = self.level(0)
        if self.at != len(self.words):
            raise ExpressionError(f"`{self.words[self.at][1]}` is not expected in `{self.source}`")
        return tree

    def level(self, depth):
        if depth == len(self.LEVELS):
            return self.negated()
        left = self.level(depth + 1)
        while self.next_is(*self.LEVELS[depth]):
            operator = self.take()[1]
            left = (operator, left, self.level(depth + 1))
        return left

    def negated(self):
        if self.next_is("!"):
            self.take()
            return ("!", self.negated())
        return self.access(self.atom())

    def atom(self):
        kind, text = self.take()
        if kind == "number":
            return ("value", number_of(text.lower()))
        if kind == "text":
            return ("value", text[1:-1].replace("''", "'"))
        if text == "(":
            inner = self.level(0)
            self.expect(")")
            return inner
        if kind != "name":
            raise ExpressionError(f"`{text}` is not expected in `{self.source}`")
        if text.lower() in ("true", "false", "null"):
            return ("value", {"true": True, "false": False, "null": None}[text.lower()])
        if self.next_is("("):
            return self.call(text)
        return ("context", text)

    def call(self, name):
        self.expect("(")
        arguments = []
        while not self.next_is(")"):
            if arguments:
                self.expect(",")
            arguments.append(self.level(0))
        self.expect(")")
        return ("call", name, arguments)

    def access(self, tree):
        while self.next_is(".", "["):
            if self.take()[1] == "[":
                if self.next_is("*"):
                    self.take()
                    tree = ("all", tree)
                else:
                    tree = ("index", tree, self.level(0))
                self.expect("]")
                continue
            kind, text = self.take()
            if text == "*":
                tree = ("all", tree)
            elif kind == "name":
                tree = ("index", tree, ("value", text))
            else:
                raise ExpressionError(f"`{text}` is not a name in `{self.source}`")
        return tree

    def next_is(self, *texts):
        return self.at < len(self.words) and self.words[self.at][0] == "operator" and self.words[self.at][1] in texts

    def take(self):
        if self.at == len(self.words):
            raise ExpressionError(f"`{self.source}` ends too early")
        self.at += 1
        return self.words[self.at - 1]

    def expect(self, text):
        if not self.next_is(text):
            raise ExpressionError(f"`{text}` is missing in `{self.source}`")
        self.take()


class Every(list):
    """What `.*` found: names after it are asked of each."""


def evaluate(source, contexts, functions=None):
    """The value of an expression. `functions` has those that are not for every place: of status, and `hashfiles`."""
    return value_of(Parser(source).whole(), contexts, functions or {})


def asks_for_status(source):
    """Whether it says itself what happens after a failure: `success()` is put before all others."""
    words = tokens(source)
    return any(
        kind == "name" and text.lower() in FUNCTIONS_OF_STATUS and words[at + 1 : at + 2] == [("operator", "(")]
        for at, (kind, text) in enumerate(words)
    )


def contexts_named(source):
    """The contexts that it asks, in small letters."""

    def walk(tree):
        if tree[0] == "context":
            yield tree[1].lower()
        for part in tree[1:]:
            for inner in part if isinstance(part, list) else [part]:
                if isinstance(inner, tuple):
                    yield from walk(inner)

    return set(walk(Parser(source).whole()))


def value_of(tree, contexts, functions):
    kind = tree[0]
    if kind == "value":
        return tree[1]
    if kind == "context":
        name = tree[1].lower()
        if name not in contexts:
            raise ExpressionError(f"there is no `{tree[1]}` here")
        return contexts[name]
    if kind == "||":
        left = value_of(tree[1], contexts, functions)
        return left if is_true(left) else value_of(tree[2], contexts, functions)
    if kind == "&&":
        left = value_of(tree[1], contexts, functions)
        return value_of(tree[2], contexts, functions) if is_true(left) else left
    if kind == "!":
        return not is_true(value_of(tree[1], contexts, functions))
    if kind == "all":
        held = value_of(tree[1], contexts, functions)
        return Every(held.values() if isinstance(held, dict) else held if isinstance(held, list) else [])
    if kind == "index":
        return part_of(value_of(tree[1], contexts, functions), value_of(tree[2], contexts, functions))
    if kind == "call":
        return call(tree[1], [value_of(argument, contexts, functions) for argument in tree[2]], functions)
    return compare(kind, value_of(tree[1], contexts, functions), value_of(tree[2], contexts, functions))


def part_of(held, key):
    if isinstance(held, Every):
        found = [part_of(one, key) for one in held]
        return Every(one for one in found if one is not None)
    if isinstance(held, dict):
        wanted = text_of(key)
        for name, value in held.items():
            if name.lower() == wanted.lower():
                return value
        if isinstance(held, Strict):
            raise ExpressionError(f"{held.what} has no `{wanted}`, only {sorted(held)}")
        return None
    if isinstance(held, list):
        at = number(key)
        return held[int(at)] if at == at and 0 <= at < len(held) else None
    return None


def compare(operator, left, right):
    if isinstance(left, (list, dict)) or isinstance(right, (list, dict)):
        same = left is right
        return {"==": same, "!=": not same}.get(operator, False)
    if isinstance(left, str) and isinstance(right, str):
        left, right = left.upper(), right.upper()
    elif type_of(left) != type_of(right):
        left, right = number(left), number(right)
    elif left is None:
        left = right = 0
    return {
        "==": left == right,
        "!=": left != right,
        "<": left < right,
        "<=": left <= right,
        ">": left > right,
        ">=": left >= right,
    }[operator]


def call(name, arguments, functions):
    known = {
        "contains": (2, 2, contains),
        "startswith": (2, 2, lambda text, start: text_of(text).lower().startswith(text_of(start).lower())),
        "endswith": (2, 2, lambda text, end: text_of(text).lower().endswith(text_of(end).lower())),
        "format": (1, 99, fill),
        "join": (1, 2, lambda held, by=",": text_of(by).join(map(text_of, held)) if isinstance(held, list) else text_of(held)),
        "tojson": (1, 1, lambda held: json.dumps(held, indent=2, ensure_ascii=False)),
        "fromjson": (1, 1, read_json),
    }
    lower = name.lower()
    if lower in FUNCTIONS_OF_STATUS:
        if lower not in functions or arguments:
            raise ExpressionError(f"`{name}()` is not for here")
        return functions[lower]()
    if lower == "hashfiles" and lower in functions and arguments:
        return functions[lower](*map(text_of, arguments))
    if lower not in known:
        raise ExpressionError(f"the function `{name}` is not known")
    least, most, function = known[lower]
    if not least <= len(arguments) <= most:
        raise ExpressionError(f"`{name}` takes another number of arguments than {len(arguments)}")
    return function(*arguments)


def contains(held, wanted):
    if isinstance(held, list):
        return any(compare("==", one, wanted) for one in held)
    return text_of(wanted).lower() in text_of(held).lower()


def fill(pattern, *values):
    def one(match):
        if match.group() in ("{{", "}}"):
            return match.group()[0]
        if match.group(1) is None or int(match.group(1)) >= len(values):
            raise ExpressionError(f"`{pattern}` cannot be filled with {len(values)} values")
        return text_of(values[int(match.group(1))])

    return re.sub(r"\{\{|\}\}|\{(\d+)\}|[{}]", one, text_of(pattern))


def read_json(text):
    try:
        return json.loads(text_of(text))
    except ValueError as error:
        raise ExpressionError(f"`fromJSON` of `{text_of(text)[:80]}`: {error}") from error


def type_of(value):
    return "number" if isinstance(value, (int, float)) and not isinstance(value, bool) else type(value).__name__


def is_true(value):
    return not (value is None or value is False or value == "" or (type_of(value) == "number" and (value == 0 or value != value)))


def number_of(text):
    for sign, base in (("0x", 16), ("0o", 8)):
        if text.lstrip("+-").startswith(sign):
            return int(text, base)
    return float(text) if re.search(r"[.e]", text) else int(text)


def number(value):
    """As GitHub makes numbers of other things: what is none is not a number."""
    if isinstance(value, bool):
        return int(value)
    if value is None:
        return 0
    if type_of(value) == "number":
        return value
    if isinstance(value, str):
        try:
            return number_of(value.strip().lower()) if value.strip() else 0
        except ValueError:
            return math.nan
    return math.nan


def text_of(value):
    """As GitHub writes it into a text."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float):
        return "NaN" if value != value else repr(int(value)) if value == int(value) else format(value, ".15g")
    if isinstance(value, (list, dict)):
        return "Array" if isinstance(value, list) else "Object"
    return str(value)
