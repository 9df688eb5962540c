import type {
  ClassFacts,
  EffectFact,
  FunctionFacts,
  FunctionId,
  Place,
  Reason,
  Strand,
  VariableFacts,
} from '../types.ts';
import { getQualifiedName } from './program.ts';

/**
 * Every reason a function can have, in the user's words. Codes are published: they never change. A message completes
 * the sentence "calculate …", and says where when that is not the place of the function itself.
 */

/** Effects that tie a function to this process. */
const TIES = {
  input: 'reads input',
  files: 'uses files',
  env: 'reads the whole environment',
  argv: 'changes the command line or hands it on',
  place: 'asks where its own file lies',
  net: 'uses the network',
  timers: 'leaves a timer running when it returns',
  starts: 'starts something that goes on when it has returned',
  ticks: 'does things in an order that depends on where it is called',
  exit: 'ends the process',
  process: 'is bound to this process',
  global: 'changes something global',
  loads: 'loads a module when it runs',
  package: 'uses a package that may keep state of its own',
  'function-text': 'reads the text of a function, which is another one in a unit',
  stack: 'takes a stack apart, which in a unit has no lines of who called',
  replaced: 'is or calls a function that something else stands in for',
  inherited: 'reads what the program or a decorator puts on a prototype, class or function',
} as const;

export type TieKind = keyof typeof TIES;

export function formatPlace(place: Place): string {
  return `${place.file}:${place.line}:${place.column}`;
}

/** `reads input: readline.question at src/a.ts:3:4, through ask` */
export function reasonTie(kind: TieKind, effect: EffectFact): Reason {
  const code = kind === 'env' ? 'env-all' : kind;
  return { code, message: `${describeTie(kind, effect)}: ${formatEffect(effect)}`, at: effect.at };
}

/** What a package does with them is not known any closer. */
function describeTie(kind: TieKind, { subject = '', seen }: EffectFact): string {
  if (kind === 'starts' && seen === 'maybe') return 'may start something that goes on when it has returned';
  if (kind === 'function-text' && seen === 'maybe')
    return 'may read the text of a function, which is another one in a unit';
  const isOfPackage = subject.includes(' of ');
  if (kind === 'env' && (isOfPackage || !/\benv\b/.test(subject))) return 'may read any variable of the environment';
  if (kind === 'argv' && (isOfPackage || !/\bargv\b/.test(subject))) return 'uses the command line';
  return TIES[kind];
}

export function reasonAccessor(fn: FunctionFacts): Reason {
  return byRule(fn, 'accessor', 'is an accessor: those stay with their object');
}

export function reasonConstructor(fn: FunctionFacts): Reason {
  return byRule(fn, 'constructor', 'is a constructor: objects are made where they live');
}

export function reasonTrivial(fn: FunctionFacts): Reason {
  return byRule(fn, 'trivial', 'does nothing but give or take a value');
}

export function reasonTest(fn: FunctionFacts): Reason {
  return byRule(fn, 'test', 'belongs to a file of tests');
}

export function reasonOff(at: Place): Reason {
  return { code: 'off', message: `stays because of @faas off at ${formatPlace(at)}`, at, byRule: true };
}

/** `by`: what was asked for, as the user would write it. */
export function reasonNotSelected(fn: FunctionFacts, by: string): Reason {
  return byRule(fn, 'not-selected', `is not selected: ${by}`);
}

export function reasonInline(fn: FunctionFacts): Reason {
  return byRule(fn, 'inline', 'is written in a call that calls it at once: it stays with that');
}

/** `why`: what is in the way of a call of its own. */
export function reasonNested(fn: FunctionFacts, parent: FunctionFacts, why: string): Reason {
  const message = `is written inside ${getQualifiedName(parent.id)}, which stays, and ${why}`;
  return { code: 'nested', message, at: fn.at };
}

export function reasonNestedByRule(fn: FunctionFacts, parent: FunctionFacts): Reason {
  return byRule(fn, 'nested', `is written inside ${getQualifiedName(parent.id)}, which stays`);
}

