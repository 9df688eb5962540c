import type { CutPlan, EffectKind, FunctionFacts, FunctionId, Settings, UnitPlan } from '../types.ts';
import { isBrief } from './brief.ts';
import { changesCaptured, isClosure } from './captured.ts';
import { sortUnique } from './collections.ts';
import type { Colours } from './colour.ts';
import { hashContract } from './contract.ts';
import { meetsDates } from './dates.ts';
import { listEnvironment } from './environment.ts';
import { mayBeLent } from './lending.ts';
import { listLoaded } from './loading.ts';
import { getFact, type Program } from './program.ts';
import { changesAnything, hasSelf, isRepeatable, mayHoldFunctions } from './receiver.ts';
import { givesFresh, mayReplay } from './replays.ts';
import { findCarried } from './state.ts';
import { listSurroundings, mayExit } from './surroundings.ts';
import { findShared, isAsynchronous, isWaiting } from './waiting.ts';
import { isWatched, mayReadText } from './watched.ts';

/** Effects that reach out through globals, and those that may be meant when the analysis names none. */
const AMBIENT: Partial<Record<EffectKind, readonly string[]>> = {
  time: ['Date', 'Date.now', 'performance.now'],
  random: ['Math.random'],
  net: ['fetch'],
  timers: ['setTimeout', 'setInterval', 'setImmediate'],
  output: ['console.log'],
  cwd: ['process.cwd'],
  argv: ['process.argv'],
  exit: ['process.exit'],
  zone: ['Date'],
  locale: ['Intl'],
};

export interface CutInputs {
  program: Program;
  settings: Settings;
  coloured: Colours['coloured'];
  units: ReadonlyMap<FunctionId, UnitPlan>;
}

/** How the calls of one function cross. */
export function planCut(fn: FunctionFacts, { program, settings, coloured, units }: CutInputs): CutPlan {
  const unit = getFact(units, fn.id);
  const sites = mayHoldFunctions(program, fn) ? unit.sites.map((id) => getFact(program.functions, id)) : [];
  const { stateIn, stateOut } = findCarried(program, fn);
  const loads = listLoaded(program, [fn, ...sites]);
  const cut = {
    fn: fn.id,
    unit: unit.name,
    form: chooseForm(program, fn, settings, coloured),
    arity: fn.usesArguments || fn.params.some((param) => param.rest) ? null : fn.params.length,
    params: fn.params.map((param) => param.name),
    self: hasSelf(fn),
    changes: sites.some(changesAnything)
      ? { args: 'all' as const, self: hasSelf(fn) || isClosure(fn) }
      : { args: fn.changes.args, self: fn.changes.self || changesCaptured(fn) },
    stateIn,
    stateOut,
    env: listEnvironment(fn),
    takes: listSurroundings([fn, ...sites], meetsDates(program, fn, unit)),
    exits: mayExit(fn),
    ambient: sortUnique([...findAmbient([fn, ...sites]), ...program.analysis.patched]),
    isAsync: isAsynchronous(fn),
    ...(loads.length > 0 && { loads }),
    waits: fn.effects.some(({ kind }) => kind === 'timers' || kind === 'net'),
    ...(mayBeLent(program, fn) && { lends: true }),
    ...describeRuns(program, fn),
    repeatable:
      isWatched(program, fn) ||
      isBrief(program, fn) ||
      mayReadText(program, fn) ||
      [fn, ...sites].every((one) => isRepeatable(program, one, sites.length > 0 || undefined)),
  };
  return { ...cut, contract: hashContract(program, fn, cut, unit) };
}

/** How a generator crosses. */
function describeRuns(program: Program, fn: FunctionFacts): Pick<CutPlan, 'brief' | 'replays' | 'fresh'> {
  if (isBrief(program, fn)) return { brief: true };
  return {
    ...(mayReplay(program, fn) && { replays: true }),
    ...(fn.returns.kind !== 'primitive' && givesFresh(program, fn) && { fresh: true }),
  };
}

/** An async function that never waits and shares something runs to its end at once: only blocking is the same. */
function chooseForm(
  program: Program,
  fn: FunctionFacts,
  settings: Settings,
  coloured: ReadonlySet<FunctionId>,
): CutPlan['form'] {
  if (!isAsynchronous(fn)) return coloured.has(fn.id) ? 'coloured' : 'blocking';
  if (isWaiting(program, fn, settings)) return 'async';
  return findShared(program, fn) === undefined ? 'async' : 'blocking';
}

/** Names that can be looked up from `globalThis`; `+fetch`, `-window` for what has to be there, or must not. */
function findAmbient(functions: readonly FunctionFacts[]): string[] {
  const names = functions.flatMap((fn) =>
    fn.effects.flatMap(({ kind, subject }) => {
      if (kind === 'ambient') return subject ?? [];
      const usual = AMBIENT[kind];
      if (usual === undefined) return [];
      if (kind === 'cwd') return usual; // what `path.resolve` asks, too
      if (kind === 'zone' || kind === 'locale') return subject?.startsWith('Intl.') ? [...usual, subject] : usual;
      return subject !== undefined && /^[\w$]+(\.[\w$]+)*$/.test(subject) ? [subject] : usual;
    }),
  );
  return sortUnique(names);
}
