/**
 * The nouns that pass between the phases. Everything here is plain data: it prints as JSON and that is what the golden
 * files hold. Ids use the source root: `lib/cart#Cart.total` is `<path from the root, no extension>#<qualified name>`.
 */

import type { Route } from '../templates/runtime/http.ts';
import type { InputType } from '../templates/runtime/input.ts';
import type { UnitPlace } from '../templates/runtime/line.ts';

/** `lib/cart#Cart.total` */
export type FunctionId = string;
/** `lib/cart`: path from the source root, posix separators, no extension. */
export type ModuleId = string;
/** `lib/cart#Cart` */
export type ClassId = string;
/** `lib/cart#TAX`, or `lib/cart#Cart.count` for a static field. */
export type VariableId = string;

/** A position for people: file relative to the source root, line and column from 1. */
export interface Place {
  file: string;
  line: number;
  column: number;
}

/** UTF-16 offsets into a module's text; `end` is exclusive. */
export interface Span {
  start: number;
  end: number;
}

// ----------------------------------------------------------------------------------------------------- settings

/** What the user asked for: flags over config over defaults. Annotations are weighed in by 2-plan, function by function. */
export interface Settings extends Partial<DeploySettings> {
  /** `local`, or the provider that is asked first; the latter may have others behind it. */
  target: string;
  targets: string[];
  /** `auto`: await where the call graph allows it, block where no await can stand. */
  calls: 'auto' | 'async' | 'blocking';
  /** Globs over ids, `<file glob>[#<qualified name glob>]`. Empty: no restriction. `exclude` wins over `include`. */
  include: string[];
  exclude: string[];
  /** Packages with native code that only computes from what it is given, as the user says; they lie beside a unit's code. */
  native?: string[];
  select: Selection;
  /** `remote`: a unit's calls to functions of other units go over the wire as well. */
  nested: 'local' | 'remote';
  /** `shallow`: a unit per module. `medium`: one per function of the top level, and one per class with its methods. */
  depth: 'shallow' | 'medium';
  /** A call that cannot cross throws; findings become errors. */
  strict: boolean;
  /** `drop`: moved functions keep no local body. */
  bodies: 'keep' | 'drop';
  /** `local`: a call that certainly did not reach its function runs in the app; else it throws. */
  fallback: 'none' | 'local';
  /** What makes the app's calls to AWS: requests that faasify signs, or AWS's SDK. */
  clientTransport: 'http' | 'sdk';
  /** MB and seconds: what units get that have no annotation; without it what is usual, as far as their providers have it. */
  memory?: number;
  timeout?: number;
  region?: string;
  concurrency?: number;
  /** Milliseconds after which a call without an answer is made a second time, where nothing remains of it but its reply. */
  hedge?: number;
  /** In which order the targets are asked: as they are named, or the cheapest first. */
  routing?: 'ordered' | 'cheapest';
  /** What is deployed together is named after it; absent where nothing can be deployed. */
  app?: string;
  /** The output folder, absolute. Only 4-package looks at it. */
  out: string;
}

/** What holds for all functions of an app once they are deployed. */
export interface DeploySettings {
  /** ARN of the role that they run as; without one the app gets a role of its own. */
  role?: string;
  runtime: string;
  architecture: string;
  /** MB of temporary files. */
  storage: number;
  tracing: boolean;
  /** Days for which logs are kept. */
  logRetention: number;
  /** Of everything that is made, beside our own. */
  tags: Record<string, string>;
  vpc?: Network;
  /** ARN of the queue or topic that gets events which failed. */
  deadLetter?: string;
  /** Instances that each function has for itself and may not exceed. */
  reservedConcurrency?: number;
  /** Instances of each function that are kept ready. */
  provisionedConcurrency?: number;
  /** Environment variables of all functions whose value is looked up when a deployment is made: `ssm:/shop/token`. */
  environment?: Record<string, string>;
  /** What the functions may do beside what the plan says. */
  permissions?: AskedPermission[];
  /** A bucket of the user's for what is too large to be sent; without one the app gets one of its own, if it needs it. */
  bucket?: string;
  /** What is too large for a call goes through the bucket. */
  claimCheck?: boolean;
}

/** Sorted. */
export interface Network {
  subnets: string[];
  securityGroups: string[];
}

export interface AskedPermission {
  actions: string[];
  resources: string[];
  /** The name of the file that asks for it. */
  from: string;
}

