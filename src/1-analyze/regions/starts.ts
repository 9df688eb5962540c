/** Calls of which a unit has to see whether they start something. */

import type { Analysis } from '../../types.ts';
import { spanOf } from '../classes/classes.ts';
import type { ProgramIndex } from '../names/program-index.ts';
import type { Region } from './region.ts';

/** Each once, in the order of the program, though it belongs to the regions of all functions around it. */
export function describeStarts({ loaded }: ProgramIndex, regions: readonly Region[]): Analysis['starts'] {
  const nodes = new Set(regions.flatMap(({ effects }) => effects.flatMap(({ node, seen }) => (seen ? [node] : []))));
  const starts = [...nodes].map((node) => ({ module: loaded.moduleId(node.getSourceFile()), span: spanOf(node) }));
  return starts.sort((a, b) => (a.module === b.module ? a.span.start - b.span.start : a.module < b.module ? -1 : 1));
}
