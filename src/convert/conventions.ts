/** What converting has to know of each convention, as data: where a handler is found, and what one is packed as. */

export const CONVENTIONS = [
  'lambda',
  'gcf',
  'azure',
  'openwhisk',
  'fission',
  'fn',
  'knative',
  'openfaas',
  'kubeless',
  'webtask',
  'hookio',
  'workers',
  'netlify',
  'vercel',
  'deno',
  'scaleway',
  'http',
] as const;

export type ConventionName = (typeof CONVENTIONS)[number];

export interface Convention {
  title: string;
  /** Exports that may be the handler, the likeliest first; `*`: any, if it is the only one. */
  exports: readonly string[];
  /** Handlers may be given to a function of this name instead: `functions.http(…)`, `Deno.serve(…)`. */
  registers?: RegExp;
  /** What it is given first is the handler's name. */
  isNamed?: true;
  /** A module that handlers import, and what stands in its place when one is converted, below `templates/convert`. */
  framework?: { module: RegExp; stand: string };
  /** Members of parameters by their usual names, in the order of the handler's own. */
  params: readonly string[];
  /** Of the file that is deployed; `{name}` is the function's. */
  entry: { file: string; format: 'esm' | 'cjs'; isDefault?: true };
  /** The longest that a call may take, in seconds, and the bytes that it may bring or give. */
  limits: { timeout: number; payload: number };
  /** Whether a call knows when it will be ended, and whether work may go on after the answer. */
  tellsDeadline?: true;
  takesLater?: true;
}

const MB = 1024 * 1024;
const NONE = Number.POSITIVE_INFINITY;

export const conventions: Record<ConventionName, Convention> = {
  lambda: {
    title: 'AWS Lambda',
    exports: ['handler', 'default'],
    params: ['event', 'context'],
    entry: { file: 'index.mjs', format: 'esm' },
    limits: { timeout: 900, payload: 6 * MB },
    tellsDeadline: true,
  },
  gcf: {
    title: 'Google Cloud Functions',
    exports: ['*'],
    registers: /(^|\.)(http|cloudEvent)\)?$/,
    isNamed: true,
    framework: { module: /^@google-cloud\/functions-framework$/, stand: 'frameworks/functions-framework.ts' },
    params: ['req', 'res'],
    entry: { file: 'index.mjs', format: 'esm' },
    limits: { timeout: 3600, payload: 32 * MB },
  },
  azure: {
    title: 'Azure Functions',
    exports: ['default', 'run', 'index', '*'],
    registers: /(^|\.)app\.[a-zA-Z]+\)?$/,
    isNamed: true,
    framework: { module: /^@azure\/functions$/, stand: 'frameworks/azure-functions.ts' },
    params: ['request', 'context'],
    entry: { file: 'index.mjs', format: 'esm' },
    limits: { timeout: 230, payload: 100 * MB },
  },
  openwhisk: {
    title: 'Apache OpenWhisk',
    exports: ['main', 'default'],
    params: ['params', 'context'],
    entry: { file: 'index.js', format: 'cjs' },
    limits: { timeout: 300, payload: MB },
    tellsDeadline: true,
  },
  fission: {
    title: 'Fission',
    exports: ['default'],
    params: ['context'],
    entry: { file: 'index.js', format: 'cjs', isDefault: true },
    limits: { timeout: NONE, payload: MB },
  },
  fn: {
    title: 'Fn',
    exports: [],
    registers: /(^|\.)handle$/,
    framework: { module: /^@fnproject\/fdk$/, stand: 'frameworks/fdk.ts' },
    params: ['input', 'ctx'],
    entry: { file: 'func.js', format: 'cjs' },
    limits: { timeout: 300, payload: 6 * MB },
    tellsDeadline: true,
  },
  knative: {
    title: 'Knative Functions',
    exports: ['handle', 'default'],
    params: ['context', 'body'],
    entry: { file: 'index.js', format: 'cjs' },
    limits: { timeout: NONE, payload: MB },
  },
  openfaas: {
    title: 'OpenFaaS',
    exports: ['default'],
    params: ['event', 'context'],
    entry: { file: '{name}/handler.js', format: 'cjs', isDefault: true },
    limits: { timeout: NONE, payload: 100 * 1024 },
  },
  kubeless: {
    title: 'Kubeless',
    exports: ['*', 'handler'],
    params: ['event', 'context'],
    entry: { file: 'handler.js', format: 'cjs', isDefault: true },
    limits: { timeout: 180, payload: MB },
  },
  webtask: {
    title: 'Webtask',
    exports: ['default'],
    params: ['ctx', 'req', 'res'],
    entry: { file: 'index.js', format: 'cjs', isDefault: true },
    limits: { timeout: 30, payload: MB },
  },
  hookio: {
    title: 'hook.io',
    exports: ['default'],
    params: ['hook', 'res'],
    entry: { file: 'index.js', format: 'cjs', isDefault: true },
    limits: { timeout: 10, payload: MB },
  },
  workers: {
    title: 'Cloudflare Workers',
    exports: ['default'],
    registers: /^(self\.|globalThis\.)?addEventListener$/,
    params: ['request', 'env', 'ctx'],
    entry: { file: 'index.mjs', format: 'esm' },
    limits: { timeout: 300, payload: 100 * MB },
    takesLater: true,
  },
  netlify: {
    title: 'Netlify Functions',
    exports: ['default', 'handler'],
    params: ['request', 'context'],
    entry: { file: 'netlify/functions/{name}.mjs', format: 'esm' },
    limits: { timeout: 60, payload: 6 * MB },
    takesLater: true,
  },
  vercel: {
    title: 'Vercel Functions',
    exports: ['default', 'GET', 'POST', 'PUT', 'PATCH', 'DELETE', 'HEAD', 'OPTIONS'],
    params: ['req', 'res'],
    entry: { file: 'api/{name}.mjs', format: 'esm' },
    limits: { timeout: 800, payload: 4.5 * MB },
  },
  deno: {
    title: 'Deno',
    exports: ['default'],
    registers: /^Deno\.serve$/,
    params: ['request', 'info'],
    entry: { file: 'main.mjs', format: 'esm' },
    limits: { timeout: NONE, payload: NONE },
  },
  scaleway: {
    title: 'Scaleway Functions',
    exports: ['handle', 'handler', 'default'],
    params: ['event', 'context'],
    entry: { file: 'handler.js', format: 'cjs' },
    limits: { timeout: 3600, payload: 6 * MB },
  },
  http: {
    title: 'a server of Node.js',
    exports: ['default', 'handler', 'app', 'server', 'listener'],
    registers: /(^|\.)listen$/,
    framework: { module: /^(node:)?http$/, stand: 'frameworks/node-http.ts' },
    params: ['req', 'res'],
    entry: { file: 'server.mjs', format: 'esm' },
    limits: { timeout: NONE, payload: NONE },
  },
};
