"""How the run deals tests, chooses jobs, and changes code to see whether a test notices."""

import time
from pathlib import Path

import pytest

from setup import addons, dealing, mutants, mutations, suite, testing
from setup.console import Failure
from setup.jobs import OUTSIDE, QUICK, Job, Outcome
from setup.paths import CHECKOUT

SOURCE = """
class Thing:
    def is_open(self, day):
        if self.state == "done" and not self.locked:
            return day <= self.limit
        return False
"""


def test_hands_end_together_and_every_work_is_dealt_once():
    works = {Path(f"w{seconds}"): seconds for seconds in (9, 8, 7, 6, 5, 4, 3, 2, 1)}
    dealt = dealing.deal(works, 2)
    assert sorted(work for hand in dealt for work in hand) == sorted(works)
    loads = [sum(works[work] for work in hand) for hand in dealt]
    assert max(loads) - min(loads) <= 1


def test_what_the_hands_do_afterwards_is_counted():
    works = {Path(f"w{number}"): 10 for number in range(6)}
    dealt = dealing.deal(works, 2, others=[40])
    # 60 + 40 seconds for two: 50 each.
    assert sorted(len(hand) for hand in dealt) == [1, 5]


def test_the_same_durations_deal_the_same_hands():
    works = {Path(f"w{number}"): number % 3 for number in range(20)}
    backwards = dict(reversed(works.items()))
    assert dealing.deal(works, 3) == dealing.deal(backwards, 3)


def test_durations_are_kept_and_a_new_file_is_guessed(tmp_path, monkeypatch):
    monkeypatch.setattr(dealing, "_own", lambda: tmp_path / "durations.json")
    known = CHECKOUT / "tests" / "test_smoke.py"
    dealing.write(dealing.Durations({"shard-1": 61.4}, {"tests/test_smoke.py": 12.2}))
    read = dealing.read()
    assert read.jobs == {"shard-1": 61}
    assert read.of_file(known) == 12
    guessed = read.of_file(Path(__file__))
    assert guessed == pytest.approx(Path(__file__).read_text().count("def test_") * 0.8)


def test_broken_durations_do_not_stop_a_run(tmp_path, monkeypatch):
    (tmp_path / "durations.json").write_text('{"jobs": 3')
    monkeypatch.setattr(dealing, "_own", lambda: tmp_path / "durations.json")
    monkeypatch.setattr(dealing, "RECORDED", tmp_path / "none.json")
    assert dealing.read() == dealing.Durations()


@pytest.mark.parametrize("kind", ["shard", "outside"])
def test_every_file_is_in_one_hand(kind):
    jobs = [job for job in testing.choose() if job.name.startswith(f"{kind}-")]
    files = [file for job in jobs for file in job.work.keywords["files"]]
    every = suite.quick_files() if kind == "shard" else suite.outside_files()
    assert sorted(files) == sorted(every)
    assert len(files) == len(set(files))


def test_phases_follow_each_other(monkeypatch):
    monkeypatch.setenv("KOBAN_JOBS", "2")
    told = []

    def tell(name):
        def work(_shop, _outcome):
            told.append(f"+{name}")
            time.sleep(0.2)
            told.append(f"-{name}")

        return work

    jobs = [
        Job(name, tell(name), phase=phase)
        for name, phase in (("c", OUTSIDE), ("a", QUICK), ("d", OUTSIDE), ("b", QUICK))
    ]
    testing.run_jobs(None, jobs, dealing.Durations())
    assert sorted(told[:2]) == ["+a", "+b"]
    assert sorted(told[4:6]) == ["+c", "+d"]


