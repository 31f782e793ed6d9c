// Generated from the services' contracts by `make documents`.

import type { EmailKind, EmailStatus, Problem, State } from "./codes.js";

/** The person started over: the code is no longer valid. After Submit: the person ended the session. */
export interface AbandonApplication {
  /** The application that the message is about. */
  readonly application_id: string;
  /** When the gateway took it. Lateness is judged by this time. */
  readonly taken_at: string;
}

/** `account_name` of application-status: the account's name, which is the company's in the importer record. */
export interface AccountName {
  readonly company_name: string;
}

/** Page 1 of the form: `request` of start-application. */
export interface AccountRequest {
  readonly company_name: string;
  /** In one of the three formats, with its hyphens. */
  readonly importer_number: string;
  /** The requester's business address; it becomes the account owner's login. */
  readonly email: string;
}

/** `sent_to` of start-accepted: an email address that only those who know it recognize, `j***@e***.com`. */
export interface AddressHint {
  readonly address: string;
}

/** The application is closed and its code no longer valid. */
export interface ApplicationAbandoned {
  /** The application that the message is about. */
  readonly application_id: string;
}

/** The answer to ask-outcome: what became of the command, and the application's state. */
export interface ApplicationStatus {
  /** The application that the message is about. */
  readonly application_id: string;
  /** pending: not decided, or nothing changed. parked: among the dead letters. */
  readonly status: "pending" | "known" | "parked";
  /** With known: the reply. */
  readonly reply?: RecordedReply;
  /** With parked: why, as in refused. */
  readonly reason?: string;
  /** Unset if there is no such application yet. */
  readonly state?: State;
  /** Why it was rejected; if it expired by our fault, `delayed`. */
  readonly problem?: Problem;
  /** When the code expires. */
  readonly expires_at?: string;
  readonly tries_left?: number;
  readonly emails?: Readonly<Partial<Record<EmailKind, EmailStatus>>>;
  /** The number of the account that was created. */
  readonly account?: string;
  /** The requester ended the session after Submit: show nobody more of it. */
  readonly session_over?: boolean;
  /** With account. Sealed AccountName: as in the importer record. */
  readonly account_name?: string;
}

/** Asks what became of a command whose reply did not arrive in time. */
export interface AskOutcome {
  /** The application that the message is about. */
  readonly application_id: string;
  /** The `message_id` of the command. */
  readonly command_id: string;
}

/** A code was entered on page 2. */
export interface CheckCode {
  /** The application that the message is about. */
  readonly application_id: string;
  /** When the gateway took it. Lateness is judged by this time. */
  readonly taken_at: string;
  /** Sealed TypedCode. */
  readonly code: string;
}

/** The code was right. Submit-details must include the grant. */
export interface CodeAccepted {
  /** The application that the message is about. */
  readonly application_id: string;
  /** Sealed Grant. */
  readonly grant: string;
  /** Until when the details can be submitted. */
  readonly details_until: string;
}

/** The details were taken. To learn whether the account was created, send ask-outcome until `submitted` ends. */
export interface DetailsTaken {
  /** The application that the message is about. */
  readonly application_id: string;
}

/** `grant` of code-accepted and submit-details: proof that this browser entered the right code. */
export interface Grant {
  readonly token: string;
}

/** Nothing is decided yet: the application or its code is still on its way. */
export interface NotYet {
  /** The application that the message is about. */
  readonly application_id: string;
}

/** An earlier reply, for a caller that missed it. */
export interface RecordedReply {
  readonly type: string;
  /** The reply's JSON. */
  readonly body: string;
}

/** The command was refused, and why. */
export interface Refused {
  /** The application that the message is about. */
  readonly application_id: string;
  readonly problem: Problem;
  /** With code-wrong: how many more codes may be tried. */
  readonly tries_left?: number;
  /** With too-many-requests, verification-needed, contact-recently-changed: when to come back. */
  readonly retry_at?: string;
  /** The same request passes if it is sent with this ticket from `retry_at` on. */
  readonly ticket?: string;
  /** With field-invalid: the rule that each field breaks. */
  readonly fields?: Readonly<Record<string, string>>;
  /** For the gateway's author. With contract-broken: each part that breaks its contract, and the rule (`request:
   *  missing, taken_at: no-zone`). With version-gone: which are taken. With unavailable: why, in words. */
  readonly reason?: string;
}

/** The four validations passed; a code will be issued and sent. */
export interface StartAccepted {
  /** The application that the message is about. */
  readonly application_id: string;
  /** `ACE-XXXX-XXXX` */
  readonly reference: string;
  /** Sealed AddressHint: the point of contact's email address, masked. */
  readonly sent_to?: string;
  /** A code goes out only if number and name match a record. The page must say so. */
  readonly uniform?: boolean;
}

/** Page 1 was submitted. The application id is the UUIDv5 of the command's own id and the name `application`. */
export interface StartApplication {
  /** The application that the message is about. */
  readonly application_id: string;
  /** When the gateway took it. Lateness is judged by this time. */
  readonly taken_at: string;
  /** Sealed AccountRequest. */
  readonly request: string;
  /** Tags of the visitor's networks, the narrowest first. */
  readonly networks?: readonly string[];
  /** The human verification that the visitor passed. Only believed of trusted gateways. */
  readonly verified_by?: string;
  /** From an earlier refusal of this request. */
  readonly ticket?: string;
}

/** Page 3 was submitted with its authorization. */
export interface SubmitDetails {
  /** The application that the message is about. */
  readonly application_id: string;
  /** When the gateway took it. Lateness is judged by this time. */
  readonly taken_at: string;
  /** Sealed Grant, as it came with the reply to the right code. */
  readonly grant: string;
  /** Sealed TypedDetails. */
  readonly details: string;
}

/** Page 2 of the form: `code` of check-code. */
export interface TypedCode {
  readonly code: string;
}

/** Pages 3 and 4 of the form: `details` of submit-details. */
export interface TypedDetails {
  readonly organizational_structure: string;
  readonly fiscal_year_end?: string;
  readonly duns?: string;
  readonly website?: string;
  readonly first_name: string;
  readonly middle_name?: string;
  readonly last_name: string;
  readonly country: string;
  readonly street_address: string;
  readonly city: string;
  readonly state?: string;
  readonly postal_code: string;
  readonly telephone: string;
  /** Whether the authorization's box was checked. */
  readonly authorized: boolean;
  /** The id of its wording (docs/contracts-fields.md). */
  readonly authorization?: string;
}
