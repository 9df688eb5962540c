import { readFileSync } from 'node:fs';

export interface Memory {
  /** MB now, and at most so far. */
  now: number;
  peak: number;
}

/** Of a process; undefined where the system does not tell. */
export function readMemory(pid: number): Memory | undefined {
  try {
    const text = readFileSync(`/proc/${pid}/status`, 'utf8');
    const read = (name: string) => Number(new RegExp(`^${name}:\\s+(\\d+) kB`, 'm').exec(text)?.[1]) / 1024;
    const [now, peak] = [read('VmRSS'), read('VmHWM')];
    return Number.isNaN(now) ? undefined : { now, peak };
  } catch {
    return undefined;
  }
}
