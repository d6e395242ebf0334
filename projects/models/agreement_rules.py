"""What the database holds about agreements (invariant I14), past every form and every line of Python.

An agreement is signed only when all required parties have signed the version that is the latest. So that nobody
comes round it: states follow each other in one order only, an agreement begins as a draft, versions and signatures
are never changed, a version is added to a draft only, parties and terms are fixed once it is sent, signatures are
given on the latest version of what is sent only, and a version that somebody has answered is not sent again. Each
rule locks the agreement's row first, so that what happens at the same moment happens in turn.
"""

import pgtrigger

_ROWS = pgtrigger.Insert | pgtrigger.Update | pgtrigger.Delete

BEGINS_AS_A_DRAFT = pgtrigger.Trigger(
    name="begins_as_a_draft",
    operation=pgtrigger.Insert,
    when=pgtrigger.Before,
    func="""
    IF NEW.state <> 'draft' THEN
        RAISE EXCEPTION 'an agreement begins as a draft' USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
    """,
)

TERMS_ARE_FIXED_ONCE_SENT = pgtrigger.Trigger(
    name="terms_are_fixed_once_sent",
    operation=pgtrigger.Update,
    when=pgtrigger.Before,
    func="""
    IF NEW.id <> OLD.id OR NEW.is_demo <> OLD.is_demo OR (OLD.state NOT IN ('draft', 'ready') AND
        (NEW.project_id, NEW.kind, NEW.title, NEW.valid_from, NEW.valid_to, NEW.replaces_id) IS DISTINCT FROM
        (OLD.project_id, OLD.kind, OLD.title, OLD.valid_from, OLD.valid_to, OLD.replaces_id)) THEN
        RAISE EXCEPTION 'the terms of an agreement are fixed once it is sent' USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
    """,
)

STATE_IS_EARNED = pgtrigger.Trigger(
    name="state_is_earned",
    operation=pgtrigger.Update,
    when=pgtrigger.Before,
    declare=[("latest", "bigint")],
    func="""
    IF NEW.state = OLD.state THEN
        RETURN NEW;
    END IF;
    -- As the acts of projects.models.agreements.ACTS lead.
    IF (OLD.state, NEW.state) NOT IN (('draft', 'ready'), ('ready', 'sent'), ('sent', 'partly_signed'),
        ('sent', 'signed'), ('partly_signed', 'signed'), ('sent', 'declined'), ('partly_signed', 'declined'),
        ('ready', 'draft'), ('sent', 'draft'), ('partly_signed', 'draft'), ('declined', 'draft'),
        ('signed', 'terminated')) THEN
        RAISE EXCEPTION 'an agreement does not go from % to %', OLD.state, NEW.state USING ERRCODE = 'check_violation';
    END IF;
    SELECT id INTO latest FROM projects_agreementversion WHERE agreement_id = NEW.id ORDER BY number DESC LIMIT 1;
    IF NEW.state IN ('ready', 'sent') AND (latest IS NULL OR EXISTS (
        SELECT FROM projects_signature WHERE version_id = latest)) THEN
        RAISE EXCEPTION 'an agreement needs a version that nobody has answered' USING ERRCODE = 'check_violation';
    END IF;
    IF NEW.state = 'sent' AND ((
        SELECT count(*) FROM projects_agreementparty WHERE agreement_id = NEW.id AND required) < 2 OR EXISTS (
        SELECT FROM projects_agreementparty WHERE agreement_id = NEW.id AND organisation_id IS NULL)) THEN
        RAISE EXCEPTION 'an agreement is sent to two or more known parties' USING ERRCODE = 'check_violation';
    END IF;
    IF NEW.state IN ('partly_signed', 'signed') AND NOT EXISTS (
        SELECT FROM projects_signature WHERE version_id = latest AND answer = 'signed') THEN
        RAISE EXCEPTION 'nobody has signed the latest version' USING ERRCODE = 'check_violation';
    END IF;
    IF NEW.state = 'signed' AND EXISTS (
        SELECT FROM projects_agreementparty party
        WHERE party.agreement_id = NEW.id AND party.required AND NOT EXISTS (
            SELECT FROM projects_signature signature
            WHERE signature.party_id = party.id AND signature.version_id = latest AND signature.answer = 'signed')) THEN
        RAISE EXCEPTION 'not every required party has signed the latest version' USING ERRCODE = 'check_violation';
    END IF;
    IF NEW.state = 'declined' AND NOT EXISTS (
        SELECT FROM projects_signature signature JOIN projects_agreementparty party ON party.id = signature.party_id
        WHERE signature.version_id = latest AND signature.answer = 'declined' AND party.required) THEN
        RAISE EXCEPTION 'no required party has declined the latest version' USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
    """,
)

