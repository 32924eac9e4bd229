"""The set-up itself: each foreseen failure is one line that says what to do."""

import json
import os
import shutil
import socket
import subprocess
import sys
from pathlib import Path

import psycopg2
import pytest

from setup import (
    addons,
    bench,
    clean,
    console,
    environment,
    hosttests,
    paths,
    peers,
    server,
    version,
)
from setup import odoo as hosting
from setup.console import Failure
from setup.database import Databases, check_name
from setup.paths import CHECKOUT
from setup.template import Templates

LOG = """\
2026-11-22 03:00:00,000 1 INFO db odoo.modules.loading: Loading module sale (3/9)
2026-11-22 03:00:01,000 1 WARNING db odoo.addons.sale: a warning
2026-11-22 03:00:02,000 1 ERROR db odoo.sql_db: an error
2026-11-22 03:00:02,000 1 WARNING db odoo.tools: You need Wkhtmltopdf to print
WARNING without the form of a log line
"""
SUITE = """\
2026-11-22 03:00:00,000 1 INFO db odoo.addons.sale.tests.test_a: Starting TestA.test_one ...
2026-11-22 03:00:00,000 1 INFO db odoo.addons.sale.tests.test_a: Starting TestA.test_two ...
2026-11-22 03:00:00,000 1 ERROR db odoo.addons.sale.tests.test_a: FAIL: TestA.test_two
2026-11-22 03:00:00,000 1 ERROR db odoo.addons.sale.tests.test_a: ERROR: Subtest TestA.test_one (1)
2026-11-22 03:00:00,000 1 ERROR d odoo.tests.suite: ERROR: setUpClass (odoo.addons.sale.tests.b.B)
"""


def run_setup(*arguments: str, **variables: str) -> subprocess.CompletedProcess:
    """Run the set-up as the Makefile does, with other variables."""
    return subprocess.run(
        [sys.executable, "-m", "setup", *arguments],
        cwd=CHECKOUT,
        env={**os.environ, **variables},
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )


def assert_one_line(done: subprocess.CompletedProcess, *words: str) -> None:
    """The run failed, with one line on its error stream that holds the words."""
    assert done.returncode == 1
    lines = done.stderr.splitlines()
    assert len(lines) == 1, done.stderr
    for word in words:
        assert word in lines[0]


@pytest.fixture
def empty_cache(tmp_path, monkeypatch):
    """An empty cache folder."""
    monkeypatch.setenv("KOBAN_CACHE", str(tmp_path))
    return tmp_path


def test_old_python_is_refused_in_one_line():
    problem = version.problem((3, 9, 2))
    assert "Python 3.9 is too old" in problem
    assert "\n" not in problem
    assert version.problem((3, 10, 0)) == ""


def test_no_network_fails_in_one_line_and_leaves_nothing(empty_cache):
    apt = empty_cache / "apt.conf"
    apt.write_text('Acquire::http::Proxy "http://127.0.0.1:9";\nAcquire::Retries "0";\n')
    done = run_setup("db", "nothing", APT_CONFIG=str(apt), KOBAN_CACHE=str(empty_cache))
    assert_one_line(done, "cannot be fetched", "Check the network")
    assert not list(empty_cache.glob("host-*"))
    assert not list((empty_cache / "downloads").iterdir())


def test_no_package_source_names_the_other_way(empty_cache):
    apt = empty_cache / "apt.conf"
    apt.write_text('Dir::Etc::SourceList "/dev/null";\nDir::Etc::SourceParts "/dev/null";\n')
    done = run_setup("db", "nothing", APT_CONFIG=str(apt), KOBAN_CACHE=str(empty_cache))
    assert_one_line(done, "no package source", "KOBAN_ODOO")


def test_a_folder_without_odoo_is_refused(tmp_path):
    assert_one_line(run_setup("db", "nothing", KOBAN_ODOO=str(tmp_path)), "holds no Odoo")


