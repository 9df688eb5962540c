import { posix } from 'node:path';
import ts from 'typescript';
import { isInert, parseModule, spanOf, walk } from '../../src/3-transform/syntax.ts';
import type { Sources } from '../../src/3-transform/transform.ts';
import type {
  Analysis,
  ClassFacts,
  CutPlan,
  FunctionFacts,
  ModuleFacts,
  ModulePlan,
  Plan,
  Span,
  StatementFacts,
  UnitPlan,
  VariableFacts,
} from '../../src/types.ts';

/** Facts read off the syntax of a few small files: enough for 3-transform, which asks no type questions. */
export function analyseSyntax(files: Record<string, string>): Analysis {
  const analysis: Analysis = {
    modules: [],
    functions: [],
    classes: [],
    variables: [],
    topCalls: [],
    loops: [],
    binds: [],
    starts: [],
    concurrency: [],
    patched: [],
    changed: { fields: {}, builtins: {} },
    problems: [],
  };
  for (const [file, text] of Object.entries(files)) {
    if (file.endsWith('.json')) continue;
    const sourceFile = parseModule(file, text);
    analysis.modules.push(describeModule(file, sourceFile, files));
    for (const node of walk(sourceFile)) {
      const id = `${moduleId(file)}#${qualifiedName(node)}`;
      if (ts.isFunctionLike(node) && 'body' in node && node.body) {
        analysis.functions.push(
          describeFunction(id, file, node as ts.FunctionLikeDeclaration & { body: ts.ConciseBody }),
        );
      } else if (ts.isClassLike(node)) analysis.classes.push(describeClass(id, file, node));
      else if (isModuleVariable(node)) analysis.variables.push(describeVariable(id, file, node));
    }
  }
  return analysis;
}

export function moduleId(file: string): string {
  return file.replace(/\.[cm]?tsx?$/, '');
}

const PLACE = { file: '', line: 1, column: 1 };

function describeModule(file: string, sourceFile: ts.SourceFile, files: Record<string, string>): ModuleFacts {
  const names = new Set(sourceFile.statements.flatMap(namesOf));
  return {
    id: moduleId(file),
    file,
    format: 'esm',
    isEntry: false,
    isScript: !ts.isExternalModule(sourceFile),
    isTest: false,
    statements: sourceFile.statements.map((node) => describeStatement(file, node, names, files)),
    exports: {},
  };
}

function describeStatement(
  file: string,
  node: ts.Statement,
  names: ReadonlySet<string>,
  files: Record<string, string>,
): StatementFacts {
  const declares = namesOf(node);
  const mentions = new Set([...walk(node)].filter(ts.isIdentifier).map((name) => name.text));
  const specifier = specifierOf(node);
  const target = specifier === undefined ? undefined : resolve(file, specifier, files);
  const statement: StatementFacts = {
    kind: kindOf(node),
    span: spanOf(node),
    declares: kindOf(node) === 'import' ? [] : declares,
    mentions: [...mentions].filter((name) => names.has(name) && !declares.includes(name)),
  };
  if (specifier !== undefined) statement.specifier = specifier;
  if (target !== undefined) statement.target = target;
  if (statement.kind === 'effect') {
    const text = node.getText();
    statement.entry = text.includes('console.');
    const set = /^(\w+)(?:\.push|\.set| =)/.exec(text)?.[1];
    const home = Object.keys(files).find((name) => new RegExp(`(?:const|let) ${set}\\b`).test(files[name] ?? ''));
    if (set && home) statement.sets = [`${moduleId(home)}#${set}`];
  }
  return statement;
}

function resolve(file: string, specifier: string, files: Record<string, string>): string | undefined {
  const base = specifier.startsWith('@/')
    ? specifier.slice(2).replace(/\.[jt]s$/, '')
    : posix.join(posix.dirname(file), specifier.replace(/\.[jt]s$/, ''));
  if (!specifier.startsWith('.') && !specifier.startsWith('@/')) return undefined;
  const found = [`${base}.ts`, `${base}.tsx`, `${base}/index.ts`].find((candidate) => candidate in files);
  return found && moduleId(found);
}

function specifierOf(node: ts.Statement): string | undefined {
  if (ts.isImportDeclaration(node) || ts.isExportDeclaration(node)) {
    return node.moduleSpecifier && (node.moduleSpecifier as ts.StringLiteral).text;
  }
  if (ts.isImportEqualsDeclaration(node) && ts.isExternalModuleReference(node.moduleReference)) {
    return (node.moduleReference.expression as ts.StringLiteral).text;
  }
  return undefined;
}

