/** The part of units with functions that run by the clock, or are kept warm: its events are no calls of stubs. */
import type { Functions } from './dispatch.ts';

type Handler = (event: unknown, context?: unknown) => unknown;

/** `{"faasify":"run","fn":"shop#report"}` runs a function as it is; `{"faasify":"warm"}` runs none. */
export function timed(handler: Handler, functions: Functions): Handler {
  return (event, context) => {
    const { faasify, fn } = Object(event) as Record<string, unknown>;
    if (faasify === 'warm') return null;
    return faasify === 'run' ? run(functions, `${fn}`) : handler(event, context);
  };
}

async function run(functions: Functions, fn: string): Promise<null> {
  const entry = Object.hasOwn(functions, fn) ? functions[fn] : undefined;
  if (!entry) throw new Error(`no function ${fn}`);
  await entry.run();
  return null;
}