/** `auto`: the annotated functions if the program has any, else all. `globs`: as in `include`. */
export type Selection = { kind: 'auto' | 'all' | 'exported' | 'annotated' } | { kind: 'globs'; globs: string[] };

// ---------------------------------------------------------------------------------------------------- 1-analyze

/** What a program is made of and does. Facts only; nothing is decided here. */
export interface Analysis {
  modules: ModuleFacts[];
  functions: FunctionFacts[];
  classes: ClassFacts[];
  variables: VariableFacts[];
  /** Calls that stand in no function: top level, field initialisers, static blocks. Those of functions are with the function. */
  topCalls: CallFacts[];
  loops: LoopFacts[];
  binds: BindFacts[];
  /** Where the program starts something it does not wait for; empty for a program with a single strand of control. */
  concurrency: Place[];
  changed: ChangedParts;
  /** Members of the language that the program may replace: `Math.round`, `Array.prototype.*`. */
  patched: string[];
  /** Findings about the user's program that do not stop the build (type errors, unreadable imports). */
  problems: Problem[];
}

/**
 * What the program changes of objects that others may hold, each with the first place that does: properties of objects that
 * have these names, contents of these built-in classes, or anything, where it cannot be told what is changed.
 */
export interface ChangedParts {
  fields: Record<string, Place>;
  builtins: Record<string, Place>;
  /** Properties of functions. */
  functions?: Place;
  anything?: Place;
  /** A function that code outside the program can call, with objects that it may change at any time. */
  outside?: Place;
}

/** Something to tell the user. `code` never changes once published. */
export interface Problem {
  code: string;
  severity: 'error' | 'warning' | 'note';
  message: string;
  at?: Place;
}

export interface ModuleFacts {
  id: ModuleId;
  /** Path from the source root with extension, posix separators; may begin with `../`. */
  file: string;
  format: 'esm' | 'commonjs';
  /** It runs without strict mode. */
  isSloppy?: true;
  /** No module of the program imports it and its top level does something besides declaring. */
  isEntry: boolean;
  /** No `import`/`export` at all: TypeScript treats it as a global script. */
  isScript: boolean;
  /** A file of tests, by its name or because it imports a test runner. Its functions stay. */
  isTest: boolean;
  statements: StatementFacts[];
  /** Exported name → where it is defined. `*` lines are resolved into single names. */
  exports: Record<string, ExportTarget>;
  /** What it reads of files that never change, by source order. */
  assets?: AssetFacts[];
}

/** `readFileSync(new URL('./data.json', import.meta.url))`: a file or folder that goes along with the code. */
export interface AssetFacts {
  /** The expression that names it. */
  span: Span;
  /** From the source root, as are the files: itself, or all in the folder. */
  path: string;
  files: string[];
}

/** `local`: a name of this module; `module`+`name`: a name of another program module; `package`: from outside. */
export type ExportTarget =
  | { kind: 'local'; name: string }
  | { kind: 'module'; module: ModuleId; name: string }
  | { kind: 'package'; specifier: string; name: string };

/** One top-level statement, described well enough to cut a slice out of the module without types. */
export interface StatementFacts {
  kind: 'import' | 'export-from' | 'export-list' | 'type' | 'declaration' | 'effect';
  span: Span;
  /** Names of module scope that it declares (values and types). */
  declares: string[];
  /** Names of module scope (declared or imported) that it mentions anywhere inside, values and types. */
  mentions: string[];
  /** For `import`, `export-from` and `export-list`. */
  bindings?: BindingFacts[];
  /** For `import` and `export-from`: the text of the specifier, and the program module it leads to, if any. */
  specifier?: string;
  target?: ModuleId;
  /** For `effect`: true if it belongs to the entry (prints, reads, listens, calls into such code), so never runs in a unit. */
  entry?: boolean;
  /** For `effect` and `declaration`: other module variables whose value or contents running it changes. */
  sets?: VariableId[];
  /** For `effect` and `declaration`: module variables that running it touches. */
  touches?: VariableId[];
  /** For `declaration`: the initial values differ from process to process, and travel instead. */
  unstable?: boolean;
}

/** `import { name as local }`, `import local` (name `default`), `import * as local` (name `*`), `export { local as name }`. */
export interface BindingFacts {
  name: string;
  local: string;
  typeOnly: boolean;
  span: Span;
}

