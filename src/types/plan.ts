/** From `2-plan`: what becomes of the program, all choices and no text. */

import type { Route } from '../../templates/runtime/http.ts';
import type { UnitPlace } from '../../templates/runtime/line.ts';
import type { InputFacts } from './functions.ts';
import type { ClassId, FunctionId, ModuleId, Place, Problem, Span, VariableId } from './names.ts';
import type { Settings } from './settings.ts';

export type Verdict = 'move' | 'repair' | 'keep';

/** Why a function got its verdict. `byRule`: stays because of a selection rule, not because it could not move. */
export interface Reason {
  code: string;
  message: string;
  at: Place;
  byRule?: boolean;
}

export interface Plan {
  functions: FunctionPlan[];
  units: UnitPlan[];
  cuts: CutPlan[];
  modules: ModulePlan[];
  /** `drop`: the app has no bodies of moved functions. */
  bodies: Settings['bodies'];
  problems: Problem[];
}

export interface FunctionPlan {
  id: FunctionId;
  at: Place;
  verdict: Verdict;
  reasons: Reason[];
  /** The unit that holds it as an entry; nested functions name the unit of the function they go with. */
  unit?: string;
  /** What a call by hand has to give; absent for what cannot be called by itself. */
  params?: ParameterPlan[];
}

export interface ParameterPlan extends InputFacts {
  name: string;
  /** Takes all that follows, too. */
  rest?: true;
}

export interface UnitPlan {
  /** `trig-calculate`: unique, `[a-z0-9-]`, at most 60 characters. */
  name: string;
  /** Entry functions, sorted. */
  functions: FunctionId[];
  settings: UnitSettings;
  /** Where its calls go once it is deployed to AWS. */
  deployed?: DeployedName;
  /** Where it is deployed, in the order in which calls try them; empty for `local`. */
  places: UnitPlace[];
  /** Its code runs without strict mode, as in the program. */
  isSloppy?: true;
  /** Classes whose instances (or the class itself) may arrive or leave. */
  classes: ClassId[];
  /** Static fields that change, own and inherited ones, by the class that has them. */
  keeps: Record<ClassId, VariableId[]>;
  /** Module state and objects that both sides must be able to name. */
  variables: VariableId[];
  /**
   * Those of `variables` whose first value differs from process to process (a time, a file, the command line): the unit makes
   * none of its own, it is sent with the calls.
   */
  given: VariableId[];
  /** Those of `variables` that are given, or data that changes: their value comes with each call, so what sets them is not repeated in the unit. */
  sent: VariableId[];
  /** Functions that may arrive as values. */
  sites: FunctionId[];
  /** Those of `functions` that it makes itself, for each call. */
  closures: FunctionId[];
  /** Those of `functions` that may turn out to have started something, or to give a promise though their types do not say so. */
  watched: FunctionId[];
  /** Generators among `functions` whose runs end there, or never come home. */
  brief: FunctionId[];
  /** Functions that may come home as values: made in the unit, or named there. */
  leaving: FunctionId[];
  /** Moved functions that this unit calls in their units, its own among them: with `--nested remote`. */
  nested: FunctionId[];
  /** What starts its functions besides calls. */
  routes: RoutePlan[];
  schedules: SchedulePlan[];
  watches: WatchPlan[];
  features: UnitFeatures;
  /** What is too large for a call goes through a bucket. */
  claims?: true;
}

/** `{ name: 'shop-trig-calculate', alias: 'live' }` */
export interface DeployedName {
  name: string;
  alias: string;
}

export interface UnitSettings {
  memory: number; // MB
  timeout: number; // seconds
  region?: string;
  concurrency?: number;
  /** Milliseconds after which a repeatable call is made a second time. */
  hedge?: number;
  /** Where it is deployed, in the order in which calls try them, if not at the targets of all: `gcf,openwhisk`. */
  target?: string;
  /** MB of temporary files, the ARN of the role it runs as, and how many instances it has, where they are not those of the app. */
  storage?: number;
  role?: string;
  reservedConcurrency?: number;
  provisionedConcurrency?: number;
  /** Minutes after which it is called again, so that an instance is ready. */
  warm?: number;
}

/** An address: `key` is `GET /price/{id}`. */
export interface RoutePlan extends Route {
  key: string;
}

/** A function that runs by the clock: `rate(5 minutes)`, `cron(0 12 * * ? *)`, in UTC. */
export interface SchedulePlan {
  fn: FunctionId;
  expression: string;
}

