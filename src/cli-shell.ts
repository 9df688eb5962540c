/** What commands do to the process that they run in, as a value: none of them does it by itself. */
import type { Paint } from './report/paint.ts';

/** What of the process the commands need; only cli.ts has it. */
export interface Shell {
  env: NodeJS.ProcessEnv;
  print(text: string): void;
  /** For somebody who waits: beside what is printed. */
  note(text: string): void;
  paint(): Promise<Paint>;
  /** For what is noted. */
  paintNotes(): Promise<Paint>;
  end(isFine: boolean): void;
  /** The answer of somebody at the terminal; undefined if nobody is there. */
  ask(question: string): Promise<string | undefined>;
}

/** What of the process serving needs besides; only cli.ts has it. */
export interface ServeShell extends Shell {
  input(): AsyncIterable<Buffer>;
  /** For one write after the other: whether there was somebody to read it, when there is room for more. */
  openOutput(): (text: string) => Promise<boolean>;
  /** Calls when somebody wants it to end. */
  onInterrupt(end: () => void): void;
}
