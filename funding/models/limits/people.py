"""Who may do what with money, held by the database (I12): the funder's people, impartial, and each hand another's.

Each rule is a trigger on the events: whoever writes one down, by whatever way, the act itself is what is judged.
"""

from collections.abc import Mapping, Sequence

import pgtrigger

from funding.models.limits import listed, refuse

# Whose money it is, who gets it, and for which project: of the row that an event is about.
ABOUT = {
    "application": "SELECT a.funder_id, a.applicant_id, a.project_id FROM funding_application a WHERE a.id = {key}",
    "commitment": "SELECT c.funder_id, c.recipient_id, c.project_id FROM funding_commitment c WHERE c.id = {key}",
    "tranche": """
        SELECT c.funder_id, c.recipient_id, c.project_id FROM funding_tranche t
        JOIN funding_commitment c ON c.id = t.commitment_id WHERE t.id = {key}""",
    "condition": """
        SELECT c.funder_id, c.recipient_id, c.project_id FROM funding_condition n
        JOIN funding_commitment c ON c.id = n.commitment_id WHERE n.id = {key}""",
    "decision": """
        SELECT COALESCE(a.funder_id, c.funder_id), COALESCE(a.applicant_id, c.recipient_id),
            COALESCE(a.project_id, c.project_id)
        FROM funding_decision d LEFT JOIN funding_application a ON a.id = d.application_id
        LEFT JOIN funding_commitment c ON c.id = d.commitment_id WHERE d.id = {key}""",
    "disbursementrequest": """
        SELECT c.funder_id, c.recipient_id, c.project_id FROM funding_disbursementrequest r
        JOIN funding_commitment c ON c.id = r.commitment_id WHERE r.id = {key}""",
}
ALL_THREE = [("the_funder", "bigint"), ("the_recipient", "bigint"), ("the_project", "bigint")]
Roles = tuple[str, ...]


def is_partial(by: str, funder: str, recipient: str, project: str) -> str:
    """SQL that is true of somebody with a tie to who gets the money: a role there, or a recusal that says so.

    Those who carry the project out count as recipients too, whoever is named, and so do the units and the parent of
    each; but never the funder itself, who may be the parent of a school that it pays. Each argument is SQL.
    The same in Python: funding.impartiality.
    """
    return f"""EXISTS (
        SELECT 1 FROM partners_organisation mine JOIN partners_organisation getting
            ON getting.id IN (mine.id, mine.parent_id) OR (getting.parent_id = mine.id AND mine.id <> {funder})
        WHERE mine.id IN (
            SELECT organisation_id FROM partners_membership WHERE user_id = {by}
            UNION SELECT organisation_id FROM funding_recusal WHERE user_id = {by}
        ) AND getting.id IN (
            SELECT {recipient} UNION SELECT organisation_id FROM projects_projectpartner
            WHERE project_id = {project} AND runs AND organisation_id <> {funder}
        )
    )"""


def funder_answers(thing: str, acts: Sequence[str] | Mapping[str, Roles], roles: Roles = ()) -> object:
    """These acts are done by people with such a role in the organisation that pays, who are impartial.

    `acts` may map each to roles of its own.
    """
    name = "only_the_funder_answers"
    wanted = acts if isinstance(acts, Mapping) else dict.fromkeys(acts, roles)
    allowed = " OR ".join(f"(NEW.act = '{act}' AND m.role IN ({listed(may)}))" for act, may in wanted.items())
    return pgtrigger.Trigger(
        name=name,
        when=pgtrigger.Before,
        operation=pgtrigger.Insert,
        declare=ALL_THREE,
        func=f"""
        IF NEW.act NOT IN ({listed(wanted)}) THEN RETURN NEW; END IF;
        {_about(thing)}
        IF NOT EXISTS (
            SELECT 1 FROM partners_membership m
            WHERE m.user_id = NEW.by_id AND m.organisation_id = the_funder AND ({allowed})
        ) THEN {refuse(name, "only people of the funder with that role do this")} END IF;
        IF {is_partial("NEW.by_id", "the_funder", "the_recipient", "the_project")} THEN
            {refuse("nobody_decides_for_their_own", "they have a tie to the recipient")}
        END IF;
        RETURN NEW;
        """,
    )


def _about(thing: str) -> str:
    """Fills in ALL_THREE."""
    found = ABOUT[thing].format(key=f"NEW.{thing}_id")
    return f"SELECT * INTO the_funder, the_recipient, the_project FROM ({found}) about;"


def each_hand_is_another_person(thing: str, hands: Sequence[Roles]) -> object:
    """Nobody does what belongs to two of these hands on one thing; each hand is a tuple of acts."""
    name = "each_hand_is_another_person"
    numbers = [(act, number) for number, acts in enumerate(hands) for act in acts]
    cases = " ".join(f"WHEN '{act}' THEN {number}" for act, number in numbers)
    acts = listed(act for act, _number in numbers)
    return pgtrigger.Trigger(
        name=name,
        when=pgtrigger.Before,
        operation=pgtrigger.Insert,
        func=f"""
        IF NEW.act NOT IN ({acts}) THEN RETURN NEW; END IF;
        PERFORM 1 FROM funding_{thing} WHERE id = NEW.{thing}_id FOR NO KEY UPDATE;
        IF EXISTS (
            SELECT 1 FROM funding_{thing}event e
            WHERE e.{thing}_id = NEW.{thing}_id AND e.by_id = NEW.by_id AND e.act IN ({acts})
            AND (CASE e.act {cases} END) <> (CASE NEW.act {cases} END)
        ) THEN {refuse(name, "they have done another of these acts on it")} END IF;
        RETURN NEW;
        """,
    )