/** A function that runs when files change: `inbox/*.csv`, and the names of those of its parameters that it is given then. */
export interface WatchPlan {
  fn: FunctionId;
  glob: string;
  gives: ('path' | 'text' | 'bytes' | 'change')[];
}

/** Which parts of the runtime the unit needs; each one costs bytes. */
export interface UnitFeatures {
  rich: boolean;
  /** Arrays of objects come or go, and nothing that would make it `rich`. */
  tables: boolean;
  output: boolean;
  restore: boolean;
  /** As `restore`, where weak collections are part of the module state. */
  weak: boolean;
  /** A function is a generator. */
  generators: boolean;
  /** A function looks at the process around it: environment, working directory, command line. */
  surroundings: boolean;
  /** A function asks for the time zone or the language of its process. */
  zone: boolean;
  /** A function may do other things on other platforms. */
  platform: boolean;
  /** A function may end the process. */
  exit: boolean;
  /** A function may give a promise though its type does not say so. */
  late: boolean;
  /** A function may read the text of another one. */
  texts: boolean;
  /** A function may be given functions that it does not call. */
  lent: boolean;
  /** A function may be given signals. */
  signals: boolean;
}

/**
 * `cwd`: the working directory; `argv`: the command line; `clock`: clocks that count from the start of the process; `zone`: the
 * time zone; `locale`: the language; `formats`: what is known about languages; `dates`: all three, with calls that bring a date;
 * `platform`: `linux`, `win32` …
 */
export type Surrounding = 'cwd' | 'argv' | 'clock' | 'zone' | 'locale' | 'formats' | 'dates' | 'platform';

/** How one function's calls cross. This is what the stubs read at run time. */
export interface CutPlan {
  fn: FunctionId;
  unit: string;
  /** `blocking`: the caller waits; `async`: written async by the user; `coloured`: made async by us. */
  form: 'blocking' | 'async' | 'coloured';
  /** Number of arguments the callee can see; null when it uses rest or `arguments`. */
  arity: number | null;
  /** Names of the parameters, for hand-made calls. */
  params: string[];
  self: boolean;
  /** What the callee may change: sent back when it did. */
  changes: { args: number[] | 'all'; self: boolean };
  /** Module state that is sent along, and the part of it that may come back. */
  stateIn: VariableId[];
  stateOut: VariableId[];
  env: string[];
  /** What else of the process around the caller goes along with a call. */
  takes: Surrounding[];
  /** Its reply may end the process of the caller. */
  exits: boolean;
  /** Globals whose patching keeps a call here: `Date`, `Math.random`, `fetch` … */
  ambient: string[];
  /** Nothing remains of a call but its reply: one whose reply is not used may be repeated, or run in the app. */
  repeatable: boolean;
  /** Its caller gets a promise, as the user wrote it. */
  isAsync: boolean;
  /** It waits for something outside, for a timer or the network: its calls end when they do, not in order. */
  waits: boolean;
  /** Modules that it may load: until they have been loaded here, calls run here. */
  loads?: ModuleId[];
  /** It calls no function that it is given: those that only the caller has may go along. */
  lends?: boolean;
  /** A generator whose run crosses only if it ends at once, without giving anything before: it is called like a function. */
  brief?: boolean;
  /** A generator whose steps so far may be taken once more, elsewhere. */
  replays?: boolean;
  /** A generator that yields objects which nobody but its caller holds: they need no number. */
  fresh?: boolean;
  /** Hash of signature, shapes and codec version: a unit of another build refuses the call. */
  contract: string;
}

/** What is to be done to one file of the app. All spans refer to the original text. */
export interface ModulePlan {
  module: ModuleId;
  cuts: FunctionId[];
  /** Functions that become `async`. */
  coloured: FunctionId[];
  /** Call expressions that get an `await`. */
  awaits: Span[];
  loops: { span: Span; receiver: Span; callback: Span; method: string; mode: 'parallel' | 'sequence' | 'settled' }[];
  /** Functions that are marked where they are made, so that they can cross. */
  sites: FunctionId[];
  /** Bound functions that are marked likewise. */
  binds: { span: Span; parts: Span[] }[];
  /** Functions that can be made here of what comes home. */
  made: FunctionId[];
  /** What the other side may name: state, objects, classes, functions. */
  shares: ShareSet;
  /** Some cut waits for it to be loaded. */
  isAwaited?: true;
}

/** Names a module registers with the runtime. */
export interface ShareSet {
  variables: VariableId[];
  classes: ClassId[];
  functions: FunctionId[];
}
