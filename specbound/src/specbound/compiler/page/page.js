// The page lies beside the contract, also under a stage's prefix: so its addresses are relative to its own.
const here = new URL(".", location.href).href.replace(/\/$/, "");
const token = document.getElementById("token");
const viewer = document.getElementById("operations");
const [samples, problems] = ["samples", "problems"].map(id => JSON.parse(document.getElementById(id).textContent));
// What a server on this machine takes from its own user (`make run`).
const LOCAL_HOSTS = ["localhost", "127.0.0.1", "[::1]"];

token.value = sessionStorage.getItem("token") ?? (LOCAL_HOSTS.includes(location.hostname) ? "local" : "");
token.addEventListener("input", () => sessionStorage.setItem("token", token.value.trim()));
token.form.addEventListener("submit", event => event.preventDefault());

/** The path below the host that the first of some servers has: there the API's routes begin. */
function basePath(servers) {
  const [server] = servers?.length ? servers : [{ url: "/" }];
  const url = server.url.replace(/\{([^{}]*)\}/g, (whole, name) => server.variables?.[name]?.default ?? whole);
  return new URL(url, `${location.origin}/`).pathname.replace(/\/+$/, "");
}

/** What of this page's address is before the base path: a stage, say. */
function mount(contract) {
  const base = basePath(contract.servers);
  return here.endsWith(base) ? here.slice(0, here.length - base.length) : here;
}

// The viewer's own dialogs would be more places to give a token, and offer a flow that no browser should go through,
// as it takes a client's secret. So which scope an operation needs is said in words.
function sayScope(operation, contract) {
  const scopes = (operation.security ?? contract.security ?? []).flatMap(each => Object.values(each).flat());
  const needed = scopes.length ? `Needs the scope \`${scopes.join(" ")}\`.` : "Needs no token.";
  operation.description = [operation.description, needed].filter(Boolean).join("\n\n");
  delete operation.security;
}

// The viewer fills examples in and sends them: a key that was used before, a page from the middle of a list. So what may
// be left out is left empty, and its example is told.
function startEmpty(parameter) {
  if (!parameter.schema || parameter.required || parameter.schema.default !== undefined) return;
  const { example = parameter.schema.example, examples, ...rest } = parameter;
  const told = example === undefined ? "" : `\n\nSuch as \`${example}\`.`;
  for (const name of Object.keys(parameter)) delete parameter[name];
  Object.assign(parameter, rest, { description: `${rest.description ?? ""}${told}`, example: "" });
}

// The viewer shows an example that it makes up of the schema's, but where several are named.
function nameExample(media) {
  if (media.example !== undefined) media.examples ??= { example: { value: media.example } };
}

/** A reply of an operation, and the status that it is declared for: itself, a range of them, or all others. */
function declared(operation, status) {
  const found = [`${status}`, `${status}`[0] + "XX", "default"].find(each => operation.responses?.[each]);
  return found && [found, operation.responses[found]];
}

// A problem is explained where it occurs: with the reply of its status.
function explain(operation, components) {
  const told = {};
  for (const { name, status, description, remedy, operations } of problems) {
    const [key, reply] = (operations.includes(operation.operationId) && declared(operation, status)) || [];
    if (!key) continue;
    const own = told[key] ??= { ...(reply.$ref ? components.responses?.[reply.$ref.split("/").pop()] : reply) };
    own.description = `${own.description ?? ""}\n\n\`${name}\`: ${[description, remedy].filter(Boolean).join(" ")}`;
  }
  operation.responses = { ...operation.responses, ...told };
}

/** The types of problems as a table, in Markdown. */
function guide(contract) {
  if (!problems.length) return "";
  const paths = Object.entries(contract.paths).flatMap(([path, item]) =>
    Object.entries(item).map(([method, { operationId }]) => [operationId, `${method}-${path}`]));
  const links = Object.fromEntries(paths.map(([id, at]) => [id, `[${id}](#${at.replace(/[{}]/g, "-")})`]));
  const cell = text => text.replace(/\s+/g, " ").replaceAll("|", "\\|");
  const row = each => [
    `\`${each.name}\``, each.status, cell(each.description), cell(each.remedy),
    each.operations.map(id => links[id]).filter(Boolean).join(", "),
  ].join(" | ");
  return [
    "# Problems", "", "A problem's `type` is `urn:problem-type:` and one of these names.", "",
    "| type | status | what it means | what to do | where |", "|---|---|---|---|---|",
    ...problems.map(each => `| ${row(each)} |`),
  ].join("\n");
}

