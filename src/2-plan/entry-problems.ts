/** What is wrong with functions that a request, the clock or a file is to start, each with its place. */
import type { FunctionFacts, Problem, Shape } from '../types.ts';
import { isClosure } from './captured.ts';
import { findAddress, findSchedule, isStartedFromOutside, isText, listParams } from './entries.ts';
import type { Program } from './program.ts';
import { hasSelf } from './receiver.ts';
import { type Address, formOf } from './routes.ts';
import type { Standings } from './standing.ts';
import { findCarried } from './state.ts';
import { mayExit } from './surroundings.ts';
import { listWatchProblems } from './watches.ts';

export function findEntryProblems(program: Program, standings: Standings): Problem[] {
  const started = program.analysis.functions.filter((fn) => isStartedFromOutside(fn) && !fn.annotation?.off);
  return [
    ...started.flatMap((fn) => findStandingProblems(fn, standings)),
    ...started.flatMap((fn) => findCallerProblems(program, fn)),
    ...started.flatMap((fn) => findAddressProblems(fn)),
    ...started.flatMap((fn) => findScheduleProblems(fn)),
    ...started.flatMap((fn) => listWatchProblems(fn).map((message) => problem('watch-parameter', fn, message))),
    ...findDuplicates(started),
  ];
}

function problem(code: string, fn: FunctionFacts, message: string): Problem {
  return { code, severity: 'error', message: `${nameOf(fn)} ${message}`, at: fn.annotation?.at ?? fn.at };
}

/** `Cart.create` */
function nameOf({ id }: FunctionFacts): string {
  return id.slice(id.indexOf('#') + 1);
}

function startOf(fn: FunctionFacts): string {
  const { http, schedule } = fn.annotation?.settings ?? {};
  return http !== undefined ? 'an address' : schedule !== undefined ? 'a schedule' : 'a watch';
}

function findStandingProblems(fn: FunctionFacts, standings: Standings): Problem[] {
  const standing = standings.get(fn.id);
  if (!standing || standing.kind === 'goes') return [];
  const reason = standing.kind === 'stays' ? standing.reasons[0] : undefined;
  const why = reason ? `: ${reason.message}` : ': it is written inside another function';
  return [problem('entry-stays', fn, `has ${startOf(fn)} but stays${why}`)];
}

/** What a call of the program would bring along: nobody is there who could. */
function findCallerProblems(program: Program, fn: FunctionFacts): Problem[] {
  const [state] = findCarried(program, fn).stateIn;
  const reads = fn.effects.some(({ kind }) => kind === 'argv');
  const [patched] = program.analysis.patched;
  const found: [boolean, string][] = [
    [hasSelf(fn), 'uses `this`, which no request has: make it a function that is given what it needs'],
    [isClosure(fn), 'has no name at the top level of its module: move it there'],
    [fn.isGenerator, 'is a generator: return a list'],
    [
      state !== undefined,
      `needs ${state}, which changes while the program runs or differs from process to process: keep it where all instances find it, or make it inside the function`,
    ],
    [reads, 'reads the command line, which no request has: use environment variables'],
    [mayExit(fn), 'may end the process: throw an error'],
    [
      patched !== undefined,
      `would run without ${patched}, which the program replaces: use a function of its own for that`,
    ],
  ];
  return found
    .filter(([isWrong]) => isWrong)
    .slice(0, 1)
    .map(([, why]) => problem('entry-needs-caller', fn, `cannot have ${startOf(fn)}: it ${why}`));
}

function findAddressProblems(fn: FunctionFacts): Problem[] {
  const address = findAddress(fn);
  if (!address) return [];
  const params = fn.params.map(({ name }) => name);
  const unknown = address.names.filter((name) => !params.includes(name));
  const result = findLossy(fn.returns);
  return [
    ...unknown.map((name) => problem('http-path', fn, `has no parameter ${name}, which its path names`)),
    ...findParameterProblems(fn, address).map((message) => problem('http-parameter', fn, message)),
    ...(result === undefined
      ? []
      : [problem('http-result', fn, `returns ${result}, which JSON would lose: return plain objects and lists`)]),
  ];
}

function findParameterProblems(fn: FunctionFacts, address: Address): string[] {
  return listParams(fn, address).flatMap((param, index) => {
    const { name, from, type } = param;
    const refused = fn.inputs?.[index]?.refused;
    if (fn.params[index]?.form === 'pattern' && from !== 'body') {
      return [`takes ${name} apart, so that nothing can be named: give the parameter a name`];
    }
    if (refused !== undefined) return [`cannot be given ${name} by a request: ${refused}`];
    const isList = typeof type === 'object' && 'list' in type;
    if (from === 'path' && (isList || !isText(type))) {
      return [
        `cannot be given ${name} by a path: its type is not one of string, number, boolean, Date or a choice of literals`,
      ];
    }
    if (from === 'query' && !isText(type)) {
      return [
        `cannot be given ${name} by a query: its type is not one of string, number, boolean, Date, a choice of literals or a list of those; take it from the body of a POST`,
      ];
    }
    return [];
  });
}

/** What `JSON.stringify` makes something else of. */
function findLossy(shape: Shape): string | undefined {
  switch (shape.kind) {
    case 'builtin':
      return ['Date', 'URL', 'Boolean', 'Number', 'String'].includes(shape.name) ? undefined : `a ${shape.name}`;
    case 'function':
      return 'a function';
    case 'array':
      return findLossy(shape.of);
    case 'union':
      return firstOf(shape.of.map(findLossy));
    case 'object':
      return firstOf(Object.values(shape.fields).map(findLossy));
    default:
      return undefined;
  }
}

function firstOf(found: (string | undefined)[]): string | undefined {
  return found.find((one) => one !== undefined);
}

function findScheduleProblems(fn: FunctionFacts): Problem[] {
  const wanted = fn.params.find(({ optional, rest }) => !optional && !rest);
  if (!findSchedule(fn) || !wanted) return [];
  return [
    problem('schedule-parameter', fn, `has a schedule, which gives it no ${wanted.name}: give it a default value`),
  ];
}

function findDuplicates(started: readonly FunctionFacts[]): Problem[] {
  const known = new Map<string, FunctionFacts>();
  return started.flatMap((fn) => {
    const address = findAddress(fn);
    const form = address && formOf(address);
    const first = form === undefined ? undefined : known.get(form);
    if (form !== undefined && !first) known.set(form, fn);
    if (!first || !address) return [];
    return [
      problem(
        'http-route',
        fn,
        `has the address ${address.method} ${address.path}, which ${nameOf(first)} has already`,
      ),
    ];
  });
}
