"""The part of a benchmark that runs inside the host, on one database.

``python measure.py DATABASE SCRIPT SIDE PORT``, started by ``make bench``. For each case named on
its input it measures one batch and prints what each document took. A script declares:

- ``TITLE``, ``CASES`` (name -> arguments of ``run``), ``ROUNDS``;
- ``GOALS``: case -> the greatest ratio wanted of the last side to each other, of ``MEASURE``
  (default ``seconds``; also ``cpu``, ``queries``, ``memory``);
- ``LIMITS``: case -> the most queries wanted of the last side for each document;
- ``EXTRAS``: case -> how many more queries than each other side the last one may take;
- ``SIDES`` (default: the plain host, and with the addons): name -> ``template`` of its database (a
  method of ``setup/template.py``) and further arguments of ``run``; the first is what the others
  are compared with;
- ``SIZES``: case -> number of lines, to tell how queries grow;
- ``NEEDS``: a program without which nothing is measured; ``SERVED``: True to serve the database at
  ``meter.url`` meanwhile;
- ``prepare(env)``: makes the company's data, returns what ``run`` needs;
- ``run(env, data, meter, **arguments)``: makes its documents, and does what is measured under
  ``with meter(documents):``.
"""

import gc
import importlib.util
import json
import sys
import time
from contextlib import contextmanager
from pathlib import Path

import odoo.api
import odoo.http
import odoo.modules.registry
import odoo.service.server
import odoo.tools

ADMIN = 2
STATUS, CLEAR = Path("/proc/self/status"), Path("/proc/self/clear_refs")


def _most_memory() -> float:
    """Return the most memory that the process had since it was last reset, in MB."""
    line = next(one for one in STATUS.read_text().splitlines() if one.startswith("VmHWM"))
    return int(line.split()[1]) / 1000


class Meter:
    """Counts the seconds, the queries and the memory of what runs under it.

    :param url: where the database is served, if the script asks for it
    """

    def __init__(self, env, url: str):
        self.env = env
        self.url = url
        self.taken = dict.fromkeys(("seconds", "cpu", "queries"), 0.0)
        self.memory = 0.0
        self.documents = 0
        # Calls that the host tried again, of a script that counts them.
        self.retries = 0.0

    @contextmanager
    def __call__(self, documents: int):
        """Measure the block, which handles so many documents; its commit is part of it."""
        self.env.flush_all()
        self.env.cr.commit()
        self.env.invalidate_all()
        # A request starts without the environments of earlier ones, which wait here in cycles.
        gc.collect()
        CLEAR.write_text("5")  # the most memory counts from here
        before = self._now()
        yield
        self.env.flush_all()
        self.env.cr.commit()
        for what, value in self._now().items():
            self.taken[what] += value - before[what]
        self.memory = max(self.memory, _most_memory())
        self.documents += documents

    def _now(self) -> dict[str, float]:
        return {
            "seconds": time.perf_counter(),
            "cpu": time.process_time(),
            "queries": self.env.cr.sql_log_count,
        }

    def result(self) -> dict[str, float]:
        """Return what each document took, and of the batch the memory and the retries."""
        each = {what: value / self.documents for what, value in self.taken.items()}
        return {**each, "memory": self.memory, "retries": self.retries}


def load(path: str):
    """Import a benchmark script by its path."""
    spec = importlib.util.spec_from_file_location("benchmark", path)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def serve() -> str:
    """Serve the database from a thread of this process; return the address."""
    server = odoo.service.server.ThreadedServer(odoo.http.root)
    server.http_spawn()
    return f"http://127.0.0.1:{odoo.tools.config['http_port']}"


def main(database: str, path: str, side: str, port: str) -> None:
    """Answer one line when ready, then one for each case asked for."""
    odoo.tools.config.parse_config(
        ["-d", database, "--http-interface", "127.0.0.1", "--http-port", port],
        setup_logging=True,
    )
    script = load(path)
    settings = dict(getattr(script, "SIDES", {}).get(side, {}))
    settings.pop("template", None)
    url = serve() if getattr(script, "SERVED", False) else ""
    with odoo.modules.registry.Registry(database).cursor() as cr:
        # The administrator, not the superuser: access rights are part of the cost.
        env = odoo.api.Environment(cr, ADMIN, {"lang": "fr_FR", "tz": "Europe/Paris"})
        data = script.prepare(env)
        cr.commit()
        print(json.dumps("ready"), flush=True)
        for line in sys.stdin:
            meter = Meter(env, url)
            script.run(env, data, meter, **settings, **script.CASES[json.loads(line)])
            print(json.dumps(meter.result()), flush=True)


if __name__ == "__main__":
    main(*sys.argv[1:])
