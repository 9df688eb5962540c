import { posix } from 'node:path';
import type { CutPlan, FunctionFacts, FunctionId, ModuleId, OutputFile, UnitPlan } from '../types.ts';
import type { LinkedModule } from './links.ts';
import type { LoadOrder } from './load-order.ts';
import { findExportName, type Slice } from './slice.ts';
import { relativeSpecifier, STUBS } from './slice-paths.ts';
import { emitData, emitString, pickName } from './syntax.ts';

export interface HandlerInput {
  unit: UnitPlan;
  slice: Slice;
  /** The file that exports `handle`, by path from the output folder. */
  template: string;
  functions: ReadonlyMap<FunctionId, FunctionFacts>;
  cuts: ReadonlyMap<FunctionId, CutPlan>;
  /** Path from the output folder to the source root. */
  sources: string;
  order: LoadOrder;
}

/** More functions than this get a file of their own. */
const MAX_IN_HANDLER = 5;
const MAX_WIDTH = 80;
const ENTRY = 'handler.ts';
const TABLE = 'functions.ts';
/** In the order in which they begin a call; what ends one comes after all that adds to its reply. */
const FEATURES = [
  'rich',
  'tables',
  'output',
  'generators',
  'restore',
  'weak',
  'signals',
  'surroundings',
  'zone',
  'platform',
  'exit',
  'late',
  'texts',
  'lent',
] as const;
/** Files may be named `if.ts`. */
const KEYWORDS =
  'await break case catch class const continue debugger default delete do else enum export extends false finally for function if implements import in instanceof interface let new null package private protected public return static super switch this throw true try typeof var void while with yield';
const RESERVED = [
  ...[
    'handle',
    'handler',
    'functions',
    ...FEATURES,
    'closure',
    'steps',
    'watched',
    'brief',
    'nested',
    'claims',
    'http',
    'timed',
    'arguments',
    'eval',
  ],
  ...KEYWORDS.split(' '),
];

/**
 *     // made by faasify from src/trig.ts: calculate(values: number[]): number
 *     import { handle } from '../../lambda/handler.ts';
 *     import { calculate } from '../../slices/trig.ts';
 *     export const handler = handle({
 *       'trig#calculate': { run: calculate, params: ['values'], contract: '…' },
 *     });
 *
 * The runtime comes first: what a slice keeps of `console` when it is loaded is captured already. Of a unit with many
 * functions the table is in a file beside the handler.
 */
export function emitHandler(input: HandlerInput): OutputFile[] {
  const { unit, template } = input;
  const names = nameImports(input);
  const stubs = unit.nested.length > 0 ? [`import { nested } from './${STUBS}';`] : [];
  const imports = emitModuleImports(input, names);
  const rows = unit.functions.flatMap((id) => emitRow(input, names, id));
  const features = FEATURES.filter((feature) => unit.features[feature]);
  const importRuntime = (runtime: string[]) => `import { ${runtime.sort().join(', ')} } from '../../${template}';`;
  const wrappers = [
    ...(unit.closures.length > 0 ? ['closure'] : []),
    ...(unit.features.generators ? ['steps'] : []),
    ...(unit.watched.length > 0 ? ['watched'] : []),
    ...(unit.brief.length > 0 ? ['brief'] : []),
  ];
  const given = unit.nested.length > 0 ? [...features, 'nested'] : features;
  const end = given.map((feature) => `, ${feature}`).join('');
  const table = ['{', ...rows.map((row) => `  ${row},`), '}'].join('\n');
  const title = `// made by faasify from ${describeOrigin(input)}`;
  const claiming = unit.claims ? ['claims'] : [];
  const wrap = (handle: string) => (unit.claims ? `claims(${handle})` : handle);
  const starts = [...(unit.routes.length > 0 ? ['http'] : []), ...(isTimed(unit) ? ['timed'] : [])];
  if (unit.functions.length <= MAX_IN_HANDLER) {
    const runtime = importRuntime([...features, ...wrappers, ...claiming, ...starts, 'handle']);
    const head = [title, runtime, ...stubs, ...imports];
    const lines =
      starts.length === 0
        ? [...head, `export const handler = ${wrap(`handle(${table}${end})`)};`]
        : [
            ...head,
            `const functions = ${table};`,
            `export const handler = ${emitStarts(unit, wrap(`handle(functions${end})`))};`,
          ];
    return [{ path: ENTRY, text: `${lines.join('\n')}\n` }];
  }
  const wrapping = wrappers.length > 0 ? [importRuntime(wrappers)] : [];
  const own = [
    title,
    importRuntime([...features, ...claiming, ...starts, 'handle']),
    ...stubs,
    `import { functions } from './${TABLE}';`,
    `export const handler = ${emitStarts(unit, wrap(`handle(functions${end})`))};`,
  ];
  return [
    { path: ENTRY, text: `${own.join('\n')}\n` },
    { path: TABLE, text: `${[title, ...wrapping, ...imports, `export const functions = ${table};`].join('\n')}\n` },
  ];
}