function kindOf(node: ts.Statement): StatementFacts['kind'] {
  if (ts.isImportDeclaration(node) || ts.isImportEqualsDeclaration(node)) return 'import';
  if (ts.isExportDeclaration(node)) return node.moduleSpecifier ? 'export-from' : 'export-list';
  if (ts.isInterfaceDeclaration(node) || ts.isTypeAliasDeclaration(node)) return 'type';
  return namesOf(node).length > 0 || ts.isExportAssignment(node) ? 'declaration' : 'effect';
}

function namesOf(node: ts.Statement): string[] {
  if (ts.isVariableStatement(node)) {
    return node.declarationList.declarations.flatMap((declaration) =>
      [...walk(declaration.name)].filter(ts.isIdentifier).map((name) => name.text),
    );
  }
  if (ts.isImportDeclaration(node)) {
    return [...walk(node)].filter(ts.isIdentifier).map((name) => name.text);
  }
  if (ts.isExportDeclaration(node) || ts.isExportAssignment(node)) return [];
  return 'name' in node && node.name ? [(node.name as ts.Identifier).text] : [];
}

/** `Cart.total`, or for an anonymous default export `default`. */
function qualifiedName(node: ts.Node): string {
  const own = ownName(node);
  let owner: ts.Node | undefined = node.parent;
  while (owner && !ts.isClassLike(owner) && !ts.isModuleDeclaration(owner)) owner = owner.parent;
  const outer = owner && qualifiedName(owner);
  return outer ? `${outer}.${own}` : own;
}

function ownName(node: ts.Node): string {
  if (ts.isConstructorDeclaration(node)) return 'constructor';
  if ('name' in node && node.name) return (node.name as ts.Node).getText();
  const { parent } = node;
  if (
    parent &&
    (ts.isVariableDeclaration(parent) || ts.isPropertyAssignment(parent) || ts.isPropertyDeclaration(parent))
  ) {
    return parent.name.getText();
  }
  return ts.isFunctionDeclaration(node) || (parent && ts.isExportAssignment(parent)) ? 'default' : `at${node.pos}`;
}

function describeFunction(
  id: string,
  file: string,
  node: ts.FunctionLikeDeclaration & { body: ts.ConciseBody },
): FunctionFacts {
  const name = ownName(node);
  const flags = ts.getCombinedModifierFlags(node);
  const predicate = /^(\w+)=>typeof \1 === '(\w+)'/.exec(node.getText().replace(/[()]| (?==>)|(?<==>) /g, ''));
  const isStatic = (flags & ts.ModifierFlags.Static) !== 0;
  return {
    id,
    module: moduleId(file),
    name,
    kind: ts.isArrowFunction(node) ? 'arrow' : ts.isMethodDeclaration(node) ? 'method' : 'declaration',
    at: PLACE,
    span: spanOf(node),
    body: spanOf(node.body),
    isExpressionBody: !ts.isBlock(node.body),
    reach: reachOf(id, node, isStatic),
    isStatic,
    overrides: false,
    signature: `${name}(${node.parameters.map((parameter) => parameter.getText()).join(', ')})`,
    isAsync: (flags & ts.ModifierFlags.Async) !== 0,
    isGenerator: node.asteriskToken !== undefined,
    returnsPromise: node.type?.getText().startsWith('Promise') ?? false,
    hasAwait: false,
    params: node.parameters.map((parameter) => ({
      name: parameter.name.getText(),
      shape: { kind: 'any' },
      optional: false,
      rest: parameter.dotDotDotToken !== undefined,
      form: ts.isIdentifier(parameter.name) ? 'plain' : 'pattern',
      impureDefault: /next\(\)/.test(parameter.getText()),
    })),
    returns: { kind: 'any' },
    usesThis: false,
    usesArguments: false,
    isTrivial: false,
    escapes: false,
    captures: [],
    calls: [],
    valueUses: [],
    effects: [],
    touches: [],
    changes: { args: [], self: false },
    ...(predicate && { predicate: `${predicate[1]} is ${predicate[2]}` }),
  };
}

function reachOf(id: string, node: ts.Node, isStatic: boolean): FunctionFacts['reach'] {
  const qualified = id.slice(id.indexOf('#') + 1);
  if (qualified === 'default') return { kind: 'default' };
  const root = qualified.split('.')[0] ?? qualified;
  if (!ts.isClassLike(node.parent)) return { kind: 'local', expression: qualified, root };
  const expression = isStatic ? qualified : qualified.replace('.', '.prototype.');
  return { kind: 'method', cls: id.slice(0, id.lastIndexOf('.')), expression, root };
}