def test_what_runs_beside_the_tests_from_outside_is_counted(monkeypatch):
    """Issue 10, line 2: both cores have work to the end, the browser's beside the others'."""
    monkeypatch.setenv("KOBAN_JOBS", "2")
    names = [str(file.relative_to(CHECKOUT)) for file in suite.outside_files()]
    lasted = dealing.Durations({"browser": 40.0}, dict.fromkeys(names, 10.0))
    browser = Job("browser", lambda _shop, _outcome: None, phase=OUTSIDE)
    monkeypatch.setattr(suite, "others", lambda: [browser])
    monkeypatch.setattr(dealing, "read", lambda: lasted)
    jobs = [job for job in testing.choose() if job.name.startswith("outside-")]
    less, more = sorted(10.0 * len(job.work.keywords["files"]) for job in jobs)
    assert abs(more - less - 40.0) <= 10


def test_all_adds_each_addon_alone():
    names = {job.name for job in testing.choose(everything=True)}
    assert {f"{name}:alone" for name in addons.every()} <= names


def test_an_unknown_job_is_named():
    with pytest.raises(Failure, match="no test job is named koban_x: choose from alone"):
        testing.choose("koban_x")


def test_each_addon_comes_after_those_it_depends_on():
    order = [addon.name for addon in addons.from_below()]
    assert sorted(order) == sorted(addons.every())
    for addon in addons.every().values():
        for below in set(addon.depends) & set(order):
            assert order.index(below) < order.index(addon.name)


def test_each_addon_tags_tests_that_run_alone():
    for addon in addons.every().values():
        if addon.tests and addon.name != addons.DEMO:
            texts = [file.read_text() for file in addon.tests.glob("test_*.py")]
            assert any('"koban_alone")' in text for text in texts), addon.name


def test_seconds_of_classes_become_those_of_their_file():
    outcome = Outcome()
    outcome.seconds.update(
        {
            "addons.koban_sales.tests.test_numbers.TestOne": 2.0,
            "addons.koban_sales.tests.test_numbers.TestTwo": 3.0,
            "tests.test_api": 4.0,
        }
    )
    found = testing._seconds_of_files(outcome)
    assert found == {
        "addons/koban_sales/tests/test_numbers.py": 5.0,
        "tests/test_api.py": 4.0,
    }


def test_each_change_of_a_source_can_be_made():
    found = mutations.find("thing.py", SOURCE)
    texts = {(one.before, one.after) for one in found}
    assert ("self.state == 'done'", "self.state != 'done'") in texts
    assert ("day <= self.limit", "day < self.limit") in texts
    assert ("day <= self.limit", "day > self.limit") in texts
    assert ("not self.locked", "bool(self.locked)") in texts
    assert ("False", "True") in texts
    for one in found:
        code = mutations.compiled(SOURCE, "thing.py", one)
        assert code.co_name == "is_open"


def test_a_changed_function_answers_otherwise():
    namespace: dict = {}
    exec(compile(SOURCE, "thing.py", "exec"), namespace)
    thing = namespace["Thing"]()
    thing.state, thing.locked, thing.limit = "done", False, 5
    assert thing.is_open(5)
    border = next(one for one in mutations.find("thing.py", SOURCE) if " < " in one.after)
    namespace["Thing"].is_open.__code__ = mutations.compiled(SOURCE, "thing.py", border)
    assert not thing.is_open(5)


def test_a_seed_draws_the_same_changes():
    sources = mutants.files(["koban_document"])
    assert mutants.draw(sources, 7, 5) == mutants.draw(sources, 7, 5)
    assert mutants.draw(sources, 7, 5) != mutants.draw(sources, 8, 5)


def test_the_goal_of_the_changes_is_judged(capsys):
    changes = mutants.draw(mutants.files(["koban_document"]), 7, 4)
    results = [{"verdict": "killed", "by": ""}] * 3 + [{"verdict": "survived", "by": ""}]
    assert mutants.report(changes, results, 7, 60) == 1
    assert "3 of 4 killed (75%), SEED=7" in capsys.readouterr().out
    assert mutants.report(changes, [{"verdict": "killed", "by": ""}] * 4, 7, 60) == 0
