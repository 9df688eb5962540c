import type {
  Analysis,
  ClassFacts,
  ClassId,
  FunctionFacts,
  FunctionId,
  ModuleFacts,
  ModuleId,
  Span,
  VariableFacts,
  VariableId,
} from '../types.ts';

/** What the analysis says, by what the rewriting asks for. */
export interface FactsIndex {
  functions: ReadonlyMap<FunctionId, FunctionFacts>;
  classes: ReadonlyMap<ClassId, ClassFacts>;
  variables: ReadonlyMap<VariableId, VariableFacts>;
  modules: ReadonlyMap<ModuleId, ModuleParts>;
}

/** What one module declares, each in the order of the analysis. */
export interface ModuleParts {
  facts: ModuleFacts;
  functions: FunctionFacts[];
  classes: ClassFacts[];
  variables: VariableFacts[];
  /** Calls that may start something. */
  starts: Span[];
}

export function indexFacts(analysis: Analysis): FactsIndex {
  const modules = new Map<ModuleId, ModuleParts>(
    analysis.modules.map((facts) => [facts.id, { facts, functions: [], classes: [], variables: [], starts: [] }]),
  );
  for (const fn of analysis.functions) modules.get(fn.module)?.functions.push(fn);
  for (const cls of analysis.classes) modules.get(cls.module)?.classes.push(cls);
  for (const variable of analysis.variables) modules.get(variable.module)?.variables.push(variable);
  for (const { module, span } of analysis.starts) modules.get(module)?.starts.push(span);
  return {
    functions: new Map(analysis.functions.map((fn) => [fn.id, fn])),
    classes: new Map(analysis.classes.map((cls) => [cls.id, cls])),
    variables: new Map(analysis.variables.map((variable) => [variable.id, variable])),
    modules,
  };
}