def test_another_odoo_version_is_refused(tmp_path):
    (tmp_path / "odoo").mkdir()
    (tmp_path / "odoo" / "release.py").write_text("version_info = (18, 0, 0, FINAL, 0, '')\n")
    assert_one_line(run_setup("db", "nothing", KOBAN_ODOO=str(tmp_path)), "not Odoo 19.0")


def test_a_server_that_does_not_answer_is_named():
    done = run_setup("db", "nothing", PGHOST="127.0.0.1", PGPORT="9")
    assert_one_line(done, "PGHOST=127.0.0.1", "unset PGHOST")


def test_the_role_postgres_is_refused():
    done = run_setup("db", "nothing", PGHOST="127.0.0.1", PGUSER="postgres")
    assert_one_line(done, "createuser --createdb odoo")


def test_a_cache_that_is_a_file_is_refused(tmp_path):
    (tmp_path / "file").write_text("")
    done = run_setup("db", "nothing", KOBAN_CACHE=str(tmp_path / "file"))
    assert_one_line(done, "cannot be made", "KOBAN_CACHE")


@pytest.mark.parametrize("name", ["", "a b", "x;y", 'quo"te', "n" * 61])
def test_a_bad_database_name_is_refused(name):
    with pytest.raises(Failure, match="not a database name"):
        check_name(name)


def test_a_taken_port_is_named_with_another(monkeypatch):
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        monkeypatch.setenv("KOBAN_PORT", str(port))
        with pytest.raises(Failure, match=f"port {port} is taken .* KOBAN_PORT={port + 1}"):
            server.wanted_port()


@pytest.mark.parametrize("text", ["0", "65536", "web"])
def test_a_bad_port_is_refused(monkeypatch, text):
    monkeypatch.setenv("KOBAN_PORT", text)
    with pytest.raises(Failure, match="is not a port"):
        server.wanted_port()


def test_a_full_disk_is_told_before_anything_is_written(tmp_path, monkeypatch):
    usage = shutil.disk_usage(tmp_path)._replace(free=10**8)
    monkeypatch.setattr(paths.shutil, "disk_usage", lambda path: usage)
    with pytest.raises(Failure, match=r"0\.1 GB free, 4\.0 GB needed"):
        paths.require_space(tmp_path, 4)


def test_what_breaks_half_way_leaves_nothing(tmp_path):
    target = tmp_path / "thing"
    with pytest.raises(RuntimeError), paths.built_beside(target) as part:
        (part / "file").write_text("half")
        raise RuntimeError
    assert list(tmp_path.iterdir()) == []


def test_what_ends_well_is_in_its_place(tmp_path):
    with paths.built_beside(tmp_path / "thing") as part:
        (part / "file").write_text("whole")
    assert (tmp_path / "thing" / "file").read_text() == "whole"
    assert [path.name for path in tmp_path.iterdir()] == ["thing"]


def test_a_failed_library_install_is_explained(tmp_path):
    log = tmp_path / "pip.log"
    text = environment._explain("x\nERROR: No matching distribution found for odd==1\n", log)
    assert "No matching distribution found for odd==1" in text
    assert "disk is full" in environment._explain("OSError: No space left on device", log)


@pytest.mark.parametrize("lock", [environment.LOCK_FILE, peers.LOCK_FILE], ids=lambda one: one.stem)
def test_a_lock_file_pins_and_names_no_address(lock):
    lines = lock.read_text().splitlines()
    packages = [line for line in lines if line and not line.startswith((" ", "#"))]
    assert packages
    assert all("==" in line for line in packages)
    assert not [line for line in lines if "://" in line or line.startswith("-")]
    assert sum("--hash=sha256:" in line for line in lines) >= len(packages)


def test_bad_lines_of_a_log(tmp_path):
    log = tmp_path / "odoo.log"
    log.write_text(LOG)
    assert hosting.bad_lines(log) == [
        "WARNING odoo.addons.sale: a warning",
        "ERROR odoo.sql_db: an error",
    ]
    assert hosting.progress(log) == "module sale (3/9)"


