import { rememberFor } from '../1-analyze/names/remember.ts';
import type {
  Analysis,
  CallFacts,
  ClassFacts,
  ClassId,
  FunctionFacts,
  FunctionId,
  LoopFacts,
  ModuleFacts,
  ModuleId,
  VariableFacts,
  VariableId,
} from '../types.ts';
import { groupBy } from './collections.ts';
import { findMentioned, type Mentions, mapMentions, type ScopeName } from './mentions.ts';
import { holdsSignal } from './shapes.ts';

/** The analysis with its facts findable: every map is built once and only read. */
export interface Program {
  analysis: Analysis;
  modules: ReadonlyMap<ModuleId, ModuleFacts>;
  functions: ReadonlyMap<FunctionId, FunctionFacts>;
  classes: ReadonlyMap<ClassId, ClassFacts>;
  variables: ReadonlyMap<VariableId, VariableFacts>;
  /** Functions written in the body of another one. */
  children: ReadonlyMap<FunctionId, FunctionFacts[]>;
  calls: readonly CallFacts[];
  /** Calls that may reach a function. */
  callsTo: ReadonlyMap<FunctionId, CallFacts[]>;
  /** Loops that hand a function over. */
  loopsOf: ReadonlyMap<FunctionId, LoopFacts[]>;
  mentions: Mentions;
  /** A function is given signals, or holds some. */
  hasSignals: boolean;
  /** Classes that a class's own text mentions, directly or through others. */
  classMentions(id: ClassId): readonly ClassId[];
  /** Some of its modules run in strict mode and some without. */
  mixesModes: boolean;
  /** Some variable can be named only inside its namespace. */
  hasHidden: boolean;
}

/** Made once: the same analysis is planned again and again, until the result compiles. */
export const readProgram = rememberFor(indexAnalysis);

function indexAnalysis(analysis: Analysis): Program {
  const calls = [...analysis.functions.flatMap((fn) => fn.calls), ...analysis.topCalls];
  const modules = byId(analysis.modules);
  const mentions = mapMentions(modules);
  return {
    analysis,
    modules,
    functions: byId(analysis.functions),
    classes: byId(analysis.classes),
    variables: byId(analysis.variables),
    children: groupBy(analysis.functions, (fn) => (fn.parent === undefined ? [] : [fn.parent])),
    calls,
    callsTo: groupBy(calls, (call) => call.targets),
    loopsOf: groupBy(analysis.loops, (loop) => [loop.fn]),
    mentions,
    hasSignals: analysis.functions.some(hasSignal),
    classMentions: followClassMentions(analysis, mentions),
    mixesModes: mixesModes(analysis),
    hasHidden: analysis.variables.some(({ isHidden }) => isHidden === true),
  };
}

function hasSignal({ params, captures }: FunctionFacts): boolean {
  return [...params, ...captures].some(({ shape }) => holdsSignal(shape));
}

function mixesModes({ modules }: Analysis): boolean {
  return new Set(modules.filter(({ isTest }) => !isTest).map(({ isSloppy }) => isSloppy === true)).size > 1;
}

/** Found when first asked for. */
function followClassMentions({ classes }: Analysis, mentions: Mentions): Program['classMentions'] {
  const known = new Map<ClassId, ClassId[]>();
  const names = new Map(classes.map((cls) => [cls.id, getScopeName(cls)]));
  return (id) => {
    const found = known.get(id);
    if (found) return found;
    const mentioned = findMentioned(mentions, [names.get(id) ?? id]);
    const result = classes.filter((cls) => mentioned.has(names.get(cls.id) ?? cls.id)).map((cls) => cls.id);
    known.set(id, result);
    return result;
  };
}

/** The name of its module's scope that leads to a class. */
export function getScopeName(cls: ClassFacts): ScopeName {
  const [root = cls.name] = (cls.reach ?? '').split('.', 1);
  return `${cls.module}#${root}`;
}

/** A fact that another fact names: its absence is a bug of the analysis. */
export function getFact<T>(facts: ReadonlyMap<string, T>, id: string): T {
  const fact = facts.get(id);
  if (fact === undefined) throw new Error(`The analysis names ${id}, but has no facts about it.`);
  return fact;
}

/** `Cart.total` of `lib/cart#Cart.total`. */
export function getQualifiedName(id: string): string {
  return id.slice(id.indexOf('#') + 1);
}

function byId<T extends { id: string }>(facts: readonly T[]): Map<string, T> {
  return new Map(facts.map((fact) => [fact.id, fact]));
}