export interface ParameterFacts {
  name: string;
  shape: Shape;
  optional: boolean;
  rest: boolean;
  /** `plain`: a simple name; `pattern`: destructured. */
  form: 'plain' | 'pattern';
  /** Evaluating the default value could be noticed if it happened twice; of a generator, if it happened later. */
  impureDefault: boolean;
  /** An object that the function may look into after it has waited for something, or hand on. */
  readLate?: boolean;
}

/** How a function can be named from the top level of its module, or why it cannot. */
export type Reach =
  | { kind: 'local'; expression: string; root: string } // `calculate`, `N.f`, `api.total`: expression and its first name
  | { kind: 'method'; cls: ClassId; expression: string; root: string } // `Cart.prototype.total`, `Cart.create`
  | { kind: 'default' } // anonymous default export
  | { kind: 'none'; reason: string }; // nested in another function, computed name, …

export interface FunctionFacts {
  id: FunctionId;
  module: ModuleId;
  /** Last part of the qualified name. */
  name: string;
  kind: 'declaration' | 'expression' | 'arrow' | 'method' | 'getter' | 'setter' | 'constructor';
  at: Place;
  /** From the first token (decorators and modifiers included) to the end of the body. */
  span: Span;
  /** The body: the block, or the expression of an arrow. */
  body: Span;
  /** True for `x => expression`. */
  isExpressionBody: boolean;
  reach: Reach;
  /** The function whose body it is written in. */
  parent?: FunctionId;
  cls?: ClassId;
  isStatic: boolean;
  /** A method whose type is not its own: it overrides, is overridden, or implements a member of an interface or foreign class. */
  overrides: boolean;
  /** Source text of the head, one line, for the comment in a handler: `calculate(values: number[]): number`. */
  signature: string;
  isAsync: boolean;
  isGenerator: boolean;
  steps?: StepFacts;
  /** Not `async`, but its type says that it returns a promise. */
  returnsPromise: boolean;
  /** The type of the result where it is not written down; null if it cannot be. Known only for a program whose bodies are dropped. */
  resultType?: string | null;
  /** `x is string`, where the compiler infers it from a body that is a single `return`: a second one would lose it. */
  predicate?: string;
  /** Of those that return a promise: may also return something else (`string | Promise<string>`), or a class of its own. */
  mixesPromises?: boolean;
  /** An `await` (or `for await`) of its own. */
  hasAwait: boolean;
  params: ParameterFacts[];
  /** What it gives, or what its promise is for; of a generator what it yields and returns. */
  returns: Shape;
  usesThis: boolean;
  usesArguments: boolean;
  /** The whole body is nothing but giving or taking a value: `return this.x`, `this.x = x`, a literal, or nothing. */
  isTrivial: boolean;
  /** Code of other people can get hold of it: exported to the outside or handed to a package. */
  escapes: boolean;
  /** Free variables that belong to an enclosing function. */
  captures: CaptureFacts[];
  /** For functions inside others that can be made again elsewhere from what they capture. */
  site?: SiteFacts;
  /** Why they cannot, for those that go somewhere as values. */
  siteless?: string;
  /** Written as an argument of a call of the language, or of a package, that calls it at once: `list.map((x) => …)`. */
  isInline?: true;
  /** Where it goes as a value. */
  flows?: FlowFacts;
  calls: CallFacts[];
  /** Uses of the function as a value (not called on the spot), apart from `uses` that are calls. */
  valueUses: ValueUse[];
  /** After the fix point: its own effects and those of everything it may call. */
  effects: EffectFact[];
  /** Module state and named module objects it (or a callee) touches: what a unit must be able to name. */
  touches: VariableId[];
  /** What it can change of what it was given. */
  changes: { args: number[] | 'all'; self: boolean; captured?: true };
  annotation?: Annotation;
  /** What somebody outside of the program has to give for each parameter. */
  inputs?: InputFacts[];
  /** Its result may be a `Response`, which is the answer to a request. */
  answers?: true;
}

/** `refused`: why no request can have it. */
export interface InputFacts {
  type: InputType;
  /** `undefined` will do. */
  optional?: true;
  refused?: string;
}

