"""Finds where code hands a text to a stream or a widget that has not gone through the one place that makes it safe.

An expression is clean when it is written out, counted, or made by `safe` or what is built upon it; a name is clean when
everything that it is ever set to in its function is; a call of a function of the same module is clean when all that
the function gives back is.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass

STREAMS = frozenset(
    {
        "click.echo",
        "click.secho",
        "click.confirm",
        "click.prompt",
        "print",
        "sys.stdout.write",
        "sys.stderr.write",
    }
)
"""What writes its first argument to a stream."""

WIDGETS = frozenset(
    {
        "Static",
        "Label",
        "Button",
        "Option",
        "Selection",
        "Checkbox",
        "RadioButton",
        "Collapsible",
        "Content",
        "Text",
        "Segment",
        "Content.styled",
        "Text.styled",
    }
)
"""What shows its first argument."""

METHODS = {"notify", "add_row", "add_column", "add_option", "_put"}
"""Methods that show all their arguments; `_put` is what widgets of our own call theirs."""

ASSEMBLED = {"Content.assemble", "Text.assemble"}
ATTRIBUTES = {"border_title", "border_subtitle", "tooltip", "sub_title"}
KEYWORDS = {"title", "placeholder", "prompt", "tooltip", "label", "text"}
"""Arguments by name that are shown."""

LISTED = {"SystemCommand"}
"""What the palette lists: it shows the first two arguments, and reads markup in both."""

BANNED = {"Content.from_markup", "Text.from_markup", "Text.from_ansi", "Content.from_text", "visualize"}
"""What reads markup or escapes in a text."""

PARSING = {"Static", "Label", "Button", "Option", "Selection", "Checkbox", "RadioButton", "Collapsible"}
"""What reads markup in a `str`, unless it is told not to."""

CLEANING = frozenset(
    {
        "safe",
        "unmarked",
        "content",
        "rich_text",
        "json.dumps",
        "len",
        "sum",
        "round",
        "hint_letters",
        "ctx.get_help",
        "crash_report.told",
        "Style",
        "Style.from_meta",
        "repr",
        "ascii",
        "counted",
        "_counted",
        "self.count",
    }
)
"""What makes any text clean, or gives none; `repr` escapes all that `str.isprintable` calls unprintable."""

KEEPING = frozenset(
    {
        "join",
        "ljust",
        "rjust",
        "rstrip",
        "lstrip",
        "strip",
        "replace",
        "center",
        "stylize",
        "upper",
        "lower",
        "split",
        "items",
        "values",
        "keys",
    }
)
"""Methods whose result is as clean as what they are called on and given."""


@dataclass(frozen=True, slots=True)
class Route:
    """A text on its way to a stream or a widget."""

    function: str
    expression: str
    line: int


def routes(source: str) -> list[Route]:
    """Every place in a module's source at which something that is not clean is shown, or markup is read."""
    tree = ast.parse(source)
    return sorted({*_Module(tree).found()}, key=lambda route: route.line)


