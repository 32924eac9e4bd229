"""The browser's life: started, shared, killed, restarted, and never left behind."""

import fcntl
import io
import os
import signal
import subprocess
import sys
import tempfile
import threading
import time
from contextlib import contextmanager, suppress
from pathlib import Path
from unittest.mock import patch

import psutil
from odoo.exceptions import UserError
from odoo.tests import BaseCase, tagged
from pypdf import PdfReader

from ..chromium import browser as browser_module
from ..chromium.browser import current_browser, end_browser, find_program, shared_browser
from ..chromium.devtools import Deadline
from ..chromium.errors import ChromiumMissing, ChromiumStopped, ChromiumTimeout
from ..chromium.page import Content, Resource
from ..models import ir_actions_report
from .common import ReportCase

ADDON = Path(__file__).parents[1]
# Uses the package without Odoo, as its docstring promises.
SCRIPT = """
import os, resource, sys, threading, time
sys.path.insert(0, {addon!r})
from chromium.browser import current_browser, find_program, shared_browser
from chromium.devtools import Deadline
# Odoo's limits of a worker, far below what Chromium reserves.
resource.setrlimit(resource.RLIMIT_AS, (2 << 30, resource.RLIM_INFINITY))
resource.setrlimit(resource.RLIMIT_CPU, (60, resource.RLIM_INFINITY))

def start():
    deadline = Deadline(60)
    with shared_browser(find_program(), (), 10, deadline) as browser:
        browser.page("key", "", lambda url: None, deadline)

thread = threading.Thread(target=start)  # a request's thread: it ends before the browser
thread.start()
thread.join()
time.sleep(1)
assert current_browser(), "the browser died with the thread that started it"
{more}
print(current_browser().process.pid, current_browser().profile, flush=True)
{end}
"""
FORK = """
child = os.fork()
if not child:
    assert current_browser() is None
    os._exit(0)
assert os.waitpid(child, 0)[1] == 0
assert current_browser()
"""


def page_content(html: str, **values) -> Content:
    sizes = dict.fromkeys(("top", "bottom", "left", "right", "header_top"), 10.0)
    defaults = {"title": "", "lang": "fr", "direction": "ltr", "scale": 1.0, **sizes}
    defaults |= {"page_width": 210.0, "page_height": 297.0}
    return Content(html=f'<div id="kr-sheet">{html}</div>', **{**defaults, **values})


def processes_of(profile: str) -> list[psutil.Process]:
    """Return the processes that name a profile in their command line."""
    found = []
    for process in psutil.process_iter():
        try:
            if any(profile in part for part in process.cmdline()):
                found.append(process)
        except psutil.Error:
            continue
    return found


