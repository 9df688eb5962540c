/** What a converted handler will miss, told from its syntax, where it is written. */
import ts from 'typescript';
import type { Place, Problem } from '../types.ts';
import { type ConventionName, conventions } from './conventions.ts';
import { losses, type Need } from './losses.ts';
import { type FunctionNode, parse, placeOf } from './parsed.ts';

export interface SourceText {
  /** As the user knows it. */
  file: string;
  text: string;
}

export interface Conversion {
  from: ConventionName;
  to: ConventionName;
}

interface Use {
  /** `context.identity` */
  what: string;
  need: Need;
  at: Place;
}

/** Of all files that are the user's own; each thing once a file. */
export function findLosses(sources: readonly SourceText[], pair: Conversion, handler?: FunctionNode): Problem[] {
  const names = nameParams(pair.from, handler);
  return sources.flatMap(({ file, text }) => {
    const found = new Map<string, Problem>();
    const note = (problem: Problem | undefined) => {
      if (problem && !found.has(problem.message)) found.set(problem.message, problem);
    };
    const visit = (node: ts.Node): void => {
      for (const use of findUses(node, file, pair, names)) note(describeUse(use, pair));
      note(findVariable(node, file, pair));
      note(findOwnPlace(node, file));
      note(findOtherEntry(node, file, pair));
      ts.forEachChild(node, visit);
    };
    visit(parse(file, text));
    return [...found.values()];
  });
}

/** What the handler calls its parameters → what they are usually called. */
function nameParams(from: ConventionName, handler: FunctionNode | undefined): Map<string, string> {
  const roles = conventions[from].params;
  const known = Object.keys(losses[from].members ?? {});
  const names = new Map<string, string>(known.map((role) => [role, role]));
  if (known.includes('context') || known.includes('ctx')) {
    const role = known.includes('context') ? 'context' : 'ctx';
    names.set('context', role).set('ctx', role);
  }
  if (known.includes('request')) names.set('req', 'request');
  if (known.includes('res')) names.set('response', 'res');
  handler?.parameters.forEach((parameter, i) => {
    const role = roles[i];
    if (ts.isIdentifier(parameter.name) && role !== undefined) names.set(parameter.name.text, role);
  });
  return names;
}

function* findUses(node: ts.Node, file: string, { from }: Conversion, names: Map<string, string>): Generator<Use> {
  const { members = {}, globals = {} } = losses[from];
  if (ts.isPropertyAccessExpression(node)) {
    const role = ts.isIdentifier(node.expression) ? names.get(node.expression.text) : undefined;
    const need = role === undefined ? undefined : findNeed(members[role], node);
    if (need) yield { what: node.getText(), need, at: placeOf(node, file) };
  }
  if (ts.isBindingElement(node)) yield* findTaken(node, file, members, names);
  const name = nameGlobal(node);
  const need = name === undefined || !Object.hasOwn(globals, name) ? undefined : globals[name];
  if (name !== undefined && need) yield { what: name.replace(/^new /, ''), need, at: placeOf(node, file) };
}

/** `*` stands for members that something is called on: a text has no such use that matters. */
function findNeed(table: Record<string, Need> | undefined, node: ts.PropertyAccessExpression): Need | undefined {
  if (!table) return undefined;
  const { text } = node.name;
  if (Object.hasOwn(table, text)) return table[text];
  const { parent } = node;
  const isCalledOn =
    ts.isPropertyAccessExpression(parent) && parent.expression === node && ts.isCallExpression(parent.parent);
  return isCalledOn && !(parent.name.text in String.prototype) ? table['*'] : undefined;
}

/** `const { identity } = context`, `({ identity }) => …` as the parameter */
function* findTaken(
  node: ts.BindingElement,
  file: string,
  members: Record<string, Record<string, Need>>,
  names: Map<string, string>,
): Generator<Use> {
  const { parent } = node.parent;
  const key = (node.propertyName ?? node.name).getText();
  if (!ts.isVariableDeclaration(parent) || !parent.initializer || !ts.isIdentifier(parent.initializer)) return;
  const whole = parent.initializer.text;
  const table = members[names.get(whole) ?? ''];
  const need = table && Object.hasOwn(table, key) ? table[key] : undefined;
  if (need) yield { what: `${whole}.${key}`, need, at: placeOf(node, file) };
}

