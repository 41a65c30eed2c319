//! Modules of every shape that a compiler makes constants of.

/// Path below `python/` and source.
pub const MODULES: [(&str, &str); 11] = [
    ("plain/__init__.py", "\"\"\"A docstring.\"\"\"\nfrom .sets import first\nvalue = 'plain'\n"),
    (
        "plain/sets.py",
        "def first(x): return x in {'alpha', 'beta', 'gamma delta', None, 7, b'z', 1.5, (1, ('alpha', 2)), ...}\n\
         def second(x): return x in {'alpha', 'beta', 'gamma delta', None, 7, b'z', 1.5, (1, ('alpha', 2)), ...}\n\
         def third(x): return x not in {'qz225', 'qz226'} and x in {'qz226', 'qz225'}\n",
    ),
    (
        "plain/numbers.py",
        "small, negative, large, huge = 5, -5, 2**40, -(2**200)\nhalf, zero, minus = 0.5, 0.0, -0.0\nimaginary = 3j\n\
         table = (1, 2.5, 3j, 2**40, b'bytes', 'text', None, True, False, ..., (), ((),), frozenset)\n\
         same = 2**40, 1000, 1000, 0.5, 'text'\n",
    ),
    (
        "plain/classes.py",
        "class Outer:\n    \"\"\"Outer.\"\"\"\n    x: int = 1\n    class Inner:\n        def method(self, a, /, b: 'Outer', *args: int, c: str = 'c', **kw) -> None:\n            \
         def deep():\n                nonlocal b\n                b = a, c\n                return lambda: (a, b, c, self.__private)\n            return deep\n    @property\n    def p(self): return self._p\n",
    ),
    (
        "plain/texts.py",
        "name = 'w'\nshort = f'{name!r:>{10}} is {name}'\nletters = 'a', '*', '{', '', ' ', '\u{e4}', '\u{3b1}', '\\ud800'\nlong = '''0123456789abcdef''' * 20\n",
    ),
    (
        "plain/flow.py",
        "import os.path, sys as system\nfrom os import *\nasync def run(xs):\n    async with xs as y:\n        yield [z async for z in y if z]\n\
         def walk(xs):\n    try:\n        for x in xs:\n            yield from x\n    except (ValueError, KeyError) as error:\n        raise RuntimeError('no') from error\n    finally:\n        del xs\n    return xs[1:2], xs[::2], {k: v for k, v in xs}\n",
    ),
    ("plain/letter.py", "\u{e4} = '{'\n"),
    ("plain/empty.py", ""),
    ("plain/latin.py", "# -*- coding: latin-1 -*-\nname = 'latin'\n"),
    ("single.py", "def f(): return 'alpha', 'beta', 'x', 'x.y', 'os.path'\ng = lambda: 0; h = lambda: 0\n"),
    ("plain/tests/helper.py", "unused = 1\n"),
];

/// Modules that have no bytecode, each for a reason that the test looks for.
pub const BROKEN: [(&str, &str, &str); 4] = [
    ("broken/syntax.py", "def f(:\n", "SyntaxError: "),
    ("broken/template.py", "import {{ name }}.x\n", "SyntaxError: "),
    ("broken/zero.py", "x = '\0'\n", "null bytes"),
    ("broken/coding.py", "# coding: no-such-coding\n", "SyntaxError: "),
];

/// What was compiled before must not show: these leave names behind that the modules above use otherwise.
pub const OTHERS: [&str; 4] = [
    "\u{e4} = alpha = beta = gamma = 1\ndef qz225(qz226, text, plain): return {'qz225', 'qz226', 'gamma delta'}\n",
    "x = 'gamma delta', '*', '{', 'Outer.Inner.method.<locals>.deep'\n",
    "class Outer:\n    class Inner:\n        def method(self):\n            def deep(): pass\n",
    "def broken(:\n",
];