class _Module:
    def __init__(self, tree: ast.Module) -> None:
        self._tree = tree
        self._functions = {
            each.name: each for each in ast.walk(tree) if isinstance(each, ast.FunctionDef | ast.AsyncFunctionDef)
        }
        self._constants = _set_in([each for each in tree.body if isinstance(each, ast.Assign | ast.AnnAssign)])
        imported = (each.module or "" for each in ast.walk(tree) if isinstance(each, ast.ImportFrom))
        self._has_widgets = any(each.startswith("textual") for each in imported)
        self._asked: set[str] = set()

    def found(self) -> Iterator[Route]:
        yield from self._in(self._tree, "", self._constants)

    def _names_in(self, function: ast.FunctionDef | ast.AsyncFunctionDef) -> dict[str, list[ast.expr]]:
        """What names are set to in a function; a parameter that is a number is clean, every other one is not."""
        parameters = [*function.args.posonlyargs, *function.args.args, *function.args.kwonlyargs]
        numbers = [
            each for each in parameters if each.annotation and ast.unparse(each.annotation) in {"int", "float", "bool"}
        ]
        others = [each for each in parameters if each not in numbers]
        known: dict[str, list[ast.expr]] = {each.arg: [ast.Constant(0)] for each in numbers}
        # What a caller gave may be anything, whatever else the name is set to.
        strange: dict[str, list[ast.expr]] = {each.arg: [ast.Name("what_the_caller_gave")] for each in others}
        found = _set_in(function.body)
        return {**self._constants, **{name: [*strange.get(name, known.get(name, [])), *found.get(name, [])]
                                      for name in {*known, *strange, *found}}}  # fmt: skip

    def _in(self, node: ast.AST, function: str, names: dict[str, list[ast.expr]]) -> Iterator[Route]:
        for child in ast.iter_child_nodes(node):
            if isinstance(child, ast.FunctionDef | ast.AsyncFunctionDef):
                yield from self._in(child, child.name, self._names_in(child))
                continue
            yield from (
                Route(function, ast.unparse(shown), shown.lineno)
                for shown in self._shown(child)
                if not self.is_clean(shown, names)
            )
            yield from self._in(child, function, names)

    def _shown(self, node: ast.AST) -> Iterator[ast.expr]:
        """What a statement or a call shows; where markup is read, a name that is never clean."""
        if isinstance(node, ast.Assign | ast.AnnAssign):
            targets = node.targets if isinstance(node, ast.Assign) else [node.target]
            if any(isinstance(each, ast.Attribute) and each.attr in ATTRIBUTES for each in targets) and node.value:
                yield node.value
        elif isinstance(node, ast.Call):
            if _reads_markup(node):
                yield ast.copy_location(ast.Name("reads_markup"), node)
            yield from self._shown_by(node)

    def _shown_by(self, call: ast.Call) -> Iterator[ast.expr]:
        name = ast.unparse(call.func)
        method = call.func.attr if isinstance(call.func, ast.Attribute) else ""
        if name in STREAMS | WIDGETS:
            yield from call.args[:1]
        elif name in LISTED:
            # `safe` alone would leave the markup in.
            yield from (each for each in call.args[:2] if not _is_unmarked(each))
        elif name in ASSEMBLED:
            yield from map(_first, call.args)
        elif method in METHODS:
            yield from call.args
        elif method == "update" and self._has_widgets and _is_widget_update(call):
            yield call.args[0]
        if name in WIDGETS or method in METHODS:
            yield from (each.value for each in call.keywords if each.arg in KEYWORDS)

    def is_clean(self, node: ast.expr, names: dict[str, list[ast.expr]]) -> bool:
        """Whether nothing of a stranger's can be in the value of an expression, but through `safe`."""
        match node:
            case ast.Constant() | ast.Compare() | ast.UnaryOp() | ast.BinOp(op=ast.Mult(), left=ast.Constant()):
                return True
            case ast.JoinedStr():
                return all(self._is_clean_part(each, names) for each in node.values)
            case ast.ListComp() | ast.GeneratorExp() | ast.SetComp():
                return self.is_clean(node.elt, {**names, **_looped(node.generators)})
            case ast.Name():
                return self._is_clean_name(node.id, names)
            case ast.Call():
                return self._is_clean_call(node, names)
        parts = _parts(node)
        return parts is not None and all(self.is_clean(each, names) for each in parts)

    def _is_clean_part(self, part: ast.expr, names: dict[str, list[ast.expr]]) -> bool:
        if not isinstance(part, ast.FormattedValue):
            return True
        if part.conversion in {ord("r"), ord("a")}:
            return True
        spec = ast.unparse(part.format_spec).strip("f'\"") if part.format_spec is not None else ""
        # A number's format takes no text: it would raise.
        return (spec != "" and spec[-1] in "dfn%,xeg") or self.is_clean(part.value, names)

    def _is_clean_name(self, name: str, names: dict[str, list[ast.expr]]) -> bool:
        values = names.get(name)
        if not values:
            return False
        # While a name is looked at, it is taken for clean: `lines += [...]` is as clean as what is added.
        seen: dict[str, list[ast.expr]] = {**names, name: [ast.Constant("")]}
        return all(self.is_clean(each, seen) for each in values)

    def _is_clean_call(self, call: ast.Call, names: dict[str, list[ast.expr]]) -> bool:
        name = ast.unparse(call.func)
        if name in CLEANING:
            return True
        if name in {"Content", "Text", "Content.styled", "Option", "Static", "str", "list", "tuple", "sorted", "dict"}:
            return all(self.is_clean(each, names) for each in call.args[:1])
        if name in ASSEMBLED:
            return all(
                self.is_clean(each.elts[0] if isinstance(each, ast.Tuple) else each, names) for each in call.args
            )
        if isinstance(call.func, ast.Attribute) and call.func.attr in KEEPING:
            on = call.func.value
            told = call.args if call.func.attr in {"join", "replace"} else []
            return self.is_clean(on, names) and all(self.is_clean(each, names) for each in told)
        own = call.func.attr if isinstance(call.func, ast.Attribute) and name.startswith("self.") else name
        return own in self._functions and self._gives_clean(own)

    def _gives_clean(self, name: str) -> bool:
        if name in self._asked:
            return True
        function = self._functions[name]
        names = self._names_in(function)
        given = [
            each.value
            for each in ast.walk(function)
            if isinstance(each, ast.Return | ast.Yield | ast.YieldFrom) and each.value is not None
        ]
        self._asked.add(name)
        try:
            return bool(given) and all(self.is_clean(each, names) for each in given)
        finally:
            self._asked.discard(name)


