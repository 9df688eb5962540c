/** What the pages say that can be looked up: where their links lead, and which commands and options there are. */

import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { expect, test } from 'vitest';
import { faasifyProcess } from './cli/command.ts';

const ROOT = join(import.meta.dirname, '..');

const PAGES = [
  'README.md',
  'fixtures/CONFORMANCE.md',
  ...['src', 'templates', 'examples'].flatMap((folder) =>
    readdirSync(join(ROOT, folder), { recursive: true, encoding: 'utf8' })
      .filter((file) => file.endsWith('README.md'))
      .map((file) => `${folder}/${file}`),
  ),
];

/** As GitHub makes an anchor of a heading. */
function anchorOf(heading: string): string {
  return heading
    .trim()
    .toLowerCase()
    .replace(/[^\p{L}\p{N} _-]/gu, '')
    .replaceAll(' ', '-');
}

function anchorsOf(page: string): string[] {
  return [...readFileSync(page, 'utf8').matchAll(/^#+ (.+)$/gm)].map(([, heading = '']) => anchorOf(heading));
}

function leadsNowhere(page: string, link: string): boolean {
  const [path = '', anchor] = link.split('#');
  const target = path === '' ? join(ROOT, page) : join(ROOT, dirname(page), path);
  if (!existsSync(target)) return true;
  return anchor !== undefined && !(statSync(target).isFile() && anchorsOf(target).includes(anchor));
}

test.each(PAGES)('links of %s lead somewhere', (page) => {
  const links = [...readFileSync(join(ROOT, page), 'utf8').matchAll(/\]\(([^)\s]+)\)/g)].map(([, link = '']) => link);
  expect(links.filter((link) => !/^https?:/.test(link) && leadsNowhere(page, link))).toEqual([]);
});

interface Command {
  line: string;
  /** `check`; without a name it is a build. */
  name: string;
  options: string[];
}

/** `npx faasify …` in blocks of code, without what stands behind `--` and behind the comment. */
function listCommands(page: string): Command[] {
  const blocks = [...readFileSync(join(ROOT, page), 'utf8').matchAll(/^```sh\n(.*?)^```/gms)];
  const lines = blocks.flatMap(([, block = '']) => block.split('\n'));
  return lines.flatMap((line) =>
    [...line.replace(/#.*|--color\b/g, '').matchAll(/\bfaasify (.*?)(?=&&| -- |[<>|]|$)/g)].map(([, given = '']) => {
      const [first = '', ...rest] = given.trim().split(/\s+/);
      const name = /^[a-z]+$/.test(first) ? first : 'build';
      return { line, name, options: [first, ...rest].filter((word) => word.startsWith('--')) };
    }),
  );
}

test('the commands and options that the pages show are there', async () => {
  const commands = PAGES.flatMap(listCommands);
  expect(commands.length).toBeGreaterThan(25);
  const help = new Map<string, string>();
  for (const name of new Set(commands.map((command) => command.name))) {
    const { code, stdout } = await faasifyProcess(ROOT, name, '--help');
    expect([name, code]).toEqual([name, 0]);
    help.set(name, stdout);
  }
  const unknown = commands.filter(({ name, options }) =>
    options.some((option) => !new RegExp(`\\s${option}[\\s,]`).test(help.get(name) ?? '')),
  );
  expect(unknown.map(({ line }) => line)).toEqual([]);
}, 60_000);