def test_the_host_tests_are_read_from_their_log(tmp_path):
    log = tmp_path / "host.log"
    log.write_text(SUITE)
    result = hosttests.read(log)
    top = "sale.tests.test_a.TestA"
    assert result.started == {f"{top}.test_one", f"{top}.test_two"}
    assert result.failed == {
        f"{top}.test_one",
        f"{top}.test_two",
        "sale.tests.b.B.setUpClass",
    }


def test_a_text_of_many_lines_becomes_one():
    assert console.one_line("a\n  b\n\nc") == "a b c"
    assert len(console.one_line("x" * 900)) == 400


def test_closure_divides_addons_from_the_host():
    known = addons.every()
    for name in known:
        ours, host = addons.closure([name])
        assert name in ours
        assert not set(host) & set(known)


def test_an_addons_key_follows_its_code_and_not_its_tests(tmp_path):
    folder = tmp_path / "one"
    (folder / "tests").mkdir(parents=True)
    (folder / "__manifest__.py").write_text("{'name': 'One'}")
    before = addons.Addon(folder).key
    (folder / "tests" / "test_x.py").write_text("")
    assert addons.Addon(folder).key == before
    (folder / "models.py").write_text("")
    assert addons.Addon(folder).key != before


def test_a_template_is_made_once(odoo):
    templates = Templates(odoo)
    names = {templates.koban(), templates.koban(), templates.koban()}
    assert len(names) == 1
    assert names <= set(templates.databases.names())


def test_peers_that_cannot_be_downloaded_are_told_and_leave_nothing(empty_cache, monkeypatch):
    monkeypatch.setattr(environment, "ensure", lambda: Path(sys.executable))
    for name, value in {"NO_INDEX": "1", "FIND_LINKS": "", "EXTRA_INDEX_URL": ""}.items():
        monkeypatch.setenv(f"PIP_{name}", value)
    with pytest.raises(Failure, match=r"addons of others cannot be downloaded .*Check the network"):
        peers.ensure()
    assert not list(empty_cache.glob("peers-*"))
    assert not list((empty_cache / "downloads").iterdir())


def test_a_peer_is_seen_by_its_own_databases_only(odoo):
    templates = Templates(odoo)
    assert templates.conf("koban") is None
    assert templates.conf("host") is None
    seen = templates.conf("peer").read_text()
    assert f"addons_path = {peers.ensure()}\n" in seen
    assert str(paths.ADDONS) not in seen
    assert str(peers.ensure()) not in odoo.conf().read_text()


class Measured:
    """A side of a benchmark that takes the same again and again."""

    def __init__(self, cpu: float, queries: float):
        self.taken = dict.fromkeys(bench.MEASURES, 1.0) | {"cpu": cpu, "queries": queries}

    def measure(self, case: str) -> dict[str, float]:
        return self.taken


def test_the_last_side_of_a_benchmark_is_judged_against_each_other(capsys):
    sides = {
        "host": Measured(0.08, 14.0),
        "peer": Measured(0.1, 26.0),
        "ours": Measured(0.09, 17.0),
    }
    script = bench.Script(
        Path("bench_x.py"),
        "a title",
        {"a case": {}},
        2,
        {"a case": 1.0},
        "cpu",
        {side: {} for side in sides},
        limits={"a case": 16},
        extras={"a case": 2},
    )
    found = {"a case": bench._rounds(sides, "a case", script.rounds)}
    assert found["a case"]["ratios"]["peer / host"]["cpu"] == pytest.approx(1.25)
    bench._table(found, script)
    printed = capsys.readouterr().out
    assert "0.1000 s (1.250)" in printed
    assert "ours: cpu at most 1.00 x host: NOT met (1.125)" in printed
    assert "ours: cpu at most 1.00 x peer: met (0.900)" in printed
    assert "ours: at most 16 queries: NOT met (17.0)" in printed
    assert "ours: at most 2 queries more than host: NOT met (+3.0)" in printed
    assert "ours: at most 2 queries more than peer: met (-9.0)" in printed


