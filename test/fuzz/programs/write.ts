/** The text of a program that a description stands for. It is well typed, ends, and says all that it has after every call. */

import {
  type Call,
  type FunctionDescription,
  KINDS,
  type Kind,
  type ProgramDescription,
  type Statement,
} from './description.ts';

const TYPES: Record<Kind, string> = {
  num: 'number',
  text: 'string',
  list: 'number[]',
  box: 'Box',
  map: 'Map<string, number>',
  shape: 'Shape',
  op: '(n: number) => number',
};

const SHARED = `/** What the functions have in common. */
export interface Box { n: number; items: number[]; next?: Box; op?: (n: number) => number }

export class Oops extends Error {
  readonly amount: number;
  constructor(message: string, amount: number) {
    super(message);
    this.name = 'Oops';
    this.amount = amount;
  }
}

export class Shape {
  static made = 0;
  static shown = 0;
  #secret = 1;
  size: number;
  readonly tags: string[] = [];
  constructor(size: number) {
    this.size = size;
    Shape.made += 1;
  }
  grow(by: number): this {
    this.size += by;
    this.#secret += 1;
    return this;
  }
  area(): number {
    return this.size * this.#secret;
  }
  get load(): number {
    return this.size + this.tags.length;
  }
  set load(value: number) {
    this.size = value;
    this.#secret += 1;
  }
  toString(): string {
    Shape.shown += 1;
    return \`\${this.size}/\${this.#secret}\`;
  }
  *[Symbol.iterator](): Generator<string> {
    for (const tag of this.tags) {
      this.size += 1;
      yield tag;
    }
  }
  static count(): number {
    return Shape.made * 10 + Shape.shown;
  }
}

export class Square extends Shape {
  side = 2;
  override area(): number {
    return super.area() + this.side ** 2;
  }
}

export const table = new Map<string, number>();
export const kept: Box[] = [];
export const common: Box = { n: 0, items: [1, 2] };
export const home = new Shape(3);
`;

const SHOW = `
/** Everything that can be seen of a value, with what is the same thing twice. */
/** @faas off */
function show(value: unknown): string {
  const seen = new Map<unknown, number>();
  const text = (at: unknown): string => {
    if (typeof at === 'string') return JSON.stringify(at);
    if (typeof at === 'function') return seen.has(at) ? \`#\${seen.get(at)}\` : (seen.set(at, seen.size), 'function');
    if (typeof at !== 'object' || at === null) return Object.is(at, -0) ? '-0' : String(at);
    const known = seen.get(at);
    if (known !== undefined) return \`#\${known}\`;
    seen.set(at, seen.size);
    const name = Object.getPrototypeOf(at)?.constructor?.name;
    if (at instanceof Map) return \`Map{\${[...at].map(([key, one]) => \`\${key}:\${text(one)}\`).join()}}\`;
    const own = Object.entries(at).map(([key, one]) => \`\${key}:\${text(one)}\`);
    const area = at instanceof Shape ? \`;\${at.area()}\` : '';
    return Array.isArray(at) ? \`[\${own.join()}]\` : \`\${name}{\${own.join()}\${area}}\`;
  };
  return text(value);
}
`;

/** What can be named at a place, by kind. */
class Scope {
  readonly names: Record<Kind, string[]> = { num: [], text: [], list: [], box: [], map: [], shape: [], op: [] };
  /** Variables of `names` that may get another value. */
  readonly writable = new Set<string>();
  readonly #counter: { next: number };

  constructor(counter: { next: number }) {
    this.#counter = counter;
  }

