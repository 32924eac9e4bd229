"""The articles that the rows of a checked file make and change."""

from odoo.addons.koban_guard.tools.batches import isolate_failures

from .checking import keep_faults
from .matching import check_columns, get_listed
from .reader import Fault


class ArticleWriter:
    """Writes the articles of one import, batch by batch.

    :param one: the import, as who runs it
    """

    def __init__(self, one):
        self.one = one
        # The reader of earlier batches, which knows the names.
        self.reader = None

    def work(self, batch) -> None:
        """Import rows; what fails is refused by itself, with its reason."""
        check_columns(self.one)
        try:
            failures = isolate_failures(batch, self.write_rows)
        except Exception:
            self.reader = None  # as in write_rows: the batch is tried again
            raise
        for row, failure in failures.items():
            code, value = failure.code or "refused", row.code or row.name or ""
            keep_faults(self.one, [(row, Fault(code, "", value, failure.reason))])
            row.write({"state": "refused"})

    def write_rows(self, rows) -> None:
        """Write the articles of rows, all or none."""
        one = self.one
        reader = self.reader or one._make_reader(get_listed(one), writes=True)
        # Made names would be gone with what fails here.
        self.reader = None
        reader.seen_codes, reader.seen_barcodes = {}, {}
        readings = reader.read_rows([(row.number, row.texts) for row in rows])
        pairs = list(zip(rows, readings, strict=True))
        keep_faults(one, ((row, fault) for row, reading in pairs for fault in reading.faults))
        good = [(row, reading) for row, reading in pairs if not reading.faults]
        for row, reading in pairs:
            row.state = "refused" if reading.faults else "done"
        articles = one.env["product.product"].with_context(tracking_disable=True)
        _write(articles, reader, [pair for pair in good if pair[1].product_id])
        _create(articles, reader, [pair for pair in good if not pair[1].product_id])
        one.env.flush_all()
        self.reader = reader


def _write(articles, reader, pairs):
    """Write what rows change of articles."""
    known = articles.browse([reading.product_id for _row, reading in pairs])
    for article, (row, reading) in zip(known, pairs, strict=True):
        row.product_id = article
        if changes := reader.prepare(reading, article):
            article.write(changes)


def _create(articles, reader, pairs):
    made = articles.create([reader.prepare(reading, articles) for _row, reading in pairs])
    for article, (row, _reading) in zip(made, pairs, strict=True):
        row.product_id = article
