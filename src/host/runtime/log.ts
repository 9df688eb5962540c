/** What an instance prints, line by line, with the invocation that it belongs to; and what Lambda writes around it. */
import type { Readable } from 'node:stream';
import { StringDecoder } from 'node:string_decoder';

export interface LogLine {
  text: string;
  /** Missing for what is printed while the instance starts. */
  requestId?: string | undefined;
}

export interface InvocationReport {
  /** Milliseconds from the event to the answer. */
  duration: number;
  billed: number;
  /** Milliseconds from the start of the process until it asked for work; of the first invocation. */
  init?: number | undefined;
  /** MB that the instance has needed at most; missing where it cannot be told. */
  used?: number | undefined;
}

export interface InstanceLog {
  follow(stream: Readable): void;
  begin(requestId: string, version: string): void;
  write(text: string): void;
  /** Gives the last 4 kB of what belongs to the invocation. */
  end(report: InvocationReport, memory: number): string;
  /** Waits until all is here that has been written so far. */
  settle(): Promise<void>;
}

/** Bytes that go along with an answer. */
const TAIL = 4096;

export function createLog(tell: (line: LogLine) => void): InstanceLog {
  let requestId: string | undefined;
  let tail = '';
  let arrived = 0;
  const flushers: (() => void)[] = [];

  function write(text: string): void {
    tell({ text, requestId });
    tail = `${tail}${text}\n`.slice(-TAIL);
  }

  return {
    write,
    follow(stream) {
      const lines = splitLines(write);
      flushers.push(lines.flush);
      stream.on('data', (chunk: Buffer) => {
        arrived++;
        lines.add(chunk);
      });
    },
    begin(id, version) {
      for (const flush of flushers) flush();
      requestId = id;
      tail = '';
      write(`START RequestId: ${id} Version: ${version}`);
    },
    end(report, memory) {
      for (const flush of flushers) flush();
      write(`END RequestId: ${requestId}`);
      write(formatReport(`${requestId}`, report, memory));
      requestId = undefined;
      return cutTail(tail);
    },
    async settle() {
      for (let seen = -1; seen !== arrived; ) {
        seen = arrived;
        await new Promise((done) => setImmediate(done));
        await new Promise((done) => setImmediate(done));
      }
    },
  };
}

/** Whole characters only. */
function cutTail(text: string): string {
  const bytes = Buffer.from(text).subarray(-TAIL);
  const start = bytes.findIndex((byte) => (byte & 0xc0) !== 0x80);
  return bytes.subarray(start).toString();
}

function splitLines(write: (line: string) => void): { add(chunk: Buffer): void; flush(): void } {
  const decoder = new StringDecoder('utf8');
  let rest = '';
  return {
    add(chunk) {
      const lines = (rest + decoder.write(chunk)).split('\n');
      rest = lines.pop() ?? '';
      for (const line of lines) write(line);
    },
    flush() {
      if (rest !== '') write(rest);
      rest = '';
    },
  };
}

function formatReport(id: string, { duration, billed, init, used }: InvocationReport, memory: number): string {
  return [
    `REPORT RequestId: ${id}`,
    `Duration: ${duration.toFixed(2)} ms`,
    `Billed Duration: ${billed} ms`,
    `Memory Size: ${memory} MB`,
    ...(used === undefined ? [] : [`Max Memory Used: ${used} MB`]),
    ...(init === undefined ? [] : [`Init Duration: ${init.toFixed(2)} ms`]),
    '',
  ].join('\t');
}
