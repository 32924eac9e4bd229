"""Small changes of a source, one at a time: what a test that bites must notice."""

import ast
import copy
from collections.abc import Iterator
from dataclasses import dataclass
from types import CodeType

OPPOSITE = {
    ast.Eq: ast.NotEq,
    ast.NotEq: ast.Eq,
    ast.Lt: ast.GtE,
    ast.GtE: ast.Lt,
    ast.Gt: ast.LtE,
    ast.LtE: ast.Gt,
    ast.In: ast.NotIn,
    ast.NotIn: ast.In,
    ast.Is: ast.IsNot,
    ast.IsNot: ast.Is,
}
# Off by one: the border of a period, of a number.
BORDER = {ast.Lt: ast.LtE, ast.LtE: ast.Lt, ast.Gt: ast.GtE, ast.GtE: ast.Gt}
SUMS = {ast.Add: ast.Sub, ast.Sub: ast.Add}


@dataclass(frozen=True)
class Mutation:
    """One change.

    :param path: of the file, from the checkout.
    :param line: of the change.
    :param first: line where the function's code begins, decorators included.
    :param name: qualified name of the function.
    :param before: the source of the changed expression, and :param after: what it becomes.
    :param rank: of the change among those of its file.
    """

    path: str
    line: int
    first: int
    name: str
    before: str
    after: str
    rank: int

    def __str__(self) -> str:
        return f"{self.path}:{self.line} {self.name}: {self.before}  →  {self.after}"


def find(path: str, source: str) -> list[Mutation]:
    """Return every change that can be made to a source."""
    tree = ast.parse(source)
    found = []
    for rank, (function, name, node, changed) in enumerate(_changes(tree)):
        first = min([function.lineno, *(one.lineno for one in function.decorator_list)])
        found.append(Mutation(path, node.lineno, first, name, _text(node), _text(changed), rank))
    return found


def compiled(source: str, filename: str, mutation: Mutation) -> CodeType:
    """Return the code of the function with the change.

    :param filename: that the code names, as the loaded one does.
    """
    tree = ast.parse(source)
    _function, _name, node, changed = _chosen(tree, mutation)
    node_fields = {name: getattr(changed, name) for name in changed._fields}
    ast.copy_location(changed, node)
    node.__class__ = changed.__class__
    node._fields = changed._fields
    node.__dict__.update(node_fields)
    return _code_of(tree, filename, mutation)


def marked(source: str, filename: str, mutation: Mutation) -> CodeType:
    """Return the code of the function, unchanged but that it first calls ``koban_called``."""
    tree = ast.parse(source)
    function, *_change = _chosen(tree, mutation)
    key = ast.Constant((mutation.path, mutation.first))
    mark = ast.Expr(ast.Call(ast.Name("koban_called", ast.Load()), [key], []))
    function.body.insert(0, ast.copy_location(mark, function.body[0]))
    return _code_of(tree, filename, mutation)


def _chosen(tree: ast.Module, mutation: Mutation) -> tuple:
    return next(change for rank, change in enumerate(_changes(tree)) if rank == mutation.rank)


def _code_of(tree: ast.Module, filename: str, mutation: Mutation) -> CodeType:
    code = compile(ast.fix_missing_locations(tree), filename, "exec", dont_inherit=True)
    return next(
        one
        for one in _codes(code)
        if one.co_firstlineno == mutation.first and one.co_name == mutation.name.rpartition(".")[2]
    )


def _codes(code: CodeType) -> Iterator[CodeType]:
    for constant in code.co_consts:
        if isinstance(constant, CodeType):
            yield constant
            yield from _codes(constant)


def _changes(tree: ast.Module) -> Iterator[tuple]:
    """Yield the function, its qualified name, a node and what it may become."""
    for function, name in _functions(tree, ""):
        for node in _body(function):
            for changed in _variants(node):
                yield function, name, node, changed


def _functions(node, prefix) -> Iterator[tuple]:
    for child in ast.iter_child_nodes(node):
        if isinstance(child, ast.ClassDef):
            yield from _functions(child, f"{prefix}{child.name}.")
        elif isinstance(child, ast.FunctionDef):
            yield child, f"{prefix}{child.name}"


def _body(function) -> Iterator[ast.AST]:
    for statement in function.body:
        yield from ast.walk(statement)


def _variants(node) -> Iterator[ast.AST]:
    if isinstance(node, ast.Compare) and len(node.ops) == 1:
        for table in (OPPOSITE, BORDER):
            if type(node.ops[0]) in table:
                yield ast.Compare(node.left, [table[type(node.ops[0])]()], node.comparators)
    elif isinstance(node, ast.BoolOp):
        other = ast.Or() if isinstance(node.op, ast.And) else ast.And()
        yield ast.BoolOp(other, node.values)
    elif isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.Not):
        yield ast.Call(ast.Name("bool", ast.Load()), [node.operand], [])
    elif isinstance(node, ast.BinOp) and type(node.op) in SUMS:
        if not _is_text(node.left) and not _is_text(node.right):
            yield ast.BinOp(node.left, SUMS[type(node.op)](), node.right)
    elif isinstance(node, (ast.If, ast.IfExp)) and isinstance(
        node.test, (ast.Name, ast.Attribute, ast.Call)
    ):
        changed = copy.copy(node)
        changed.test = ast.UnaryOp(ast.Not(), node.test)
        yield changed
    elif isinstance(node, ast.Constant) and isinstance(node.value, bool):
        yield ast.Constant(not node.value)


def _is_text(node) -> bool:
    return isinstance(node, (ast.JoinedStr, ast.List, ast.Tuple)) or (
        isinstance(node, ast.Constant) and isinstance(node.value, str)
    )


def _text(node) -> str:
    if isinstance(node, ast.If):
        return f"if {ast.unparse(node.test)}"
    return ast.unparse(node)