function nameGlobal(node: ts.Node): string | undefined {
  if (ts.isNewExpression(node)) {
    const name = node.expression.getText();
    return ['ReadableStream', 'TransformStream'].includes(name) ? `new ${name}` : name;
  }
  if (ts.isPropertyAccessExpression(node) && ts.isIdentifier(node.expression)) return node.getText();
  return undefined;
}

function describeUse({ what, need, at }: Use, { from, to }: Conversion): Problem | undefined {
  if (from === to && need !== 'stream') return undefined;
  const { title } = conventions[to];
  switch (need) {
    case 'binding':
      return {
        ...{ code: 'convert-binding', severity: 'error', at },
        message: `${what} is bound by ${conventions[from].title}; ${title} has nothing in its place. Use a client of the service itself.`,
      };
    case 'lost':
      return {
        ...{ code: 'convert-lost', severity: 'error', at },
        message: `${what} belongs to ${conventions[from].title}: it is not there at ${title}, and what uses it fails.`,
      };
    case 'deadline':
      return conventions[to].tellsDeadline
        ? undefined
        : { code: 'convert-deadline', severity: 'warning', at, message: describeDeadline(what, to) };
    case 'made-up':
      return {
        ...{ code: 'convert-made-up', severity: 'warning', at },
        message: `${what} has no counterpart at ${title}: there it is empty, or made up.`,
      };
    case 'stream':
      return {
        ...{ code: 'convert-stream', severity: 'warning', at },
        message: `${what}: what is written bit by bit is sent as one piece, when the handler has ended.`,
      };
  }
}

function describeDeadline(what: string, to: ConventionName): string {
  const { title } = conventions[to];
  return `${what}: ${title} does not say when it ends a call. It counts from the start of each call; say how long that may take with --timeout.`;
}

/** `process.env.AWS_REGION` */
function findVariable(node: ts.Node, file: string, { from, to }: Conversion): Problem | undefined {
  const { environment } = losses[from];
  if (!environment || from === to || !ts.isPropertyAccessExpression(node)) return undefined;
  if (node.expression.getText() !== 'process.env' || !environment.test(node.name.text)) return undefined;
  return {
    ...{ code: 'convert-environment', severity: 'warning', at: placeOf(node, file) },
    message: `${node.getText()} is set by ${conventions[from].title}; at ${conventions[to].title} it is there only if you set it.`,
  };
}

/** Files beside the handler do not go along, and it lies elsewhere afterwards. */
function findOwnPlace(node: ts.Node, file: string): Problem | undefined {
  const isName = ts.isIdentifier(node) && ['__dirname', '__filename'].includes(node.text);
  const isUrl = ts.isPropertyAccessExpression(node) && /^import\.meta\.(url|dirname|filename)$/.test(node.getText());
  if (!isName && !isUrl) return undefined;
  return {
    ...{ code: 'convert-place', severity: 'warning', at: placeOf(node, file) },
    message: `${node.getText()} is where the bundle lies: files that are read from beside the handler have to be put there by hand.`,
  };
}

/** `export default { scheduled() {} }`, `app.timer(…)`: called by what no request is. */
function findOtherEntry(node: ts.Node, file: string, { from, to }: Conversion): Problem | undefined {
  if (from === to) return undefined;
  const { exports = [] } = losses[from];
  const isMember =
    (ts.isMethodDeclaration(node) || ts.isPropertyAssignment(node)) && ts.isExportAssignment(node.parent.parent);
  const isExported =
    ts.isFunctionDeclaration(node) && node.modifiers?.some(({ kind }) => kind === ts.SyntaxKind.ExportKeyword) === true;
  const name = isMember || isExported ? node.name?.getText() : undefined;
  if (name === undefined || !exports.includes(name)) return undefined;
  return {
    ...{ code: 'convert-other-entry', severity: 'error', at: placeOf(node, file) },
    message: `${name} is called by ${conventions[from].title} for something else than requests: only the handler is converted.`,
  };
}
