import ts from 'typescript';
import type { ModuleFacts } from '../types.ts';
import type { Edit } from './edits.ts';
import type { ParsedModule } from './parsed.ts';
import { pickName } from './syntax.ts';

/** One file on its way: its syntax, the edits so far, and the names that these edits bring in. */
export interface ModuleContext {
  facts: ModuleFacts;
  text: string;
  sourceFile: ts.SourceFile;
  edits: Edit[];
  /** Every name the file uses. */
  taken: ReadonlySet<string>;
  /** Names of the runtime that the edits use, with the local name of each. */
  runtime: Map<RuntimeName, string>;
  /** Set if the file can only `import runtime = require(…)`: its local name. */
  runtimeObject: string | undefined;
}

export type RuntimeName =
  | 'bound'
  | 'captured'
  | 'cell'
  | 'cut'
  | 'cutAsync'
  | 'cutAsyncGenerator'
  | 'cutGenerator'
  | 'cutPromise'
  | 'loaded'
  | 'members'
  | 'parallel'
  | 'privates'
  | 'restoring'
  | 'sequence'
  | 'settled'
  | 'share'
  | 'site'
  | 'sites'
  | 'started';

export function openModule(
  facts: ModuleFacts,
  { text, sourceFile, names: taken }: Pick<ParsedModule, 'text' | 'sourceFile' | 'names'>,
): ModuleContext {
  const runtimeObject = usesRequireSyntax(sourceFile) ? pickName('faasify', taken) : undefined;
  return { facts, text, sourceFile, edits: [], taken, runtime: new Map(), runtimeObject };
}

/** The text by which `name` of the runtime can be called in this file. */
export function useRuntime(context: ModuleContext, name: RuntimeName): string {
  const local = pickName(name, context.taken);
  context.runtime.set(name, local);
  return context.runtimeObject === undefined ? local : `${context.runtimeObject}.${name}`;
}

/** `import x = require(…)` or `export =`: a file that may not be allowed to use `import … from`. */
function usesRequireSyntax(sourceFile: ts.SourceFile): boolean {
  return sourceFile.statements.some(
    (node) =>
      (ts.isImportEqualsDeclaration(node) && ts.isExternalModuleReference(node.moduleReference)) ||
      (ts.isExportAssignment(node) && node.isExportEquals === true),
  );
}
