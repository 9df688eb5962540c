/** What is noted of one piece of code: the data that the visitor fills and the fix point adds up. */

import ts from 'typescript';
import type { EffectFact, EffectKind } from '../../types.ts';
import type { ImportedClasses } from '../classes/imported-classes.ts';
import type { GivenProperties } from '../functions/given-properties.ts';
import type { Inherited } from '../functions/inherited.ts';
import type { Replacements } from '../functions/replaced.ts';
import type { ClassEntry, FunctionEntry, VariableEntry } from '../names/program-index.ts';
import type { ApiFacts } from '../outside/api-facts.ts';
import { isReadOfArgv, isToldWhatToParse, READ_ARGV } from '../outside/command-line.ts';
import type { ReadTexts } from '../texts/texts.ts';
import type { AssetRead } from '../variables/assets.ts';
import type { RootContext, RootFinder } from './roots.ts';
import type { Root } from './trail.ts';

export type CallNode = ts.CallExpression | ts.NewExpression | ts.TaggedTemplateExpression;

export interface DirectEffect {
  kind: EffectKind;
  subject?: string;
  node: ts.Node;
  /** It reads a file, maybe one that goes along with the code. */
  asset?: AssetRead;
  seen?: NonNullable<EffectFact['seen']>;
  late?: true;
}

export interface RegionCall {
  node: ts.Node;
  kind: 'call' | 'new' | 'tag' | 'implicit' | 'callback';
  functions: readonly FunctionEntry[];
  classes: readonly ClassEntry[];
  direct: boolean;
  closed: boolean;
  /** Roots of what the callee gets as parameter `index`, with what is inside it; asked only if the callee changes it. */
  argument(index: number): Root[];
  /** Roots of the parameter's value alone, and whether that is a parameter or `this` of the caller itself. `code`: the name of a function, class or prototype. */
  argumentItself(index: number): { roots: Root[]; isPlain: boolean; code?: string };
  receiverItself(): { roots: Root[]; isPlain: boolean };
  /** Roots of everything it gets. */
  everything(): Root[];
  receiver(): Root[];
}

/**
 * What is changed of what a function gets. A parameter in `args` but not in `deep` is changed itself (`list.push(x)`), and
 * nothing inside it is; likewise `self` and `deepSelf`.
 */
export interface Changes {
  args: Set<number>;
  deep: Set<number>;
  self: boolean;
  deepSelf: boolean;
  all: boolean;
  /** Objects that variables of functions around it hold. */
  captured: boolean;
}

export interface Region {
  node: ts.Node;
  owner: FunctionEntry | undefined;
  effects: DirectEffect[];
  calls: RegionCall[];
  touches: Set<VariableEntry>;
  assigned: Map<VariableEntry, ts.Node>;
  mutated: Map<VariableEntry, ts.Node>;
  /** Those of `mutated` that are changed in another way than by `name.key = …`. */
  reached: Set<VariableEntry>;
  /** Used as a value, so that others may hold on to it. */
  leaked: Set<VariableEntry>;
  /** Variables that hold, from here on, something that another one holds, too: what is changed through one is changed in both. */
  shared: [VariableEntry, VariableEntry][];
  changes: Changes;
  usesThis: boolean;
  usesArguments: boolean;
  /** It has functions from outside the program as values, other than those of the language. */
  namesForeign: boolean;
  hasAwait: boolean;
  /** Calls that return an object which a package keeps. */
  kept: { subject: string; node: ts.Node }[];
  /** Classes whose instances go to code outside the program. */
  handedOut: Set<ts.Symbol>;
}

export interface RegionContext extends RootContext {
  replacements: Replacements;
  inherited: Inherited;
  givenProperties: GivenProperties;
  texts: ReadTexts;
  /** Where the text of a stack is taken apart. */
  stacks: ReadonlySet<ts.Node>;
  /** Names of accessors of the program; only these property accesses are looked up. */
  accessors: Set<string>;
  importedClasses: ImportedClasses;
}

/** What everything that fills a region works with. */
export interface RegionScope {
  context: RegionContext;
  region: Region;
  roots: RootFinder;
}

export function emptyRegion(node: ts.Node, owner: FunctionEntry | undefined): Region {
  return {
    node,
    owner,
    effects: [],
    calls: [],
    touches: new Set(),
    assigned: new Map(),
    mutated: new Map(),
    reached: new Set(),
    leaked: new Set(),
    shared: [],
    changes: { args: new Set(), deep: new Set(), self: false, deepSelf: false, all: false, captured: false },
    usesThis: false,
    usesArguments: false,
    namesForeign: false,
    hasAwait: false,
    kept: [],
    handedOut: new Set(),
  };
}

/** What a use of something outside the program does by itself. */
export function noteEffects({ effects }: Region, facts: ApiFacts, node: ts.Node): void {
  for (const effect of facts.effects) {
    const isRead = effect.kind === 'argv' && onlyReadsArgv(effect.subject, node);
    effects.push({ ...effect, ...(isRead && { subject: READ_ARGV }), node });
  }
}

function onlyReadsArgv(subject: string | undefined, node: ts.Node): boolean {
  if (subject === 'util.parseArgs') return isToldWhatToParse(node);
  return ts.isExpression(node) && isReadOfArgv(node);
}