def _reads_markup(call: ast.Call) -> bool:
    """Whether a call reads markup in what it is given, or may."""
    name = ast.unparse(call.func)
    given = next((each.value for each in call.keywords if each.arg == "markup"), None)
    told = given.value if isinstance(given, ast.Constant) else None
    if name in BANNED or told is True:
        return True
    if isinstance(call.func, ast.Attribute) and call.func.attr == "notify":
        return told is not False
    return name in PARSING and told is not False and bool(call.args) and _may_be_str(call.args[0])


def _is_unmarked(node: ast.expr) -> bool:
    """Whether markup is escaped in the value of an expression."""
    return isinstance(node, ast.Call) and ast.unparse(node.func) == "unmarked"


def _first(piece: ast.expr) -> ast.expr:
    """The text of a piece that may have a style."""
    return piece.elts[0] if isinstance(piece, ast.Tuple) and piece.elts else piece


def _parts(node: ast.expr) -> list[ast.expr] | None:
    """What an expression is put together of, if all of it may be shown; none for any other kind."""
    match node:
        case ast.BinOp(op=ast.Add() | ast.Mult() | ast.Mod() | ast.Sub() | ast.FloorDiv()):
            return [node.left, node.right]
        case ast.IfExp():
            return [node.body, node.orelse]
        case ast.BoolOp() | ast.Dict():
            return node.values
        case ast.Subscript() | ast.Starred() | ast.Await():
            return [node.value]
        case ast.Tuple() | ast.List():
            return node.elts
    return None


def _may_be_str(node: ast.expr) -> bool:
    """Whether an expression looks like a `str`, in which a widget would read markup."""
    if isinstance(node, ast.Call):
        return ast.unparse(node.func) in {"safe", "str", "repr"} or (
            isinstance(node.func, ast.Attribute) and isinstance(node.func.value, ast.Constant)
        )
    return isinstance(node, ast.JoinedStr | ast.BinOp) or (isinstance(node, ast.Constant) and "[" in str(node.value))


def _is_widget_update(call: ast.Call) -> bool:
    """Whether an `update` is one of a widget: of a set or a mapping of our own, the argument is a display or a name."""
    ours = ast.Dict | ast.Set | ast.DictComp | ast.SetComp | ast.GeneratorExp | ast.Attribute
    return len(call.args) == 1 and not isinstance(call.args[0], ours)


def _set_in(body: list[ast.stmt]) -> dict[str, list[ast.expr]]:
    """All that each name of a function is set to."""
    found: dict[str, list[ast.expr]] = {}
    for statement in body:
        for node in ast.walk(statement):
            if isinstance(node, ast.Assign):
                for target in node.targets:
                    _bind(target, node.value, found)
            elif isinstance(node, ast.AnnAssign | ast.AugAssign | ast.NamedExpr) and node.value is not None:
                _bind(node.target, node.value, found)
            elif isinstance(node, ast.For | ast.AsyncFor):
                _bind(node.target, node.iter, found)
            elif isinstance(node, ast.Call) and (added := _added(node)) is not None:
                found.setdefault(added, []).append(node.args[0])
    return found


def _added(call: ast.Call) -> str | None:
    """The name of the list to which a call adds something."""
    match call.func:
        case ast.Attribute(attr="append" | "extend", value=ast.Name(id=name)) if call.args:
            return name
    return None


def _looped(generators: list[ast.comprehension]) -> dict[str, list[ast.expr]]:
    found: dict[str, list[ast.expr]] = {}
    for each in generators:
        _bind(each.target, each.iter, found)
    return found


def _bind(target: ast.expr, value: ast.expr, found: dict[str, list[ast.expr]]) -> None:
    if isinstance(target, ast.Name):
        found.setdefault(target.id, []).append(value)
    elif isinstance(target, ast.Tuple | ast.List):
        values = value.elts if isinstance(value, ast.Tuple | ast.List) and len(value.elts) == len(target.elts) else None
        for place, each in enumerate(target.elts):
            _bind(each, values[place] if values else value, found)
