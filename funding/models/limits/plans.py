"""Plans and accounts: costs are financed every year (I1), and what was approved stays as it was (I2, I17)."""

import pgtrigger
from django.utils.translation import gettext_lazy as _

from funding.models.limits import SENTENCES, WRITTEN, at_the_end, listed, refuse
from funding.models.limits.people import is_partial
from partners.models.roles import MemberRole

BEFORE_ALL = pgtrigger.Insert | pgtrigger.Update | pgtrigger.Delete

# The value of a cell in NOK, as CostYear.value has it: `y` is the cell, `l` its line.
VALUE = "COALESCE(y.amount, round(y.hours * l.rate, 2))"


def approved_costs(project: str) -> str:
    """What of a project's costs has been approved in accounts and counts as a basis for grants. NOK, 0 for none."""
    return f"""(
        SELECT COALESCE(sum(a.approved), 0) FROM funding_actualline a
        JOIN funding_coststatement s ON s.id = a.statement_id
        JOIN funding_costline l ON l.id = a.line_id
        WHERE s.project_id = {project} AND s.state = 'approved' AND l.eligible
    )"""


COSTS_ARE_FINANCED = at_the_end(
    "costs_are_financed",
    f"""
    IF EXISTS (
        SELECT 1 FROM funding_planversion v WHERE v.id = NEW.id AND v.state IN ('submitted', 'approved')
    ) AND EXISTS (
        SELECT 1 FROM (
            SELECT y.year, {VALUE} AS value FROM funding_costyear y
            JOIN funding_costline l ON l.id = y.line_id WHERE l.version_id = NEW.id
            UNION ALL
            SELECT y.year, -y.amount FROM funding_financingyear y
            JOIN funding_financingline l ON l.id = y.line_id WHERE l.version_id = NEW.id
        ) cells GROUP BY year HAVING sum(value) <> 0
    ) THEN {refuse("costs_are_financed", "costs and financing differ in a year")} END IF;
    RETURN NULL;
    """,
    declare=[],
)

APPROVED_VERSION_STAYS = pgtrigger.Trigger(
    name="approved_version_stays",
    when=pgtrigger.Before,
    operation=pgtrigger.Update | pgtrigger.Delete,
    func=f"""
    IF OLD.state = 'approved' THEN {refuse("approved_version_stays", "a change is a new version")} END IF;
    IF TG_OP = 'DELETE' THEN RETURN OLD; END IF;
    RETURN NEW;
    """,
)


def only_a_draft_is_edited(version: str) -> object:
    """Lines and cells change while their version is a draft. `version`: how {row} leads to the id of its version."""
    name = "only_a_draft_is_edited"
    check = f"""
        SELECT state INTO held FROM funding_planversion WHERE id = {version} FOR NO KEY UPDATE;
        IF held <> 'draft' THEN {refuse(name, "this version is not a draft")} END IF;
    """
    return pgtrigger.Trigger(
        name=name,
        when=pgtrigger.Before,
        operation=BEFORE_ALL,
        declare=[("held", "text")],
        func=f"""
        IF TG_OP <> 'INSERT' THEN {check.format(row="OLD")} END IF;
        IF TG_OP = 'DELETE' THEN RETURN OLD; END IF;
        {check.format(row="NEW")}
        RETURN NEW;
        """,
    )


OF_A_LINE = "{row}.version_id"
OF_A_COST = "(SELECT version_id FROM funding_costline WHERE id = {row}.line_id)"
OF_A_FINANCING = "(SELECT version_id FROM funding_financingline WHERE id = {row}.line_id)"


def hours_have_a_rate(line: str) -> object:
    """A line with a rate is counted in hours, one without in NOK: nothing is both, and no hours cost nothing."""
    return at_the_end(
        "hours_have_a_rate",
        f"""
        IF EXISTS (
            SELECT 1 FROM funding_costyear y JOIN funding_costline l ON l.id = y.line_id
            WHERE l.id = {line} AND (y.hours IS NULL) <> (l.rate IS NULL)
        ) THEN {refuse("hours_have_a_rate", "hours go with a rate, and kroner without one")} END IF;
        RETURN NULL;
        """,
        declare=[],
    )


