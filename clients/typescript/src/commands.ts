import type {
  AccountName,
  AccountRequest,
  AddressHint,
  ApplicationStatus,
  CodeAccepted,
  Grant,
  StartAccepted,
  StartApplication,
  TypedDetails,
} from "./contracts/bodies.js";
import { deriveApplicationId } from "./ids.js";
import type { KeyRing } from "./keys.js";
import type { Message } from "./messages.js";
import { CannotOpen, nameContext, Sealer } from "./sealing.js";
import { Breach, object, type Shape, text } from "./shapes.js";

/** What a start command may bring besides the request. */
export type StartOptions = Pick<StartApplication, "networks" | "verified_by" | "ticket">;

/**
 * Builds commands and opens replies under your gateway's key ring (`ACE_KEYS_COMMANDS`).
 *
 * `takenAt` is when the form was taken. A repeat keeps the first one's.
 */
export class CommandBuilder {
  readonly #sealer: Sealer;

  constructor(ring: KeyRing) {
    this.#sealer = new Sealer(ring);
  }

  /** Page 1, under the command's id: the application's follows from it. */
  async startApplication(
    id: string,
    request: AccountRequest,
    takenAt: Date,
    options: StartOptions = {},
  ): Promise<Message<"start-application.v1">> {
    const type = "start-application.v1";
    const application_id = await deriveApplicationId(id);
    const sealed = await this.#sealer.seal(request, nameContext(type, "request", application_id));
    return { type, body: { application_id, taken_at: takenAt.toISOString(), request: sealed, ...options } };
  }

  /** A code as a person entered it. */
  async checkCode(applicationId: string, code: string, takenAt: Date): Promise<Message<"check-code.v1">> {
    const type = "check-code.v1";
    const sealed = await this.#sealer.seal({ code }, nameContext(type, "code", applicationId));
    return { type, body: { application_id: applicationId, taken_at: takenAt.toISOString(), code: sealed } };
  }

  /** Page 3 with its authorization, and the grant that came for the right code. */
  async submitDetails(
    applicationId: string,
    grant: Grant,
    details: TypedDetails,
    takenAt: Date,
  ): Promise<Message<"submit-details.v1">> {
    const type = "submit-details.v1";
    const seal = (content: object, field: string) =>
      this.#sealer.seal(content, nameContext(type, field, applicationId));
    const sealed = { grant: await seal(grant, "grant"), details: await seal(details, "details") };
    return { type, body: { application_id: applicationId, taken_at: takenAt.toISOString(), ...sealed } };
  }

  /** Back to the beginning, or the end of the session after Submit. */
  abandonApplication(applicationId: string, takenAt: Date): Message<"abandon-application.v1"> {
    const body = { application_id: applicationId, taken_at: takenAt.toISOString() };
    return { type: "abandon-application.v1", body };
  }

  /** The masked address that the code goes to, if the reply tells. Throws `CannotOpen`. */
  async openHint(reply: StartAccepted): Promise<string | undefined> {
    if (!reply.sent_to) return undefined;
    const context = nameContext("start-accepted.v1", "sent_to", reply.application_id);
    return (await this.#open<AddressHint>(object({ address: text }), reply.sent_to, context)).address;
  }

  /** What submit-details has to bring. Only for this browser. Throws `CannotOpen`. */
  openGrant(reply: CodeAccepted): Promise<Grant> {
    const context = nameContext("code-accepted.v1", "grant", reply.application_id);
    return this.#open<Grant>(object({ token: text }), reply.grant, context);
  }

  /** The name of the account, once there is one. Throws `CannotOpen`. */
  async openAccountName(reply: ApplicationStatus): Promise<string | undefined> {
    if (!reply.account_name) return undefined;
    const context = nameContext("application-status.v1", "account_name", reply.application_id);
    return (await this.#open<AccountName>(object({ company_name: text }), reply.account_name, context)).company_name;
  }

  async #open<T>(shape: Shape<T>, token: string, context: string): Promise<T> {
    const content = await this.#sealer.open(token, context);
    try {
      return shape(content);
    } catch (error) {
      if (error instanceof Breach) throw new CannotOpen("what was sealed is something else");
      throw error;
    }
  }
}
