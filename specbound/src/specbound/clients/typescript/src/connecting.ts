// A client's settings: what its user says, or else the environment, or else the contract.

import { CONTRACT } from "./about.js";
import type { Call } from "./calls.js";
import { type Caller, caller } from "./calling.js";
import { clientCredentials } from "./credentials.js";
import { sender, type Settings } from "./sending.js";
import type { Stream } from "./streams.js";

/** What resources call with, for who wants one of them alone: `new UsersResource(connect({ token }))`. */
export function connect(settings: Settings = {}): Caller {
  const prefix = CONTRACT.prefix;
  const baseUrl = settings.baseUrl ?? (environment(`${prefix}_BASE_URL`) || CONTRACT.address);
  if (!baseUrl) throw new TypeError(`Where is the API? Give baseUrl, or set ${prefix}_BASE_URL in the environment.`);
  const token = settings.token ?? (environment(`${prefix}_TOKEN`) || credentials(prefix));
  return caller(sender({ ...settings, baseUrl, ...(token === undefined ? {} : { token }) }));
}

export class Connected {
  protected readonly caller: Caller;

  constructor(settings: Settings) {
    this.caller = connect(settings);
    // A client is logged now and then, and its settings are nobody else's.
    Object.defineProperty(this, "caller", { enumerable: false });
  }

  /**
   * What a method would give, read piece by piece: `await client.stream(() => client.things.get(id))`, as bytes, `.lines()`
   * or `.events()`. The deadline is for its beginning; what comes then takes as long as it does.
   */
  stream(call: () => Call<unknown>): Promise<Stream> {
    return this.caller.stream(call);
  }
}

function credentials(prefix: string) {
  const [clientId, clientSecret] = [environment(`${prefix}_CLIENT_ID`), environment(`${prefix}_CLIENT_SECRET`)];
  if (!clientId || !clientSecret) return undefined;
  const tokenUrl = environment(`${prefix}_TOKEN_URL`) || CONTRACT.token_url;
  if (!tokenUrl) throw new TypeError(`Where are tokens issued? Set ${prefix}_TOKEN_URL in the environment.`);
  return clientCredentials({ tokenUrl, clientId, clientSecret, scopes: environment(`${prefix}_SCOPES`).split(" ") });
}

/** A variable of the environment; empty where it is not set, or there is no environment, as in browsers. */
function environment(name: string): string {
  const { process } = globalThis as { process?: { env?: Record<string, string | undefined> } };
  return process?.env?.[name]?.trim() ?? "";
}
