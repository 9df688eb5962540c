import type { ServedFunction } from '../served.ts';
import type { Failed } from './convention.ts';
import type { Calling, Outcome, Speaking } from './speaking.ts';

export async function runUnit(
  speaking: Speaking,
  served: ServedFunction,
  event: string,
  how: Calling,
): Promise<Outcome> {
  const { payload, isError } = await speaking.call(served, event, how);
  return isError ? { cause: findCause(payload), served, payload } : { reply: payload };
}

const CAUSES: Record<string, Failed['cause']> = {
  'Sandbox.Timedout': 'timeout',
  'Runtime.ExitError': 'exit',
  'Runtime.OutOfMemory': 'memory',
  'Function.ResponseSizeTooLarge': 'too-large',
};

/** The host says it as AWS does; `errorType` of what a function throws is the name of its class. */
export function findCause(payload: string): Failed['cause'] {
  const { errorType, trace } = { ...JSON.parse(payload) } as { errorType?: unknown; trace?: unknown };
  const cause = typeof errorType === 'string' && Object.hasOwn(CAUSES, errorType) ? CAUSES[errorType] : undefined;
  return trace === undefined && cause ? cause : 'thrown';
}
