import { posix } from 'node:path';
import ts from 'typescript';
import type { GivenPart, ModuleId } from '../types.ts';
import type { Edit } from './edits.ts';
import { isInSlice, type LinkedModule, type LinkedStatement } from './links.ts';
import { type Modules, type Need, resolveRelative } from './needs.ts';
import { relativeSpecifier, slicePath } from './slice-paths.ts';
import { emitString, endOfLineComments, lineBreakOf, pickName, spanOf } from './syntax.ts';

const LICENSE = /^\/\*!|@licen[cs]e|@preserve|copyright/i;

/** Where imports lead. */
export interface SliceLinks {
  modules: Modules;
  /** The file of each module of the slice, from the output folder. */
  paths: ReadonlyMap<ModuleId, string>;
}

interface Relinking extends SliceLinks {
  /** Files that go along as they are. */
  copied: Set<string>;
}

/**
 * Leaves out the statements that are not needed, and leads the imports of the others to the slices of their modules, or to
 * copies of the files that are returned.
 */
export function editStatements(edits: Edit[], links: SliceLinks, module: LinkedModule, need: Need): string[] {
  const emit: Relinking = { ...links, copied: new Set() };
  let from = findBodyStart(module);
  for (const statement of module.statements) {
    const end = endOfLineComments(module.text, statement.node.end);
    if (need.statements.has(statement.index)) editKept(edits, emit, module, need, statement);
    else edits.push({ kind: 'replace', span: { start: Math.min(from, end), end }, text: '' });
    from = end;
  }
  if (need.exported.size > 0) addExports(edits, module, need);
  return [...emit.copied].sort();
}

function addExports(edits: Edit[], module: LinkedModule, need: Need): void {
  const line = `export { ${[...need.exported].sort().join(', ')} };`;
  const lineBreak = module.text.endsWith('\n') ? '' : lineBreakOf(module.text);
  edits.push({ kind: 'insert', at: module.text.length, text: lineBreak + line });
}

/** Behind the shebang and a licence, which stay, each with its end of line, even if the statement below them does not. */
function findBodyStart(module: LinkedModule): number {
  const comments = ts.getLeadingCommentRanges(module.text, module.statements[0]?.node.pos ?? 0) ?? [];
  const license = comments.findLast((comment) => LICENSE.test(module.text.slice(comment.pos, comment.end)));
  const end = license?.end ?? ts.getShebang(module.text)?.length ?? 0;
  return end + (end > 0 ? (/^[ \t]*\r?\n/.exec(module.text.slice(end))?.[0].length ?? 0) : 0);
}

function editKept(edits: Edit[], emit: Relinking, module: LinkedModule, need: Need, statement: LinkedStatement): void {
  const { node } = statement;
  const kept = need.bindings.get(statement.index);
  if (ts.isImportDeclaration(node)) editImport(edits, emit, module, statement, node, kept ?? new Set());
  else if (ts.isImportEqualsDeclaration(node)) editRequire(edits, emit, module, statement, node);
  else if (ts.isExportDeclaration(node)) editExport(edits, emit, module, statement, node, kept ?? new Set());
  else if (statement.facts.unstable) editGiven(edits, module, statement, node);
  else if (ts.isExportAssignment(node) && isSentConstant(emit.modules, module, nameOf(node))) editLive(edits, node);
  else {
    if (ts.isVariableStatement(node)) editPartlyGiven(edits, module, statement, node);
    if (ts.isExportAssignment(node) && node.isExportEquals) {
      const start = node.getStart();
      edits.push({ kind: 'replace', span: { start, end: node.expression.getStart() }, text: 'export default ' });
    }
    for (const specifier of statement.dynamicImports) {
      if (isInSlice(statement, spanOf(specifier))) editSpecifier(edits, emit, module, specifier, undefined);
    }
  }
}

/** `export default config;` → `export { config as default };`: it has no value yet when the module is loaded. */
function editLive(edits: Edit[], node: ts.ExportAssignment): void {
  edits.push({ kind: 'replace', span: spanOf(node), text: `export { ${nameOf(node)} as default };` });
}

/** `config` of `export default config as Config`, or the whole expression. */
function nameOf({ expression }: ts.ExportAssignment): string {
  let inner = expression;
  while (ts.isAsExpression(inner) || ts.isSatisfiesExpression(inner) || ts.isParenthesizedExpression(inner)) {
    inner = inner.expression;
  }
  return inner.getText();
}

