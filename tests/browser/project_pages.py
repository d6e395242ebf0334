"""The pages of what partners do together."""

from tests.browser.acts import changed_by_another, sent_empty
from tests.browser.project_things import commitment, condition, idea, programme, project, tranche, visit
from tests.browser.sample import Sample
from tests.browser.things import COUNTY, EMPLOYER, LEADER, nothing

PROJECT_SAMPLES = [
    Sample("project-list"),
    Sample("project-list", LEADER),
    Sample("project-list", query="?q=romfart"),
    Sample("project", of=project),
    Sample("project", LEADER, of=project),
    Sample("project", LEADER, of=idea),
    Sample("project", of=idea, status=404),
    Sample("project-create", LEADER),
    Sample("project-create", LEADER, then=sent_empty),
    Sample("project-create", EMPLOYER, status=403),
    Sample("project-edit", LEADER, of=project),
    Sample("project-edit", LEADER, of=project, then=changed_by_another, status=409),
    Sample("programme", of=programme),
    # Money
    Sample("project-money", LEADER, of=project),
    Sample("project-money", LEADER, of=idea),
    Sample("project-money", COUNTY, of=project),
    Sample("commitment-create", LEADER, of=project),
    Sample("commitment-create", LEADER, of=project, then=sent_empty),
    Sample("commitment-edit", LEADER, of=commitment),
    Sample("condition-create", LEADER, of=commitment),
    Sample("condition-create", LEADER, of=commitment, then=sent_empty),
    Sample("condition-assess", COUNTY, of=condition),
    Sample("tranche-decide", COUNTY, of=tranche, status=403),
    # Visits and the pipeline
    Sample("visit-list", LEADER),
    Sample("visit-list", LEADER, "?q=romfart"),
    Sample("visit", LEADER, of=visit),
    Sample("visit", LEADER, of=nothing, status=404),
    Sample("visit-create", LEADER),
    Sample("visit-create", LEADER, then=sent_empty),
    Sample("visit-edit", LEADER, of=visit),
    Sample("visit-edit", LEADER, of=visit, then=changed_by_another, status=409),
    Sample("pipeline", LEADER),
    Sample("pipeline", LEADER, "?stage=1"),
]

PROJECT_NOT_PAGES = {
    "project-act": "a POST",
    "commitment-act": "a POST",
    "pipeline-csv": "a file",
}