/** What is particular to a generator. */
export interface StepFacts {
  /** What `next(v)` may bring, if something is done with it. */
  sent?: Shape;
  /** A step ends inside a `try`: how a run is ended shows. */
  guarded: boolean;
  /** What it yields is a primitive, or made for that step alone; apart from what generators yield that it delegates to. */
  fresh: boolean;
  /** Generators that it hands its steps to: `yield* walk(child)`. */
  delegates: FunctionId[];
}

export interface CaptureFacts {
  name: string;
  /** The function that declares it. */
  owner: FunctionId;
  /** Written after its declaration, by anybody. */
  written: boolean;
  shape: Shape;
}

/** A function as a code site: it crosses as its id and the values it captured. */
export interface SiteFacts {
  tag: SiteTag;
  /** Hash of its text, 8 hex digits: names like `f.$2` only count, so that another build may give them to other code. */
  digest: string;
  captures: SiteCapture[];
  /** Names of its module's scope that it mentions. */
  mentions: string[];
}

/** Where the value of a function may get to. */
export interface FlowFacts {
  /** Functions that may get it as an argument. */
  parametersOf: FunctionId[];
  /** Functions that may return it, by itself. */
  resultsOf: FunctionId[];
  /** Fields (`[]`: elements of collections) that may hold it. */
  fields: string[];
  /** Module variables that may hold it, by itself. */
  variables: VariableId[];
}

/**
 * How it is marked where it is made. `around`: the expression becomes an argument; `name` is what the place would have called
 * it. `behind`: in a statement of its own, after the one whose variable holds it. `declared`: likewise, at the start of the
 * block that declares it. `member`: a method or accessor of an object literal, an accessor when that has been made; `key`
 * is its name, or `Symbol.iterator` and the like.
 */
export type SiteTag =
  | { kind: 'member'; literal: Span; key: string; isSymbol?: true; slot: 'value' | 'get' | 'set' }
  | { kind: 'around'; name?: string }
  | { kind: 'behind'; name: string; end: number }
  | { kind: 'declared'; block: Span };

/** A variable of a scope around a function, or `this` of the function around it. */
export interface SiteCapture {
  name: string;
  uses: CaptureUse[];
  shape: Shape;
  /** Functions that it may hold. */
  functions: FunctionId[];
  /** Functions give it other values: all that use it share it. The block at whose start every instance of it is there. */
  cell?: Span;
}

/** `shorthand`: `{ x }`; `callee`: `x()`, which must not get a `this`. */
export interface CaptureUse {
  span: Span;
  form: 'plain' | 'shorthand' | 'callee';
}

/** A function used as a value. `callback`: handed directly to an array method; `waited`: to a test runner, which waits for its promise. */
export interface ValueUse {
  module: ModuleId;
  span: Span;
  kind: 'callback' | 'waited' | 'value' | 'type';
}

/** One call expression (or `new`, tagged template, implicit call) inside a function or at the top level. */
export interface CallFacts {
  /** The function the call stands in; absent at the top level. */
  caller?: FunctionId;
  module: ModuleId;
  /** The whole call expression. */
  span: Span;
  at: Place;
  kind: 'call' | 'new' | 'tag' | 'implicit';
  /** Program functions it may reach. */
  targets: FunctionId[];
  /** False if it may reach code that is not in `targets`. */
  closed: boolean;
  /** The call goes straight to one declaration by name, with no dispatch in between. */
  direct: boolean;
  /** Where an `await` put in front of it would stand. */
  position: CallPosition;
  /** Already awaited, or the operand of `return` in an async function. */
  awaited: boolean;
}

/**
 * `inside`: in the body of its caller, where `await` may stand if the caller is async. `top`: top level of an ES module.
 * `blocked`: default value, field initialiser, static block, getter, decorator, CommonJS top level …
 * `callback`: in a function written inline as the callback of an array method, see `loop`.
 */
export type CallPosition = { kind: 'inside' } | { kind: 'top' } | { kind: 'blocked'; why: string };

/** `values.map(f)` and friends over an array of the program; `settle`: `assert.throws(f)`, where `f` is called once, at once. */
export interface LoopFacts {
  module: ModuleId;
  caller?: FunctionId;
  /** The whole call `values.map(f)`, the receiver `values` and the callback `f`; of `settle` the callback alone. */
  span: Span;
  receiver: Span;
  callback: Span;
  method: string;
  /** The function handed over, by id. */
  fn: FunctionId;
  position: CallPosition;
}

