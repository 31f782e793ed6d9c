// Generated from the services' contracts by `make documents`.

/** Where commands and questions go. */
export const EXCHANGE = "ace.commands";

/** How the name of a reply queue begins. */
export const REPLIES = "gateway.replies.";

/** Milliseconds after which a question is not worth answering. */
export const QUESTION_LIFETIME = 5000;

/** Bytes that a body may have. */
export const MOST_BYTES = 65536;

/** A problem's code. */
export const PROBLEMS = [
  "email-in-use",
  "importer-not-matched",
  "poc-email-missing",
  "contact-recently-changed",
  "importer-already-linked",
  "field-invalid",
  "verification-needed",
  "too-many-requests",
  "code-wrong",
  "code-expired",
  "delayed",
  "application-locked",
  "poc-email-refused",
  "session-over",
  "unavailable",
  "contract-broken",
  "version-gone",
] as const;
export type Problem = (typeof PROBLEMS)[number];

/** The state of an application. */
export const STATES = [
  "requested",
  "awaiting-code",
  "verified",
  "submitted",
  "provisioned",
  "completed",
  "rejected",
  "abandoned",
  "expired",
  "locked",
] as const;
export type State = (typeof STATES)[number];

/** Which email it is. The folder of its templates has the same name. */
export const EMAIL_KINDS = [
  "verification-code",
  "importer-view-confirmed",
  "account-ready",
  "account-created-notice",
  "application-refused",
  "requests-digest",
] as const;
export type EmailKind = (typeof EMAIL_KINDS)[number];

/** The status of an email. `sent`: the mail server accepted it. `deferred`: not yet, so it is tried again. `refused`:
 *  the mail server refused the recipient's address for good. `parked`: among the dead letters until an operator replays
 *  it, because the failure is on our side: it cannot be rendered, or was not handed over in time. `withdrawn`: its code
 *  is over, so it does not go out any more. */
export const EMAIL_STATUSES = [
  "sending",
  "sent",
  "deferred",
  "refused",
  "parked",
  "withdrawn",
] as const;
export type EmailStatus = (typeof EMAIL_STATUSES)[number];
