// `node breaking.mjs <old contract> <new contract>`, both as JSON: what the new one breaks for clients of the old one.
// Fails if there is any such change and the major version stays the same.

import { readFileSync } from "node:fs";
import { apiCompare } from "api-smart-diff";

const METHODS = new Set(["get", "put", "post", "delete", "options", "head", "patch", "trace"]);

const [base, revision] = process.argv.slice(2).map((file) => JSON.parse(readFileSync(file, "utf8")));
const { diffs, merged } = apiCompare(base, revision);
const breaking = diffs.filter(isBreaking);
const lines = [...new Set(breaking.map(describe))];
const major = (contract) => Number.parseInt(contract.info.version, 10);

if (lines.length === 0) {
  console.log("Nothing breaks for existing clients.");
} else if (major(revision) > major(base)) {
  console.log(`Version ${revision.info.version} breaks, as a new major version may:\n${lines.join("\n")}`);
} else {
  console.log(`This breaks existing clients of version ${base.info.version}:\n${lines.join("\n")}`);
  console.log(`Keep what they rely on, or make it version ${major(base) + 1}.0.0.`);
  process.exitCode = 1;
}

// The library knows which way a schema travels, and what is narrower. What it does not know stands here.
function isBreaking({ path, action, type, before, after }) {
  // Schemas, operations, their first tags and path parameters are names in generated clients.
  if (path[0] === "components") return path[1] === "schemas" && path.length === 3 && action === "remove";
  if (path[0] !== "paths") return false;
  if (path[3] === "operationId" || path[3] === "tags") return action !== "add";
  if (action === "rename") return true;
  const [holder, field] = path.slice(-2);
  const answered = path.includes("responses");
  // Objects are closed: a property taken out of one is refused from then on.
  if (holder === "properties") return action === "remove" || type === "breaking";
  if (field === "type" || field === "format") return action === "replace";
  if (field === "nullable") return answered ? after === true : before === true;
  if (field === "required" && answered && typeof before === "boolean") return after !== true;
  if (field === "requestBody" && action === "add") return after.required === true;
  if (field === "x-max-bytes") return action === "add" || (action === "replace" && after < before);
  return type === "breaking";
}

function describe({ path, action, before, after }) {
  const [, place, method] = path;
  const operation = METHODS.has(method) ? `${method.toUpperCase()} ${place}` : place;
  const where = named(path).slice(METHODS.has(method) ? 3 : 2).join("/");
  const what = { add: `now ${show(after)}`, remove: `was ${show(before)}` }[action] ?? `${show(before)} → ${show(after)}`;
  return `- ${[operation ?? "paths", where].join(" ").trim()}: ${what}`;
}

// A parameter by its name: its place in the list tells a reader nothing.
function named(path) {
  const at = path.indexOf("parameters") + 1;
  if (at === 0 || typeof path[at] !== "number") return path;
  const parameter = path.slice(0, at + 1).reduce((value, step) => value[step], merged);
  return path.with(at, parameter.name);
}

function show(value) {
  const text = JSON.stringify(value) ?? "nothing";
  return text.length > 60 ? `${text.slice(0, 57)}…` : text;
}
