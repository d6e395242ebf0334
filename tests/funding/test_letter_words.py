"""What a letter says for given facts, and that its paper can be read aloud."""

import io
import json
from typing import Any

import pytest
from django.utils import translation
from pypdf import PdfReader

from funding.letter_words import paper
from funding.letters import fingerprint
from projects.pdf import render
from tests.projects.reports.test_pdf import kinds, text

Facts = dict[str, Any]


def facts(**others: Any) -> Facts:
    """A grant of three years: firm, conditional, and held out of an unknown amount."""
    return {
        "language": "nb",
        "kind": "grant",
        "result": "granted",
        "decided": True,
        "title": "Kompetansemegling i Varanger",
        "project": "Kongekrabba",
        "scheme": "Kompetansemidler",
        "funder": {"name": "Finnmark fylkeskommune", "number": "830090282", "place": "Vadsø"},
        "recipient": {"name": "Varanger Utvikling", "number": "", "place": "Sør-Varanger"},
        "reference": "26/1234",
        "application": {
            "number": 7,
            "title": "Kompetansemegling i Varanger",
            "sent_on": "2026-01-15",
            "years": {"2026": "500000", "2027": "500000"},
        },
        "decided_on": "2026-03-02",
        "prepared_by": "Siri Saksbehandler",
        "decided_by": "Berit Beslutter",
        "body": "",
        "body_reference": "",
        "case": "",
        "reasoning": "Finnes ikke lokalt i dag.",
        "legal_basis": "",
        "complaint": "Innen tre uker.",
        "years": [
            {"year": 2026, "amount": "400000", "state": "firm"},
            {"year": 2027, "amount": "300000.5", "state": "conditional"},
            {"year": 2028, "amount": None, "state": "held_out"},
        ],
        "conditions": [],
        "terms": {
            "share": "0.7",
            "advance_share": "0.5",
            "auditor_from": "200000",
            "expires_on": "2029-03-01",
            "acceptance_days": 21,
        },
        "aid": None,
    } | others


REJECTED: Facts = {"kind": "reject", "result": "rejected", "years": [], "terms": None}


def said(**others: Any) -> str:
    """All of its words, in English, with plain spaces."""
    with translation.override("en"):
        return json.dumps(paper(facts(**others)), ensure_ascii=False).replace("\xa0", " ")


def section(title: str, **others: Any) -> Facts:
    sections = json.loads(said(**others))["sections"]
    return next(one for one in sections if one["title"] == title)


class TestGrant:
    def test_grants_what_is_firm_or_conditional(self) -> None:
        shown = section("Decision")
        granted = "Finnmark fylkeskommune grants Varanger Utvikling NOK 700 000.50 for “Kompetansemegling i Varanger”."
        assert shown["text"] == [[granted], ["NOK 1 000 000 was applied for."]]
        assert shown["table"]["rows"] == [
            ["2026", "NOK 500 000", "NOK 400 000", "Firm"],
            ["2027", "NOK 500 000", "NOK 300 000.50", "Conditional"],
            ["2028", "–", "unknown amount", "Held out"],
        ]

    def test_says_that_what_is_held_out_binds_nobody(self) -> None:
        sentence = "What is held out binds nobody: only a decision of its own makes it binding."
        assert sentence in said()
        assert sentence not in said(years=facts()["years"][:2])

    def test_an_unknown_amount_is_set_later(self) -> None:
        sentence = "Where the amount is unknown, a later decision sets it."
        assert sentence in said()
        assert sentence not in said(years=facts()["years"][:2])

    def test_of_nothing_but_what_is_held_out_grants_none(self) -> None:
        years = [{"year": 2026, "amount": "1", "state": "held_out"}, {"year": None, "amount": None, "state": "lapsed"}]
        shown = section("Decision", years=years, application=None)
        assert shown["text"][0][0].endswith("“Kompetansemegling i Varanger”, and grants none now.")
        assert shown["table"]["rows"][1] == ["split on years not stated", "unknown amount", "Lapsed"]

    def test_amounts_that_are_partly_unknown_are_summed_as_such(self) -> None:
        years = [{"year": 2026, "amount": "1", "state": "firm"}, {"year": 2027, "amount": None, "state": "conditional"}]
        assert "NOK 1 and an unknown amount for" in said(years=years)
        assert "unknown amount for" in said(years=years[1:])

    def test_tells_how_it_is_paid_and_accepted(self) -> None:
        shown = said()
        for words in (
            "Up to 50 % of a year’s money can be paid in advance.",
            "at most 70 % of approved, documented costs",
            "From NOK 200 000 an auditor",
            "The last day for payments is 1 March 2029.",
            "within 21 days after this letter is sent",
        ):
            assert words in shown

    def test_rules_that_are_not_there_are_not_invented(self) -> None:
        terms = dict.fromkeys(facts()["terms"])
        shown = said(terms=terms)
        assert "Nothing is paid in advance." in shown
        assert "No time limit is stated." in shown
        for word in ("%", "auditor", "last day", "lapses"):
            assert word not in shown

    def test_keeps_conditions_and_reservations_apart(self) -> None:
        report = {"binds": "condition", "text": "Rapport", "year": 2027, "first": True, "due_on": "2027-02-01"}
        level = {"binds": "reservation", "text": "Bevilgning", "year": None, "first": False, "due_on": None}
        told = {"conditions": [report, level]}
        about = "For 2027. By 1 February 2027. Nothing is paid before it is met."
        assert section("Conditions", **told)["items"] == [["Rapport", about]]
        assert section("Reservations", **told)["items"] == [["Bevilgning", ""]]
        assert "Reservations" not in said(conditions=[report])

    def test_in_part_says_so(self) -> None:
        assert "Commitment of a grant, in part" in said(result="partly")

    def test_as_a_body_names_its_case(self) -> None:
        assert "Fylkesrådet, case 12/26" in said(body="Fylkesrådet", body_reference="12/26")


