/** Everything that operations of the API work on. */
import type { Link } from '../../../templates/runtime/link.ts';
import type { Aborts } from '../aborts.ts';
import type { Actions } from '../conventions/speaking.ts';
import type { ServedFunction } from '../served.ts';
import type { Account } from './account.ts';
import type { Answer, ApiRequest } from './answer.ts';
import type { CodeStore } from './code.ts';
import type { Executor } from './executor.ts';
import type { InvocationLog } from './invocation-log.ts';
import type { LogEvents } from './log-events.ts';
import type { Records } from './records.ts';

export interface Plane {
  /** The units of an output folder: they are there from the beginning and cannot be changed. */
  units: ReadonlyMap<string, ServedFunction>;
  link: Link;
  aborts: Aborts;
  /** What was made here, and what runs it. */
  records: Records;
  code: CodeStore;
  account: Account;
  executor: Executor;
  /** What was made by the API of OpenWhisk. */
  actions: Actions;
  /** Calls that are under way, by ARN of the function. */
  running: Map<string, number>;
  events: LogEvents;
  log: InvocationLog;
  /** Ends what waits to be tried again. */
  closing: AbortSignal;
}

export type Operation = (plane: Plane, request: ApiRequest) => Answer | Promise<Answer>;
