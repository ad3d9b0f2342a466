// The page lies beside the contract, also under a stage's prefix: so its addresses are relative to its own.
const here = new URL(".", location.href).href.replace(/\/$/, "");
const token = document.getElementById("token");

token.value = sessionStorage.getItem("token") ?? "";
token.addEventListener("input", () => sessionStorage.setItem("token", token.value.trim()));
token.form.addEventListener("submit", event => event.preventDefault());
document.documentElement.classList.toggle("dark-mode", matchMedia("(prefers-color-scheme: dark)").matches);

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

// Swagger UI's own dialogs would be more places to give a token, and offer a flow that no browser should go through,
// as it takes a client's secret. So which scope an operation needs is said in words.
function sayScope(operation, contract) {
  const scopes = (operation.security ?? contract.security ?? []).flatMap(each => Object.values(each).flat());
  const needed = scopes.length ? `Needs the scope \`${scopes.join(" ")}\`.` : "Needs no token.";
  operation.description = [operation.description, needed].filter(Boolean).join("\n\n");
  delete operation.security;
}

// Swagger UI fills examples in and sends them: a key that was used before, a page from the middle of a list.
function startEmpty(parameter) {
  if (parameter.schema && !parameter.required && parameter.schema.default === undefined) parameter.example = "";
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
  [...declared, ...Object.values(components.parameters ?? {})].forEach(startEmpty);
  return { ...contract, components, security: [], servers: [served(contract)] };
}

SwaggerUIBundle({
  url: "openapi.json",
  dom_id: "#operations",
  plugins: [{ statePlugins: { spec: { wrapActions: {
    updateSpec: update => text => update(JSON.stringify(shown(JSON.parse(text)))),
  } } } }],
  deepLinking: true,
  defaultModelsExpandDepth: 0,
  displayOperationId: true,
  displayRequestDuration: true,
  tryItOutEnabled: true,
  validatorUrl: null,
  requestInterceptor: request => {
    if (token.value.trim() && !request.loadSpec) request.headers.Authorization = `Bearer ${token.value.trim()}`;
    return request;
  },
});
