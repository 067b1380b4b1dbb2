"""The hand-written statements of a registration. allotting.py runs them; every person of a rush passes through them."""

LOCK_DESK = """
SELECT event.id, event.version, event.state, event.takes_registrations,
       rules.paused_at IS NOT NULL OR seat_pool.paused_at IS NOT NULL AS is_paused,
       rules.event_id IS NULL AND NOT EXISTS (
           SELECT 1 FROM session WHERE session.event_id = event.id AND session.is_picked
       ) AND NOT EXISTS (
           SELECT 1 FROM option_limit JOIN question ON question.id = option_limit.question_id
           WHERE question.event_id = event.id
       ) AS is_plain,
       event.starts_at, seat_pool.mode,
       coalesce(seat_pool.opens_at, event.registration_opens_at) AS opens_at,
       coalesce(seat_pool.closes_at, event.registration_closes_at, event.starts_at) AS closes_at,
       seat_pool.id AS pool_id, seat_pool.capacity, seat_pool.taken, seat_pool.waiting, seat_pool.last_position
FROM event
JOIN seat_pool ON seat_pool.event_id = event.id AND seat_pool.session_id IS NULL AND seat_pool.mode = :mode
LEFT JOIN registration_rules AS rules ON rules.event_id = event.id
WHERE event.id = :event_id
"""
EVENTS_LOCK = "FOR NO KEY UPDATE OF event, seat_pool"

# The parts of one registration's writing. On PostgreSQL they are one statement, in which {new_id} comes from the first
# part; on SQLite, which has no such statements, they follow each other and {new_id} is a value.
REGISTRATION = """
INSERT INTO registration (event_id, mode, state, waits_for, position, number, email, email_key,
    first_name, middle_name, last_name, suffix, organization, job_title, country, role, days, wants_mail,
    name_key, organization_key, source, language, calendar_uid, calendar_sequence, link_version,
    registered_at, confirmed_at)
SELECT :event_id, :mode, :state, :waits_for, :position, :number, :email, :email_key,
    :first_name, :middle_name, :last_name, :suffix, :organization, :job_title, :country, :role, :days, :wants_mail,
    :name_key, :organization_key, 'web', :language, :calendar_uid, 0, 1, :at, :confirmed_at
WHERE NOT EXISTS (SELECT 1 FROM form_submission WHERE form_key = :form_key AND body_digest = :body_digest)
ON CONFLICT (event_id, email_key, guest_key) WHERE state <> 'cancelled' DO NOTHING
RETURNING id"""
SEAT = """
UPDATE seat_pool SET taken = taken + :seats, waiting = waiting + :waits, last_position = last_position + :waits
{from_new} WHERE seat_pool.id = :pool_id"""
AUDIT = """
INSERT INTO audit_entry (at, actor, act, subject, subject_id, event_id, detail, personal_digest)
SELECT :at, 'person', 'registered', 'registration', {new_id}, :event_id, :detail, '' {from_new}"""
MAIL = """
INSERT INTO outgoing_email (kind, dedupe_key, registration_id, event_id, recipient, recipient_key, language, facts,
    priority, state, due_at, attempts, doubts, last_error, subject, queued_at)
SELECT :kind, CAST(:kind AS VARCHAR) || '/' || {new_id} || '/0', {new_id}, :event_id, :email, :email_key, :language,
    :facts, 1, 'queued', :at, 0, 0, '', '', :at {from_new}"""
SUBMISSION = """
INSERT INTO form_submission (form_key, body_digest, event_id, registration_id, mode, state, number, email,
    sealed_form, corrections, language, submitted_at, lost_race, outcome)
SELECT :form_key, :body_digest, :event_id, {new_id}, :mode, :state, :number, :email, :sealed_form, 0, :language, :at,
    :lost_race, :outcome
{from_new}
RETURNING id, registration_id"""
ENTER_AT_ONCE = (
    f"WITH entered AS ({REGISTRATION}), seated AS ({SEAT}), audited AS ({AUDIT}), mailed AS ({MAIL}) {SUBMISSION}"
)