A_PLAN_UNDER_REVIEW_STAYS = pgtrigger.Trigger(
    name="a_plan_under_review_stays",
    when=pgtrigger.Before,
    operation=pgtrigger.Insert,
    func=f"""
    IF NEW.act = 'take_back' AND EXISTS (
        SELECT 1 FROM funding_application a WHERE a.plan_version_id = NEW.planversion_id
        AND a.state IN ('submitted', 'review', 'granted', 'partly')
    ) THEN {refuse("a_plan_under_review_stays", "an application rests on it")} END IF;
    RETURN NEW;
    """,
)


def payer_answers(thing: str, acts: tuple[str, ...], roles: tuple[str, ...], handed_over: str) -> object:
    """These acts are done by people, with such a role, of an organisation that pays for the project or is asked to.

    Neither by who wrote it down or handed it over, nor by anybody with a tie to those who carry the project out.
    """
    project = {
        "planversion": "SELECT plan_id FROM funding_planversion WHERE id = NEW.planversion_id",
        "coststatement": "SELECT project_id FROM funding_coststatement WHERE id = NEW.coststatement_id",
    }[thing]
    return pgtrigger.Trigger(
        name="only_who_pays_answers",
        when=pgtrigger.Before,
        operation=pgtrigger.Insert,
        declare=[("the_project", "bigint"), ("payer", "bigint")],
        func=f"""
        IF NEW.act NOT IN ({listed(acts)}) THEN RETURN NEW; END IF;
        IF EXISTS (
            SELECT 1 FROM funding_{thing}event e WHERE e.{thing}_id = NEW.{thing}_id
            AND e.act IN ('begin', '{handed_over}') AND e.by_id = NEW.by_id
        ) THEN {refuse("nobody_answers_themselves", "somebody else approves it")} END IF;
        the_project := ({project});
        SELECT m.organisation_id INTO payer FROM partners_membership m
        WHERE m.user_id = NEW.by_id AND m.role IN ({listed(roles)}) AND m.organisation_id IN (
            SELECT funder_id FROM funding_commitment
            WHERE project_id = the_project AND state NOT IN ('withdrawn', 'annulled', 'lapsed')
            UNION
            SELECT funder_id FROM funding_application
            WHERE project_id = the_project AND state NOT IN ('draft', 'withdrawn')
        ) LIMIT 1;
        IF payer IS NULL THEN {refuse("only_who_pays_answers", "only people of who pays do this")} END IF;
        IF {is_partial("NEW.by_id", "payer", "NULL::bigint", "the_project")} THEN
            {refuse("nobody_decides_for_their_own", "they have a tie to those who carry it out")}
        END IF;
        RETURN NEW;
        """,
    )


APPROVES_PLANS = (MemberRole.CASE_OFFICER, MemberRole.DECIDER)
REVIEWS_ACCOUNTS = (MemberRole.CASE_OFFICER,)

APPROVED_STATEMENT_STAYS = pgtrigger.Trigger(
    name="approved_statement_stays",
    when=pgtrigger.Before,
    operation=pgtrigger.Update | pgtrigger.Delete,
    func=f"""
    IF OLD.state = 'approved' THEN {refuse("approved_statement_stays", "a correction is in the next")} END IF;
    IF TG_OP = 'DELETE' THEN RETURN OLD; END IF;
    RETURN NEW;
    """,
)

ACCOUNTS_OF_AN_APPROVED_PLAN = pgtrigger.Trigger(
    name="accounts_of_an_approved_plan",
    when=pgtrigger.Before,
    operation=WRITTEN,
    func=f"""
    IF NOT EXISTS (
        SELECT 1 FROM funding_planversion WHERE id = NEW.version_id AND plan_id = NEW.project_id AND state = 'approved'
    ) THEN {refuse("accounts_of_an_approved_plan", "the plan is not an approved one of the project")} END IF;
    RETURN NEW;
    """,
)

ACCOUNTS_ARE_COMPLETE = at_the_end(
    "accounts_are_complete",
    f"""
    IF EXISTS (
        SELECT 1 FROM funding_coststatement s WHERE s.id = NEW.id AND s.state IN ('sent', 'approved') AND (
            NOT EXISTS (SELECT 1 FROM funding_coststatement_documents d WHERE d.coststatement_id = s.id)
            OR NOT EXISTS (SELECT 1 FROM funding_actualline a WHERE a.statement_id = s.id)
        )
    ) THEN {refuse("accounts_are_documented", "accounts have lines and a document")} END IF;
    IF EXISTS (
        SELECT 1 FROM funding_coststatement s JOIN funding_actualline a ON a.statement_id = s.id
        WHERE s.id = NEW.id AND s.state = 'approved' AND a.approved IS NULL
    ) THEN {refuse("approved_says_how_much", "each line says how much is approved")} END IF;
    RETURN NULL;
    """,
    declare=[],
)