/** The contract as this page shows it. */
function shown(contract) {
  const { securitySchemes, ...components } = contract.components ?? {};
  const items = Object.values(contract.paths);
  const operations = items.flatMap(item => Object.values(item)).filter(each => each.operationId);
  const root = mount(contract);
  const served = holder => ({ url: root + basePath(holder.servers) });
  [...items, ...operations].filter(each => each.servers).forEach(each => { each.servers = [served(each)]; });
  const declared = [...items, ...operations].flatMap(each => each.parameters ?? []);
  operations.forEach(operation => sayScope(operation, contract));
  operations.forEach(operation => { operation["x-codeSamples"] = samples[operation.operationId]; });
  operations.forEach(operation => explain(operation, components));
  [...declared, ...Object.values(components.parameters ?? {})].forEach(startEmpty);
  const replies = operations.flatMap(operation => Object.values(operation.responses ?? {}));
  const bodies = operations.map(operation => operation.requestBody ?? {});
  const shared = ["requestBodies", "responses"].flatMap(kind => Object.values(components[kind] ?? {}));
  [...replies, ...bodies, ...shared].flatMap(each => Object.values(each.content ?? {})).forEach(nameExample);
  const info = { ...contract.info, description: `${contract.info?.description ?? ""}\n\n${guide(contract)}` };
  return { ...contract, info, components, security: [], servers: [served(contract)] };
}

const LIGHT = {
  theme: "light", "primary-color": "#0550ae", "text-color": "#1f2328", "bg-color": "#ffffff",
  "nav-bg-color": "#f6f8fa", "nav-text-color": "#1f2328", "nav-hover-bg-color": "#e6e9ec", "nav-accent-color": "#0550ae",
};
const DARK = {
  theme: "dark", "primary-color": "#79c0ff", "text-color": "#e6edf3", "bg-color": "#161b22",
  "nav-bg-color": "#0d1117", "nav-text-color": "#e6edf3", "nav-hover-bg-color": "#21262d", "nav-accent-color": "#79c0ff",
};

/** The colours and the layout that this screen asks for. */
function dress() {
  const colours = matchMedia("(prefers-color-scheme: dark)").matches ? DARK : LIGHT;
  // Where there is no room for its list of operations, they stand below each other.
  const layout = matchMedia("(min-width: 768px)").matches ? "focused" : "view";
  Object.entries({ ...colours, "render-style": layout }).forEach(([name, value]) => viewer.setAttribute(name, value));
}

// What the viewer leaves out for those who do not see it: names of its fields, and a way into what scrolls.
function name(root) {
  for (const field of root.querySelectorAll("input, select, textarea")) {
    const known = field.labels?.length || field.hasAttribute("aria-label");
    if (!known) field.setAttribute("aria-label", field.dataset.pname ?? field.getAttribute("placeholder") ?? "Body");
  }
  root.querySelectorAll("pre").forEach(each => each.setAttribute("tabindex", "0"));
  root.querySelectorAll("nav").forEach((each, at) => each.setAttribute("aria-label", at ? `Part ${at}` : "Operations"));
  for (const each of root.querySelectorAll("*")) if (each.shadowRoot) watch(each.shadowRoot);
}

const watched = new WeakSet();
function watch(root) {
  if (watched.has(root)) return;
  watched.add(root);
  new MutationObserver(() => name(root)).observe(root, { childList: true, subtree: true });
  name(root);
}

viewer.addEventListener("before-try", ({ detail: { request } }) => {
  if (token.value.trim()) request.headers.set("Authorization", `Bearer ${token.value.trim()}`);
});
// The list follows what is typed; the viewer itself waits for Enter.
viewer.shadowRoot.addEventListener("input", ({ target }) => {
  if (target.id === "nav-bar-search") target.dispatchEvent(new Event("change"));
});
matchMedia("(prefers-color-scheme: dark)").addEventListener("change", dress);
dress();
watch(viewer.shadowRoot);
fetch("openapi.json").then(reply => reply.json()).then(contract => viewer.loadSpec(shown(contract)));