function isTimed({ schedules, settings }: UnitPlan): boolean {
  return schedules.length > 0 || settings.warm !== undefined;
}

/** `timed(http(handle(functions), functions, { 'GET /price/{id}': { fn: 'shop#price', … } }), functions)` */
function emitStarts(unit: UnitPlan, handle: string): string {
  const routes = unit.routes.map(({ key, fn, raw, params }) => {
    const rows = params.map((param) => `\n      ${emitData(param)},`).join('');
    const list = rows === '' ? '[]' : `[${rows}\n    ]`;
    return `  ${emitString(key)}: {\n    fn: ${emitString(fn)},${raw ? ' raw: true,' : ''}\n    params: ${list},\n  },`;
  });
  const answering = routes.length === 0 ? handle : `http(${handle}, functions, {\n${routes.join('\n')}\n})`;
  return isTimed(unit) ? `timed(${answering}, functions)` : answering;
}

/**
 * What sets something up comes first. Where modules import each other, the one that is asked for first decides what is ready
 * when they are loaded: everything is asked for in the order of the program then, and last what would lead to them.
 */
function emitModuleImports(input: HandlerInput, names: ImportNames): string[] {
  const { slice, order } = input;
  const named = listImported(names);
  const all = [...slice.paths.keys()];
  const rankOf = (id: ModuleId) => (order.leadsToCycle(id) ? 1 : 0);
  const sorted = all.some(order.isInCycle)
    ? [...new Set([...all, ...named])].sort((a, b) => rankOf(a) - rankOf(b) || order.placeOf(a) - order.placeOf(b))
    : [...new Set([...listMissed(input).sort(), ...[...named].sort(), ...listSharing(input).sort()])];
  return sorted.flatMap((id) =>
    named.has(id) ? emitImports(input, names, id) : `import '${specifierOf(input, id)}';`,
  );
}

function listImported(names: ImportNames): Set<ModuleId> {
  return new Set([...names.keys()].map((key) => key.slice(0, key.lastIndexOf('#'))));
}

/** `src/trig.ts: calculate(values: number[]): number`; of several functions their files. */
function describeOrigin({ unit, functions, slice, sources }: HandlerInput): string {
  const facts = unit.functions.flatMap((id) => functions.get(id) ?? []);
  const folder = posix.join(sources, '.').replace(/^(?:\.\.\/)+|^\.\.?$/g, '');
  const files = facts.map((fn) => posix.join(folder, slice.needs.modules.get(fn.module)?.file ?? fn.module));
  const [only] = facts;
  if (facts.length === 1 && only) return `${files[0]}: ${only.signature.replace(/\s*\r?\n\s*/g, ' ')}`;
  return `${[...new Set(files)].sort().join(', ')}: ${facts.length} functions`;
}

/** Module and root name → local name in the handler. */
type ImportNames = Map<string, string>;

function importKey(module: ModuleId, root: string): string {
  return `${module}#${root}`;
}

function nameImports({ unit, functions }: HandlerInput): ImportNames {
  const names: ImportNames = new Map();
  const taken = new Set(RESERVED);
  for (const id of unit.functions) {
    const fn = functions.get(id);
    const root = fn && rootOf(fn);
    if (!fn || root === undefined || names.has(importKey(fn.module, root))) continue;
    const wanted = root === 'default' ? toName(fn.module) : root;
    const name = pickName(wanted, taken);
    taken.add(name);
    names.set(importKey(fn.module, root), name);
  }
  return names;
}

/** The name in its module by which a function can be had; `default` for an anonymous default export. */
function rootOf(fn: FunctionFacts): string | undefined {
  if (fn.reach.kind === 'default') return 'default';
  return 'root' in fn.reach ? fn.reach.root : undefined;
}

/** `lib/read-table` → `readTable` */
function toName(module: ModuleId): string {
  const words = posix
    .basename(module)
    .split(/[^A-Za-z0-9]+/)
    .filter(Boolean);
  const name = words.map((word, index) => (index === 0 ? word : word[0]?.toUpperCase() + word.slice(1))).join('');
  return /^[A-Za-z]/.test(name) ? `${name[0]?.toLowerCase()}${name.slice(1)}` : `run${name}`;
}

