/** From `1-analyze`: what a program is made of, facts only. */
import type { BindFacts, CallFacts, FunctionFacts, LoopFacts } from './functions.ts';
import type { ClassId, FunctionId, ModuleId, Place, Problem, Span, VariableId } from './names.ts';

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
  /** Calls whose results show whether something was started that nobody waits for. */
  starts: { module: ModuleId; span: Span }[];
  /** Where the program starts something it does not wait for; empty for a program with a single strand of control. */
  concurrency: Strand[];
  changed: ChangedParts;
  /** Members of the language that the program may replace: `Math.round`, `Array.prototype.*`. */
  patched: string[];
  /** Files and folders besides the program's that the facts depend on, relative to the source root. */
  consulted?: { files: string[]; folders: string[] };
  /** Findings about the user's program that do not stop the build (type errors, unreadable imports). */
  problems: Problem[];
}

/** `open`: a function that code outside the program can call. `handed`: one that may be called without being waited for. Else a call. */
export interface Strand extends Place {
  how?: 'open' | 'handed';
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
  /** Functions whose calls may come to where something is changed that is a function, or may be one. */
  changers?: FunctionId[];
  /** A function that code outside the program can call, with objects that it may change at any time. */
  outside?: Place;
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
  /** The same for some of what it declares, or all but the functions in it. */
  given?: GivenFacts;
}

export interface GivenFacts {
  parts: GivenPart[];
  /** Names that what is left of the statement mentions. */
  mentions: string[];
}

/** `api = { base: process.env.BASE, get() {} }`: what it declares, and its functions, which a unit has all the same. */
export interface GivenPart {
  span: Span;
  names: string[];
  members: Span[];
}

/** `import { name as local }`, `import local` (name `default`), `import * as local` (name `*`), `export { local as name }`. */
export interface BindingFacts {
  name: string;
  local: string;
  typeOnly: boolean;
  span: Span;
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
  /** It has `#name` methods or accessors: only a construction gives them to an instance. */
  hasPrivateMethods?: true;
  /** Instance field initialisers, constructor body and super arguments: what a restore must be kept from running. */
  fields: { name: string; span: Span; initializer?: Span; hasType: boolean; definite: boolean; nameEnd: number }[];
  construct?: { body: Span; superArguments: Span[] };
  isAbstract: boolean;
  /** The program reads its text, so that nothing must come into that. */
  isTextRead?: true;
  /** A class of a package, whose instances can be made again from their fields; the module imports it as `reach`. */
  imported?: { fields: Shape[] };
}

export interface VariableFacts {
  id: VariableId;
  module: ModuleId;
  /** `counter`, or `Cart.count` for a static field: an expression that works at the top level of its module. */
  expression: string;
  /** `hung`: all that functions put on a function or a class without a declaration. */
  kind: 'const' | 'let' | 'static' | 'enum' | 'namespace' | 'hung';
  /** No other module can name it: its namespace does not export it, it is `#private`, or its name is no identifier. */
  isHidden?: true;
  at: Place;
  shape: Shape;
  /** A function of the program may be its value, which `shape` may not tell: `const handler: any = counter.up`. */
  holdsFunction?: true;
  /** Given a new value after its declaration. */
  assigned: boolean;
  /** Its contents may change after the module has loaded. */
  mutated: boolean;
  /** Its initial value is the same in every process. */
  stable: boolean;
  /** Of bytes: the program only looks things up in them, `TABLE[i]`, so that nobody comes by the object itself. */
  isTable?: true;
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
