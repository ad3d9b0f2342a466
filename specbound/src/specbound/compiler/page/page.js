// The page lies beside the contract, also under a stage's prefix: so its addresses are relative to its own.
const here = new URL(".", location.href).href.replace(/\/$/, "");
const token = document.getElementById("token");

token.value = sessionStorage.getItem("token") ?? "";
token.addEventListener("input", () => sessionStorage.setItem("token", token.value.trim()));
token.form.addEventListener("submit", event => event.preventDefault());
document.documentElement.classList.toggle("dark-mode", matchMedia("(prefers-color-scheme: dark)").matches);

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
  const declared = [...items, ...operations].flatMap(each => each.parameters ?? []);
  operations.forEach(operation => sayScope(operation, contract));
  [...declared, ...Object.values(components.parameters ?? {})].forEach(startEmpty);
  return { ...contract, components, security: [], servers: [{ url: here }] };
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
