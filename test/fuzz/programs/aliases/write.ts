/**
 * Small programs of three modules each, many of them in one: one state, which is read by functions of two modules, changed once in some
 * way through some alias, and read again. What reads looks at parts only (`state.part.n`), so that nothing but the way to the change
 * tells that it happens.
 */

import fc from 'fast-check';
import { pickShared } from './shared.ts';
import { ALIASES, type Alias, CHANGES, PLACES, type Place, STATES, type State } from './tables.ts';

export interface StateDescription {
  /** What holds the part. */
  state: State;
  /** How the change gets hold of it, from the inside out; and what reads it in the other module. */
  changed: Alias[];
  seen: Alias[];
  change: string;
  place: Place;
  /** The change happens in the other module. */
  isFar: boolean;
  /** The other module imports what holds the part, by its name; else a function that gives the part. */
  isNamed: boolean;
  /** The change happens while the modules are loaded. */
  isLoading: boolean;
  /** The function that changes stays in the app in any case. */
  stays: boolean;
}

const LOOSE = /\bget: |Symbol\.iterator|new List|changeAny|changeWith|list\[0\], |new Function/;

/** It might call or change anything by its name, as far as can be told: much would stay in all of the program. */
export function mayMeanAnything(choice: unknown): boolean {
  return LOOSE.test(JSON.stringify(choice));
}

const once = (count: number) => fc.integer({ min: 1, max: count }).map((at) => at === 1);

/** In half of all programs one thing alone is peculiar: nothing else keeps what reads here, or tells what changes. */
function describe(isLoose: boolean): fc.Arbitrary<StateDescription> {
  const choose = <Choice>(all: readonly Choice[]) =>
    fc.constantFrom(...all.filter((one) => isLoose || !mayMeanAnything(one)));
  const plain = <Choice>(all: readonly Choice[]) => fc.constantFrom(...all.slice(0, 1));
  const none = fc.constant<Alias[]>([]);
  const one = choose(ALIASES).map((alias) => [alias]);
  const base = {
    state: plain(STATES),
    changed: none,
    seen: none,
    change: plain(CHANGES),
    place: plain(PLACES),
    isFar: fc.boolean(),
    isNamed: fc.boolean(),
    isLoading: fc.constant(false),
    stays: fc.constant(true),
  };
  const mixed = {
    state: choose(STATES),
    changed: fc.array(choose(ALIASES), { minLength: 1, maxLength: 2, size: 'max' }),
    seen: fc.oneof(none, one),
    change: choose(CHANGES),
    place: choose(PLACES),
    isLoading: once(8),
    stays: once(4).map((goes) => !goes),
  };
  return fc.oneof(
    { weight: 4, arbitrary: fc.record({ ...base, ...mixed }) },
    { weight: 2, arbitrary: fc.record({ ...base, changed: one }) },
    { weight: 1, arbitrary: fc.record({ ...base, seen: one }) },
    { weight: 1, arbitrary: fc.record({ ...base, change: mixed.change, place: mixed.place }) },
  );
}

export function aliased(count: number): fc.Arbitrary<StateDescription[]> {
  return once(12).chain((isLoose) => fc.array(describe(isLoose), { minLength: count, maxLength: count, size: 'max' }));
}

/** A value, or statements. */
interface Written {
  /** Stand at the top level of the module. */
  declares: string[];
  text: string;
  isAsync: boolean;
}

/** Files by name; `main.ts` is the entry. */
export function writeAliases(description: readonly StateDescription[]): Record<string, string> {
  const programs = description.map((state, id) => writeOne(state, id));
  return {
    ...Object.assign({}, ...programs.map(({ files }) => files)),
    'main.ts': `${programs.map(({ imports }) => imports).join('\n')}\n\n${programs.map(({ steps }) => steps).join('\n')}\n`,
  };
}