/** `f.bind(o, 1)`, made of the parts `f`, `o` and `1`. */
export interface BindFacts {
  module: ModuleId;
  span: Span;
  parts: Span[];
  /** What `f` may be. */
  functions: FunctionId[];
}

export type EffectKind =
  | 'reads' // module state that can differ between processes or change
  | 'writes' // module state, its value or its contents
  | 'output'
  | 'input'
  | 'files'
  | 'env'
  | 'cwd'
  | 'argv'
  | 'place' // asks where its own file lies
  | 'net'
  | 'time'
  | 'random'
  | 'ambient' // asks whether a global is there
  | 'timers'
  | 'starts' // something that goes on when it has returned
  | 'exit'
  | 'process' // child processes, servers, signals, workers: things bound to this process
  | 'global' // writes a global, patches a prototype
  | 'package' // calls a package function that keeps state or cannot be understood
  | 'replaced' // its name leads to something else: a decorator or an assignment has put a wrapper in its place
  | 'callback' // calls a function value that may come from outside the program
  | 'throws';

export interface EffectFact {
  kind: EffectKind;
  /** Variable id, environment name, API name (`readline.question`) … */
  subject?: string;
  /** The statement that does it, and the calls that lead there, nearest first. */
  at: Place;
  via: FunctionId[];
}

export interface ClassFacts {
  id: ClassId;
  module: ModuleId;
  name: string;
  at: Place;
  span: Span;
  /** From `{` to `}`. */
  body: Span;
  /** Name by which the top level of its module can reach it; absent for classes inside functions. */
  reach?: string;
  /** Program class it extends, or the name of a built-in (`Error`, `Array`, `Map` …), or a package class. */
  base?: { kind: 'program'; id: ClassId } | { kind: 'builtin'; name: string } | { kind: 'other'; text: string };
  subclasses: ClassId[];
  /** `#name` fields, in order, with their initialisers. Methods and accessors excluded. */
  privateFields: string[];
  /** Instance field initialisers, constructor body and super arguments: what a restore must be kept from running. */
  fields: { name: string; span: Span; initializer?: Span; hasType: boolean; definite: boolean; nameEnd: number }[];
  construct?: { body: Span; superArguments: Span[] };
  isAbstract: boolean;
  /** A class of a package, whose instances can be made again from their fields; the module imports it as `reach`. */
  imported?: { fields: Shape[] };
}

export interface VariableFacts {
  id: VariableId;
  module: ModuleId;
  /** `counter`, or `Cart.count` for a static field: an expression that works at the top level of its module. */
  expression: string;
  kind: 'const' | 'let' | 'static' | 'enum' | 'namespace';
  /** Only code of its namespace can name it, which does not export it. */
  isHidden?: true;
  at: Place;
  shape: Shape;
  /** Given a new value after its declaration. */
  assigned: boolean;
  /** Its contents may change after the module has loaded. */
  mutated: boolean;
  /** Its initial value is the same in every process. */
  stable: boolean;
  /** Holds an object or symbol, so that `===` can tell it from a copy. */
  hasIdentity: boolean;
}

/** `@faas memory=512 timeout=30s` or `@faas off`. */
export interface Annotation {
  at: Place;
  off: boolean;
  settings: Record<string, string>;
}

/** What the wire has to do for a type. */
export type Shape =
  | { kind: 'primitive' }
  | { kind: 'array'; of: Shape }
  | { kind: 'object'; fields: Record<string, Shape> }
  | { kind: 'union'; of: Shape[] } // of nothing: `never`, or recursion, which adds nothing to the shape around it
  | { kind: 'builtin'; name: string; of: Shape[] }
  | { kind: 'class'; id: ClassId }
  | { kind: 'external'; name: string; package: string; why?: string }
  | { kind: 'function' }
  | { kind: 'any' } // any, unknown, type parameters: decided value by value
  | { kind: 'unsupported'; type: string; reason: string };

// ------------------------------------------------------------------------------------------------------- 2-plan

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
  /** A function may end the process. */
  exit: boolean;
  /** A function may give a promise though its type does not say so. */
  late: boolean;
  /** A function may be given functions that it does not call. */
  lent: boolean;
  /** A function may be given signals. */
  signals: boolean;
}

/** `cwd`: the working directory; `argv`: the command line; `clock`: clocks that count from the start of the process. */
export type Surrounding = 'cwd' | 'argv' | 'clock';

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
  /** It calls no function that it is given: those that only the caller has may go along. */
  lends?: boolean;
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
}

