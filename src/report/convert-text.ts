import { posixRelative } from '../4-package/files.ts';
import type { ConvertResult } from '../commands/convert.ts';
import type { PullResult } from '../commands/pull.ts';
import type { Paint } from './paint.ts';
import { formatProblems } from './problems.ts';

/** What was made of what, what it loses, and how it is deployed. */
export function formatConverted(result: ConvertResult, cwd: string, paint: Paint): string {
  const { from, to, handler, out, files, problems, commands, root, name } = result;
  const what = `${handler.file}#${handler.name}`;
  const folder = posixRelative(cwd, out);
  const names = [...files.map((file) => file.name), `${name}.zip`];
  return [
    `${paint.bold(what)}: ${from} → ${to}\n`,
    formatProblems(problems, { cwd, root }, paint),
    `${folder}/: ${names.join(', ')}\n`,
    ...commands.map((command) => paint.dim(`  ${command}\n`)),
  ].join('');
}

export function formatJsonConverted(result: ConvertResult, cwd: string): string {
  const { files, out, root: _root, ...rest } = result;
  const names = files.map(({ name }) => name);
  return `${JSON.stringify({ kind: 'converted', ...rest, out: posixRelative(cwd, out), files: names }, null, 2)}\n`;
}

export function formatPulled(result: PullResult, cwd: string, paint: Paint): string {
  const { from, name, out, files, note, problems } = result;
  const folder = posixRelative(cwd, out);
  return [
    `${paint.bold(name)} (${[from, note.handler].filter(Boolean).join(', ')}) → ${folder}/: ${files.length} files\n`,
    formatProblems(problems, { cwd, root: out }, paint),
    paint.dim(`  faasify convert ${folder} --to <convention>\n`),
  ].join('');
}

export function formatJsonPulled({ out, note, ...rest }: PullResult, cwd: string): string {
  return `${JSON.stringify({ kind: 'pulled', ...rest, ...note, out: posixRelative(cwd, out) }, null, 2)}\n`;
}
