/** Reads what came as JSON: a shape takes a value and returns it typed, or throws the rule that it breaks. */
export type Shape<T> = (value: unknown) => T;

type Fields = Readonly<Record<string, Shape<unknown>>>;
type Read<S> = S extends Shape<infer T> ? T : never;

const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;
const TIME = /^\d{4}-\d\d-\d\dT\d\d:\d\d(:\d\d(\.\d+)?)?/;
const ZONE = /(Z|[+-]\d\d:\d\d)$/;

/** A rule that is broken, named as in docs/contracts.md. */
export class Breach extends Error {
  readonly rule: string;

  constructor(rule: string, message = rule) {
    super(message);
    this.rule = rule;
  }
}

export function text(value: unknown): string {
  return typeof value === "string" ? value : refuse("not-text");
}

export function boolean(value: unknown): boolean {
  return typeof value === "boolean" ? value : refuse("not-a-boolean");
}

export function integer(value: unknown): number {
  return typeof value === "number" && Number.isInteger(value) ? value : refuse("malformed");
}

export function uuid(value: unknown): string {
  return typeof value === "string" && UUID.test(value) ? value : refuse("not-a-uuid");
}

export function time(value: unknown): string {
  if (typeof value !== "string" || !TIME.test(value)) return refuse("not-a-time");
  if (!ZONE.test(value)) return refuse("no-zone");
  return Number.isNaN(Date.parse(value)) ? refuse("not-a-time") : value;
}

/** One of a list that does not grow. */
export function oneOf<const T extends string>(...values: readonly T[]): Shape<T> {
  return (value) => values.find((one) => one === value) ?? refuse("malformed");
}

/** One of a list that grows. What is not in it counts as the fallback, or is left out. */
export function known<T extends string>(values: readonly T[], fallback: T): Shape<T>;
export function known<T extends string>(values: readonly T[]): Shape<T | undefined>;
export function known<T extends string>(values: readonly T[], fallback?: T): Shape<T | undefined> {
  return (value) => values.find((one) => one === text(value)) ?? fallback;
}

/** Values by name. Those with a name or value to leave out are left out. */
export function map<K extends string, V>(
  name: Shape<K | undefined>,
  value: Shape<V | undefined>,
): Shape<Readonly<Record<K, V>>> {
  return (found) => {
    const read = Object.entries(takeObject(found)).map(([key, one]) => [name(key), value(one)]);
    return Object.fromEntries(read.filter((pair) => !pair.includes(undefined)));
  };
}

/** An object with these fields. Others are left out, and `null` counts as absent. */
export function object<R extends Fields, O extends Fields = Record<never, never>>(
  required: R,
  optional?: O,
): Shape<{ readonly [K in keyof R]: Read<R[K]> } & { readonly [K in keyof O]?: Exclude<Read<O[K]>, undefined> }> {
  return (value) => {
    const found = takeObject(value);
    const read: Record<string, unknown> = {};
    const breaches = new Map<string, string>();
    for (const [name, shape] of Object.entries({ ...required, ...optional })) {
      try {
        const one = Object.hasOwn(found, name) ? (found[name] ?? undefined) : undefined;
        if (one === undefined && name in required) refuse("missing");
        const known = one === undefined ? undefined : shape(one);
        if (known !== undefined) read[name] = known;
      } catch (error) {
        if (!(error instanceof Breach)) throw error;
        breaches.set(name, error.rule);
      }
    }
    const [first] = breaches.values();
    if (first !== undefined) throw new Breach(first, [...breaches].sort().map((one) => one.join(": ")).join(", "));
    return read as ReturnType<ReturnType<typeof object<R, O>>>;
  };
}

function takeObject(value: unknown): Readonly<Record<string, unknown>> {
  const isObject = typeof value === "object" && value !== null && !Array.isArray(value);
  return isObject ? (value as Record<string, unknown>) : refuse("not-an-object");
}

function refuse(rule: string): never {
  throw new Breach(rule);
}
