"""The named steps that a validation or a cancellation goes through, in one order.

A step has a half before the host, a half after it, or both: methods ``_validate_<step>(run)`` and
``_validated_<step>(run)`` of the document (``_cancel_…`` and ``_cancelled_…``).
"""

from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import dataclass, field
from typing import Any

from odoo.models import BaseModel

from .passes import open_pass

# The step that is the host's own method.
HOST = "host"
# What the halves of a step are called, by what the pipeline is for.
HALVES = {"validation": ("validate", "validated"), "cancellation": ("cancel", "cancelled")}


@dataclass
class Run:
    """One passage of documents through the steps.

    :param documents: those that go on. A step before the host may leave some out, or give them
        another environment; after it they are those that the host took through, in the
        environment of the caller.
    :param opened: those that the host got, in their environment
    :param told: what the first half of a step has to tell its second one, by step
    :param options: what the caller said of the passage, such as its date
    :param result: of the host
    """

    documents: BaseModel
    opened: BaseModel | None = None
    told: dict[str, Any] = field(default_factory=dict)
    options: dict[str, Any] = field(default_factory=dict)
    result: Any = None
    _passes: ExitStack = field(default_factory=ExitStack)

    def open(self, documents: BaseModel, **given) -> None:
        """Give leave to write on documents until :meth:`close`, or until the passage ends.

        :param given: as in ``open_pass``
        """
        self._passes.enter_context(open_pass(documents, **given))

    def close(self) -> None:
        """Take the leave back."""
        self._passes.close()


def validate(documents: BaseModel, host: Callable, **options) -> Any:
    """Take documents through the steps of their validation; return what the host returned.

    A function, no method: code typed in the client must not choose what a validation is.

    :param host: gets the documents that go on, and validates them. It may leave some as they
        are, with a wizard of another addon: these see no second half of any step.
    :param options: what steps may ask about this validation
    :return: ``None`` if no document was left for the host
    """
    steps = documents._get_validation_steps()
    return _go_through(documents, "validation", steps, host, options)


def cancel(documents: BaseModel, host: Callable, **options) -> Any:
    """Take documents through the steps of their cancellation; as :func:`validate`."""
    steps = documents._get_cancellation_steps()
    return _go_through(documents, "cancellation", steps, host, options)


def _go_through(documents, kind, steps, host, options):
    before, after = HALVES[kind]
    run = Run(documents, options=options)
    try:
        for step in steps[: steps.index(HOST)]:
            if first := getattr(run.documents, f"_{before}_{step}", None):
                first(run)
        run.opened = run.documents
        if run.opened or not documents:
            run.result = host(run.opened)
        through = run.opened.with_env(documents.env)
        run.documents = through.filtered(lambda one: one._is_through(kind))
        for step in steps:
            if second := getattr(run.documents, f"_{after}_{step}", None):
                second(run)
    finally:
        run.close()
    return run.result


def insert_step(
    steps: list[str], name: str, *, before: str | None = None, after: str | None = None
) -> list[str]:
    """Return steps with another one beside a named one.

    :param before: the step that it comes right before; or
    :param after: the step that it comes right after
    :raise ValueError: the named step is not there, or the new one is already
    """
    anchor = before or after
    if anchor not in steps:
        raise ValueError(f"{name!r} cannot stand beside {anchor!r}: the steps are {steps}")
    if name in steps:
        raise ValueError(f"{name!r} is a step already: the steps are {steps}")
    place = steps.index(anchor) + (0 if before else 1)
    return [*steps[:place], name, *steps[place:]]


def find_fault(model: BaseModel, kind: str, steps: list[str]) -> str:
    """Return what is wrong with the steps of a model, or nothing.

    :param kind: a key of ``HALVES``
    """
    if HOST not in steps:
        return f"no step {HOST!r}: {steps}"
    for step in steps:
        halves = [f"_{half}_{step}" for half in HALVES[kind]]
        if step != HOST and not any(hasattr(model, half) for half in halves):
            return f"the step {step!r} has neither {halves[0]} nor {halves[1]}"
    return ""