  inner(): Scope {
    const scope = new Scope(this.#counter);
    for (const kind of KINDS) scope.names[kind].push(...this.names[kind]);
    for (const name of this.writable) scope.writable.add(name);
    return scope;
  }

  declare(kind: Kind, isWritable: boolean): string {
    const name = `${kind}${this.#counter.next++}`;
    this.names[kind].push(name);
    if (isWritable) this.writable.add(name);
    return name;
  }

  pick(kind: Kind, at = 0): string | undefined {
    const names = this.names[kind];
    return names[at % Math.max(1, names.length)];
  }

  pickWritable(kind: Kind, at = 0): string | undefined {
    const names = this.names[kind].filter((name) => this.writable.has(name));
    return names[at % Math.max(1, names.length)];
  }
}

function write(value: number): string {
  return Object.is(value, -0) ? '-0' : String(value);
}

/** A new value of a kind. */
function make(kind: Kind, value: number, scope: Scope, at: number): string {
  const n = scope.pick('num', at) ?? write(value);
  switch (kind) {
    case 'num':
      return `${n} + ${write(value)}`;
    case 'text':
      return `\`t\${${n}}\``;
    case 'list':
      return `[${n}, ${write(value)}, 7]`;
    case 'box':
      return `{ n: ${write(value)}, items: ${scope.pick('list', at) ?? '[4]'} }`;
    case 'map':
      return `new Map([['a', ${n}]])`;
    case 'shape':
      return value > 3 ? `new Square(${n})` : `new Shape(${n})`;
    case 'op':
      return `(m: number) => m * 2 + ${write(value)}`;
  }
}

function use(kind: Kind, at: number, value: number, scope: Scope): string {
  return scope.pick(kind, at) ?? make(kind, value, scope, at);
}

interface Target {
  name: string;
  /** What is called: `f3`, `service3.f3`. */
  path: string;
  /** What its file exports. */
  exported: string;
  description: FunctionDescription;
  isAsync: boolean;
  isGenerator: boolean;
}

/** Where statements are written: which functions they may call, and whether they may wait. */
interface Place {
  targets: readonly Target[];
  mayWait: boolean;
  isLoop: boolean;
}

type Template = (statement: Statement, scope: Scope, place: Place) => string | undefined;

const FORMS: readonly Template[] = [
  ({ picks: [a = 0, b = 0], value }, scope) => {
    const kind = KINDS[a % KINDS.length] ?? 'num';
    const made = make(kind, value, scope, b);
    return `let ${scope.declare(kind, true)}: ${TYPES[kind]} = ${made};`;
  },
  ({ picks: [a = 0, b = 0], value }, scope) => {
    const kind = KINDS[b % KINDS.length] ?? 'num';
    const name = scope.pickWritable(kind, a);
    return name && `${name} = ${use(kind, b, value, scope)};`;
  },
  ({ picks: [a = 0], value }, scope) => `${use('list', a, value, scope)}.push(${write(value)});`,
  ({ picks: [a = 0, b = 0] }, scope) => {
    const list = scope.pick('list', a);
    return list && `${list}.${['sort()', 'reverse()', 'splice(0, 1)', 'fill(2, 1)', 'pop()', 'shift()'][b % 6]};`;
  },
  ({ picks: [a = 0, b = 0], value }, scope) => {
    const list = scope.pick('list', a);
    return (
      list &&
      (b % 3 === 0 ? `${list}.length = 2;` : b % 3 === 1 ? `${list}[0] = ${write(value)};` : `delete ${list}[1];`)
    );
  },
  ({ picks: [a = 0, b = 0], value }, scope) => {
    const box = scope.pick('box', a);
    return box && `${box}.n ${['=', '+=', '-='][b % 3]} ${use('num', b, value, scope)};`;
  },
  ({ picks: [a = 0, b = 0] }, scope) => {
    const [box, list] = [scope.pick('box', a), scope.pick('list', b)];
    return box && list && `${box}.items = ${list};`;
  },
  ({ picks: [a = 0, b = 0, c = 0] }, scope) => {
    const [box, other] = [scope.pick('box', a), scope.pick('box', b)];
    return box && other && (c % 3 === 0 ? `delete ${box}.next;` : `${box}.next = ${other};`);
  },
  ({ picks: [a = 0, b = 0], value }, scope) => {
    const [box, op] = [scope.pick('box', a), scope.pick('op', b)];
    return box && (op ? `${box}.op = ${op};` : `${box}.n = ${box}.op?.(${write(value)}) ?? 1;`);
  },
  ({ picks: [a = 0, b = 0], value }, scope) => {
    const map = scope.pick('map', a);
    return (
      map &&
      `${map}.${[`set('k${Math.trunc(value) || 0}', ${use('num', b, value, scope)})`, `delete('a')`, 'clear()'][b % 3]};`
    );
  },
  ({ picks: [a = 0, b = 0], value }, scope) => {
    const shape = scope.pick('shape', a);
    return shape && (b % 2 === 0 ? `${shape}.grow(${write(value)});` : `${shape}.tags.push('t${b}');`);
  },
  ({ picks: [a = 0, b = 0], value }, scope) => {
    const n = scope.pickWritable('num', a);
    return n && `${n} ${['+=', '-=', '='][b % 3]} ${use('shape', b, value, scope)}.area();`;
  },
  ({ picks: [a = 0, b = 0] }, scope) => {
    const box = scope.pick('box', a);
    return box && (b % 2 === 0 ? `kept.push(${box});` : `if (kept.length > 3) kept.length = 0;`);
  },
  ({ picks: [a = 0], value }, scope) => `table.set('s${a % 3}', ${use('num', a, value, scope)});`,
  ({ picks: [a = 0] }, scope) => `saved = ${scope.pick('box', a) ?? 'common'};`,
  ({ picks: [a = 0], value }, scope) => `total += ${use('num', a, value, scope)};`,
  ({ picks: [a = 0], value }, scope) => `console.log('says', ${use('num', a, value, scope)}, total);`,
  ({ picks: [a = 0, b = 0], value }, scope) => {
    const n = scope.pickWritable('num', a);
    const op = scope.declare('op', false);
    return `const ${op} = (m: number): number => ${n && b % 2 === 0 ? `(${n} += m)` : `m + ${use('num', b, value, scope)}`};`;
  },
  ({ picks: [a = 0, b = 0], value }, scope) => {
    const [n, op] = [scope.pickWritable('num', a), scope.pick('op', b)];
    return n && op && `${n} = ${op}(${write(value)});`;
  },
  ({ picks: [a = 0, b = 0, c = 0] }, scope) => {
    const [list, op] = [scope.pick('list', a), scope.pick('op', b)];
    if (!list) return undefined;
    const mapped = op ?? '(m) => m + 1';
    const name = scope.declare('list', true);
    return `let ${name}: number[] = ${list}.slice(0, 4).${c % 2 === 0 ? `map(${mapped})` : `filter((m) => m % 2 === 0).map(${mapped})`};`;
  },
  ({ picks: [a = 0, b = 0] }, scope) => {
    const [list, n] = [scope.pick('list', a), scope.pickWritable('num', b)];
    return list && n && `${list}.slice(0, 3).forEach((m) => { ${n} += m; });`;
  },
  ({ picks: [a = 0], value }, scope) =>
    `if (${use('num', a, value, scope)} > 6) throw new Oops('too much', ${use('num', a, value, scope)});`,
  ({ picks: [a = 0], value, body }, scope, place) =>
    `if (${use('num', a, value, scope)} > 1) {\n${block(body, scope, place)}\n}`,
  ({ picks: [a = 0], body }, scope, place) => {
    const list = scope.pick('list', a);
    if (!list || place.isLoop) return undefined;
    const inner = scope.inner();
    const item = inner.declare('num', false);
    return `for (const ${item} of ${list}.slice(0, 3)) {\n${writeBody(body, inner, { ...place, isLoop: true })}\n}`;
  },
  ({ body }, scope, place) =>
    `try {\n${block(body, scope, place)}\n} catch (error) {\ntotal += error instanceof Oops ? error.amount : 100;\n}`,
  ({ picks: [a = 0, b = 0] }, scope) => {
    const [n, box, list] = [scope.pickWritable('num', a), scope.pick('box', b), scope.pick('list', a)];
    const facts = [
      `${box}.items === ${list}`,
      `kept.includes(${box})`,
      `common.next === ${box}`,
      `saved === ${box}`,
      `0 in ${list}`,
    ];
    return n && box && list && `${n} += Number(${facts[b % facts.length]});`;
  },
  ({ picks: [a = 0, b = 0] }, scope) => {
    const [n, box, list] = [scope.pickWritable('num', a), scope.pick('box', b), scope.pick('list', a)];
    const facts = [
      `${list}.length`,
      `Object.keys(${box}).length`,
      `table.size`,
      `(table.get('s0') ?? 1)`,
      `Shape.count()`,
      `kept.length`,
    ];
    return n && box && list && `${n} += ${facts[b % facts.length]};`;
  },
  ({ picks: [a = 0, b = 0] }, scope) => {
    const [box, list] = [scope.pick('box', a), scope.pick('list', b)];
    if (!box || !list) return undefined;
    return a % 2 === 0
      ? `let ${scope.declare('box', true)}: Box = { ...${box} };`
      : `let ${scope.declare('list', true)}: number[] = [...${list}, ...${box}.items].slice(0, 5);`;
  },
  ({ picks: [a = 0, b = 0] }, scope) => {
    const [list, n] = [scope.pick('list', a), scope.pickWritable('num', b)];
    return list && n && `${list}.sort((x, y) => { ${n} += 1; return y - x; });`;
  },
  ({ picks: [a = 0, b = 0], value }, scope) => {
    const [shape, n] = [scope.pick('shape', a), scope.pickWritable('num', b)];
    return shape && n && (b % 2 === 0 ? `${shape}.load = ${write(value)};` : `${n} += ${shape}.load;`);
  },
  ({ picks: [a = 0] }, scope) => {
    const shape = scope.pick('shape', a);
    return shape && `let ${scope.declare('text', true)}: string = \`<\${${shape}}>\`;`;
  },
  ({ picks: [a = 0, b = 0] }, scope) => {
    const [shape, n] = [scope.pick('shape', a), scope.pickWritable('num', b)];
    return shape && n && `for (const tag of ${shape}) ${n} += tag.length;`;
  },
  ({ picks: [a = 0], value }, scope) => {
    const op = scope.declare('op', false);
    const n = use('num', a, value, scope);
    return `function ${op}(m: number): number { return m <= 0 || m > 5 ? ${n} : 1 + ${op}(m - 1); }`;
  },
  ({ picks: [a = 0], value, body }, scope, place) => {
    const n = scope.pickWritable('num', a);
    return n && `try {\n${block(body, scope, place)}\n} finally {\n${n} += ${write(value)};\n}`;
  },
  (statement, scope, place) => callTogether(statement, scope, place),
  (statement, scope, place) => callSome(statement, scope, place),
  (statement, scope, place) => callSome(statement, scope, place),
  (statement, scope, place) => callSome(statement, scope, place),
];

function block(body: readonly Statement[], scope: Scope, place: Place): string {
  return writeBody(body, scope.inner(), place);
}

function writeBody(body: readonly Statement[], scope: Scope, place: Place): string {
  return body.map((statement) => writeStatement(statement, scope, place)).join('\n');
}

/** The first form from the one that is picked that there is something for. */
function writeStatement(statement: Statement, scope: Scope, place: Place): string {
  for (let step = 0; step < FORMS.length; step++) {
    const text = FORMS[(statement.form + step) % FORMS.length]?.(statement, scope, place);
    if (text) return text;
  }
  return ';';
}

function callSome({ picks: [a = 0, b = 0, c = 0], value }: Statement, scope: Scope, place: Place): string | undefined {
  const { targets, mayWait, isLoop } = place;
  const fit = isLoop ? [] : targets.filter((one) => mayWait || !one.isAsync);
  const target = fit[a % Math.max(1, fit.length)];
  if (!target) return undefined;
  const given = target.description.params.map((kind, index) => use(kind, b + index * c, value, scope));
  const call = writeCallOf(target, given);
  const { returns } = target.description;
  return `let ${scope.declare(returns, true)}: ${TYPES[returns]} = ${call};`;
}

/** As it is called where it may be waited for. */
function writeCallOf(target: Target, given: readonly string[]): string {
  const call = `${target.path}(${given.join(', ')})`;
  if (target.isGenerator) return `[...${call}]`;
  return target.isAsync ? `await ${call}` : call;
}

/** Two calls that are under way at the same time. */
function callTogether(
  { picks: [a = 0, b = 0, c = 0], value }: Statement,
  scope: Scope,
  place: Place,
): string | undefined {
  const fit = place.mayWait && !place.isLoop ? place.targets.filter((one) => one.isAsync) : [];
  const pair = [fit[a % Math.max(1, fit.length)], fit[b % Math.max(1, fit.length)]].flatMap((one) => one ?? []);
  if (pair.length < 2) return undefined;
  const texts = pair.map(({ path, description }, at) => {
    const given = description.params.map((kind, index) => use(kind, b + at + index * c, value, scope));
    return `${path}(${given.join(', ')})`;
  });
  const names = pair.map(({ description }) => scope.declare(description.returns, false));
  return `const [${names.join(', ')}] = await Promise.all([${texts.join(', ')}]);`;
}

const STATE: readonly [Kind, string][] = [
  ['num', 'total'],
  ['box', 'common'],
  ['shape', 'home'],
  ['map', 'table'],
];

function startScope(counter: { next: number }): Scope {
  const scope = new Scope(counter);
  for (const [kind, name] of STATE) scope.names[kind].push(name);
  scope.writable.add('total');
  return scope;
}

function writeFunction(target: Target, counter: { next: number }, targets: readonly Target[]): string {
  const { description, isAsync, isGenerator, name, exported } = target;
  const scope = startScope(counter);
  const params = description.params.map((kind) => `${scope.declare(kind, true)}: ${TYPES[kind]}`).join(', ');
  const isMethod = exported !== name;
  if (isMethod) scope.names.list.push('this.log');
  const text = writeBody(description.body, scope, { targets, mayWait: isAsync, isLoop: false });
  const result = use(description.returns, description.body.length, 1, scope);
  const type = TYPES[description.returns];
  if (isGenerator) {
    const item = use('num', 1, 2, scope);
    const body = `{\nyield ${item};\n${text}\nyield ${item};\nyield* ${result};\n}`;
    return `export function* ${name}(${params}): Generator<number> ${body}\n`;
  }
  const body = `{\n${isAsync ? 'await null;\n' : ''}${text}\nreturn ${result};\n}`;
  const head = `(${params}): ${isAsync ? `Promise<${type}>` : type}`;
  const prefix = isAsync ? 'async ' : '';
  if (isMethod) {
    const cls = `Service${name}`;
    return `class ${cls} {\nlog: number[] = [1];\n${prefix}${name}${head} ${body}\n}\nexport const ${exported} = new ${cls}();\n`;
  }
  if (description.form === 1) return `export const ${name} = ${prefix}${head} => ${body};\n`;
  return `export ${prefix}function ${name}${head} ${body}\n`;
}

const FILES = ['a', 'b'];

function describeTarget(description: FunctionDescription, index: number): Target {
  const name = `f${index}`;
  const isGenerator = description.form === 2 && description.returns === 'list';
  const exported = description.form === 3 ? `service${index}` : name;
  const path = exported === name ? name : `${exported}.${name}`;
  return { name, path, exported, description, isGenerator, isAsync: description.isAsync && !isGenerator };
}

/** Files by name; `main.ts` is the entry. Functions call those before them, of their own file or the other one. */
export function writeProgram({ functions, calls }: ProgramDescription): Record<string, string> {
  const targets = functions.map(describeTarget);
  const homeOf = ({ description }: Target) => FILES[description.home] ?? 'a';
  const files = FILES.map((file) => {
    const own = targets.flatMap((target, index) => (homeOf(target) === file ? [{ target, index }] : []));
    const others = targets.filter((target) => homeOf(target) !== file).map(({ exported }) => exported);
    const counter = { next: 0 };
    const texts = own.map(({ target, index }) => writeFunction(target, counter, targets.slice(0, index)));
    const other = FILES.find((name) => name !== file) ?? file;
    const imports = others.length > 0 ? `import { ${others.join(', ')} } from './${other}.js';\n` : '';
    const text = `import { type Box, common, home, kept, Oops, Shape, Square, table } from './shared.js';\n${imports}
export let total = 0;\nexport let saved: Box | undefined;\n\n${texts.join('\n')}`;
    return [`${file}.ts`, text] as const;
  });
  return { 'shared.ts': SHARED, ...Object.fromEntries(files), 'main.ts': writeMain(targets, calls) };
}

function writeMain(targets: readonly Target[], calls: readonly Call[]): string {
  const counter = { next: 0 };
  const scope = new Scope(counter);
  const start = KINDS.flatMap((kind) =>
    [1, 5].map((value) => {
      const made = make(kind, value, scope, value);
      return `let ${scope.declare(kind, true)}: ${TYPES[kind]} = ${made};`;
    }),
  );
  const counting = `let ${scope.declare('num', true)} = 0;`;
  const steps = calls.map((call, step) => writeCall(call, scope, targets, step));
  const imports = FILES.map((file) => {
    const own = targets.filter(({ description }) => FILES[description.home] === file).map(({ exported }) => exported);
    return `import { ${[...own, `saved as ${file}Saved`, `total as ${file}Total`].join(', ')} } from './${file}.js';`;
  });
  return [
    ...imports,
    `import { common, home, kept, Oops, Shape, Square, table } from './shared.js';`,
    `import type { Box } from './shared.js';`,
    SHOW,
    ...start,
    counting,
    'const state = () => ({ common, home, kept, table, aSaved, aTotal, bSaved, bTotal, count: Shape.count() });',
    ...steps,
  ].join('\n');
}

function writeCall(
  { target: at, picks: [a = 0, b = 0], value }: Call,
  scope: Scope,
  targets: readonly Target[],
  step: number,
): string {
  const target = targets[at % targets.length];
  if (!target) return '';
  const given = target.description.params.map((kind, index) => use(kind, a + index * b, value, scope));
  const { returns } = target.description;
  const name = scope.pickWritable(returns, b) ?? '';
  const all = KINDS.flatMap((kind) => scope.names[kind]).join(', ');
  return `try {
${name} = ${writeCallOf(target, given)};
} catch (error) {
console.log('${step} throws', error instanceof Oops ? \`Oops \${error.message} \${error.amount}\` : String(error));
}
console.log(${step}, show([${all}, state()]));`;
}
