/**
 * Files whose changes start a function, from the folder that is watched: `inbox/*.csv`; as in .gitignore `*.csv` at any depth, `inbox/` all
 * below it. A comment cannot hold what says otherwise that folders may be any: it would end there.
 */
import picomatch from 'picomatch';
import type { FunctionFacts, InputFacts, Shape, WatchPlan } from '../types.ts';

export function findWatchProblem(text: string): string | undefined {
  const glob = text.trim();
  if (glob === '') return 'it names no files';
  if (glob.includes('\\')) return 'folders are separated by /';
  if (/^(\/|[A-Za-z]:|~)/.test(glob)) return 'it begins in the folder that is watched, not at the root';
  return glob.split('/').includes('..') ? 'it leads out of the folder that is watched' : undefined;
}

export function findWatch({ id, annotation, params }: FunctionFacts): WatchPlan | undefined {
  const glob = annotation?.settings.watch?.trim();
  if (glob === undefined || findWatchProblem(glob) !== undefined) return undefined;
  return { fn: id, glob, gives: params.flatMap(({ name }) => (isGiven(name) ? [name] : [])) };
}

/** What a function is given by the names of its parameters, and how they may be declared. */
const GIVEN = {
  path: { what: 'a string', fits: isString },
  text: { what: 'a string', fits: isString },
  bytes: { what: 'a Uint8Array or Buffer', fits: isBytes },
  change: { what: "a string, or 'created' | 'changed' | 'removed'", fits: isChange },
} as const satisfies Record<string, { what: string; fits(shape: Shape, input: InputFacts): boolean }>;

export type Given = keyof typeof GIVEN;

function isGiven(name: string): name is Given {
  return Object.hasOwn(GIVEN, name);
}

/** What is wrong with its parameters, where it has a watch. */
export function listWatchProblems(fn: FunctionFacts): string[] {
  if (!findWatch(fn)) return [];
  return fn.params.flatMap(({ name, shape, optional, rest }, index) => {
    const input = fn.inputs?.[index] ?? { type: 'any' };
    if (!isGiven(name) || rest) {
      if (optional && index >= fn.params.filter((param) => isGiven(param.name)).length) return [];
      return [`has a watch, which gives ${Object.keys(GIVEN).join(', ')}, and no ${name}`];
    }
    const { what, fits } = GIVEN[name];
    return fits(shape, input) ? [] : [`has a watch, whose ${name} is ${what}`];
  });
}

function isString(_: Shape, { type }: InputFacts): boolean {
  if (typeof type === 'object' && 'either' in type) return type.either.includes('string');
  return type === 'string' || type === 'any';
}

function isChange(shape: Shape, input: InputFacts): boolean {
  const { type } = input;
  if (typeof type !== 'object' || !('oneOf' in type)) return isString(shape, input);
  return ['created', 'changed', 'removed'].every((one) => type.oneOf.includes(one));
}

function isBytes(shape: Shape): boolean {
  if (shape.kind === 'union') return shape.of.some(isBytes);
  return shape.kind === 'builtin' && ['Uint8Array', 'Buffer'].includes(shape.name);
}

/** Paths from the folder, with `/`. What begins with a dot is meant only where the glob says so. */
export function matchWatch(glob: string): (path: string) => boolean {
  const isMatch = picomatch(widen(glob), { dot: isHidden(glob) });
  return (path) => isMatch(path);
}

function widen(glob: string): string {
  if (glob.endsWith('/')) return `${glob}**`;
  return glob.includes('/') ? glob : `**/${glob}`;
}

/** The folders in which there may be such files: `inbox`, or all. */
export function findWatchBase(glob: string): { base: string; dot: boolean; packages: boolean } {
  const wide = widen(glob);
  const { base } = picomatch.scan(wide);
  return {
    base: base === wide ? wide.split('/').slice(0, -1).join('/') : base,
    dot: isHidden(glob),
    packages: glob.split('/').includes('node_modules'),
  };
}

function isHidden(glob: string): boolean {
  return glob.split('/').some((part) => part.startsWith('.'));
}
