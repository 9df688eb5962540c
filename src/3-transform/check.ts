import { join } from 'node:path';
import ts from 'typescript';
import type { Analysis, FunctionId, OutputFile, Place, Plan, Problem } from '../types.ts';
import { blame, type Edited, indexEdited } from './blame.ts';
import { findSuspects } from './native-check.ts';
import { createOriginals, type OriginalError, tellMessage } from './original-position.ts';
import { indexModule } from './parsed.ts';
import { createRewrittenProgram } from './rewritten-program.ts';
import { hasBody, spanKey, walk } from './syntax.ts';
import { findUnawaited, indexSettled } from './unawaited.ts';
import { findUntyped } from './untyped.ts';

/** What the check needs of the program as loaded. */
export interface Checked {
  root: string;
  program: ts.Program;
}

/** A function whose rewriting does not compile: a bug of faasify, unless the planner has been told something wrong. */
export interface BrokenFunction {
  fn: FunctionId;
  /** It became async, or is marked as a value: without that it may well compile. */
  mayPin: boolean;
  message: string;
  at: Place;
}

export interface CheckResult {
  broken: BrokenFunction[];
  /** Errors that no function can be blamed for. */
  problems: Problem[];
  /** Own files that may have errors without any rewriting: those that have some now, and those that were not looked at. */
  doubtful: string[];
}

/**
 * Type-checks the rewritten app under the options of the project, in memory. Only errors that the program did not have
 * before are reported, at their places in the original. `runtimeTypes` is the path of the declarations of `faasify/runtime`.
 */
export async function checkRewritten(
  { root, program }: Checked,
  analysis: Analysis,
  plan: Plan,
  app: readonly OutputFile[],
  runtimeTypes: string,
): Promise<CheckResult> {
  const texts = new Map(app.map((file) => [join(root, file.path.slice('app/'.length)), file.text]));
  const own = listOwnFiles(program);
  if (texts.size === 0) return { broken: [], problems: [], doubtful: own.map((file) => file.fileName) };
  const suspects = await findSuspects(program, texts, runtimeTypes);
  const mayHaveErrors = (file: string) => !suspects || suspects.has(file);
  const edited = indexEdited(analysis, plan);
  let rewritten: ts.Program | undefined;
  const toOriginal = createOriginals(root, app);
  const result: CheckResult = { broken: [], problems: [], doubtful: [] };
  const settled = indexSettled(analysis, plan);
  for (const { fn, at } of findUnawaited(program, root, analysis, plan, settled)) {
    addBroken(result, edited, [fn], at, 'a call of it would not be awaited');
  }
  for (const { fn, at } of findUntyped(program, root, analysis, plan, settled)) {
    addBroken(result, edited, [fn], at, 'somebody who does not wait for it may call it');
  }
  const affected = new Set(findAffected(program, root, edited, texts));
  for (const file of affected) {
    if (!mayHaveErrors(file)) continue;
    rewritten ??= createRewrittenProgram(program, texts, runtimeTypes);
    const errors = listErrors(rewritten, file).filter(({ code }) => plan.bodies === 'keep' || !UNUSED.has(code));
    if (errors.length > 0) result.doubtful.push(file);
    const isCopied = (error: ts.Diagnostic) => isPlaced(error) && findMade(edited, error) !== undefined;
    for (const error of withoutKnown(errors, errors.length > 0 ? listErrors(program, file) : [], isCopied)) {
      if (isPlaced(error)) addError(result, edited, toOriginal(error), findMade(edited, error));
      else addGeneralError(result, edited, { root, file, error });
    }
  }
  const others = own.map(({ fileName }) => fileName).filter((name) => !affected.has(name) && mayHaveErrors(name));
  return { ...result, doubtful: [...result.doubtful, ...others] };
}

/** `made`: it is in the text that the function has a second time. */
function addError(result: CheckResult, edited: Edited, error: OriginalError, made: FunctionId | undefined): void {
  const { at, message } = error;
  const blamed = made === undefined ? blame(edited, error) : [made];
  addBroken(result, edited, blamed, at, message);
  if (blamed.length > 0) return;
  const problem = `after rewriting the compiler says: ${message}`;
  result.problems.push({ code: 'rewrite-failed', severity: 'error', message: problem, at });
}

/** `Cannot find global value 'Promise'`: what became async is to blame, in that file if anything did there. */
function addGeneralError(
  result: CheckResult,
  edited: Edited,
  { root, file, error }: { root: string; file: string; error: ts.Diagnostic },
): void {
  const message = tellMessage(error.messageText, root);
  const all = edited.functions.filter((fn) => edited.coloured.has(fn.id));
  const own = all.filter((fn) => join(root, fn.at.file) === file);
  const blamed = own.length > 0 ? own : all;
  for (const fn of blamed) addBroken(result, edited, [fn.id], fn.at, message);
  if (blamed.length > 0) return;
  result.problems.push({
    code: 'rewrite-failed',
    severity: 'error',
    message: `after rewriting the compiler says: ${message}`,
  });
}

function isPlaced(error: ts.Diagnostic): error is ts.DiagnosticWithLocation {
  return error.file !== undefined;
}