function emitImports(input: HandlerInput, names: ImportNames, id: ModuleId): string[] {
  const module = input.slice.needs.modules.get(id);
  const own = [...names].filter(([key]) => key.startsWith(`${id}#`));
  return module ? [emitImport(module, own, specifierOf(input, id))] : [];
}

/** The file of a module's part, as the handler names it. */
function specifierOf({ slice, unit }: HandlerInput, id: ModuleId): string {
  return relativeSpecifier(posix.join('units', unit.name, ENTRY), slice.paths.get(id) ?? '');
}

function emitImport(module: LinkedModule, names: [key: string, local: string][], specifier: string): string {
  let whole = '';
  const parts: string[] = [];
  for (const [key, local] of names) {
    const root = key.slice(key.lastIndexOf('#') + 1);
    const exported = root === 'default' ? 'default' : (findExportName(module, root) ?? root);
    if (exported === 'default' && whole === '') whole = local;
    else parts.push(exported === local ? local : `${exported} as ${local}`);
  }
  const line = parts.sort().join(', ');
  const list = line.length > MAX_WIDTH ? `{\n${parts.map((part) => `  ${part},\n`).join('')}}` : `{ ${line} }`;
  const clause = [whole, parts.length > 0 ? list : ''].filter(Boolean).join(', ');
  return `import ${clause} from '${specifier}';`;
}

/** Modules of the slice that nothing in it imports: they set what others need. */
function listMissed({ slice, unit, functions }: HandlerInput): ModuleId[] {
  const start = unit.functions.flatMap((id) => functions.get(id)?.module ?? []);
  const reached = new Set(start);
  for (const id of reached) {
    const kept = slice.needs.byModule.get(id)?.statements;
    for (const { index, facts } of slice.needs.modules.get(id)?.statements ?? []) {
      if (facts.target !== undefined && kept?.has(index)) reached.add(facts.target);
    }
  }
  return [...slice.paths.keys()].filter((id) => !reached.has(id));
}

/** Modules that share what may arrive: what is imported from them may be nothing but types, which does not load them. */
function listSharing({ slice, unit, functions }: HandlerInput): ModuleId[] {
  const imported = new Set(
    unit.functions.filter((id) => !unit.closures.includes(id)).map((id) => functions.get(id)?.module),
  );
  const shared = [...unit.classes, ...unit.variables].map((id) => id.slice(0, id.lastIndexOf('#')));
  const sites = [...unit.sites, ...unit.closures].flatMap((id) => functions.get(id)?.module ?? []);
  return [...shared, ...sites].filter((id) => !imported.has(id) && slice.paths.has(id));
}

/** `f`, `Cart.prototype.total`, `closure('m#f.$1')` */
function emitFunction(fn: FunctionFacts, names: ImportNames): string | undefined {
  if (fn.reach.kind === 'none') return `closure(${emitString(fn.id)})`;
  const root = rootOf(fn);
  const local = root === undefined ? undefined : names.get(importKey(fn.module, root));
  if (root === undefined || local === undefined) return undefined;
  return 'expression' in fn.reach ? local + fn.reach.expression.slice(root.length) : local;
}

/** `'m#f': { run: f, params: ['x'], contract: '…' }`; a parameter without a name goes by its number. */
function emitRow(input: HandlerInput, names: ImportNames, id: FunctionId): string[] {
  const fn = input.functions.get(id);
  const own = fn && emitFunction(fn, names);
  if (!fn || own === undefined) return [];
  const cut = input.cuts.get(id);
  const run = wrapFunction(input.unit, fn, own, cut?.fresh === true);
  const named = cut?.params.map((name, index) => emitString(/^[\w$]+$/.test(name) ? name : `${index}`)) ?? [];
  const params = named.length > 0 ? [`params: [${named.join(', ')}]`] : [];
  const contract = cut ? [`contract: ${emitString(cut.contract)}`] : [];
  return [`${emitString(id)}: { ${[`run: ${run}`, ...params, ...contract].join(', ')} }`];
}

/**
 * `steps(f)` for a generator, `steps(f, true)` if what it gives is new, `brief(f)` if its run comes home only where it ends at once;
 * `watched(f)` where a function may start something.
 */
function wrapFunction(unit: UnitPlan, { id, isGenerator }: FunctionFacts, own: string, isFresh: boolean): string {
  if (unit.brief.includes(id)) return `brief(${own})`;
  if (isGenerator) return `steps(${own}${isFresh ? ', true' : ''})`;
  return unit.watched.includes(id) ? `watched(${own})` : own;
}
