/** A call that no app makes: the request for it. */
import { createEncoder } from '../../templates/runtime/codec.ts';
import { type Request, WIRE_VERSION } from '../../templates/runtime/protocol.ts';
import { rich } from '../../templates/runtime/rich.ts';
import type { CutPlan } from '../types.ts';

export interface MadeRequest {
  text: string;
  /** Objects that have a number in it. */
  objects: object[];
}

/** With the contract of the build, so that a function of another one refuses it. */
export function makeRequest({ fn, contract }: Pick<CutPlan, 'fn' | 'contract'>, args: readonly unknown[]): MadeRequest {
  const encoder = createEncoder({ extension: rich() });
  const request: Request = { v: WIRE_VERSION, fn, contract, args: [] };
  for (const [index, arg] of args.entries()) request.args.push(encoder.encode(arg, `args[${index}]`));
  const far = encoder.finish();
  const text = JSON.stringify(far ? { ...request, far } : request);
  return { text, objects: [...encoder.numbers.keys()] };
}
