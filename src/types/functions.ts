/** From `1-analyze`: what functions are, do, and where they are called. */

import type { InputType } from '../../templates/runtime/input.ts';
import type { Annotation, Shape } from './analysis.ts';
import type { ClassId, FunctionId, ModuleId, Place, Span, VariableId } from './names.ts';

export interface ParameterFacts {
  name: string;
  shape: Shape;
  optional: boolean;
  rest: boolean;
  /** `plain`: a simple name; `pattern`: destructured. */
  form: 'plain' | 'pattern';
  /** Of a pattern whose type is neither written down nor known from elsewhere: what the compiler has read in it, as text. */
  patternType?: string;
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
  | { kind: 'none'; reason: string };

// nested in another function, computed name, …

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
  /** It may get hold of a function that is not of the program. Known only for a program that has generators. */
  borrows?: true;
  /** Not `async`, but its type says that it returns a promise. */
  returnsPromise: boolean;
  /** The type of the result where it is not written down; null if it cannot be. Known only for a program whose bodies are dropped. */
  resultType?: string | null;
  /** `x is string`, where the compiler infers it from a body that is a single `return`: a second one would lose it. */
  predicate?: string;
  /** Of those that return a promise: may also return something else (`string | Promise<string>`), or a class of its own. */
  mixesPromises?: 'some' | 'like';
  /** An `await` (or `for await`) of its own, or it is async and may give a promise that it did not wait for. */
  hasAwait: boolean;
  params: ParameterFacts[];
  /** What it gives, or what its promise is for; of a generator what it yields and returns. */
  returns: Shape;
  usesThis: boolean;
  usesArguments: boolean;
  /** It has functions of packages or of the surroundings as values: `encode === basename`. */
  namesForeign?: true;
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
  /** The program reads the text of the function, or of something around it: by what and where. */
  textRead?: { by: string; at: Place };
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
  /** The program has a call of `throw` that may be meant for it. */
  interrupted?: true;
  /** It may come to its end in its first step. */
  endsAtOnce: boolean;
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
  | 'zone' // asks for the time zone of the process
  | 'locale' // asks for its language
  | 'platform' // may differ on another platform: `path.join`, `os.EOL`, `process.platform`
  | 'formats' // asks what Node knows about languages
  | 'texts' // turns objects into text, among which dates may be: that is done in both
  | 'dates' // makes dates
  | 'ambient' // asks whether a global is there
  | 'timers'
  | 'starts' // something that goes on when it has returned
  | 'exit'
  | 'process' // child processes, servers, signals, workers: things bound to this process
  | 'global' // writes a global, patches a prototype
  | 'loads' // loads a module: the id of one of the program, or what is written
  | 'package' // calls a package function that keeps state or cannot be understood
  | 'stack' // takes the text of a stack apart
  | 'function-text' // asks what the text of a function is: that of a unit is another one
  | 'replaced' // its name leads to something else: a decorator or an assignment has put a wrapper in its place
  | 'inherited' // reads what the program puts on a prototype, class or function when it runs
  | 'callback' // calls a function value that may come from outside the program
  | 'throws';

export interface EffectFact {
  kind: EffectKind;
  /** Variable id, environment name, API name (`readline.question`) … */
  subject?: string;
  /** The statement that does it, and the calls that lead there, nearest first. */
  at: Place;
  via: FunctionId[];
  /**
   * Of `starts` and `function-text`: a unit can see when it happens. `maybe`: it happens if what is called turns out to give a promise, or be
   * called; if what is made a text turns out to be a function.
   */
  seen?: 'surely' | 'maybe';
  /** Of `throws`: whoever calls it gets a promise that is rejected. */
  late?: true;
}