function isSentConstant(modules: Modules, module: LinkedModule, name: string): boolean {
  const link = module.imports.get(name);
  if (link) return isSentExport(modules, getTarget(modules, link.statement), link.name);
  return (module.declared.get(name) ?? []).some(({ node, facts: { unstable, given } }) => {
    const isSent = unstable || given?.parts.some(({ names }) => names.includes(name));
    return isSent && ts.isVariableStatement(node) && (node.declarationList.flags & ts.NodeFlags.Const) !== 0;
  });
}

/** The same for what a module exports, whatever it comes from. */
function isSentExport(modules: Modules, module: LinkedModule | undefined, name: string): boolean {
  const link = module?.exports.get(name);
  if (!module || !link) return false;
  const { statement, local, from } = link;
  if (from !== undefined) return isSentExport(modules, getTarget(modules, statement), from);
  if (ts.isExportAssignment(statement.node)) return isSentConstant(modules, module, nameOf(statement.node));
  return isSentConstant(modules, module, local ?? name);
}

function getTarget(modules: Modules, { facts: { target } }: LinkedStatement): LinkedModule | undefined {
  return target === undefined ? undefined : modules.get(target);
}

/** `const started = Date.now()` → `let started; // sent with every call` */
function editGiven(edits: Edit[], module: LinkedModule, statement: LinkedStatement, node: ts.Statement): void {
  const isExported =
    ts.canHaveModifiers(node) && ts.getModifiers(node)?.some(({ kind }) => kind === ts.SyntaxKind.ExportKeyword);
  const text = `${isExported ? 'export ' : ''}let ${statement.facts.declares.join(', ')};`;
  edits.push({ kind: 'replace', span: spanOf(node), text: text + noteBehind(module, node, 'sent with every call') });
}

/**
 * `const api = { base: process.env.BASE, get() {} }, from = Date.now(), to = 9;` →
 * `let api = { get() {} }, from, to = 9; // sent with every call: api (all but its functions), from`
 */
function editPartlyGiven(
  edits: Edit[],
  module: LinkedModule,
  { facts }: LinkedStatement,
  node: ts.VariableStatement,
): void {
  if (!facts.given) return;
  const { parts } = facts.given;
  const list = node.declarationList;
  const start = list.getStart();
  if (list.flags & ts.NodeFlags.Const) {
    edits.push({ kind: 'replace', span: { start, end: start + 'const'.length }, text: 'let' });
  }
  for (const part of parts) editPart(edits, part);
  const sent = parts.flatMap(({ names, members }) =>
    names.map((name) => (members.length > 0 ? `${name} (all but its functions)` : name)),
  );
  edits.push({
    kind: 'insert',
    at: node.end,
    text: noteBehind(module, node, `sent with every call: ${sent.join(', ')}`),
  });
}

/** Leaves its functions, in the same order. */
function editPart(edits: Edit[], { span, names, members }: GivenPart): void {
  let start = span.start + (members.length > 0 ? (names[0]?.length ?? 0) : 0);
  const before = members.length > 0 ? ' = { ' : names.join(', ');
  for (const [at, member] of members.entries()) {
    edits.push({ kind: 'replace', span: { start, end: member.start }, text: at > 0 ? ', ' : before });
    start = member.end;
  }
  edits.push({ kind: 'replace', span: { start, end: span.end }, text: members.length > 0 ? ' }' : before });
}

/** ` // …`, where nothing else is on the line. */
function noteBehind({ text }: LinkedModule, { end }: ts.Node, note: string): string {
  return /^[ \t]*(?:\r?\n|$)/.test(text.slice(end)) ? ` // ${note}` : ` /* ${note} */`;
}

/** `import a, { b, type c } from './x'` with the bindings that are used. */
function editImport(
  edits: Edit[],
  emit: Relinking,
  module: LinkedModule,
  statement: LinkedStatement,
  node: ts.ImportDeclaration,
  kept: ReadonlySet<string>,
): void {
  const { target } = statement.facts;
  const clause = node.importClause;
  editSpecifier(edits, emit, module, node.moduleSpecifier, target);
  if (!clause) return;
  if (target !== undefined && emit.modules.get(target)?.exports.has('=')) {
    editImportOfRequired(edits, module, node, clause, kept);
    return;
  }
  const named = clause.namedBindings;
  const elements = named && ts.isNamedImports(named) ? named.elements : [];
  const remaining = elements.filter((element) => kept.has(element.name.text));
  const hasDefault = clause.name !== undefined && kept.has(clause.name.text);
  const keepsDefault = clause.name === undefined || hasDefault;
  const isNamespace = named !== undefined && ts.isNamespaceImport(named);
  const keepsNamed = isNamespace ? kept.has(named.name.text) : remaining.length === elements.length;
  if (keepsDefault && keepsNamed) return;
  const parts = [
    ...(hasDefault && clause.name ? [clause.name.text] : []),
    ...(isNamespace && kept.has(named.name.text) ? [named.getText()] : []),
    ...(remaining.length > 0 ? [`{ ${remaining.map((element) => element.getText()).join(', ')} }`] : []),
  ];
  const text = `${clause.isTypeOnly ? 'type ' : ''}${parts.join(', ')}`;
  edits.push({ kind: 'replace', span: spanOf(clause), text });
}