_HELD = "SELECT * INTO s FROM funding_coststatement WHERE id = {row}.{column} FOR NO KEY UPDATE;"
_STATEMENT = [("s", "funding_coststatement%ROWTYPE")]

# Until they are sent they may be written; then it is said how much is approved; then they stay.
ACCOUNTS_STAY_AS_SENT = pgtrigger.Trigger(
    name="accounts_stay_as_sent",
    when=pgtrigger.Before,
    operation=BEFORE_ALL,
    declare=_STATEMENT,
    func=f"""
    IF TG_OP <> 'INSERT' THEN
        {_HELD.format(row="OLD", column="statement_id")}
        IF s.state = 'approved' OR (s.state = 'sent' AND (
            TG_OP = 'DELETE' OR (NEW.statement_id, NEW.line_id, NEW.claimed)
            IS DISTINCT FROM (OLD.statement_id, OLD.line_id, OLD.claimed)
        )) THEN {refuse("accounts_stay_as_sent", "these accounts are sent")} END IF;
    END IF;
    IF TG_OP = 'DELETE' THEN RETURN OLD; END IF;
    {_HELD.format(row="NEW", column="statement_id")}
    IF s.state = 'approved' OR (s.state = 'sent' AND TG_OP = 'INSERT') THEN
        {refuse("accounts_stay_as_sent", "these accounts are sent")}
    END IF;
    IF s.state IN ('draft', 'returned') AND NEW.approved IS NOT NULL THEN
        {refuse("accounts_stay_as_sent", "what is not sent is not approved")}
    END IF;
    IF NOT EXISTS (SELECT 1 FROM funding_costline WHERE id = NEW.line_id AND version_id = s.version_id) THEN
        {refuse("spent_on_a_line_of_the_plan", "the line is not of the plan that the accounts are of")}
    END IF;
    RETURN NEW;
    """,
)

DOCUMENTS_STAY_AS_SENT = pgtrigger.Trigger(
    name="documents_stay_as_sent",
    when=pgtrigger.Before,
    operation=BEFORE_ALL,
    declare=_STATEMENT,
    func=f"""
    IF TG_OP <> 'INSERT' THEN
        {_HELD.format(row="OLD", column="coststatement_id")}
        IF s.state IN ('sent', 'approved') THEN {refuse("accounts_stay_as_sent", "these accounts are sent")} END IF;
    END IF;
    IF TG_OP = 'DELETE' THEN RETURN OLD; END IF;
    {_HELD.format(row="NEW", column="coststatement_id")}
    IF s.state IN ('sent', 'approved') THEN {refuse("accounts_stay_as_sent", "these accounts are sent")} END IF;
    RETURN NEW;
    """,
)

SENTENCES.update(
    {
        "costs_are_financed": _("Costs and financing differ in a year."),
        "approved_version_stays": _("An approved plan stays as it is. A change is a new version."),
        "only_a_draft_is_edited": _("Only a draft can be changed."),
        "hours_have_a_rate": _("A line with a rate is counted in hours, one without in kroner."),
        "a_plan_under_review_stays": _("An application that is being considered rests on this plan."),
        "nobody_answers_themselves": _("You wrote it or handed it over yourself, so somebody else has to do this."),
        "only_who_pays_answers": _("Only case officers and deciders of an organisation that pays can do this."),
        "approved_statement_stays": _("Approved accounts stay as they are. A correction comes in the next."),
        "accounts_of_an_approved_plan": _("Accounts are held against an approved plan of the project."),
        "accounts_are_documented": _("Accounts have at least one line and one document."),
        "approved_says_how_much": _("Say for each line how much is approved."),
        "accounts_stay_as_sent": _("Accounts that are sent stay as they are."),
        "spent_on_a_line_of_the_plan": _("The line belongs to another plan."),
    }
)
