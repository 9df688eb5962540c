/** What the provider says a call has taken, from the last lines of its log. */
export interface Usage {
  /** Milliseconds. */
  duration: number;
  billed: number;
  /** Of loading the function, if this call did. */
  init?: number;
  /** MB */
  memory: number;
  used?: number;
}

/** `REPORT RequestId: … Duration: 1.23 ms Billed Duration: 2 ms Memory Size: 128 MB Max Memory Used: 64 MB Init Duration: 90 ms` */
export function readUsage(log: string): Usage | undefined {
  const line = log.match(/^REPORT RequestId: \S+\s.*$/gm)?.at(-1);
  if (line === undefined) return undefined;
  const read = (name: string) => {
    const text = new RegExp(`(?:^|\\s)${name}: ([\\d.]+) (?:ms|MB)`).exec(line)?.[1];
    return text === undefined ? undefined : Number(text);
  };
  const [duration, billed, memory] = [read('(?<!Billed |Init )Duration'), read('Billed Duration'), read('Memory Size')];
  if (duration === undefined || billed === undefined || memory === undefined) return undefined;
  const [init, used] = [read('Init Duration'), read('Max Memory Used')];
  return { duration, billed, memory, ...(init !== undefined && { init }), ...(used !== undefined && { used }) };
}