PARTIES_ARE_FIXED_ONCE_SENT = pgtrigger.Trigger(
    name="parties_are_fixed_once_sent",
    operation=_ROWS,
    when=pgtrigger.Before,
    func="""
    IF TG_OP = 'UPDATE' AND (NEW.id, NEW.agreement_id, NEW.organisation_id, NEW.required) IS NOT DISTINCT FROM
        (OLD.id, OLD.agreement_id, OLD.organisation_id, OLD.required) THEN
        RETURN NEW;
    END IF;
    PERFORM FROM projects_agreement WHERE id IN (OLD.agreement_id, NEW.agreement_id) ORDER BY id FOR UPDATE;
    IF EXISTS (SELECT FROM projects_agreement
        WHERE id IN (OLD.agreement_id, NEW.agreement_id) AND state NOT IN ('draft', 'ready')) THEN
        RAISE EXCEPTION 'the parties of an agreement are fixed once it is sent' USING ERRCODE = 'check_violation';
    END IF;
    IF TG_OP <> 'INSERT' AND NEW.organisation_id IS DISTINCT FROM OLD.organisation_id AND EXISTS (
        SELECT FROM projects_signature WHERE party_id = OLD.id) THEN
        RAISE EXCEPTION 'what one organisation has answered does not pass to another' USING ERRCODE = 'check_violation';
    END IF;
    RETURN COALESCE(NEW, OLD);
    """,
)

VERSIONS_ARE_ADDED_TO_DRAFTS = pgtrigger.Trigger(
    name="versions_are_added_to_drafts",
    operation=pgtrigger.Insert,
    when=pgtrigger.Before,
    declare=[("now_in", "text")],
    func="""
    SELECT state INTO now_in FROM projects_agreement WHERE id = NEW.agreement_id FOR UPDATE;
    IF now_in <> 'draft' THEN
        RAISE EXCEPTION 'a version is added to a draft only' USING ERRCODE = 'check_violation';
    END IF;
    IF NEW.number <> 1 + COALESCE(
        (SELECT max(number) FROM projects_agreementversion WHERE agreement_id = NEW.agreement_id), 0) THEN
        RAISE EXCEPTION 'the versions of an agreement are numbered without holes' USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
    """,
)

SIGNED_ON_THE_LATEST_VERSION = pgtrigger.Trigger(
    name="signed_on_the_latest_version",
    operation=pgtrigger.Insert,
    when=pgtrigger.Before,
    declare=[("agreement", "projects_agreement%ROWTYPE"), ("party", "projects_agreementparty%ROWTYPE")],
    func="""
    SELECT * INTO party FROM projects_agreementparty WHERE id = NEW.party_id;
    SELECT * INTO agreement FROM projects_agreement WHERE id = party.agreement_id FOR UPDATE;
    IF agreement.state NOT IN ('sent', 'partly_signed') THEN
        RAISE EXCEPTION 'only an agreement that is sent can be answered' USING ERRCODE = 'check_violation';
    END IF;
    IF party.organisation_id IS NULL OR NEW.version_id IS DISTINCT FROM (
        SELECT id FROM projects_agreementversion WHERE agreement_id = agreement.id ORDER BY number DESC LIMIT 1) THEN
        RAISE EXCEPTION 'a known party answers the latest version of its agreement' USING ERRCODE = 'check_violation';
    END IF;
    IF NEW.is_demo AND NOT agreement.is_demo THEN
        RAISE EXCEPTION 'a real agreement has no demonstration signatures' USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
    """,
)
