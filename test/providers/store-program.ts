/** A program of two units, of which one reads a variable, built and deployed by the command line. */
import { expect, vi } from 'vitest';
import { type Ended, faasify, makeProject } from '../cli/command.ts';

const FILES = {
  'tsconfig.json': '{ "compilerOptions": { "strict": true, "module": "nodenext", "target": "es2022" } }\n',
  'globals.d.ts': 'declare const process: { env: Record<string, string | undefined> };\n',
  'work.ts': [
    'export function square(value: number): number {',
    '  const same = value;',
    '  return same * value;',
    '}',
    '',
    'export function sign(text: string): string {',
    '  return `${text}, ${process.env.SALT}`;',
    '}',
    '',
  ].join('\n'),
  'main.ts': "import { sign, square } from './work.js';\n\nconsole.log(square(3), sign('a'));\n",
};

/** Units `shop-shop` with addresses, and `shop-report`, which the clock starts. */
export const STARTED = {
  'tsconfig.json': FILES['tsconfig.json'],
  'shop.ts': [
    '/** @faas http="GET /price/{id}" */',
    'export function price(id: string): { id: string } {',
    '  return { id };',
    '}',
    '',
  ].join('\n'),
  'report.ts': [
    '/** @faas schedule="rate(5 minutes)" */',
    'export function report(): void {',
    "  console.log('reported');",
    '}',
    '/** @faas schedule="cron(0 12 * * ? *)" */',
    'export function close(): void {',
    "  console.log('closed');",
    '}',
    '',
  ].join('\n'),
};

export interface BuiltProgram {
  folder: string;
  /** What the command line finds; to be changed by the test. */
  env: Record<string, string>;
  /** `faasify …` in its folder. */
  run(...args: string[]): Promise<Ended>;
  build(...args: string[]): Promise<void>;
}

/** Milliseconds: several builds, on a machine that has much else to do. */
export const LONG = 240_000;

export const SALT = 'pepper-and-salt';

/** Units `shop-work-sign` and `shop-work-square`. */
export async function buildProgram(
  target: string,
  given: Record<string, string>,
  settings: object = {},
  files: Record<string, string> = FILES,
): Promise<BuiltProgram> {
  const folder = makeProject({ ...files, 'package.json': JSON.stringify({ type: 'module', faasify: settings }) });
  const env = { SALT, ...given };
  const run = async (...args: string[]) => {
    for (const [name, value] of Object.entries(env)) vi.stubEnv(name, value);
    return faasify(folder, ...args);
  };
  const build = async (...args: string[]) => {
    const made = await run('.', '--target', target, '--app', 'shop', ...args);
    expect(made.code, made.stdout + made.stderr).toBe(0);
  };
  await build();
  return { folder, env, run, build };
}
