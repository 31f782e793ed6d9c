// Generated from the services' contracts by `make documents`.

import type * as bodies from "./bodies.js";
import { PROBLEMS, STATES, EMAIL_KINDS, EMAIL_STATUSES } from "./codes.js";
import { boolean, integer, known, map, object, oneOf, type Shape, text, time, uuid } from "../shapes.js";

/** The body of each type of message. */
export interface Bodies {
  readonly "start-application.v1": bodies.StartApplication;
  readonly "check-code.v1": bodies.CheckCode;
  readonly "submit-details.v1": bodies.SubmitDetails;
  readonly "abandon-application.v1": bodies.AbandonApplication;
  readonly "ask-outcome.v1": bodies.AskOutcome;
  readonly "start-accepted.v1": bodies.StartAccepted;
  readonly "code-accepted.v1": bodies.CodeAccepted;
  readonly "details-taken.v1": bodies.DetailsTaken;
  readonly "application-abandoned.v1": bodies.ApplicationAbandoned;
  readonly "refused.v1": bodies.Refused;
  readonly "not-yet.v1": bodies.NotYet;
  readonly "application-status.v1": bodies.ApplicationStatus;
}

/** What may answer each command and question. */
export const ANSWERS = {
  "start-application.v1": ["start-accepted.v1", "refused.v1"],
  "check-code.v1": ["code-accepted.v1", "not-yet.v1", "refused.v1"],
  "submit-details.v1": ["details-taken.v1", "refused.v1"],
  "abandon-application.v1": ["application-abandoned.v1", "refused.v1"],
  "ask-outcome.v1": ["application-status.v1", "refused.v1"],
} as const;

export type ReplyType = (typeof ANSWERS)[keyof typeof ANSWERS][number];

/** How each reply is read: required fields, then optional ones. */
export const SHAPES: { readonly [R in ReplyType]: Shape<Bodies[R]> } = {
  "start-accepted.v1": object(
    { application_id: uuid, reference: text },
    { sent_to: text, uniform: boolean },
  ),
  "code-accepted.v1": object(
    { application_id: uuid, grant: text, details_until: time },
  ),
  "details-taken.v1": object(
    { application_id: uuid },
  ),
  "application-abandoned.v1": object(
    { application_id: uuid },
  ),
  "refused.v1": object(
    { application_id: uuid, problem: known(PROBLEMS, "unavailable") },
    { tries_left: integer, retry_at: time, ticket: text, fields: map(text, text), reason: text },
  ),
  "not-yet.v1": object(
    { application_id: uuid },
  ),
  "application-status.v1": object(
    { application_id: uuid, status: oneOf("pending", "known", "parked") },
    { reply: object({ type: text, body: text }), reason: text, state: known(STATES), problem: known(PROBLEMS,
      "unavailable"), expires_at: time, tries_left: integer, emails: map(known(EMAIL_KINDS), known(EMAIL_STATUSES)),
      account: text, session_over: boolean, account_name: text },
  ),
};
