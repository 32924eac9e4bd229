"""The side of a benchmark that runs inside the host, on one database.

``python measure.py DATABASE SCRIPT``, started by ``make bench``. For each case
named on its input it measures one batch and prints seconds and queries for
each document. A script offers:

- ``TITLE``, ``CASES`` (name -> arguments of ``run``), ``SIZES`` (name -> lines),
  ``ROUNDS`` and ``GOAL`` (the greatest ratio wanted);
- ``prepare(env)``: makes the company's data, returns what ``run`` needs;
- ``run(env, data, meter, **arguments)``: makes its documents, and does what is
  measured under ``with meter(documents):``.
"""

import importlib.util
import json
import sys
import time
from contextlib import contextmanager

import odoo.api
import odoo.modules.registry
import odoo.tools

ADMIN = 2


class Meter:
    """Counts the seconds and the queries of what runs under it."""

    def __init__(self, env):
        self.env = env
        self.seconds = 0.0
        self.cpu = 0.0
        self.queries = 0
        self.documents = 0

    @contextmanager
    def __call__(self, documents: int):
        """Measure the block, which handles so many documents; its commit is part of it."""
        self.env.flush_all()
        self.env.cr.commit()
        self.env.invalidate_all()
        queries, start = self.env.cr.sql_log_count, time.perf_counter()
        cpu = time.process_time()
        yield
        self.env.flush_all()
        self.env.cr.commit()
        self.seconds += time.perf_counter() - start
        self.cpu += time.process_time() - cpu
        self.queries += self.env.cr.sql_log_count - queries
        self.documents += documents

    def result(self) -> dict[str, float]:
        """Return seconds, the host's own processor seconds and queries for each document."""
        return {
            "seconds": self.seconds / self.documents,
            "cpu": self.cpu / self.documents,
            "queries": self.queries / self.documents,
        }


def load(path: str):
    """Import a benchmark script by its path."""
    spec = importlib.util.spec_from_file_location("benchmark", path)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def main(database: str, path: str) -> None:
    """Answer one line for each case asked for."""
    odoo.tools.config.parse_config(["-d", database, "--no-http"], setup_logging=True)
    script = load(path)
    with odoo.modules.registry.Registry(database).cursor() as cr:
        # The administrator, not the superuser: access rights are part of the cost.
        env = odoo.api.Environment(cr, ADMIN, {"lang": "fr_FR", "tz": "Europe/Paris"})
        data = script.prepare(env)
        cr.commit()
        about = {
            "title": script.TITLE,
            "cases": list(script.CASES),
            "sizes": script.SIZES,
            "rounds": script.ROUNDS,
            "goal": script.GOAL,
        }
        print(json.dumps(about), flush=True)
        for line in sys.stdin:
            meter = Meter(env)
            script.run(env, data, meter, **script.CASES[json.loads(line)])
            print(json.dumps(meter.result()), flush=True)


if __name__ == "__main__":
    main(*sys.argv[1:])
