/**
 * Node's own `http`. An `import` asks for every export of it, and since Node 22 one of them loads all of `fetch` when it is
 * asked for: 40 ms of processor time wherever a process has just begun.
 */
export const http = /* @__PURE__ */ process.getBuiltinModule('http');
export const https = /* @__PURE__ */ process.getBuiltinModule('https');
