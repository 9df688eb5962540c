/** Which of the exports of a file is the handler. */
import ts from 'typescript';
import { FaasifyError } from '../errors.ts';
import { type ConventionName, conventions } from './conventions.ts';
import type { ModuleFacts } from './read-module.ts';

export interface ChosenHandler {
  /** The name of the export. */
  name: string;
  /** Text to be put before and after the file's own, on its lines: what is not exported as written. */
  before: string;
  after: string;
}

/** `wanted`: what the user says it is. */
export function chooseHandler(from: ConventionName, facts: ModuleFacts, file: string, wanted?: string): ChosenHandler {
  const name = wanted ?? findName(from, facts);
  if (name === undefined) throw refuse(from, facts, file);
  const chosen = { name, before: '', after: '' };
  if (from === 'webtask' && facts.returns)
    return { ...chosen, before: 'module.exports = (function () {', after: '\n})();\n' };
  const registered = listRegistered(from, facts);
  const isTaken = registered.length === 0 ? isRegistered(from, facts) : registered.includes(name);
  const isThere = facts.exports.has(name) || facts.isOpen || isTaken;
  if (isThere) return chosen;
  // Of actions that are a single file no export is asked: what stands at their top can be called.
  if (from === 'openwhisk' && facts.functions.has(name)) {
    return { ...chosen, after: facts.isEsm ? `\nexport { ${name} };\n` : `\nmodule.exports.${name} = ${name};\n` };
  }
  throw refuse(from, facts, file, name);
}

function findName(from: ConventionName, facts: ModuleFacts): string | undefined {
  const { exports } = conventions[from];
  const [only, ...others] = [...facts.exports].filter((name) => facts.exported.has(name) || facts.exports.size === 1);
  const registered = listRegistered(from, facts);
  if (registered.length > 0) return registered.length === 1 ? registered[0] : undefined;
  for (const candidate of exports) {
    if (candidate === '*' && only !== undefined && others.length === 0) return only;
    if (facts.exports.has(candidate)) return candidate;
  }
  if (from === 'openwhisk' && facts.functions.has('main')) return 'main';
  if (isRegistered(from, facts) || (from === 'webtask' && facts.returns)) return 'default';
  return facts.isOpen ? exports.find((candidate) => candidate !== '*') : undefined;
}

function isRegistered(from: ConventionName, { calls }: ModuleFacts): boolean {
  const { registers } = conventions[from];
  return registers !== undefined && calls.some(({ callee }) => registers.test(callee));
}

/** The names under which handlers are given to a framework: `functions.http('price', …)`. */
function listRegistered(from: ConventionName, { calls }: ModuleFacts): string[] {
  const { registers, isNamed } = conventions[from];
  if (!registers || !isNamed) return [];
  return calls.flatMap(({ callee, node }) => {
    const [first] = node.arguments;
    return registers.test(callee) && first && ts.isStringLiteralLike(first) ? [first.text] : [];
  });
}

function refuse(from: ConventionName, facts: ModuleFacts, file: string, wanted?: string): FaasifyError {
  const { title, exports } = conventions[from];
  const names = [...facts.exports, ...listRegistered(from, facts)].sort();
  const usual = exports.filter((name) => name !== '*').map((name) => (name === 'default' ? 'module.exports' : name));
  const what =
    wanted === undefined ? `No handler for ${title} is found in ${file}` : `${file} does not export ${wanted}`;
  const has = names.length > 0 ? `; it has ${names.join(', ')}` : '; it exports nothing';
  const looked = usual.length > 0 ? `Looked for ${usual.slice(0, 3).join(', ')}. ` : '';
  return new FaasifyError('no-handler', what + has, {
    fix: `${looked}Say which one it is with --handler file.export, or which convention it is written for with --from.`,
  });
}
