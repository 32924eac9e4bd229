import logging

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.service.model import PG_CONCURRENCY_EXCEPTIONS_TO_RETRY

_logger = logging.getLogger(__name__)

# So many contracts are in memory at once.
BATCH = 200


class KobanContract(models.Model):
    """Work on many contracts, of which one that fails stops no other."""

    _name = "koban.contract"
    _inherit = ["koban.contract"]

    def _do_apart(self, work) -> dict:
        """Do something on all contracts; where that fails, on ever smaller parts of them.

        :param work: called with contracts, again with fewer where it fails
        :return: ``{contract: reason}`` of those that could not
        """
        if not self:
            return {}
        try:
            with self.env.cr.savepoint():
                work(self)
            return {}
        except PG_CONCURRENCY_EXCEPTIONS_TO_RETRY:
            raise
        except Exception as error:  # whatever it is, it is told for the contract it comes from
            if len(self) == 1:
                return {self: self._describe_failure(error)}
        # By halves: a hundred good ones are not done one by one for a bad one among them.
        middle = len(self) // 2
        return self[:middle]._do_apart(work) | self[middle:]._do_apart(work)

    def _describe_failure(self, error) -> str:
        if not isinstance(error, UserError):
            _logger.exception("Contract %s cannot be processed", self.id)
        return str(error.args[0] if error.args else repr(error))

    @api.model
    def _do_scheduled(self, works, size=BATCH):
        """Do what a scheduled job has to do, a batch of contracts at a time.

        :param works: ``[(domain, method called with contracts)]``, in order
        :param size: how many contracts at a time
        """
        cron = self.env["ir.cron"]
        # Stopped for want of time, the job goes on soon, and not the next day.
        cron._commit_progress(remaining=sum(self.search_count(domain) for domain, _work in works))
        for domain, work in works:
            if not self._do_in_batches(domain, work, cron._commit_progress, size):
                return

    @api.model
    def _do_in_batches(self, domain, work, after_batch=lambda done: True, size=BATCH) -> bool:
        """Do something on all contracts of a domain, however many they are.

        :param after_batch: told how many contracts were looked at; false stops
        :param size: how many contracts at a time
        :return: whether all are done
        """
        last = 0
        while contracts := self.search(
            domain & fields.Domain("id", ">", last), order="id", limit=size
        ):
            last = contracts[-1].id
            # Another worker that holds some of them does them.
            work(contracts.try_lock_for_update(allow_referencing=True))
            self.env.flush_all()
            self.env.invalidate_all()
            if not after_batch(len(contracts)):
                return False
        return True
