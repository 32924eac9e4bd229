"""Plugin of pytest, in the host's process: which tests a job runs, a browser that stays warm, and
room for a machine that is busy.

``-p setup.selection --koban-part quick|browser|alone``.
"""

import inspect

import freezegun
import hypothesis
import psutil
import pytest

# A test that the run "alone" takes: the addon's main flow, its rights, its hooks.
ALONE = "koban_alone"
# A test that commits: links of its documents stay in the chain, so it runs after the others.
COMMITS = "koban_commits"
BROWSER_CALLS = ("start_tour(", "browser_js(")
# Seconds that an answer over HTTP may take (the host: 12), and times longer that its browser waits.
PATIENCE = 120
BROWSER_PATIENCE = 3

# pytest's own clock goes on while a test stops the time: by it the tests are dealt.
freezegun.configure(extend_ignore_list=["_pytest.timing"])
# How fast the machine is says nothing of the code; a profile is what settings start from.
hypothesis.settings.register_profile(
    "koban", deadline=None, suppress_health_check=[hypothesis.HealthCheck.too_slow]
)
hypothesis.settings.load_profile("koban")


def pytest_addoption(parser: pytest.Parser) -> None:
    """Add the option that names the part."""
    parser.addoption(
        "--koban-part",
        choices=("quick", "browser", "alone", "all"),
        default="all",
        help="quick: no browser; browser: those only; alone: those tagged to run alone",
    )


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Keep the tests of the part, those that commit at the end."""
    wanted = {
        "quick": lambda item: not uses_browser(item),
        "browser": uses_browser,
        "alone": lambda item: ALONE in getattr(item.cls, "test_tags", ()),
        "all": lambda item: True,
    }[config.getoption("--koban-part")]
    kept = [item for item in items if wanted(item)]
    if len(kept) < len(items):
        config.hook.pytest_deselected(items=[item for item in items if item not in set(kept)])
        items[:] = kept
    items.sort(key=lambda item: COMMITS in getattr(item.cls, "test_tags", ()))


def uses_browser(item: pytest.Item) -> bool:
    """Tell whether the class of a test drives a browser through the web client."""
    if item.cls is None:
        return False
    own = (part for part in item.cls.__mro__ if part.__module__.startswith("odoo.addons.koban"))
    return any(call in inspect.getsource(part) for part in own for call in BROWSER_CALLS)


@pytest.fixture(scope="session", autouse=True)
def keep_browser_warm(load_registry):
    """Hide the browser that prints from the host's runner, which ends it after each class."""
    from odoo.tests import common  # noqa: PLC0415  the host is there once it is configured

    try:
        from odoo.addons.koban_report.chromium import browser  # noqa: PLC0415
    except ImportError:  # the addon is not in this checkout
        yield
        return

    class Process(psutil.Process):
        def children(self, recursive=False):
            current = browser.current_browser()
            kept = current.process.pid if current else None
            return [child for child in super().children(recursive) if child.pid != kept]

    class Watched:
        """The module as the host's runner sees it."""

        def __getattr__(self, name):
            return Process if name == "Process" else getattr(psutil, name)

    host, common.psutil = common.psutil, Watched()
    yield
    common.psutil = host


@pytest.fixture(scope="session", autouse=True)
def wait_patiently(load_registry):
    """Give answers and the browser more time than the host does: two cores may be busy."""
    from odoo.tests import common  # noqa: PLC0415  the host is there once it is configured

    url_open, start = common.HttpCase.url_open, common.ChromeBrowser.__init__

    def open_patiently(case, *args, timeout=PATIENCE, **options):
        return url_open(case, *args, timeout=timeout, **options)

    def start_patiently(browser, *args, **options):
        start(browser, *args, **options)
        browser.throttling_factor = BROWSER_PATIENCE

    common.HttpCase.url_open, common.ChromeBrowser.__init__ = open_patiently, start_patiently
    yield
    common.HttpCase.url_open, common.ChromeBrowser.__init__ = url_open, start
