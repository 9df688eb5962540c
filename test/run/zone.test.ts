import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { type PreparedRun, prepareRun } from '../../src/commands/run.ts';
import { serve } from '../../src/commands/serve.ts';
import { BIN, makeProject, runNodeIn } from '../cli/command.ts';

const LIB = `
export function hours(time: number): string { const date = new Date(time); return \`\${date.getHours()}:\${date.getMinutes()}\`; }
export function midnight(year: number): number { const date = new Date(year, 0, 1); return date.getTime(); }
export function parse(text: string): number { const date = new Date(text); return date.getTime(); }
export function parts(time: number): string { const text = new Date(time).toLocaleTimeString('en-GB'); return text; }
export function told(date: Date): string { const text = \`on \${date}\`; return text; }
export function any(value: unknown): string { const text = 'is ' + value; return text; }
export function amount(n: number): string { const text = n.toLocaleString(); return text; }
export function sorted(list: string[]): string[] { return [...list].sort((a, b) => a.localeCompare(b)); }
export function fixed(time: number): string {
  return new Date(time).toLocaleString('de-DE', { timeZone: 'UTC' }) + new Date(time).toISOString() + (1.5).toFixed(2);
}
const START = new Date(2024, 0, 1);
const LABEL = (1234.5).toLocaleString();
export function started(n: number): number { const start = START.getTime(); return start + n; }
export function labelled(n: number): string { const label = LABEL; return label + n; }
`;
const MAIN = `
import * as lib from './lib.ts';
const time = 1_700_000_000_000;
const show = (): void => {
  console.log(lib.hours(time), lib.midnight(2024), lib.parse('2024-03-01T12:00'), lib.parts(time));
  console.log(lib.told(new Date(time)), lib.any(new Date(time)), lib.any(7), lib.amount(1234.5));
  console.log(lib.sorted(['z', 'ä', 'i', 'I', 'ı']), lib.fixed(time), lib.started(1), lib.labelled(1));
};
show();
if (process.env.THEN) {
  const before = process.env.TZ;
  process.env.TZ = process.env.THEN;
  show();
  if (before === undefined) delete process.env.TZ;
  else process.env.TZ = before;
  show();
}
`;
const FILES = { 'package.json': '{ "type": "module", "faasify": { "app": "zones" } }', 'main.ts': MAIN, 'lib.ts': LIB };
/** Options of the command, and the flags that they are, in the order of the command: it finds what has been built with them. */
interface Asked {
  options: readonly string[];
  flags: Record<string, unknown>;
}
const ON_LAMBDA: Asked = {
  options: ['--runtime', 'lambda', '--runtime-client', 'own', '--exclude', 'main.ts'],
  flags: { exclude: ['main.ts'], target: 'lambda' },
};
const OVER_HTTP: Asked = {
  options: ['--target', 'lambda', '--exclude', 'main.ts'],
  flags: { target: 'lambda', exclude: ['main.ts'] },
};
const TSX = join(import.meta.dirname, '../../node_modules/tsx/dist/cli.mjs');

interface Counted {
  id: string;
  crossed: number;
  here: number;
  hereReasons: { reason: string }[];
}

function build(project: string, { flags }: Asked): Promise<PreparedRun> {
  return prepareRun({ entry: 'main.ts', args: [], cwd: project, flags });
}

/** Runs the program plainly and with its functions elsewhere, holds the two to be the same, and returns why calls ran here. */
async function compare(project: string, env: Record<string, string>, asked: Asked): Promise<Record<string, string[]>> {
  await build(project, asked);
  const { options } = asked;
  const plain = await runNodeIn(env, project, TSX, 'main.ts');
  const cut = await runNodeIn(env, project, BIN, 'run', ...options, '--report', 'calls.json', 'main.ts');
  expect(cut).toEqual(plain);
  const { functions } = JSON.parse(readFileSync(join(project, 'calls.json'), 'utf8')) as { functions: Counted[] };
  const ofLib = functions.filter(({ id, crossed }) => id.startsWith('lib#') && crossed > 0);
  expect(ofLib).toHaveLength(11);
  return Object.fromEntries(
    ofLib.filter(({ here }) => here > 0).map(({ id, hereReasons }) => [id, hereReasons.map(({ reason }) => reason)]),
  );
}

it('calls find the time zone of their caller on another machine, and follow it while the program runs', {
  timeout: 120_000,
}, async () => {
  const env = { TZ: 'Asia/Kolkata', LC_ALL: 'en_US.UTF-8', THEN: 'America/Los_Angeles' };
  expect(await compare(makeProject(FILES), env, ON_LAMBDA)).toEqual({});
});

it('run here where the language is another one there', { timeout: 120_000 }, async () => {
  const reason = ['the language of the unit is en-US, not de-DE'];
  const env = { TZ: 'Europe/Berlin', LC_ALL: 'de_DE.UTF-8' };
  expect(await compare(makeProject(FILES), env, ON_LAMBDA)).toEqual({
    'lib#amount': reason,
    'lib#any': reason,
    'lib#labelled': reason,
    'lib#sorted': reason,
    'lib#told': reason,
  });
});

it('are an error there if the app has no bodies', { timeout: 120_000 }, async () => {
  const env = { LC_ALL: 'de_DE.UTF-8' };
  const main = "import { amount } from './lib.ts';\nconsole.log(amount(1234.5));\n";
  const project = makeProject({ ...FILES, 'main.ts': main });
  const { exclude, target } = ON_LAMBDA.flags;
  const options = [...ON_LAMBDA.options, '--bodies', 'drop'];
  await build(project, { options, flags: { exclude, bodies: 'drop', target } });
  const { stdout, stderr, code } = await runNodeIn(env, project, BIN, 'run', ...options, 'main.ts');
  expect([stdout, code]).toEqual(['', 1]);
  expect(stderr).toMatch(/FaasifyError.*lib#amount.*the language of the unit is en-US, not de-DE/);
});

it('run here where the process of the units cannot take on their time zone', { timeout: 120_000 }, async () => {
  const project = makeProject(FILES);
  const { out } = await build(project, OVER_HTTP);
  const serving = await serve({ out, cwd: project, port: 0 });
  try {
    const env = { TZ: 'Asia/Tokyo', FAASIFY_ENDPOINT: serving.url };
    const reasons = await compare(project, env, OVER_HTTP);
    expect(Object.keys(reasons)).toEqual(
      ['any', 'hours', 'midnight', 'parse', 'parts', 'told'].map((name) => `lib#${name}`),
    );
    expect(Object.values(reasons).flat()).toContainEqual(
      expect.stringMatching(/^the time zone of the unit is .*, not Asia\/Tokyo$/),
    );
  } finally {
    await serving.close();
  }
});
