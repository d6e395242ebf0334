"""The words of a decision's letter, as the page and templates/pdf/letter.typ are given them, in today's language."""

from collections.abc import Iterable
from datetime import date
from decimal import Decimal
from typing import Any

from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from funding.letter_terms import acceptance, aid, conditions, payment
from funding.models import DecisionKind, TrancheState
from projects.money import nok
from projects.report_print import paragraphs

Facts = dict[str, Any]
Section = dict[str, Any]
BINDING = (TrancheState.FIRM, TrancheState.CONDITIONAL)


def paper(facts: Facts) -> Facts:
    """All that is printed but the fingerprint itself."""
    heading, funder = _heading(facts), facts["funder"]["name"]
    return {
        "title": f"{heading} – {facts['title']}",
        "heading": heading,
        "subtitle": facts["title"],
        "author": [funder],
        "description": _("Letter from %(funder)s") % {"funder": funder},
        "running": f"{funder}: {heading}",
        "stamp": reference(facts),
        "footer": _("Printed by Kompetansebro"),
        "page-of": _("Page {n} of {of}"),
        "draft": not facts["decided"],
        "draft-word": pgettext("report", "Draft"),
        "draft-note": _("This is a draft. Nothing is decided yet."),
        "none-said": _("not stated"),
        "from": _lines(facts["funder"]),
        "to": _lines(facts["recipient"]) if facts["recipient"] else [_("not stated")],
        "facts": _marks(facts),
        "sections": [section for section in _sections(facts) if section],
        "signatures": _signatures(facts),
        "signed": _("Approved electronically, and therefore without a signature by hand."),
        "fingerprint": {"lead": _("Fingerprint of all that this letter says (SHA-256)"), "text": ""},
    }


def _heading(facts: Facts) -> str:
    results = {
        "granted": _("Commitment of a grant"),
        "partly": _("Commitment of a grant, in part"),
        "rejected": _("Rejection of the application for a grant"),
        "returned": _("The application for a grant is sent back unexamined"),
    }
    kinds = {
        DecisionKind.GRANT: results["granted"],
        DecisionKind.REJECT: results["rejected"],
        DecisionKind.RETURN: results["returned"],
        DecisionKind.STRENGTHEN: _("Decision on money of a commitment of a grant"),
        DecisionKind.CHANGE: _("Change of a commitment of a grant"),
        DecisionKind.ANNUL: _("Annulment of a commitment of a grant"),
        DecisionKind.RECOVER: _("Recovery of a grant"),
    }
    return results.get(facts["result"]) or kinds[facts["kind"]]


def fact_names(names: Iterable[str]) -> list[str]:
    """What the facts of a letter are called, for saying which of them changed."""
    called = {
        "language": _("the language"),
        "kind": _("the kind of decision"),
        "result": _("the result"),
        "decided": _("that it is decided"),
        "title": _("the title"),
        "project": _("the project"),
        "scheme": _("the scheme"),
        "funder": _("who pays"),
        "recipient": _("who gets it"),
        "reference": _("the reference"),
        "application": _("the application"),
        "decided_on": _("the day of the decision"),
        "prepared_by": _("who prepared it"),
        "decided_by": _("who decided it"),
        "body": _("the body that decided"),
        "body_reference": _("the body’s case number"),
        "case": _("the facts of the case"),
        "reasoning": _("the reasons"),
        "legal_basis": _("the rules it builds on"),
        "complaint": _("how to complain"),
        "years": _("the years and their money"),
        "conditions": _("conditions and reservations"),
        "terms": _("how it is paid and accepted"),
        "aid": _("state aid"),
    }
    return [called[name] for name in names]


def reference(facts: Facts) -> str:
    """The funder's own, or the number of the application."""
    application = facts["application"]
    return facts["reference"] or (_("Application %(number)s") % application if application else _("not stated"))


def _lines(organisation: Facts) -> list[str]:
    number = _("Organisation number %(number)s") % organisation if organisation["number"] else ""
    return [line for line in (organisation["name"], organisation["place"], number) if line]


def _marks(facts: Facts) -> list[list[str]]:
    unknown, application = _("not stated"), facts["application"]
    sent_on = application and application["sent_on"]
    return [
        [_("Our reference"), reference(facts)],
        [_("Decided on"), _day(facts["decided_on"]) if facts["decided_on"] else _("not decided yet")],
        [_("Application sent"), _day(sent_on) if sent_on else unknown],
        [_("Project"), facts["project"]],
        [_("Funding scheme"), facts["scheme"] or unknown],
    ]


def _sections(facts: Facts) -> list[Section]:
    """In the order of the letter; one that has nothing to say is empty."""
    return [
        _decision(facts),
        conditions(facts, "condition"),
        conditions(facts, "reservation"),
        _told(_("The case"), facts["case"]),
        _told(_("Reasons"), facts["reasoning"]) or _section(_("Reasons")),
        _told(_("Rules it builds on"), facts["legal_basis"]),
        payment(facts),
        acceptance(facts),
        aid(facts),
        _told(_("How to complain"), facts["complaint"]) or _section(_("How to complain")),
    ]


