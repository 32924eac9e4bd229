"""Calls that are expected to be refused, and what they must leave as it was."""

import threading
import xmlrpc.client
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from conftest import ApiError, Person
from snapshot import Snapshot, changes
from web import WebError

PROTOCOLS = ("xmlrpc", "json2")
VALIDATED = "document_validated"
STATE = "document_state"
NUMBER = "document_number"
DELETE = "document_delete"
REFERENCE = "document_reference"


def code_of_fault(fault: xmlrpc.client.Fault) -> str:
    """Return the stable code at the end of a fault's text, or what stands for it."""
    if fault.faultCode in (3, 4):
        return "access"
    text = fault.faultString.strip()
    last = text.splitlines()[-1]
    return last[1:-1] if last.startswith("[") and last.endswith("]") else f"fault: {text[-400:]}"


def code_of_error(error: ApiError) -> str:
    """Return the stable code of a JSON-2 error, or what stands for it."""
    if error.body.get("name") == "odoo.exceptions.AccessError":
        return "access"
    return (error.body.get("context") or {}).get("code") or f"error: {error}"


def code_of_web_error(error: WebError) -> str:
    """Return the stable code of an error of the web client, or what stands for it."""
    if error.data.get("name") == "odoo.exceptions.AccessError":
        return "access"
    return (error.data.get("context") or {}).get("code") or f"error: {error}"


def refusal(call: Callable[[], Any]) -> str:
    """Make a call; return "" when it passes, else the code of its refusal."""
    try:
        call()
    except xmlrpc.client.Fault as fault:
        return code_of_fault(fault)
    except ApiError as error:
        return code_of_error(error)
    except WebError as error:
        return code_of_web_error(error)
    return ""


class Api:
    """One way to call a method with named arguments, whichever the protocol."""

    def __init__(self, person: Person, protocol: str):
        self.person, self.protocol = person, protocol

    def __call__(self, model: str, method: str, ids: list[int] | None = None, **kwargs: Any) -> Any:
        """Call a method on records, or on the model when ``ids`` is None."""
        if self.protocol == "json2":
            return self.person.json2(
                model, method, **({} if ids is None else {"ids": ids}), **kwargs
            )
        return self.person.rpc(model, method, *([] if ids is None else [ids]), **kwargs)


def write(person: Person, protocol: str, model: str, id_: int, values: dict) -> str:
    """Write over one of the protocols; return "" when it passes, else the code."""
    if protocol == "xmlrpc":
        return refusal(lambda: person.rpc(model, "write", [id_], values))
    return refusal(lambda: person.json2(model, "write", ids=[id_], vals=values))


@contextmanager
def untouched(snapshot: Snapshot, table: str, *ids: int, but: tuple = ()) -> Iterator[None]:
    """Check that the database holds the very same documents after a block.

    :param but: names of columns that may change.
    """
    before = snapshot.take(table, *ids)
    yield
    found = changes(before, snapshot.take(table, *ids))
    left = [change for change in found if change.split(": ")[0].split(".")[-1] not in but]
    assert not left, "\n".join(left)


def run_together(*functions: Callable[[], None]) -> None:
    """Start functions at the same moment and wait for them."""
    barrier = threading.Barrier(len(functions))

    def run(function) -> None:
        barrier.wait()
        function()

    threads = [threading.Thread(target=run, args=(function,)) for function in functions]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