export function reasonInside(fn: FunctionFacts, owner: FunctionFacts): Reason {
  return { code: 'inside', message: `goes along with ${getQualifiedName(owner.id)}`, at: fn.at };
}

export function reasonUnreachable(fn: FunctionFacts, why: string): Reason {
  return { code: 'unreachable', message: `cannot be named from the top level of its module: ${why}`, at: fn.at };
}

/** `why`: completes "is a generator that …". */
export function reasonGenerator(fn: FunctionFacts, why: string): Reason {
  const what = fn.isAsync ? 'an async generator' : 'a generator';
  return { code: 'generator', message: `is ${what} that ${why}`, at: fn.at };
}

export function reasonObjectThis(fn: FunctionFacts): Reason {
  return {
    code: 'object-this',
    message: 'uses `this`, which is neither an instance of a class nor an object that never changes',
    at: fn.at,
  };
}

/** Behind the name of a function that crosses stands another text. */
export function reasonTextRead(fn: FunctionFacts, { by, at }: NonNullable<FunctionFacts['textRead']>): Reason {
  const message = `its text, or that of what it is written in, is read: ${by} at ${formatPlace(at)}`;
  return { code: 'function-text', message, at: fn.at };
}

export function reasonMixedModes(fn: FunctionFacts, other: FunctionFacts, isSloppy: boolean): Reason {
  const [own, others] = isSloppy ? ['without', 'with'] : ['with', 'without'];
  const message = `runs ${own} strict mode and calls ${getQualifiedName(other.id)} at ${formatPlace(other.at)}, which runs ${others} it`;
  return { code: 'mixed-modes', message, at: fn.at };
}

export function reasonPrintedChanges(effect: EffectFact, shows: FunctionFacts): Reason {
  const message = `prints, and ${getQualifiedName(shows.id)} at ${formatPlace(shows.at)} does more than show an object: ${formatEffect(effect)}`;
  return { code: 'printed-changes', message, at: effect.at };
}

export function reasonTypeUnwritten(fn: FunctionFacts): Reason {
  const message = 'needs its body for the type of its result: write the type down to use --bodies drop';
  return { code: 'type-unwritten', message, at: fn.at };
}

/** `where`: `parameter items`, `the result`. */
export function reasonShape(fn: FunctionFacts, where: string, type: string, why: string): Reason {
  return { code: 'shape', message: `${where} cannot cross: ${type}: ${why}`, at: fn.at };
}

/** `why`: what is in the way of `made`, a function that may be in the result. */
export function reasonReturnsFunction(fn: FunctionFacts, made: FunctionFacts | ClassFacts, why: string): Reason {
  const what = `${getQualifiedName(made.id)} at ${formatPlace(made.at)}, which cannot be made here again: ${why}`;
  return { code: 'returns-function', message: `may return ${what}`, at: fn.at };
}

export function reasonYieldsFunction(fn: FunctionFacts): Reason {
  const message = 'brings functions home step by step, and could not go on here should one of them be unknown';
  return { code: 'returns-function', message, at: fn.at };
}

/** Its caller has a promise already: where that is known, nothing can run in its place. */
export function reasonReturnsLate(fn: FunctionFacts): Reason {
  const message =
    'gives a promise without being `async`, and functions in it: should one of them be unknown, it is too late to run here';
  return { code: 'returns-function', message, at: fn.at };
}

/** `lasting`: what it must not do twice. */
export function reasonReturnsOnce(fn: FunctionFacts, lasting: EffectFact): Reason {
  const message = `returns functions, and could not run again here should one of them be unknown: ${formatEffect(lasting)}`;
  return { code: 'returns-function', message, at: fn.at };
}

/** `where`: what makes that possible. */
export function reasonChangesFunction(fn: FunctionFacts, parameter: string, where: Place): Reason {
  const message = `may change properties of a function that it is given, ${parameter}, as may be done at ${formatPlace(where)}`;
  return { code: 'changes-function', message, at: fn.at };
}

