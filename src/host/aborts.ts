/** Notices of aborted signals, on their way from callers to the calls that they are about. */
export interface Aborts {
  /** The call of this name is on its way. */
  open(id: string, tell: (abort: string) => void): void;
  close(id: string): void;
  tell(id: string, abort: string): void;
}

/** Notices may overtake their calls, and come after their end: so many are kept. */
const MANY_EARLY = 1000;

export function createAborts(): Aborts {
  const calls = new Map<string, (abort: string) => void>();
  const early = new Map<string, string[]>();
  return {
    open(id, tell) {
      if (id === '') return;
      calls.set(id, tell);
      for (const abort of early.get(id) ?? []) tell(abort);
      early.delete(id);
    },
    close: (id) => void calls.delete(id),
    tell(id, abort) {
      const tell = calls.get(id);
      if (tell) return tell(abort);
      early.set(id, [...(early.get(id) ?? []), abort]);
      for (const oldest of early.keys()) if (early.size > MANY_EARLY) early.delete(oldest);
    },
  };
}
