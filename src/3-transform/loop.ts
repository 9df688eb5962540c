import ts from 'typescript';
import type { ModulePlan } from '../types.ts';
import { wrapInAwait } from './await.ts';
import { type ModuleContext, useRuntime } from './context.ts';
import { emitString, spanKey } from './syntax.ts';

type LoopPlan = ModulePlan['loops'][number];

/** `values.map(f)` → `await parallel(values, 'map', f)`; further arguments stay where they are. */
export function editLoops(context: ModuleContext, expressions: Map<string, ts.Expression>, loops: LoopPlan[]): void {
  for (const loop of loops) {
    if (loop.mode === 'settled') {
      editSettled(context, loop);
      continue;
    }
    const node = expressions.get(spanKey(loop.span));
    if (node === undefined || !ts.isCallExpression(node) || ts.isOptionalChain(node)) continue;
    wrapInAwait(context, node, `${useRuntime(context, loop.mode)}(`);
    const between = { start: loop.receiver.end, end: loop.callback.start };
    context.edits.push({ kind: 'replace', span: between, text: `, ${emitString(loop.method)}, ` });
  }
}

/** `assert.throws(f)` → `assert.throws(await settled(f))`, around whatever else is done to `f`. */
function editSettled(context: ModuleContext, { span }: LoopPlan): void {
  context.edits.unshift({ kind: 'wrap', span, before: `await ${useRuntime(context, 'settled')}(`, after: ')' });
}
