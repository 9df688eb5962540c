/** What the facts about functions are found with. */

import type ts from 'typescript';
import type { FunctionEntry } from '../names/program-index.ts';
import type { RegionContext } from '../regions/region.ts';
import type { Shapes } from '../shapes/shapes.ts';
import type { StateFacts } from '../variables/variables.ts';

export interface FunctionContext extends RegionContext {
  shapes: Shapes;
  state: StateFacts;
  /** Exported to the outside: other people's code may call it. */
  isPublic: (entry: FunctionEntry) => boolean;
  /** Somebody outside may call a function of it, with functions of theirs. */
  isOpen: boolean;
  /** Result types are asked for where they are not written down. */
  writesTypes: boolean;
  hasGenerators: boolean;
  /** Start of the callback expression of every loop, by file. */
  loopCallbacks: ReadonlyMap<ts.SourceFile, ReadonlySet<number>>;
}
