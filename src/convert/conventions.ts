/** What converting has to know of each convention, as data: where a handler is found, and what one is packed as. */

import { FaasifyError } from '../errors.ts';
import { findNearest } from '../suggest.ts';

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

/** `option`: where it was given. */
export function readConvention(option: string, given: string | undefined): ConventionName {
  const found = CONVENTIONS.find((name) => name === given);
  if (found) return found;
  const fix = `Give one of ${CONVENTIONS.join(', ')}.`;
  if (given === undefined) throw new FaasifyError('convention', `${option} is missing`, { fix });
  const nearest = findNearest(given, [...CONVENTIONS]);
  throw new FaasifyError('convention', `${option}: there is no convention ${JSON.stringify(given)}`, {
    fix: nearest === undefined ? fix : `Did you mean ${nearest}? ${fix}`,
  });
}

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
  /** A global that handlers use, and what stands for it when one is converted: a new provider may have one of that name, too. */
  global?: [name: string, stand: string];
  /** Members of parameters by their usual names, in the order of the handler's own. */
  params: readonly string[];
  /** The default export of `templates/convert/to/<name>.ts` is the module itself, where that is CommonJS. */
  isModule?: true;
  /** Whether a call knows when it will be ended, and whether work may go on after the answer. */
  tellsDeadline?: true;
  takesLater?: true;
}

export const conventions: Record<ConventionName, Convention> = {
  lambda: {
    title: 'AWS Lambda',
    exports: ['handler', 'default'],
    global: ['awslambda', '$awslambda'],
    params: ['event', 'context'],
    tellsDeadline: true,
  },
  gcf: {
    title: 'Google Cloud Functions',
    exports: ['*'],
    registers: /(^|\.)(http|cloudEvent)\)?$/,
    isNamed: true,
    framework: { module: /^@google-cloud\/functions-framework$/, stand: 'frameworks/functions-framework.ts' },
    params: ['req', 'res'],
  },
  azure: {
    title: 'Azure Functions',
    exports: ['default', 'run', 'index', '*'],
    registers: /(^|\.)app\.[a-zA-Z]+\)?$/,
    isNamed: true,
    framework: { module: /^@azure\/functions$/, stand: 'frameworks/azure-functions.ts' },
    params: ['request', 'context'],
  },
  openwhisk: {
    title: 'Apache OpenWhisk',
    exports: ['main', 'default'],
    params: ['params', 'context'],
    tellsDeadline: true,
  },
  fission: {
    title: 'Fission',
    exports: ['default'],
    params: ['context'],
    isModule: true,
  },
  fn: {
    title: 'Fn',
    exports: [],
    registers: /(^|\.)handle$/,
    framework: { module: /^@fnproject\/fdk$/, stand: 'frameworks/fdk.ts' },
    params: ['input', 'ctx'],
    tellsDeadline: true,
  },
  knative: {
    title: 'Knative Functions',
    exports: ['handle', 'default'],
    params: ['context', 'body'],
  },
  openfaas: {
    title: 'OpenFaaS',
    exports: ['default'],
    params: ['event', 'context'],
    isModule: true,
  },
  kubeless: {
    title: 'Kubeless',
    exports: ['*', 'handler'],
    params: ['event', 'context'],
  },
  webtask: {
    title: 'Webtask',
    exports: ['default'],
    params: ['ctx', 'req', 'res'],
    isModule: true,
  },
  hookio: {
    title: 'hook.io',
    exports: ['default'],
    params: ['hook', 'res'],
    isModule: true,
  },
  workers: {
    title: 'Cloudflare Workers',
    exports: ['default'],
    registers: /^(self\.|globalThis\.)?addEventListener$/,
    params: ['request', 'env', 'ctx'],
    takesLater: true,
  },
  netlify: {
    title: 'Netlify Functions',
    exports: ['default', 'handler'],
    global: ['Netlify', '$netlify'],
    params: ['request', 'context'],
    takesLater: true,
  },
  vercel: {
    title: 'Vercel Functions',
    exports: ['default', 'GET', 'POST', 'PUT', 'PATCH', 'DELETE', 'HEAD', 'OPTIONS'],
    params: ['req', 'res'],
  },
  deno: {
    title: 'Deno',
    exports: ['default'],
    registers: /^Deno\.serve$/,
    global: ['Deno', '$deno'],
    params: ['request', 'info'],
  },
  scaleway: {
    title: 'Scaleway Functions',
    exports: ['handle', 'handler', 'default'],
    params: ['event', 'context'],
  },
  http: {
    title: 'a server of Node.js',
    exports: ['default', 'handler', 'app', 'server', 'listener'],
    registers: /(^|\.)listen$/,
    framework: { module: /^(node:)?http$/, stand: 'frameworks/node-http.ts' },
    params: ['req', 'res'],
  },
};