function describeClass(id: string, file: string, node: ts.ClassLikeDeclaration): ClassFacts {
  const base = node.heritageClauses
    ?.find((clause) => clause.token === ts.SyntaxKind.ExtendsKeyword)
    ?.types[0]?.getText();
  const name = node.name?.text ?? '';
  const facts: ClassFacts = {
    id,
    module: moduleId(file),
    name,
    at: PLACE,
    span: spanOf(node),
    body: spanOf(node),
    subclasses: [],
    privateFields: node.members
      .filter((member) => ts.isPropertyDeclaration(member) && ts.isPrivateIdentifier(member.name))
      .map((member) => member.name?.getText() ?? ''),
    fields: [],
    isAbstract: false,
  };
  if (name) facts.reach = name;
  if (base) {
    facts.base = /^(Error|Array|Map)$/.test(base)
      ? { kind: 'builtin', name: base }
      : { kind: 'program', id: `${moduleId(file)}#${base}` };
  }
  return facts;
}

function isModuleVariable(node: ts.Node): node is ts.VariableDeclaration | ts.EnumDeclaration {
  if (ts.isEnumDeclaration(node)) return true;
  return ts.isVariableDeclaration(node) && ts.isIdentifier(node.name) && ts.isSourceFile(node.parent.parent.parent);
}

function describeVariable(id: string, file: string, node: ts.VariableDeclaration | ts.EnumDeclaration): VariableFacts {
  const isLet = ts.isVariableDeclaration(node) && (node.parent.flags & ts.NodeFlags.Let) !== 0;
  return {
    id,
    module: moduleId(file),
    expression: node.name.getText(),
    kind: ts.isEnumDeclaration(node) ? 'enum' : isLet ? 'let' : 'const',
    at: PLACE,
    shape: { kind: 'any' },
    assigned: isLet,
    mutated: false,
    stable: !ts.isVariableDeclaration(node) || node.initializer === undefined || isInert(node.initializer),
    hasIdentity: true,
  };
}

/** Every call (or other expression) of a text that reads `words`. */
export function spansOf(text: string, words: string): Span[] {
  const found: Span[] = [];
  for (let at = text.indexOf(words); at >= 0; at = text.indexOf(words, at + 1)) {
    found.push({ start: at, end: at + words.length });
  }
  return found;
}

export function planOf(units: UnitPlan[], cuts: CutPlan[], modules: ModulePlan[]): Plan {
  return { functions: [], units, cuts, modules, bodies: 'keep', problems: [] };
}

export function cutOf(fn: string, more: Partial<CutPlan> = {}): CutPlan {
  return {
    fn,
    unit: 'unit',
    form: 'blocking',
    arity: null,
    params: [],
    self: false,
    changes: { args: [], self: false },
    stateIn: [],
    stateOut: [],
    env: [],
    takes: [],
    exits: false,
    ambient: [],
    isAsync: false,
    waits: false,
    repeatable: true,
    contract: 'c0ffee',
    ...more,
  };
}

export function modulePlanOf(module: string, more: Partial<ModulePlan> = {}): ModulePlan {
  const shares = { variables: [], classes: [], functions: [] };
  return { module, cuts: [], coloured: [], awaits: [], loops: [], shares, sites: [], binds: [], made: [], ...more };
}

export function unitOf(name: string, functions: string[], more: Partial<UnitPlan> = {}): UnitPlan {
  return {
    name,
    functions,
    settings: { memory: 128, timeout: 30 },
    places: [],
    classes: [],
    given: [],
    keeps: {},
    sent: [],
    variables: [],
    sites: [],
    closures: [],
    watched: [],
    brief: [],
    leaving: [],
    nested: [],
    routes: [],
    schedules: [],
    watches: [],
    features: {
      rich: false,
      tables: false,
      output: false,
      restore: false,
      weak: false,
      generators: false,
      surroundings: false,
      zone: false,
      platform: false,
      exit: false,
      late: false,
      texts: false,
      lent: false,
      signals: false,
    },
    ...more,
  };
}

/** Messages of what the parser objects to. */
export function syntaxErrorsOf(file: string, text: string): string[] {
  const { diagnostics } = ts.transpileModule(text, { fileName: file, reportDiagnostics: true });
  return (diagnostics ?? []).map((diagnostic) => ts.flattenDiagnosticMessageText(diagnostic.messageText, '\n'));
}

/** The files below `/project/src`, as a program would hold them. */
export function sourcesOf(files: Record<string, string>): Sources {
  const root = '/project/src';
  const sources = new Map(
    Object.entries(files).map(([file, text]) => [posix.join(root, file), parseModule(file, text)]),
  );
  const getSourceFile = (path: string) => sources.get(path);
  return { root, program: { getSourceFile } };
}