/** `'m#f.$1': (rate: any) => [(x: any) => x * rate]`, whose key says what it is. */
function findMade({ made }: Edited, { file, start }: ts.DiagnosticWithLocation): FunctionId | undefined {
  if (made.size === 0) return undefined;
  for (const node of walk(file)) {
    if (!ts.isPropertyAssignment(node) || !ts.isStringLiteral(node.name) || !made.has(node.name.text)) continue;
    if (node.pos <= start && start < node.end) return node.name.text;
  }
  return undefined;
}

function addBroken(result: CheckResult, edited: Edited, ids: FunctionId[], at: Place, message: string): void {
  for (const fn of ids) {
    if (result.broken.some((known) => known.fn === fn)) continue;
    result.broken.push({
      fn,
      mayPin: edited.coloured.has(fn) || edited.marked.has(fn) || edited.made.has(fn),
      message,
      at,
    });
  }
}

/** What the compiler says of names that nobody uses. */
const UNUSED: ReadonlySet<number> = new Set([6133, 6138, 6192, 6196, 6198, 6199, 6205]);

/**
 * Errors about a name that is not there, which is there no more when it is written a second time (`bound(x.f.bind(x), x.f, x)`), and
 * about a variable without a type, which come wherever a function names it.
 */
const REPEATED: ReadonlySet<number> = new Set([2304, 2339, 2503, 2551, 2552, 7005, 7034]);

/**
 * A file's errors after rewriting, without those it had before: as many of each text, and any number in the text that functions
 * have a second time.
 */
function withoutKnown(
  errors: ts.Diagnostic[],
  known: ts.Diagnostic[],
  isCopied: (error: ts.Diagnostic) => boolean,
): ts.Diagnostic[] {
  const before = new Map<string, number>();
  for (const error of known) before.set(errorKey(error), (before.get(errorKey(error)) ?? 0) + 1);
  const counts = new Map(before);
  return errors.filter((error) => {
    const key = errorKey(error);
    if (before.has(key) && (REPEATED.has(error.code) || isCopied(error))) return false;
    const count = counts.get(key) ?? 0;
    counts.set(key, count - 1);
    return count <= 0;
  });
}

/** Those that belong to no file come with the first file that leads to them. */
function listErrors(program: ts.Program, fileName: string): ts.Diagnostic[] {
  const file = program.getSourceFile(fileName);
  const all = file ? [...program.getSyntacticDiagnostics(file), ...program.getSemanticDiagnostics(file)] : [];
  return all.filter((error) => error.category === ts.DiagnosticCategory.Error);
}

/** Without the name that the compiler suggests, for which there may be another one now. */
function errorKey(error: ts.Diagnostic): string {
  return ts.flattenDiagnosticMessageText(error.messageText, '\n').replace(/ Did you mean .*\?/g, '');
}

/**
 * The files that can have new errors: the edited ones, and all that import, directly or not, one whose exports may have
 * changed their types; all files, if what changed is global. A cut leaves a type as it is where it is written down.
 */
function findAffected(program: ts.Program, root: string, edited: Edited, texts: ReadonlyMap<string, string>): string[] {
  const affected = new Set(texts.keys());
  const own = listOwnFiles(program);
  const suspects = own.filter((file) => mayChangeTypes(file, root, edited));
  if (suspects.some((file) => !ts.isExternalModule(file))) return own.map((file) => file.fileName).sort();
  const changed = new Set(suspects.map((file) => file.fileName));
  const importers = changed.size === 0 ? new Map<string, string[]>() : indexImporters(program, own);
  for (const file of changed) {
    affected.add(file);
    for (const importer of importers.get(file) ?? []) changed.add(importer);
  }
  return [...affected].sort();
}

function listOwnFiles(program: ts.Program): ts.SourceFile[] {
  return program.getSourceFiles().filter((file) => !file.isDeclarationFile && !isPackageFile(file.fileName));
}

function isPackageFile(fileName: string): boolean {
  return fileName.includes('/node_modules/');
}

function mayChangeTypes(file: ts.SourceFile, root: string, edited: Edited): boolean {
  const own = edited.functions.filter((fn) => join(root, fn.at.file) === file.fileName);
  if (own.length === 0) return false;
  const { functions: nodes } = indexModule(file);
  return own.some((fn) => {
    const node = nodes.get(spanKey(fn.body));
    return edited.coloured.has(fn.id) || !node || !hasBody(node) || node.type === undefined;
  });
}

/** Which own files import a file. */
function indexImporters(program: ts.Program, files: readonly ts.SourceFile[]): Map<string, string[]> {
  const importers = new Map<string, string[]>();
  const checker = program.getTypeChecker();
  for (const file of files) {
    for (const specifier of listSpecifiers(file)) {
      const target = checker.getSymbolAtLocation(specifier)?.declarations?.find(ts.isSourceFile)?.fileName;
      if (target !== undefined) importers.set(target, [...(importers.get(target) ?? []), file.fileName]);
    }
  }
  return importers;
}

/** Specifiers of import and export statements, `import x = require(…)`, `import(…)` and `import('…')` types. */
function listSpecifiers(file: ts.SourceFile): ts.Expression[] {
  return (file as ts.SourceFile & { imports?: ts.StringLiteralLike[] }).imports ?? [];
}
