import type { CutPlan, FunctionFacts, Reason, Surrounding } from '../types.ts';
import { changesCaptured, listCaptures } from './captured.ts';
import { getQualifiedName, type Program } from './program.ts';
import { listNames, listSome, reasonRepair } from './reasons.ts';
import { changesAnything, takesFunctions } from './receiver.ts';
import { mayExit } from './surroundings.ts';
import { mayStart } from './watched.ts';

/** The machinery that a cut needs so that nobody can tell; none: the function crosses as it is. */
export function findRepairs(program: Program, fn: FunctionFacts, cut: CutPlan): Reason[] {
  const repairs: Reason[] = [];
  const add = (code: string, message: string) => repairs.push(reasonRepair(fn, code, message));
  if (fn.isGenerator) add('generator', describeRun(cut));
  if (cut.form === 'blocking') add('blocking', 'its caller waits without await: the call blocks');
  const captures = listCaptures(fn);
  if (captures.length > 0) {
    add('captures', `what it captured travels with the call: ${listNames(captures.map(({ name }) => name))}`);
  }
  if (cut.self) add('self', 'the object it is called on travels with the call');
  if (cut.stateIn.length > 0) {
    const back = cut.stateOut.length > 0 ? ' and back' : '';
    add(
      'state',
      `module state travels with the call${back}: ${listNames([...new Set(cut.stateIn.map(getQualifiedName))])}`,
    );
  }
  if (cut.loads) add('loaded-here', `calls cross once the program has loaded ${listSome(cut.loads)}`);
  if (changesAnything(fn)) add('restore', `${describeChanges(fn)}: what changed is written back`);
  if (fn.effects.some(({ kind }) => kind === 'output')) add('output', 'what it prints is printed here, in order');
  if (takesFunctions(program, fn)) {
    add('callback', 'functions of the program cross by name; a call with any other function runs here');
  }
  if (mayStart(program, fn)) add('may-start', 'a call that starts something and does not wait for it runs here');
  if (cut.env.length > 0) add('env', `environment variables travel with the call: ${listNames(cut.env)}`);
  const taken = cut.takes.flatMap((one) => SURROUNDINGS[one] ?? []);
  if (taken.length > 0) {
    add('surroundings', `goes along with the call: ${listNames(taken)}`);
  }
  if (mayExit(fn))
    add('exit-here', 'when it ends the process, that happens here, behind what it has printed and changed');
  return repairs;
}

function describeRun({ brief, replays }: CutPlan): string {
  if (brief) return 'crosses where it ends at once: a run that stops half-way is made here';
  return `is pulled step by step, ${replays ? 'in any instance' : 'in one instance until it ends'}`;
}

/** That dates come with the time zone is no news about a function that may be given any. */
const SURROUNDINGS: Partial<Record<Surrounding, string>> = {
  argv: 'the command line',
  clock: 'the clock of the process',
  cwd: 'the working directory',
  formats: 'the version of what is known about languages',
  locale: 'the language of the process',
  platform: 'the platform of the process',
  zone: 'the time zone',
};

function describeChanges(fn: FunctionFacts): string {
  const { changes, params } = fn;
  if (changes.args === 'all') return 'may change any object it is given';
  const names = changes.args.map((index) => params[index]?.name ?? `argument ${index + 1}`);
  const hidden = [...(changes.self ? ['its object'] : []), ...(changesCaptured(fn) ? ['what it captured'] : [])];
  return `changes ${listNames([...hidden, ...names])}`;
}