class TestAid:
    AID = {"nok": "700000", "eur": "60344.83", "rate": "11.6", "group": ["One", "Two"], "ceiling_eur": "300000"}

    def test_tells_what_it_counts_as_and_for_whom(self) -> None:
        shown = section("State aid", aid=self.AID)["text"][0][0]
        assert "EUR 60 344.83 (NOK 700 000, at NOK 11.6000 for a euro)" in shown
        assert "One; Two" in shown
        assert "at most EUR 300 000" in shown

    def test_before_it_is_awarded_says_when_it_is_counted(self) -> None:
        nothing: Facts = {"nok": None, "eur": None, "rate": None, "group": [], "ceiling_eur": None}
        shown = section("State aid", aid=nothing)["text"][0][0]
        assert "set on the day of the decision" in shown
        assert "EUR" not in shown


class TestOtherDecisions:
    def test_a_rejection_gives_reasons_and_no_terms(self) -> None:
        shown = said(**REJECTED)
        assert "Finnmark fylkeskommune rejects the application for" in shown
        assert "NOK 1 000 000 was applied for." in shown
        for word in ("Payment", "Acceptance", "Conditions", "State aid"):
            assert word not in shown

    @pytest.mark.parametrize("kind", ["return", "strengthen", "change", "annul", "recover"])
    def test_each_kind_has_a_heading_and_a_sentence(self, kind: str) -> None:
        with translation.override("en"):
            shown = paper(facts(kind=kind, result="", terms=None, application=None, recipient=None))
        assert shown["heading"] != "Commitment of a grant"
        assert "grants" not in shown["sections"][0]["text"][0][0]
        assert shown["to"] == ["not stated"]

    def test_what_is_not_written_is_not_stated(self) -> None:
        shown = section("How to complain", complaint="")
        assert (shown["text"], shown["items"]) == ([], [])
        assert "not stated" in printed(complaint="")


def printed(language: str = "en", **others: Any) -> str:
    return text(reader(language, **others))


def reader(language: str, **others: Any) -> PdfReader:
    with translation.override(language):
        sheet = paper(facts(**others))
    sheet["fingerprint"]["text"] = "0123abcd"
    return PdfReader(io.BytesIO(render("letter", sheet, language)))


class TestPaper:
    def test_is_tagged_and_says_so(self) -> None:
        paper = reader("nn")
        root: Any = paper.trailer["/Root"]
        assert root["/MarkInfo"]["/Marked"]
        assert root["/Lang"] == "nn"
        assert paper.metadata
        assert str(paper.metadata.title).endswith("Kompetansemegling i Varanger")
        assert paper.xmp_metadata
        assert b"<pdfuaid:part>1</pdfuaid:part>" in paper.xmp_metadata.stream.get_data()
        assert {"/Title", "/H1", "/P", "/Table", "/TH", "/TD"} <= set(kinds(root["/StructTreeRoot"]))

    def test_carries_its_fingerprint_and_the_names(self) -> None:
        shown = printed()
        for words in ("0123abcd", "Siri Saksbehandler", "Berit Beslutter", "Approved electronically", "26/1234"):
            assert words in shown

    def test_a_draft_says_so(self) -> None:
        shown = printed(decided=False, decided_on=None)
        assert "Nothing is decided yet." in shown
        assert "Berit Beslutter" not in shown

    def test_a_rejection_fits_a_page(self) -> None:
        assert len(reader("nb", **REJECTED).pages) == 1

    def test_text_is_never_markup(self) -> None:
        typed = '#read("letter.typ") *bold* $x^2$ = Heading @ref <label> ]] // gone'
        assert typed in printed(reasoning=typed)


def test_the_fingerprint_is_of_what_is_said_not_of_its_order() -> None:
    assert fingerprint({"a": 1, "b": 2}) == fingerprint({"b": 2, "a": 1}) != fingerprint({"a": 1, "b": 3})
