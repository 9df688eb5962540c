import type {
  Analysis,
  CallFacts,
  ClassFacts,
  FunctionFacts,
  LoopFacts,
  ModuleFacts,
  Settings,
  Shape,
  StatementFacts,
  VariableFacts,
} from '../../src/types.ts';

/** Hand-made facts: what a test does not say is that of the simplest program, one module `m` that is an entry. */

export const primitive: Shape = { kind: 'primitive' };
export const at = { file: 'm.ts', line: 1, column: 1 };
const span = { start: 0, end: 0 };

export const defaults: Settings = {
  target: 'local',
  targets: ['local'],
  calls: 'auto',
  include: [],
  exclude: [],
  select: { kind: 'auto' },
  nested: 'local',
  depth: 'medium',
  strict: false,
  bodies: 'keep',
  fallback: 'none',
  clientTransport: 'http',
  memory: 256,
  timeout: 30,
  out: '/tmp/faas',
};

export function buildAnalysis(parts: Partial<Analysis>): Analysis {
  return {
    modules: [buildModule('m')],
    functions: [],
    classes: [],
    variables: [],
    topCalls: [],
    loops: [],
    binds: [],
    starts: [],
    concurrency: [],
    changed: { fields: {}, builtins: {} },
    patched: [],
    problems: [],
    ...parts,
  };
}

export function buildModule(id: string, parts: Partial<ModuleFacts> = {}): ModuleFacts {
  return {
    id,
    file: `${id}.ts`,
    format: 'esm',
    isEntry: true,
    isScript: false,
    isTest: false,
    statements: [],
    exports: {},
    ...parts,
  };
}

export function buildStatement(parts: Partial<StatementFacts>): StatementFacts {
  return { kind: 'declaration', span, declares: [], mentions: [], ...parts };
}

/** `m#f`: a declaration with the body it takes to be worth a call. */
export function buildFunction(id: string, parts: Partial<FunctionFacts> = {}): FunctionFacts {
  const [module = '', name = ''] = id.split('#');
  return {
    id,
    module,
    name: name.split('.').at(-1) ?? name,
    kind: 'declaration',
    at,
    span,
    body: span,
    isExpressionBody: false,
    reach: { kind: 'local', expression: name, root: name },
    isStatic: false,
    overrides: false,
    signature: `${name}()`,
    isAsync: false,
    isGenerator: false,
    returnsPromise: false,
    hasAwait: false,
    params: [],
    returns: primitive,
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
    ...parts,
  };
}

/** `m#Cart.total` */
export function buildMethod(id: string, parts: Partial<FunctionFacts> = {}): FunctionFacts {
  const [module = '', name = ''] = id.split('#');
  const [cls = '', method = ''] = name.split('.');
  const expression = `${cls}.${parts.isStatic ? '' : 'prototype.'}${method}`;
  const reach = { kind: 'method', cls: `${module}#${cls}`, expression, root: cls } as const;
  return buildFunction(id, { kind: 'method', cls: `${module}#${cls}`, reach, usesThis: true, ...parts });
}

export function buildParameter(name: string, shape: Shape = primitive): FunctionFacts['params'][number] {
  return { name, shape, optional: false, rest: false, form: 'plain', impureDefault: false };
}

export function buildClass(id: string, parts: Partial<ClassFacts> = {}): ClassFacts {
  const [module = '', name = ''] = id.split('#');
  const facts = { at, span, body: span, subclasses: [], privateFields: [], fields: [], isAbstract: false };
  return { id, module, name, reach: name, ...facts, ...parts };
}

export function buildVariable(id: string, parts: Partial<VariableFacts> = {}): VariableFacts {
  const [module = '', expression = ''] = id.split('#');
  const facts = { assigned: false, mutated: false, stable: true, hasIdentity: false };
  return { id, module, expression, kind: 'let', at, shape: primitive, ...facts, ...parts };
}

/** A call of one function at offset `start`, in `caller` or, without one, at the top level. */
export function buildCall(target: string, start: number, parts: Partial<CallFacts> = {}): CallFacts {
  const [module = ''] = (parts.caller ?? target).split('#');
  return {
    module,
    span: { start, end: start + 3 },
    at: { ...at, column: start + 1 },
    kind: 'call',
    targets: [target],
    closed: true,
    direct: true,
    position: parts.caller === undefined ? { kind: 'top' } : { kind: 'inside' },
    awaited: false,
    ...parts,
  };
}

/** `values.map(f)` at offset `start`. */
export function buildLoop(fn: string, start: number, parts: Partial<LoopFacts> = {}): LoopFacts {
  const [module = ''] = fn.split('#');
  return {
    module,
    span: { start, end: start + 13 },
    receiver: { start, end: start + 6 },
    callback: { start: start + 11, end: start + 12 },
    method: 'map',
    fn,
    position: parts.caller === undefined ? { kind: 'top' } : { kind: 'inside' },
    ...parts,
  };
}
