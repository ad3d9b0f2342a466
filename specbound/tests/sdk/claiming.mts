// What claims are made with: a client, things to create, and what refuses them. It does without the functions that the
// oldest platforms lack.

import { Client, decimal, ProblemError, type Settings } from "catalogue-api-client";

/** How a claim gets a client: of the API with a fault, for this client alone; by default with none, and a token for all. */
export interface Connect {
  (fault?: string, options?: Settings): Client;
  settings(fault?: string): { baseUrl: string; token: string };
}

export function connecting(gateway: string, token: string): Connect {
  const settings = (fault = "none") => ({ baseUrl: `${gateway}/${fault}.${unique("its")}`, token });
  const connect = (fault?: string, options: Settings = {}) => new Client({ ...settings(fault), ...options });
  return Object.assign(connect, { settings });
}

let count = 0;

export const unique = (word: string) => `${word}-${Date.now().toString(36)}-${Math.random().toString(36).slice(2, 8)}${count++}`;
export const newUser = () => ({ name: "Ada Lovelace", email: `${unique("ada")}@example.com` });
export const newProduct = (category: string) => ({ name: unique("Trackball"), price: decimal("19.99"), category });
export const sorted = (names: string[]) => [...names].sort();
export const after = (milliseconds: number) => new Promise<void>((resolve) => setTimeout(resolve, milliseconds));

export function equal(found: unknown, expected: unknown): void {
  const [left, right] = [JSON.stringify(found), JSON.stringify(expected)];
  if (left !== right) throw new Error(`${left} is not ${right}`);
}

/** Milliseconds. */
export async function duration(call: () => Promise<unknown>): Promise<number> {
  const start = performance.now();
  await call();
  return performance.now() - start;
}

type ErrorClass<E> = abstract new (...args: never[]) => E;

export async function refused(call: Promise<unknown>): Promise<ProblemError>;
export async function refused<E extends Error>(call: Promise<unknown>, kind: ErrorClass<E>): Promise<E>;
export async function refused(call: Promise<unknown>, kind: ErrorClass<Error> = ProblemError): Promise<Error> {
  const error: unknown = await call.then(
    () => new Error("it was not refused"),
    (reason: unknown) => reason,
  );
  if (error instanceof kind) return error;
  throw error;
}