def test_a_copy_has_its_own_files_and_no_trace_after_its_end(odoo):
    databases = Databases(odoo)
    name = databases.scratch("copy")
    databases.clone(Templates(odoo).host(), name)
    try:
        assert databases.exists(name)
        with pytest.raises(Failure, match="exists"):
            databases.clone(Templates(odoo).bare(), name)
        assert databases.exists(name)
        assert list(databases.files(name).iterdir())
    finally:
        databases.drop(name)
    assert not databases.exists(name)
    assert not databases.files(name).exists()


def test_a_database_in_use_is_dropped(odoo):
    databases = Databases(odoo)
    name = databases.scratch("used")
    databases.clone(Templates(odoo).bare(), name)
    session = psycopg2.connect(
        host=odoo.connection.variables["PGHOST"],
        port=odoo.connection.variables["PGPORT"],
        user=odoo.connection.variables["PGUSER"],
        password=os.environ.get("PGPASSWORD"),
        dbname=name,
    )
    try:
        session.cursor().execute("SELECT 1")
        databases.drop(name)
        assert not databases.exists(name)
    finally:
        session.close()
        databases.drop(name)


def test_a_database_that_fails_half_way_is_dropped(odoo):
    databases = Databases(odoo)
    with pytest.raises(RuntimeError), databases.made_aside("koban_test_never") as part:
        databases.clone(Templates(odoo).bare(), part)
        raise RuntimeError
    assert not [name for name in databases.names() if "never" in name]


def test_the_comment_of_a_database_is_kept_as_it_is(odoo):
    databases = Databases(odoo)
    name = databases.scratch("comment")
    databases.clone(Templates(odoo).bare(), name)
    try:
        text = json.dumps({"it's": 'a "key"'})
        assert databases.comment(name, text) == text
    finally:
        databases.drop(name)


def test_clean_spares_the_data():
    assert not "koban".startswith(clean.PREFIXES + clean.FOLLOWING)
    assert not "koban_template_host_0123".startswith(clean.PREFIXES + clean.FOLLOWING)


def test_no_file_of_the_setup_is_long():
    long = [
        path.name
        for path in Path(CHECKOUT, "setup").rglob("*.py")
        if len(path.read_text().splitlines()) >= 500
    ]
    assert not long


STOPPED_RUN = """
import sys, time
from pathlib import Path
from setup import process

def sleeper():
    # The second one starts when the run is stopped already.
    for _rank in range(2):
        try:
            process.logged(["sh", "-c", "sleep 300 & wait"], Path(sys.argv[1]))
        except process.CommandFailed:
            print("ended")

def breaker():
    time.sleep(0.5)
    raise KeyboardInterrupt

try:
    process.at_once([breaker, sleeper], 2)
except KeyboardInterrupt:
    print("stopped")
"""


def test_a_stopped_run_ends_what_its_jobs_started(tmp_path):
    # In a process of its own: it ends all that the process has started.
    done = subprocess.run(
        [sys.executable, "-c", STOPPED_RUN, str(tmp_path / "log")],
        cwd=CHECKOUT,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert done.stdout.split() == ["ended", "ended", "stopped"], done.stderr


def test_what_fails_only_without_the_addons_is_no_fault_of_theirs():
    result = hosttests.Result
    plain, ours = result({"a.b", "a.c"}, {"a.b"}), result({"a.b", "a.c"}, set())
    better = hosttests.Comparison("host", ["a"], plain, ours)
    assert better.differing == {"Failing only without the addons": ["a.b"]}
    assert better.holds
    assert not hosttests.Comparison("host", ["a"], ours, plain).holds
    assert not hosttests.Comparison("host", ["a"], ours, result({"a.b"}, set())).holds
    assert not hosttests.Comparison("host", ["a"], ours, ours).differing
