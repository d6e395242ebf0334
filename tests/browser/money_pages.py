"""The pages of money from call to settlement."""

from funding.models import (
    Application,
    BudgetFrame,
    Commitment,
    CostStatement,
    Decision,
    Delegation,
    DisbursementRequest,
    FundingScheme,
    PlanVersion,
    Scenario,
)
from partners.models import Organisation
from tests.browser.project_things import DECIDER, project, running
from tests.browser.sample import Sample
from tests.browser.things import COUNTY, LEADER

ATTESTER, FINANCE = "attestant@example.no", "okonomi@example.no"
SCHEME = "Kompetansetilskudd i Finnmark (oppdiktet)"


def in_review() -> list[object]:
    return [Application.objects.get(project__key="demo:laerlingeloft").pk]


def rejected() -> list[object]:
    return [Decision.objects.get(kind="reject").pk]


def granted() -> list[object]:
    return [Decision.objects.get(commitment__state="active").pk]


def active() -> list[object]:
    return [Commitment.objects.get(project=running(), state="active").pk]


def to_attest() -> list[object]:
    return [DisbursementRequest.objects.get(state="controlled").pk]


def paid() -> list[object]:
    return [DisbursementRequest.objects.filter(state="paid").order_by("pk")[0].pk]


def draft() -> list[object]:
    return [PlanVersion.objects.get(plan__project=running(), state="draft").pk]


def approved() -> list[object]:
    return [PlanVersion.objects.filter(plan__project=running(), state="approved").order_by("number")[0].pk]


def both() -> list[object]:
    return [*approved(), *draft()]


def statement() -> list[object]:
    return [CostStatement.objects.get().pk]


def frame() -> list[object]:
    return [BudgetFrame.objects.filter(source__owner__name="Finnmark fylkeskommune").order_by("year")[0].pk]


def scheme() -> list[object]:
    return [FundingScheme.objects.get(name=SCHEME).pk]


def call() -> list[object]:
    return [FundingScheme.objects.get(name=SCHEME).calls.get().pk]


def delegation() -> list[object]:
    return [Delegation.objects.order_by("pk")[0].pk]


def applicant() -> list[object]:
    return [Organisation.objects.get(name="Sør-Varanger Utvikling").pk]


def halved() -> list[object]:
    return [Scenario.objects.get(name="Rammen blir halvert (oppdiktet)").pk]


MONEY_SAMPLES = [
    Sample("project-applications", LEADER, of=project),
    Sample("application-create", LEADER, of=project),
    Sample("application", LEADER, of=in_review),
    Sample("case-list", COUNTY),
    Sample("case-list", FINANCE),
    Sample("case", COUNTY, of=in_review),
    Sample("case", DECIDER, of=in_review),
    Sample("decision", COUNTY, of=rejected),
    Sample("decision", LEADER, of=granted),
    Sample("letter", COUNTY, of=granted),
    Sample("letter", LEADER, of=rejected),
    Sample("commitment", LEADER, of=active),
    Sample("commitment", COUNTY, of=active),
    Sample("commitment-strengthen", COUNTY, of=active),
    Sample("request-create", LEADER, of=active),
    Sample("request", ATTESTER, of=to_attest),
    Sample("request", FINANCE, of=paid),
    Sample("payment-list", FINANCE),
    Sample("project-plan", LEADER, of=project),
    Sample("plan", LEADER, of=approved),
    Sample("plan-edit", LEADER, of=draft),
    Sample("plan-compare", LEADER, of=both),
    Sample("plan-import", LEADER, of=project),
    Sample("project-statements", LEADER, of=project),
    Sample("statement-create", LEADER, of=project),
    Sample("statement", COUNTY, of=statement),
    Sample("frame-list", COUNTY),
    Sample("frame-create", DECIDER),
    Sample("frame", COUNTY, of=frame),
    Sample("entry-create", DECIDER, of=frame),
    Sample("turning", COUNTY),
    Sample("scheme-list"),
    Sample("scheme", of=scheme),
    Sample("scheme-guide"),
    Sample("scheme-create", DECIDER),
    Sample("scheme-edit", DECIDER, of=scheme),
    Sample("ceiling-set", DECIDER, of=scheme),
    Sample("call-create", DECIDER, of=scheme),
    Sample("call-edit", DECIDER, of=call),
    Sample("requirement-create", DECIDER, "?kind=county", of=scheme),
    Sample("project-schemes", LEADER, of=project),
    Sample("delegation-list", COUNTY),
    Sample("delegation-create", DECIDER),
    Sample("delegation-edit", DECIDER, of=delegation),
    Sample("aid", COUNTY, of=applicant),
    Sample("aid-declare", COUNTY, of=applicant),
    Sample("euro-rate-create", COUNTY, of=applicant),
    Sample("scenario-list", COUNTY),
    Sample("scenario-create", COUNTY),
    Sample("scenario", COUNTY, of=halved),
    Sample("grant-list"),
]
POSTS = """application-act case-act decision-begin decision-act letter-make letter-send promise-act tranche-act
    request-act plan-begin plan-act statement-send statement-return requirement-remove"""
FILES = "letter-file request-document plan-file statement-document grants-json grants-csv"
MONEY_NOT_PAGES = {
    **dict.fromkeys(POSTS.split(), "a POST"),
    **dict.fromkeys(FILES.split(), "a file"),
    "application-edit": "the same form as application-create",
    "decision-edit": "looked at on the way of test_funding_journey.py",
    "request-edit": "the same form as request-create",
    "return-create": "the same form as request-create, with fewer fields",
    "statement-edit": "looked at on the way of test_funding_journey.py",
    "statement-review": "looked at on the way of test_funding_journey.py",
}
