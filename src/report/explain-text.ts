import { DIAGNOSTICS, getHeading } from './diagnostics.ts';
import { findExplanation, KEPT, KEPT_BY_RULE, REPAIRED } from './explanations.ts';
import type { Paint } from './paint.ts';

const GROUPS = [
  { title: 'Why a function stays', codes: Object.keys(KEPT) },
  { title: 'Why a function stays by rule', codes: Object.keys(KEPT_BY_RULE) },
  { title: 'What a crossing needs', codes: Object.keys(REPAIRED) },
];

export function formatExplanation(code: string, paint: Paint): string {
  const { why, help } = findExplanation(code) ?? {};
  const lines = [`${paint.bold(code)}  ${getHeading(code)}`];
  if (why !== undefined) lines.push(`  ${why}`);
  if (help !== undefined) lines.push(`  ${paint.cyan('What helps:')} ${help}`);
  if (why === undefined) lines.push('  The message that has this code says where, and what to do.');
  return `${lines.join('\n')}\n`;
}

/** All codes with their words: first those of functions, then those of errors and warnings. */
export function formatCodes(paint: Paint): string {
  const width = Math.max(...Object.keys(DIAGNOSTICS).map(({ length }) => length));
  const groups = [...GROUPS, { title: 'Errors, warnings and notes', codes: listOtherCodes() }];
  return groups
    .map(({ title, codes }) => {
      const lines = codes.map((code) => `  ${code.padEnd(width)}  ${paint.dim(getHeading(code))}\n`);
      return `${paint.bold(title)}\n${lines.join('')}`;
    })
    .join('\n');
}

function listOtherCodes(): string[] {
  return Object.keys(DIAGNOSTICS).filter((code) => findExplanation(code) === undefined);
}

/** The page of codes, in Markdown. */
export function formatCodesPage(): string {
  const explained = GROUPS.map(({ title, codes }) => {
    const rows = codes.map((code) => {
      const { why, help = '' } = findExplanation(code) ?? { why: '' };
      return `| \`${code}\` | ${getHeading(code)} | ${why} | ${help} |`;
    });
    return `## ${title}\n\n| code | | why | what helps |\n|---|---|---|---|\n${rows.join('\n')}\n`;
  });
  const others = listOtherCodes().map((code) => `| \`${code}\` | ${getHeading(code)} |`);
  return [
    '# Codes\n\nEvery verdict, error and warning has a code that never changes. `faasify explain <code>` says the same.\n',
    ...explained,
    `## Errors, warnings and notes\n\nTheir messages say where, and what to do.\n\n| code | |\n|---|---|\n${others.join('\n')}\n`,
  ].join('\n');
}
