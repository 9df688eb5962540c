/** Programs with many states, each of which is read, changed once in some way through some alias, and read again. */

import fc from 'fast-check';
import { ALIASES, CHANGES, PLACES, SHARED, STATES } from './tables.ts';

interface StateDescription {
  /** What holds the part. */
  state: number;
  /** How others get hold of it, from the inside out. */
  aliases: number[];
  change: number;
  place: number;
  /** The change happens in the other file. */
  isFar: boolean;
  /** The function that changes stays in the app in any case. */
  stays: boolean;
}

const described: fc.Arbitrary<StateDescription> = fc.record({
  state: fc.nat(STATES.length - 1),
  aliases: fc.array(fc.nat(ALIASES.length - 1), { minLength: 1, maxLength: 3, size: 'max' }),
  change: fc.nat(CHANGES.length - 1),
  place: fc.nat(PLACES.length - 1),
  isFar: fc.boolean(),
  stays: fc.integer({ min: 0, max: 2 }).map((at) => at > 0),
});

export function aliased(count: number): fc.Arbitrary<StateDescription[]> {
  return fc.array(described, { minLength: 1, maxLength: count, size: 'max' });
}

const NAMES = [...SHARED.matchAll(/^export (?:async )?(?:const|function|class|interface) (\w+)/gm)];
const TYPES = ['Part', 'Having'];
const VALUES = NAMES.map(([, name = '']) => name).filter((name) => !TYPES.includes(name));

/** A value, or statements. */
interface Written {
  /** Stand at the top level of the module. */
  declares: string[];
  text: string;
  isAsync: boolean;
}

type File = 'a' | 'b';

/** What a state adds to the program. */
interface StateText {
  /** Of the file that has the state, and of the one that changes it. */
  lines: { file: File; text: string }[];
  file: File;
  step: string;
}

/** Files by name; `main.ts` is the entry. Each state is read twice, changed, and read twice again. */
export function writeAliases(description: readonly StateDescription[]): Record<string, string> {
  const states = description.map(writeState);
  const linesOf = (file: File) =>
    states.flatMap(({ lines }) => lines.filter((line) => line.file === file).map(({ text }) => text)).join('\n');
  const idsIn = (file: File) => states.flatMap((state, id) => (state.file === file ? [id] : []));
  const parts = idsIn('b').map((id) => `part${id}`);
  const reads = description.map((_, id) => `read${id}`);
  const changes = (file: File) => idsIn(file).map((id) => `change${id}`);
  const head = importFrom('shared', [...TYPES.map((name) => `type ${name}`), ...VALUES]);
  return {
    'shared.ts': SHARED,
    'a.ts': `${head}\n${linesOf('a')}`,
    'b.ts': `${head}${importFrom('a', parts)}\n${linesOf('b')}\nexport {};\n`,
    'late.ts': 'export function perform(act: () => void): void { act(); }\n',
    'main.ts': `${importFrom('a', [...reads, ...changes('a')])}${importFrom('b', changes('b'))}
${states.map(({ step }) => step).join('\n')}
`,
  };
}

function importFrom(file: string, names: readonly string[]): string {
  return names.length > 0 ? `import { ${names.join(', ')} } from './${file}.js';\n` : '';
}

function writeState(state: StateDescription, id: number): StateText {
  const { part, declares } = STATES[state.state] ?? { part: '', declares: '' };
  const own = fill(part, id, '');
  const file = state.isFar ? 'b' : 'a';
  const change = writeChange(state, id, state.isFar ? `part${id}()` : own);
  const stays = state.stays ? '/** @faas off */\n' : '';
  const head = change.isAsync ? `async function change${id}(): Promise<void>` : `function change${id}(): void`;
  const inHome = [
    fill(declares, id, 'make()'),
    `export function part${id}(): Part { return ${own}; }`,
    `export function read${id}(): string { return describe(${own}); }`,
  ];
  const beside = [...change.declares, `${stays}export ${head} { ${change.text} }\n`];
  return {
    lines: [
      ...inHome.map((text) => ({ file: 'a' as const, text })),
      ...beside.map((text) => ({ file, text }) as const),
    ],
    file,
    step: writeStep(id, change.isAsync),
  };
}

function writeStep(id: number, isAsync: boolean): string {
  const look = `console.log(${id}, read${id}()); console.log(${id}, read${id}());`;
  const call = `${isAsync ? 'await ' : ''}change${id}();`;
  return `${look}\ntry { ${call} } catch (error) { console.log(${id}, String(error)); }\n${look}`;
}

function writeChange(state: StateDescription, id: number, part: string): Written {
  const target = writeTarget(state, id, part);
  const change = CHANGES[state.change] ?? '';
  if (target.isAsync) return { ...target, text: `const target = ${target.text}; ${fill(change, id, 'target')}` };
  const changed = fill(change, id, target.text);
  const { text, declares, isAsync = false } = PLACES[state.place] ?? { text: '$' };
  const own = declares === undefined ? [] : [fill(declares, id, changed)];
  return { declares: [...target.declares, ...own], text: fill(text, id, changed), isAsync };
}

/** The part through all aliases. What waits cannot stand at the top level, nor in functions that do not wait. */
function writeTarget({ aliases }: StateDescription, id: number, part: string): Written {
  const written: Written = { declares: [], text: part, isAsync: false };
  for (const [step, at] of aliases.entries()) {
    const { text, declares, isAsync = false } = ALIASES[at] ?? { text: '$' };
    const number = `${id}_${step}`;
    if (written.isAsync && (declares !== undefined || INSIDE_FUNCTION.test(text))) continue;
    if (declares !== undefined) written.declares.push(fill(declares, number, written.text));
    const filled = fill(text, number, written.text);
    written.text = filled.endsWith(' as Part') ? `(${filled})` : filled;
    written.isAsync ||= isAsync;
  }
  return written;
}

const INSIDE_FUNCTION = /\) (?:=>|\{)|function|class|yield/;

function fill(text: string, id: number | string, value: string): string {
  return text.replaceAll('@', String(id)).replace(/\$(?![{\w])|(?<=\$\{)\$/g, () => value);
}
