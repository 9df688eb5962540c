/** How a unit that has been deployed reaches others: as an app does, through a thread of its own that makes the requests. */
import { join } from 'node:path';
import type { Unit } from './line.ts';
import { connect, type Link } from './link.ts';
import { createLocator, type Locate } from './locate.ts';

export interface Away {
  /** Starts the thread at the first call. `folder` is that of the unit's bundle. */
  open(folder: string): Link;
  locate: Locate;
  /** The thread of the unit may sleep until a call is over. */
  canSleep: boolean;
  /** Bytes that a request may have. */
  findMaxRequest(unit: Unit): number;
  /** Why the unit cannot be called from here. */
  findHindrance(unit: Unit): string | undefined;
  /** Not even begun, for there are too many already: it runs where it is called. */
  isCrowded(failure: { code: string; mayHaveRun: boolean }): boolean;
}

const FILE = 'invoke-unit.cjs';
export const NOT_HERE = 'it is not at the provider of the unit that calls it';
const MAX_LAMBDA_REQUEST = 6 * 1024 * 1024;

export const away: Away = /* @__PURE__ */ createAway((folder) => connect(join(folder, FILE)));

export function createAway(open: Away['open']): Away {
  const locate = createLocator();
  return {
    open,
    canSleep: true,
    locate: (fn: string, unit: Unit) => locate(fn, unit),
    findMaxRequest: () => MAX_LAMBDA_REQUEST,
    findHindrance: ({ deployed }) => (deployed ? undefined : NOT_HERE),
    isCrowded,
  };
}

export function isCrowded({ code, mayHaveRun }: { code: string; mayHaveRun: boolean }): boolean {
  return code === 'throttled' && !mayHaveRun;
}
