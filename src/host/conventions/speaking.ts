/** What calls by all conventions work on. */
import type { Action } from '../actions/action.ts';
import type { KeptActions } from '../actions/kept.ts';
import type { ActionRuns } from '../actions/runs.ts';
import type { Caller, Keys } from '../control/authorization.ts';
import type { Invocation, ServedFunction } from '../served.ts';
import type { Activations } from './activations.ts';
import type { Asked, Failed, Limits } from './convention.ts';

export interface Speaking {
  units: ReadonlyMap<string, ServedFunction>;
  /** Who may call, if not every program on this machine may. */
  keys?: Keys | undefined;
  activations: Activations;
  call(served: ServedFunction, event: string, how: Calling): Promise<Invocation>;
  /** Those of OpenWhisk that were made here. */
  actions: Actions;
  /** The payload is an `ActionReply`. */
  callAction(action: Action, event: string, how: Omit<Calling, 'limit'>): Promise<Invocation>;
}

export interface Actions {
  kept: KeptActions;
  runs: ActionRuns;
}

export interface Calling {
  type: 'RequestResponse' | 'Event';
  /** Bytes of a reply. */
  limit: number;
  headers: Asked['headers'];
}

/** What a function has answered, as JSON, or how it came to no answer. */
export type Outcome = { reply: string } | Failed;

/** A call that may be made. */
export interface Conversation {
  speaking: Speaking;
  asked: Asked;
  served: ServedFunction;
  /** Without keys nobody knows. */
  caller?: Caller | undefined;
  limits: Limits;
  /** `limit`: bytes of the reply, if not those of `limits`. */
  run(type: Calling['type'], limit?: number): Promise<Outcome>;
}
