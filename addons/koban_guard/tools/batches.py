"""Work on many records: batch by batch, and one that fails stops no other.

Functions of any recordset, of the host's models too; nobody has to inherit them, and code typed in
the web client does not reach them.

- :func:`isolate_failures` finds the records that fail, and does the work for all others.
- :func:`process_domain` works through all records of a domain, so many in memory at once.
- :func:`process_scheduled` is the same for a scheduled job: each batch is committed, and what time
  did not allow is done soon.
- :func:`process_each` and :func:`process_batches` are for those that come in another way.
"""

import logging
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import psycopg2
from odoo.api import Environment
from odoo.exceptions import ConcurrencyError, UserError
from odoo.fields import Domain
from odoo.models import BaseModel
from odoo.service.model import MAX_TRIES_ON_CONCURRENCY_FAILURE, PG_CONCURRENCY_EXCEPTIONS_TO_RETRY

_logger = logging.getLogger(__name__)

# So many records are in memory at once.
BATCH = 200
# Another transaction was first: the same work is tried again, as the host does with a request.
LOST = (*PG_CONCURRENCY_EXCEPTIONS_TO_RETRY, ConcurrencyError)
# The fault of no record: of the connection, the disk, another transaction.
OF_NO_RECORD = (psycopg2.OperationalError, psycopg2.InterfaceError, ConcurrencyError)
Work = Callable[[BaseModel], object]
# Told how many records were looked at; false where no time is left.
Commit = Callable[[int], object]


@dataclass(frozen=True)
class Failure:
    """Why something could not be done for a record.

    :param code: stable identifier for API callers, if the error has one
    """

    reason: str
    code: str = ""


class _Undo(Exception):
    """Rolls a trial back."""


def isolate_failures(
    records: BaseModel, work: Work, together: Callable | None = None
) -> dict[BaseModel, Failure]:
    """Do something for records; where that fails, for ever smaller parts of them.

    By halves: a hundred good ones are not done one by one for a bad one among them.

    :param work: called with records, again with fewer where it fails; what it did is rolled back
    :param together: key of those that ``work`` must get in one call, such as what shares an
        invoice: those of them that fail by themselves are left out of it
    :return: why, for each that could not
    :raise psycopg2.OperationalError: or what else is the fault of no record; whoever called
        :func:`process_batches` or answers a request tries again what another transaction prevented
    """
    groups = list(records.grouped(together).values()) if together else list(records)
    return _isolate(groups, work) if groups else {}


def _isolate(groups: list[BaseModel], work: Work, is_bad: bool = False) -> dict:
    """Do something for groups of records.

    :param is_bad: it is known that it cannot be done for all at once
    """
    records = groups[0].union(*groups[1:])
    if not is_bad or len(records) == 1:
        error = _try(records, work)
        if not error:
            return {}
        if len(records) == 1:
            return {records: _describe(records, error)}
    if len(groups) == 1:
        return _isolate_within(records, work)
    middle = len(groups) // 2
    failures = _isolate(groups[:middle], work)
    # Where the first half is good, the other one is not.
    return failures | _isolate(groups[middle:], work, is_bad=not failures)


def _isolate_within(records: BaseModel, work: Work) -> dict:
    """Do something at once for those records with which it can be done."""
    errors = {record: _try(record, work, undo=True) for record in records}
    good = records.filtered(lambda record: not errors[record])
    if good and (error := _try(good, work)):
        errors |= dict.fromkeys(good, error)
    return {record: _describe(record, error) for record, error in errors.items() if error}


def _try(records: BaseModel, work: Work, undo: bool = False) -> Exception | None:
    """Do something, or nothing of it; return what prevented it.

    :param undo: only find out whether it can be done
    """
    try:
        with records.env.cr.savepoint():
            work(records)
            if undo:
                records.env.flush_all()
                raise _Undo
    except _Undo:
        return None
    except OF_NO_RECORD:
        raise
    except Exception as error:  # whatever it is, it is told of the record it comes from
        return error
    return None


def _describe(record: BaseModel, error: Exception) -> Failure:
    if not isinstance(error, UserError):
        _logger.error("%s cannot be processed", record, exc_info=error)
    reason = str(error.args[0] if error.args else repr(error))
    return Failure(reason, getattr(error, "code", ""))


def process_batches(
    env: Environment, take: Callable, work: Callable, commit: Commit | None = None
) -> bool:
    """Work on batches until none is left.

    :param take: called with the batch before (``None`` at first), returns the next one; empty
        when all is done. It is called again where another transaction was first.
    :param work: called with a batch; what it did not commit is rolled back where it fails
    :param commit: commits a batch, as ``ir.cron._commit_progress``; false stops. Without it, all
        is one transaction, the caller's, who tries again
    :return: whether all is done
    :raise psycopg2.OperationalError: another transaction was first each time
    """
    last, tries = None, MAX_TRIES_ON_CONCURRENCY_FAILURE
    while True:
        try:
            batch = take(last)
            if not batch:
                return True
            work(batch)
            env.flush_all()
            goes_on = commit(len(batch)) if commit else True
        except LOST as error:
            tries -= 1
            if not commit or not tries:
                raise
            _logger.info("Another transaction was first (%s), tried again", type(error).__name__)
            env.cr.rollback()
            continue
        env.invalidate_all()
        if not goes_on:
            return False
        last, tries = batch, MAX_TRIES_ON_CONCURRENCY_FAILURE


def process_each(
    env: Environment, items: Sequence, work: Callable, commit: Commit | None = None
) -> bool:
    """Work on one item after the other, as :func:`process_batches`.

    :param items: records, or a list
    """

    def take(last: list[int] | None) -> list[int]:
        place = last[0] + 1 if last else 0
        return [place] if place < len(items) else []

    return process_batches(env, take, lambda batch: work(items[batch[0]]), commit)


def process_domain(
    model: BaseModel, domain: Domain, work: Work, commit: Commit | None = None, size: int = BATCH
) -> bool:
    """Work on all records of a domain, however many they are, as :func:`process_batches`.

    :param work: called with records that are locked; another worker does those that it holds
    :param size: how many records at a time
    """

    def take(last: BaseModel | None) -> BaseModel:
        later = Domain("id", ">", last[-1].id if last else 0)
        return model.search(Domain(domain) & later, order="id", limit=size)

    def work_on(records: BaseModel) -> None:
        if locked := records.try_lock_for_update(allow_referencing=True):
            work(locked)

    return process_batches(model.env, take, work_on, commit)


def process_scheduled(
    model: BaseModel, tasks: Sequence[tuple[Domain, Work]], size: int = BATCH
) -> bool:
    """Do what a scheduled job has to do, a batch at a time, each committed.

    Stopped for want of time, the job goes on soon, and not the next day.

    :param tasks: ``[(domain, work)]``, in order
    :param size: how many records at a time
    :return: whether all is done
    """
    cron = model.env["ir.cron"]
    cron._commit_progress(remaining=sum(model.search_count(domain) for domain, _work in tasks))
    return all(
        process_domain(model, domain, work, cron._commit_progress, size) for domain, work in tasks
    )