def _section(title: str, **parts: Any) -> Section:
    return {"title": title, "text": [], "items": [], "table": None, "after": [], **parts}


def _told(title: str, text: str) -> Section:
    return _section(title, text=paragraphs(text)) if text.strip() else {}


def _decision(facts: Facts) -> Section:
    sentences = [_what(facts), *_applied(facts)]
    rows = facts["years"]
    return _section(
        _("Decision"),
        text=[[sentence] for sentence in sentences],
        table=_table(facts) if rows else None,
        after=[[sentence] for sentence in _meaning(rows)],
    )


def _what(facts: Facts) -> str:
    """The decision in one sentence."""
    recipient = facts["recipient"]["name"] if facts["recipient"] else _("not stated")
    named = {"funder": facts["funder"]["name"], "recipient": recipient, "title": facts["title"]}
    if facts["kind"] == DecisionKind.GRANT:
        bound = [row for row in facts["years"] if row["state"] in BINDING]
        if not bound:
            return _("%(funder)s holds out money to %(recipient)s for “%(title)s”, and grants none now.") % named
        amount = {"amount": _sum(row["amount"] for row in bound)}
        return _("%(funder)s grants %(recipient)s %(amount)s for “%(title)s”.") % (named | amount)
    sentences = {
        DecisionKind.REJECT: _("%(funder)s rejects the application for “%(title)s”."),
        DecisionKind.RETURN: _("%(funder)s sends the application for “%(title)s” back without having examined it."),
        DecisionKind.STRENGTHEN: _("%(funder)s has decided on money that %(recipient)s was promised for “%(title)s”."),
        DecisionKind.CHANGE: _("%(funder)s changes the commitment to %(recipient)s for “%(title)s”."),
        DecisionKind.ANNUL: _("%(funder)s annuls the commitment to %(recipient)s for “%(title)s”."),
        DecisionKind.RECOVER: _("%(funder)s claims back money that %(recipient)s was paid for “%(title)s”."),
    }
    return sentences[facts["kind"]] % named


def _applied(facts: Facts) -> list[str]:
    asked = facts["application"]["years"] if facts["application"] else {}
    if not asked or facts["kind"] not in (DecisionKind.GRANT, DecisionKind.REJECT, DecisionKind.RETURN):
        return []
    return [_("%(amount)s was applied for.") % {"amount": _sum(asked.values())}]


def _table(facts: Facts) -> Facts:
    """A row a year; what was applied for beside it, when the letter answers an application."""
    asked = facts["application"]["years"] if facts["application"] and facts["kind"] == DecisionKind.GRANT else {}
    head = [_("Year"), *([_("Applied for")] if asked else []), _("Amount"), _("How sure")]
    rows = list[list[str]]()
    for row in facts["years"]:
        label = _("split on years not stated") if row["year"] is None else str(row["year"])
        beside = [nok(_decimal(asked[label])) if label in asked else "–"] if asked else []
        rows.append([label, *beside, nok(_decimal(row["amount"])), str(TrancheState(row["state"]).label)])
    return {"head": head, "rows": rows}


def _meaning(rows: list[Facts]) -> list[str]:
    """What the words of the table mean for who gets the money."""
    states = {row["state"] for row in rows}
    sentences = {
        TrancheState.FIRM: _("What is firm is promised."),
        TrancheState.CONDITIONAL: _("What is conditional is paid only once its conditions are met."),
        TrancheState.HELD_OUT: _("What is held out binds nobody: only a decision of its own makes it binding."),
        TrancheState.LAPSED: _("What has lapsed is not paid."),
    }
    told = [sentence for state, sentence in sentences.items() if state in states]
    unknown = _("Where the amount is unknown, a later decision sets it.")
    return [*told, unknown] if any(row["amount"] is None for row in rows) else told


def _sum(amounts: Iterable[str | None]) -> str:
    """What is known of them in all; when some are unknown, that too."""
    given = list(amounts)
    known = [Decimal(amount) for amount in given if amount is not None]
    if len(known) == len(given):
        return nok(sum(known, Decimal(0)))
    return _("%(amount)s and an unknown amount") % {"amount": nok(sum(known, Decimal(0)))} if known else nok(None)


def _signatures(facts: Facts) -> list[list[str]]:
    """Who prepared it and who decided it."""
    unknown = _("not stated")
    decided = facts["decided_by"] if facts["decided"] else _("not decided yet")
    rows = [[_("Prepared by"), facts["prepared_by"] or unknown], [_("Decided by"), decided]]
    if facts["body"]:
        case = _("%(body)s, case %(case)s") % {"body": facts["body"], "case": facts["body_reference"] or unknown}
        rows.append([_("Decided as"), case])
    return rows


def _decimal(text: str | None) -> Decimal | None:
    return None if text is None else Decimal(text)


def _day(day: str) -> str:
    return date_format(date.fromisoformat(day))
