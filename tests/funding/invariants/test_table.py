"""docs/invariants.md and the tests beside this file tell of every invariant and of every trigger of money."""

import ast
import re
from pathlib import Path

import pgtrigger
import pytest

HERE = Path(__file__).parent
ROOT = HERE.parent.parent.parent
DOCUMENT = (ROOT / "docs" / "invariants.md").read_text(encoding="utf-8")
NUMBERS = range(1, 19)
# Those that keep the versions of each row, which are tests/funding/test_constraints.py's.
OF_HISTORY = {"insert_insert", "update_update", "append_only"}
# Nothing of it is stored, so there is nothing to write past it.
ONLY_COMPUTED = {15}
AT_ONCE = {3, 4, 7, 10}


def triggers() -> set[str]:
    registered = pgtrigger.registered()
    return {str(trigger.name) for model, trigger in registered if model._meta.app_label == "funding"} - OF_HISTORY


def classes() -> dict[int, set[str]]:
    """The tests of each invariant, by its number."""
    trees = [ast.parse(path.read_text(encoding="utf-8")) for path in sorted(HERE.glob("test_*.py"))]
    found = [node for tree in trees for node in tree.body if isinstance(node, ast.ClassDef)]
    numbered = [(re.fullmatch(r"TestI(\d\d)", node.name), node) for node in found]
    return {
        int(match[1]): {one.name for one in node.body if isinstance(one, ast.FunctionDef)}
        for match, node in numbered
        if match
    }


def test_the_table_has_every_invariant_once() -> None:
    assert [int(number) for number in re.findall(r"^\| I(\d+) \|", DOCUMENT, re.MULTILINE)] == list(NUMBERS)


@pytest.mark.parametrize("number", NUMBERS)
def test_each_is_broken_through_the_models_and_by_sql(number: int) -> None:
    wanted = {"test_the_model_says_so"}
    if number not in ONLY_COMPUTED:
        wanted.add("test_raw_sql_is_refused")
    if number in AT_ONCE:
        wanted.add("test_eight_at_once")
    assert wanted - classes().get(number, set()) == set()


def test_the_page_names_the_file_of_each() -> None:
    rows = re.findall(r"^\| I(\d+) \|.*\| `(test_\w+\.py)` TestI(\d\d) \|$", DOCUMENT, re.MULTILINE)
    assert [(int(number), int(of_class)) for number, _file, of_class in rows] == [(n, n) for n in NUMBERS]
    for _number, file, of_class in rows:
        assert f"class TestI{of_class}" in (HERE / file).read_text(encoding="utf-8"), file


def test_the_page_names_every_trigger() -> None:
    assert {name for name in triggers() if f"`{name}`" not in DOCUMENT} == set()


def test_every_trigger_is_broken_by_a_test() -> None:
    """By its own name, or by the one of its sentences."""
    tests = "\n".join(path.read_text(encoding="utf-8") for path in sorted(HERE.parent.rglob("*.py")))
    assert {name for name in triggers() if not re.search(rf"[\"`|]{name}[\"`|]", tests)} == set()


def test_what_the_page_names_is_there() -> None:
    """No name of a rule that is gone, but those that other apps hold."""
    models = {model for model, _trigger in pgtrigger.registered()}
    rules = {trigger.name for _model, trigger in pgtrigger.registered()}
    rules |= {constraint.name for model in models for constraint in model._meta.constraints}
    told = set(re.findall(r"`([a-z0-9]+(?:_[a-z0-9]+){2,})`", DOCUMENT)) - {"nobody_decides_for_their_own"}
    assert told - rules == set()