def gone(profile: str, seconds: float = 15) -> bool:
    """Wait until no process of a profile is left."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if not processes_of(profile):
            return True
        time.sleep(0.2)
    return False


@tagged("post_install", "-at_install")
class TestPrintingBrowser(ReportCase):
    """What a user meets."""

    def setUp(self):
        super().setUp()
        self.text = self.report("<p>Texte</p>")
        self.assertPrints()

    def assertPrints(self):
        self.assertIn("Texte", self.texts(self.text, self.partners[0])[0])

    def set_parameter(self, name: str, value: str):
        self.env["ir.config_parameter"].set_param(f"koban_report.{name}", value)

    def test_one_browser_for_many_prints(self):
        process = self.browser_process()
        self.pdf(self.text, self.partners)
        self.assertPrints()
        self.assertIs(self.browser_process(), process)

    def test_killed_between_two_prints(self):
        process = self.browser_process()
        os.killpg(process.pid, signal.SIGKILL)
        self.assertPrints()
        self.assertIsNot(self.browser_process(), process)

    def test_killed_in_the_middle_of_a_print(self):
        profile = str(current_browser().profile)

        @contextmanager
        def not_stored():
            attachments = self.env["ir.attachment"].search_count([])
            yield
            self.assertEqual(self.env["ir.attachment"].search_count([]), attachments)

        def kill(env):
            def resolve(url):
                os.killpg(self.browser_process().pid, signal.SIGKILL)

            return resolve

        report = self.report('<img src="/web/image/1"/>', attachment="object.name")
        with (
            not_stored(),
            patch.object(ir_actions_report, "resolver", kill),
            self.assertLogs("odoo.addons.koban_report", "WARNING"),
            self.assertRaisesRegex(UserError, "Chromium"),
        ):
            self.pdf(report, self.partners[0])
        self.assertTrue(gone(profile))
        self.assertFalse(Path(profile).exists())
        self.assertPrints()

    def test_missing(self):
        self.set_parameter("chromium", "/nowhere/chromium")
        with (
            self.assertLogs("odoo.addons.koban_report", "WARNING"),
            self.assertRaisesRegex(UserError, "/nowhere/chromium"),
        ):
            self.pdf(self.text, self.partners[0])
        self.set_parameter("chromium", "")
        self.assertPrints()

    def test_not_a_browser(self):
        self.set_parameter("chromium", "true")
        with (
            self.assertLogs("odoo.addons.koban_report", "WARNING"),
            self.assertRaisesRegex(UserError, "Chromium"),
        ):
            self.pdf(self.text, self.partners[0])
        self.set_parameter("chromium", "")
        self.assertPrints()

    def test_message_in_the_users_language(self):
        self.env["res.lang"]._activate_lang("fr_FR")
        report = self.env["ir.actions.report"].with_context(lang="fr_FR")
        for error in (ChromiumMissing("x"), ChromiumTimeout("x"), ChromiumStopped("x")):
            message = report._get_chromium_message(error, "Facture", 60.0)
            self.assertRegex(message, "administrateur")

    def test_time_limit(self):
        self.set_parameter("time_limit", "3")
        endless = self.report("<script>while (true) {}</script><p>Jamais</p>")
        started = time.monotonic()
        with (
            self.assertLogs("odoo.addons.koban_report", "WARNING"),
            self.assertRaisesRegex(UserError, "3 seconds"),
        ):
            self.pdf(endless, self.partners[0])
        self.assertLess(time.monotonic() - started, 8)
        self.set_parameter("time_limit", "60")
        self.assertPrints()

    def test_restarted_after_a_number_of_documents(self):
        self.set_parameter("restart_after", "2")
        seen = set()
        for _print in range(4):
            self.assertPrints()
            seen.add(self.browser_process().pid)
        self.assertGreater(len(seen), 1)

    def test_scripts_of_a_document(self):
        """They run where a document brings some, and leave nothing for the next one."""
        script = "document.body.title = 'x'; window.kr = 1; document.write = null;"
        with_script = self.report(f"<p id='a'/><script>{script}a.textContent = 'Écrit';</script>")
        self.assertIn("Écrit", self.texts(with_script, self.partners[0])[0])
        body = "<p id='a'>Texte</p><img src='x' onerror=\"a.textContent = 'Écrit'\"/>"
        attribute = self.report(body)
        text = self.texts(attribute, self.partners[0])[0]
        self.assertIn("Texte", text)
        self.assertNotIn("Écrit", text)

    def test_an_error_of_the_database_reaches_the_caller(self):
        """The host repeats a request whose transaction failed: it must see that error."""

        def fail(env):
            return lambda url: (_ for _ in ()).throw(KeyboardInterrupt)

        report = self.report('<img src="/web/image/1"/>')
        with (
            patch.object(ir_actions_report, "resolver", fail),
            self.assertRaises(KeyboardInterrupt),
        ):
            self.pdf(report, self.partners[0])
        self.assertPrints()


@tagged("post_install", "-at_install")
class TestBrowserProcess(BaseCase):
    """The process itself, without reports."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.addClassCleanup(end_browser)

    def print(self, html: str, **values) -> str:
        """Return the text of the only page."""
        deadline = Deadline(60)
        with shared_browser(find_program(), (), 1000, deadline) as browser:
            page = browser.page("", "", lambda url: None, deadline)
            pdf = page.print(page_content(html, **values), lambda url: None, deadline)
        return PdfReader(io.BytesIO(pdf)).pages[0].extract_text().strip()

    def run_script(self, end: str, more: str = "") -> tuple[subprocess.Popen, str]:
        script = SCRIPT.format(addon=str(ADDON), more=more, end=end)
        command = [sys.executable, "-c", script]
        process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
        self.addCleanup(process.stdout.close)
        line = process.stdout.readline()
        self.assertTrue(line, "the script failed")
        profile = line.split()[1]
        return process, profile

    def test_nothing_is_left_when_the_worker_ends(self):
        process, profile = self.run_script("")
        self.assertEqual(process.wait(30), 0)
        self.assertTrue(gone(profile))
        self.assertFalse(Path(profile).exists())

    def test_nothing_is_left_when_the_worker_is_killed(self):
        process, profile = self.run_script("time.sleep(60)")
        self.assertTrue(processes_of(profile))
        process.kill()
        process.wait(30)
        self.assertTrue(gone(profile))
        # The profile of a killed worker is removed by the next browser, once it is old enough.
        self.assertTrue(Path(profile).exists())
        old = time.time() - 3600
        os.utime(profile, (old, old))
        end_browser()
        self.print("<p>a</p>")
        self.assertFalse(Path(profile).exists())

    def test_a_forked_worker_has_its_own(self):
        process, profile = self.run_script("", more=FORK)
        self.assertEqual(process.wait(30), 0)
        self.assertTrue(gone(profile))

    def test_profiles_in_use_stay(self):
        profile = Path(tempfile.mkdtemp(prefix=browser_module._PROFILE_PREFIX))
        self.addCleanup(profile.rmdir)
        with (profile / "lock").open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            os.utime(profile, (0, 0))
            browser_module._remove_stale_profiles()
            self.assertTrue(profile.exists())
        (profile / "lock").unlink()

    def test_threads_take_turns(self):
        texts: dict[int, str] = {}

        def work(number: int):
            for turn in range(5):
                texts[number * 10 + turn] = self.print(f"<p>Document {number} {turn}</p>")

        threads = [threading.Thread(target=work, args=(number,)) for number in range(6)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(120)
        self.assertEqual(len(texts), 30)
        for key, text in texts.items():
            self.assertEqual(text, f"Document {key // 10} {key % 10}")

    def test_a_busy_browser(self):
        with shared_browser(find_program(), (), 1000, Deadline(60)):
            errors = []

            def other():
                try:
                    with shared_browser(find_program(), (), 1000, Deadline(0.2)):
                        errors.append(None)
                except ChromiumTimeout as error:
                    errors.append(error)

            thread = threading.Thread(target=other)
            thread.start()
            thread.join(10)
        self.assertIsInstance(errors[0], ChromiumTimeout)
        self.assertTrue(current_browser(), "waiting in vain does not end the other's browser")

    def test_pages_are_kept_and_the_oldest_closed(self):
        deadline = Deadline(60)
        with shared_browser(find_program(), (), 1000, deadline) as browser:
            pages = [
                browser.page(key, "", lambda url: None, deadline)
                for key in ("a", "b", "c", "a", "d", "e")
            ]
            self.assertIs(pages[0], pages[3])
            self.assertEqual(list(browser._pages), ["a", "d", "e"])
            answer = browser.devtools.call("Target.getTargets", None, deadline)
            kinds = [target["type"] for target in answer["targetInfos"]]
            self.assertLessEqual(kinds.count("page"), 1 + browser_module.KEPT_PAGES)

    def test_style_sheet_of_the_page(self):
        deadline = Deadline(60)
        asked = []

        def resolve(url):
            asked.append(url)
            return Resource(b"p::after { content: ' apres' }", "text/css")

        head = '<link rel="stylesheet" href="http://odoo.invalid/a.css"/>'
        with shared_browser(find_program(), (), 1000, deadline) as browser:
            page = browser.page("styled", head, resolve, deadline)
            for _print in range(2):
                pdf = page.print(page_content("<p>avant</p>"), resolve, deadline)
        self.assertIn("avant apres", PdfReader(io.BytesIO(pdf)).pages[0].extract_text())
        self.assertEqual(asked, ["/a.css"])

    def test_root_alone_prints_without_sandbox(self):
        browser = current_browser() or (self.print("<p>a</p>") and current_browser())
        for user, expected in ((0, True), (1000, False)):
            with patch.object(os, "geteuid", lambda user=user: user):
                self.assertEqual("--no-sandbox" in browser._all_arguments(), expected)

    def test_no_port_is_open(self):
        self.print("<p>a</p>")
        process = psutil.Process(current_browser().process.pid)
        for child in [process, *process.children(recursive=True)]:
            with suppress(psutil.NoSuchProcess):  # the browser ends some of its children
                connections = child.net_connections("inet")
                self.assertEqual([c for c in connections if c.status == "LISTEN"], [])