/** Slices have `export default` for `export =`: `import * as x` and `import { a }` of such a module follow. */
function editImportOfRequired(
  edits: Edit[],
  module: LinkedModule,
  node: ts.ImportDeclaration,
  clause: ts.ImportClause,
  kept: ReadonlySet<string>,
): void {
  const named = clause.namedBindings;
  if (!named || clause.isTypeOnly) return;
  if (ts.isNamespaceImport(named)) {
    edits.push({ kind: 'replace', span: spanOf(named), text: named.name.text });
    return;
  }
  const whole = clause.name?.text ?? pickName('required', module.names);
  edits.push({ kind: 'replace', span: spanOf(clause), text: whole });
  const picked = named.elements.filter((element) => kept.has(element.name.text) && !element.isTypeOnly);
  const pattern = picked.map(({ name, propertyName }) =>
    propertyName ? `${propertyName.text}: ${name.text}` : name.text,
  );
  edits.push({ kind: 'insert', at: node.end, text: ` const { ${pattern.join(', ')} } = ${whole};` });
}

/** `import x = require('./y')` → `import x from './y.ts'` or `import * as x from './y.ts'`; packages stay. */
function editRequire(
  edits: Edit[],
  emit: Relinking,
  module: LinkedModule,
  statement: LinkedStatement,
  node: ts.ImportEqualsDeclaration,
): void {
  const reference = node.moduleReference;
  if (!ts.isExternalModuleReference(reference)) return;
  const { target } = statement.facts;
  if (target === undefined) {
    editSpecifier(edits, emit, module, reference.expression, undefined);
    return;
  }
  const name = node.name.text;
  const clause = emit.modules.get(target)?.exports.has('=') ? name : `* as ${name}`;
  const specifier = emitString(specifierOf(emit, module, '', target) ?? '');
  const isExported = node.modifiers?.some((modifier) => modifier.kind === ts.SyntaxKind.ExportKeyword) ?? false;
  const text = `import ${clause} from ${specifier};${isExported ? ` export { ${name} };` : ''}`;
  edits.push({ kind: 'replace', span: spanOf(node), text });
}

/** `export { a, b } [from './x']` with the names that are used. */
function editExport(
  edits: Edit[],
  emit: Relinking,
  module: LinkedModule,
  statement: LinkedStatement,
  node: ts.ExportDeclaration,
  kept: ReadonlySet<string>,
): void {
  if (node.moduleSpecifier) editSpecifier(edits, emit, module, node.moduleSpecifier, statement.facts.target);
  const { exportClause } = node;
  if (!exportClause || ts.isNamespaceExport(exportClause)) return;
  const remaining = exportClause.elements.filter((element) => kept.has(element.name.text));
  if (remaining.length === exportClause.elements.length) return;
  const text = `{ ${remaining.map((element) => element.getText()).join(', ')} }`;
  edits.push({ kind: 'replace', span: spanOf(exportClause), text });
}

function editSpecifier(
  edits: Edit[],
  emit: Relinking,
  module: LinkedModule,
  literal: ts.Expression,
  target: string | undefined,
): void {
  if (!ts.isStringLiteralLike(literal)) return;
  const specifier = specifierOf(emit, module, literal.text, target);
  if (specifier !== undefined) edits.push({ kind: 'replace', span: spanOf(literal), text: emitString(specifier) });
}

/**
 * Program modules: their slice. JSON: a copy. Packages, and other files beside the program (plain JavaScript, say), which
 * the bundler looks for where the original is: as written, which is `undefined`.
 */
function specifierOf(
  { modules, paths, copied }: Relinking,
  module: LinkedModule,
  written: string,
  target: string | undefined,
): string | undefined {
  const found = target === undefined ? resolveRelative(modules, module, written) : modules.get(target);
  const home = paths.get(module.id) ?? slicePath(module.file);
  if (found) return relativeSpecifier(home, paths.get(found.id) ?? slicePath(found.file));
  if (!written.startsWith('.')) return undefined;
  const file = posix.join(posix.dirname(module.file), written);
  if (!file.endsWith('.json')) return undefined;
  copied.add(file);
  return relativeSpecifier(home, slicePath(file));
}
