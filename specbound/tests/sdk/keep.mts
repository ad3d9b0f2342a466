// `node keep.mjs <claim> <gateway> <token>`, or a page `?<claim>&<gateway>&<token>`, with nothing but the tarball.
// The claim may be `all` of them, at once.

import { claims as calls } from "./calls.mjs";
import { connecting } from "./claiming.mjs";
import { claims as general } from "./claims.mjs";
import { claims as resources } from "./resources.mjs";
import { claims as secrets } from "./secrets.mjs";
import { claims as values } from "./values.mjs";

declare const process: { argv: string[]; exitCode?: number } | undefined;

const inNode = typeof process !== "undefined";
const given = inNode ? process.argv.slice(2) : location.search.slice(1).split("&").map(decodeURIComponent);
const [claim = "", gateway = "", token = ""] = given;
const all = { ...general, ...calls, ...resources, ...secrets, ...values };
const chosen = claim === "all" ? Object.entries(all) : [[claim, all[claim as keyof typeof all]] as const];
const broken: string[] = [];
await Promise.all(
  chosen.map(([name, keep]) =>
    keep(connecting(gateway, token)).catch((error: unknown) => {
      broken.push(`${name}: ${error instanceof Error ? error.stack : error}`);
    }),
  ),
);
if (!inNode) document.title = broken.length === 0 ? `${chosen.length} kept` : broken.join("\n");
if (broken.length > 0) throw new Error(broken.join("\n"));