export function reasonForeignClass(fn: FunctionFacts, where: string, className: string, why: string): Reason {
  return { code: 'foreign-class', message: `${where} cannot cross: class ${className} ${why}`, at: fn.at };
}

export function reasonPromiseThrows(effect: EffectFact): Reason {
  const message = `returns a promise but may throw before there is one, at ${formatPlace(effect.at)}`;
  return { code: 'promise-throws', message, at: effect.at };
}

export function reasonNoFallback(fn: FunctionFacts): Reason {
  const message =
    'returns a promise without being async: with --fallback local it could not run here once a call has failed';
  return { code: 'no-fallback', message, at: fn.at };
}

export function reasonMixesPromises(fn: FunctionFacts): Reason {
  const some = 'returns a promise or something else, as it runs';
  const message = fn.mixesPromises === 'like' ? 'returns an object that can be awaited and is no promise' : some;
  return { code: 'promise-or-not', message, at: fn.at };
}

/** What may go on meanwhile. */
export function describeStrand(strand: Strand): string {
  const at = formatPlace(strand);
  if (strand.how === 'open') return `the function at ${at}, which code outside the program can call at any time`;
  if (strand.how === 'handed')
    return `the function at ${at}, which is handed on and may be called without being waited for`;
  return `what is started and not waited for at ${at}`;
}

/** `what`: what it shares. `strand`: where something begins that goes on meanwhile. */
export function reasonSharedWhileWaiting(fn: FunctionFacts, what: string, strand: Strand): Reason {
  const message = `waits, and shares ${what} with ${describeStrand(strand)}`;
  return { code: 'shared-while-waiting', message, at: fn.at };
}

export function reasonStateShape(effect: EffectFact, variable: VariableFacts, why: string): Reason {
  const message = `needs ${variable.expression} at ${formatPlace(variable.at)}, which cannot travel: ${why}`;
  return { code: 'state-shape', message: `${message}${formatVia(effect.via)}`, at: effect.at };
}

export function reasonStateUnknown(effect: EffectFact): Reason {
  return { code: 'state-unknown', message: `uses state that has no name: ${formatEffect(effect)}`, at: effect.at };
}

export function reasonNoAwait(fn: FunctionFacts, why: string): Reason {
  return { code: 'no-await', message: `has to be awaited, but ${why}`, at: fn.at };
}

/** `what`: completes "it …". */
export function reasonUnsupported(provider: string, what: string, at: Place): Reason {
  return { code: 'unsupported', message: `cannot be on ${provider}: it ${what}`, at };
}

/** Machinery a crossing needs: the reasons of `repair`. */
export function reasonRepair(fn: FunctionFacts, code: string, message: string): Reason {
  return { code, message, at: fn.at };
}

/** `a`, `a and b`, `a, b and c` */
export function listNames(names: readonly string[]): string {
  const last = names.at(-1);
  if (last === undefined) return '';
  return names.length === 1 ? last : `${names.slice(0, -1).join(', ')} and ${last}`;
}

const SOME = 3;

/** Each once, and of many the first ones and how many there are besides. */
export function listSome(names: readonly string[]): string {
  const each = [...new Set(names)];
  const more = each.length - SOME;
  return more > 1 ? `${each.slice(0, SOME).join(', ')} and ${more} more` : listNames(each);
}

function byRule(fn: FunctionFacts, code: string, message: string): Reason {
  return { code, message, at: fn.at, byRule: true };
}

function formatEffect(effect: EffectFact): string {
  const subject = effect.subject === undefined ? '' : `${effect.subject} `;
  return `${subject}at ${formatPlace(effect.at)}${formatVia(effect.via)}`;
}

function formatVia(via: readonly FunctionId[]): string {
  return via.length === 0 ? '' : `, through ${via.map(getQualifiedName).join(', ')}`;
}
