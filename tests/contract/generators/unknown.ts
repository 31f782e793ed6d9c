// Compiles only if lists that grow are open: a code that nobody knows yet has the type of those that are known.
import { ApplicationStatus, Refused } from "./models.js";

const applicationId = "2d03a54d-5fe2-58e1-b9a9-57a8daa1f5ab";
const refused = new Refused({ applicationId, problem: "moon-in-the-way", fields: { city: "too-blue" } });
const status = ApplicationStatus.unmarshal({ application_id: applicationId, status: "pending", state: "pondering" });

export const problem: string = refused.problem;
export const state: string | null | undefined = status.state;
export const emails: Record<string, string> | undefined = status.emails;