/** Names a module registers with the runtime. */
export interface ShareSet {
  variables: VariableId[];
  classes: ClassId[];
  functions: FunctionId[];
}

// -------------------------------------------------------------------------------------------------- 3-transform

/** Texts, by path from the output folder (posix). Nothing has been written yet. */
export interface Output {
  app: OutputFile[];
  units: UnitOutput[];
  /** The parts of modules that units are made of; several units may share one. */
  slices: OutputFile[];
}

export interface OutputFile {
  path: string;
  text: string;
  /** Source map v3 as JSON text, `sources` relative to the file. */
  map?: string;
}

export interface UnitOutput {
  name: string;
  /** Name of its bundle: CommonJS for code that runs without strict mode. */
  bundle: BundleName;
  /** handler.ts, and for each provider with an entry of its own a folder with that and its files, by path from `units/<name>/`. */
  files: OutputFile[];
  /** Those of the slices that it is made of, by path from the output folder. */
  slices: string[];
  /** Path of the handler from `units/<name>/`. */
  entry: string;
  /** Files that its code reads. */
  assets: AssetOutput[];
  /** It makes requests to other units itself, in a thread of its own (`away`) or that of its functions (`near`). */
  calls?: 'away' | 'near';
}

export type BundleName = 'handler.mjs' | 'handler.cjs';

/** `path` is that from `units/<name>/` and in the zip, `source` that from the source root. */
export interface AssetOutput {
  path: string;
  source: string;
}

// ---------------------------------------------------------------------------------------------------- 4-package

export interface Artifact {
  unit: string;
  /** Path from the output folder. */
  zip: string;
  bytes: number;
  unpackedBytes: number;
  /** sha256 of the zip, hex. */
  hash: string;
  /** sha256 of everything that went in, hex: equal means nothing to rebuild. */
  inputs: string;
  reused: boolean;
  assets?: AssetArtifact[];
  /** What providers get that want more than the handler, in the order of the targets. */
  packages: UnitPackage[];
}

/** `zip` and `folder`, which has the same files, by path from the output folder. */
export interface UnitPackage {
  target: string;
  folder: string;
  zip: string;
  bytes: number;
  unpackedBytes: number;
  /** sha256 of the zip, hex. */
  hash: string;
}

/** `faasify.json` in the output folder: what was made of the program, for people, `serve` and deployers. No dates, no absolute paths. */
export interface Manifest {
  version: 1;
  /** Version of faasify that wrote it. */
  faasify: string;
  target: string;
  targets: string[];
  /** What its units are deployed as: those of an app belong together. */
  app?: string;
  /** How they are deployed. */
  deploy?: DeploySettings;
  /** Files that the program starts with, from the source root. */
  entries: string[];
  functions: ManifestFunction[];
  cuts: CutPlan[];
  units: ManifestUnit[];
  /** Files of the runtime that handlers import, by path from the output folder. */
  runtime: string[];
  problems: Problem[];
}

export interface ManifestFunction {
  id: FunctionId;
  file: string;
  line: number;
  verdict: Verdict;
  reasons: Reason[];
  unit?: string;
  params?: ParameterPlan[];
}

export interface ManifestUnit {
  name: string;
  functions: FunctionId[];
  /** Readable handler, bundle, source map and zip, by path from the output folder. */
  source: string;
  bundle: string;
  map: string;
  zip: string;
  bytes: number;
  unpackedBytes: number;
  /** sha256 of the zip and of everything that went in, hex. */
  hash: string;
  inputs: string;
  settings: UnitSettings;
  deployed?: DeployedName;
  /** Where else it is deployed, if anywhere, in the order of the targets; `package` if that takes more than its zip. */
  places?: (UnitPlace & { package?: UnitPackage })[];
  /** Units that it calls, with `--nested remote`. */
  calls?: string[];
  /** Names of the environment variables its functions read; never values. */
  env: string[];
  /** What starts its functions besides calls, if anything. */
  routes?: RoutePlan[];
  schedules?: SchedulePlan[];
  watches?: WatchPlan[];
  /** Files that its code reads, if any. */
  assets?: AssetArtifact[];
}

/** A file beside a unit's code. `hash`: sha256, hex. */
export interface AssetArtifact {
  path: string;
  bytes: number;
  hash: string;
}