/** Members have names of their own in each program: what is called or changed by one name may be meant everywhere. */
const MEMBERS =
  /\b(?:n|list|date|re|p|q|part|shown|read|grow|growAll|first|last|hold|named|go|step|act|x|take|put)\b(?!['"]\])/g;

interface OneProgram {
  files: Record<string, string>;
  /** Of the entry. */
  imports: string;
  steps: string;
}

function writeOne(state: StateDescription, id: number): OneProgram {
  const { part, declares } = state.state;
  const home = fill(part, id, '');
  const held = /^\W*(\w+)/.exec(home)?.[1] ?? '';
  const far = state.isNamed ? home : `part${id}()`;
  const change = writeChange(state, id, state.isFar ? far : home);
  const seen = writeTarget(state.seen.filter(isSync), `${id}_seen`, far);
  const near = [
    exported(fill(declares, id, 'make()'), held),
    state.isNamed ? '' : `export function part${id}(): Part { return ${home}; }`,
    `export function near${id}(): string { ${look(home)} }`,
  ];
  const other = [...seen.declares, `export function far${id}(): string { ${look(seen.text)} }`];
  (state.isFar ? other : near).push(...change.lines);
  const imported = state.isNamed ? held : `part${id}`;
  const [a, b] = [near, other].map((lines) => lines.filter((line) => line !== '').join('\n'));
  const shared = pickShared(`${a}\n${b}`);
  const own = (text: string) => text.replace(MEMBERS, (name) => `${name}_${id}`);
  const late = 'export function perform(act: () => void): void { act(); }\n';
  return {
    files: {
      [`s${id}/shared.ts`]: own(shared.text),
      [`s${id}/a.ts`]: own(`${importShared(shared.names, a ?? '')}\n${a}\n`),
      [`s${id}/b.ts`]: own(`${importShared(shared.names, b ?? '')}import { ${imported} } from './a.js';\n\n${b}\n`),
      ...(change.lines.join('').includes('./late.js') && { [`s${id}/late.ts`]: late }),
    },
    imports: [
      `import { near${id}${state.isFar || state.isLoading ? '' : `, change${id}`} } from './s${id}/a.js';`,
      `import { far${id}${state.isFar && !state.isLoading ? `, change${id}` : ''} } from './s${id}/b.js';`,
    ].join('\n'),
    steps: writeSteps(state, id, change.isAsync),
  };
}

function writeSteps({ isLoading }: StateDescription, id: number, isAsync: boolean): string {
  const look = orFailure(id, `console.log(${id}, near${id}(), far${id}());`);
  if (isLoading) return look;
  return [look, orFailure(id, `${isAsync ? 'await ' : ''}change${id}();`), look].join('\n');
}

function orFailure(id: number, statement: string): string {
  return `try { ${statement} } catch (error) { console.log(${id}, String(error)); }`;
}

function importShared(names: readonly string[], text: string): string {
  const used = names.filter((name) => new RegExp(`\\b${name}\\b`).test(text));
  const listed = used.map((name) => (TYPES.has(name) ? `type ${name}` : name));
  return listed.length > 0 ? `import { ${listed.join(', ')} } from './shared.js';\n` : '';
}

const TYPES: ReadonlySet<string> = new Set(['Part', 'Having']);

/** The declaration of a name is made one that others may import. */
function exported(declares: string, name: string): string {
  const start = new RegExp(`^(?=(?:abstract class|let|const|class|function|namespace) \\[?${name}\\b)`, 'm');
  return /^export /m.test(declares) ? declares : declares.replace(start, 'export ');
}

/** A name is used again and again, as nothing but `name.key`. */
function look(part: string): string {
  if (/^\w+(?:\.\w+|\[\w+\]!?)*$/.test(part)) return `return ${showParts(part)};`;
  return `const p = ${part}; return ${showParts('p')};`;
}

/** Everything that can be seen of it. */
function showParts(part: string): string {
  const inside = '${$.map.size} ${$.map.has("a")} ${$.map.has("x")} ${$.set.size} ${$.set.has(5)}';
  const text = `\`\${$.n} [\${$.list.join()}] ${inside} \${$.date.getTime()} \${$.re.lastIndex} \${$.next?.n}\``;
  return text.replace(/\$(?!\{)/g, () => part);
}

interface Change {
  lines: string[];
  isAsync: boolean;
}

function writeChange(state: StateDescription, id: number, part: string): Change {
  const aliases = state.isLoading ? state.changed.filter(isSync) : state.changed;
  const target = writeTarget(aliases, String(id), part);
  const { text, declares, isAsync } = placeChange(state, id, target);
  if (state.isLoading) return { lines: [...declares, `{ ${text} }`], isAsync: false };
  const stays = state.stays ? '/** @faas off */\n' : '';
  const head = isAsync ? `async function change${id}(): Promise<void>` : `function change${id}(): void`;
  return { lines: [...declares, `${stays}export ${head} { ${text} }`], isAsync };
}

function placeChange({ change, place, isLoading }: StateDescription, id: number, target: Written): Written {
  if (target.isAsync) return { ...target, text: `const target = ${target.text}; ${fill(change, id, 'target')}` };
  const changed = fill(change, id, target.text);
  const { text, declares, isAsync = false } = place;
  if (isLoading && isAsync) return { ...target, text: changed };
  const own = declares === undefined ? [] : [fill(declares, id, changed)];
  return { declares: [...target.declares, ...own], text: fill(text, id, changed), isAsync };
}

/** The part through all aliases. What waits cannot stand at the top level, nor in functions that do not wait. */
function writeTarget(aliases: readonly Alias[], id: string, part: string): Written {
  const written: Written = { declares: [], text: part, isAsync: false };
  for (const [step, { text, declares, isAsync = false }] of aliases.entries()) {
    const number = `${id}_${step}`;
    if (written.isAsync && (declares !== undefined || INSIDE_FUNCTION.test(text))) continue;
    if (declares !== undefined) written.declares.push(fill(declares, number, written.text));
    const filled = fill(text, number, written.text);
    written.text = filled.endsWith(' as Part') ? `(${filled})` : filled;
    written.isAsync ||= isAsync;
  }
  return written;
}

function isSync({ isAsync }: Alias): boolean {
  return isAsync !== true;
}

const INSIDE_FUNCTION = /\) (?:=>|\{)|function|class|yield/;

function fill(text: string, id: number | string, value: string): string {
  return text.replaceAll('@', String(id)).replace(/\$(?![{\w])|(?<=\$\{)\$/g, () => value);
}
