/** What is printed with `console` goes to the log as Lambda writes it: time, request, level, text, in one line. */
import { format } from 'node:util';
import { describeError } from './errors.ts';

const LEVELS = { trace: 'TRACE', debug: 'DEBUG', info: 'INFO', log: 'INFO', warn: 'WARN', error: 'ERROR' } as const;

let request = '-';

export function setRequest(id: string): void {
  request = id;
}

export function patchConsole(): void {
  for (const [name, level] of Object.entries(LEVELS)) {
    console[name as keyof typeof LEVELS] = (...args: unknown[]) => write(level, format(...args));
  }
}

export function logError(title: string, error: unknown): void {
  const { errorType, errorMessage, trace } = describeError(error);
  write('ERROR', `${title} \t${JSON.stringify({ errorType, errorMessage, stack: trace })}`);
}

function write(level: string, text: string): void {
  process.stdout.write(`${[new Date().toISOString(), request, level, text].join('\t').replaceAll('\n', '\r')}\n`);
}
