"""The pages of what partners do together."""

from tests.browser.project_things import project
from tests.browser.sample import Sample
from tests.browser.things import LEADER

PROJECT_SAMPLES = [
    Sample("project-list"),
    Sample("project-list", LEADER),
    Sample("project", of=project),
    Sample("project", LEADER, of=project),
]

PROJECT_NOT_PAGES = dict[str, str]()
