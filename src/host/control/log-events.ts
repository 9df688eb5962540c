/** What functions have printed, as far back as there is room for it; CloudWatch Logs tells it. */

export interface LogEvent {
  /** Goes up. */
  number: number;
  /** `2026/11/26/shop-trig[3]5f0c…` */
  stream: string;
  /** Milliseconds since the epoch. */
  time: number;
  message: string;
}

export interface LogEvents {
  /** `group`: its region and name. */
  add(group: string, stream: string, message: string): void;
  /** Oldest first; undefined if nothing has ever been printed to it. */
  find(group: string): readonly LogEvent[] | undefined;
}

/** Characters of a group, with something for every line. */
const MAX_SIZE = 4_000_000;
const LINE_SIZE = 100;

export function createLogEvents(): LogEvents {
  const groups = new Map<string, { events: LogEvent[]; size: number }>();
  let number = 0;
  return {
    add(name, stream, message) {
      const group = groups.get(name) ?? { events: [], size: 0 };
      groups.set(name, group);
      group.events.push({ number: ++number, stream, time: Date.now(), message });
      group.size += sizeOf(message);
      if (group.size > MAX_SIZE) forgetOldest(group);
    },
    find: (name) => groups.get(name)?.events,
  };
}

/** Half of it at once: that is done rarely. */
function forgetOldest(group: { events: LogEvent[]; size: number }): void {
  let count = 0;
  for (const { message } of group.events) {
    if (group.size <= MAX_SIZE / 2) break;
    group.size -= sizeOf(message);
    count++;
  }
  group.events.splice(0, count);
}

function sizeOf(message: string): number {
  return message.length + LINE_SIZE;
}
