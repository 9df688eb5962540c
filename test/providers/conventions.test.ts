/** The table of conventions in src/providers/README.md: of each provider's entry, as it is generated, the statement that the provider looks for. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import ts from 'typescript';
import { expect, test } from 'vitest';
import { transform } from '../../src/3-transform/transform.ts';
import { listTargets, loadProvider } from '../../src/providers/index.ts';
import { analyseSyntax, cutOf, planOf, sourcesOf, unitOf } from '../transform/facts.ts';

const README = join(import.meta.dirname, '../../src/providers/README.md');

/** Without types and comments, on one line. */
function toLine(text: string): string {
  const options = { target: ts.ScriptTarget.ESNext, module: ts.ModuleKind.ESNext, removeComments: true };
  const { outputText } = ts.transpileModule(text, { compilerOptions: options });
  const file = ts.createSourceFile('index.js', outputText, ts.ScriptTarget.Latest, true);
  const shown = file.statements.find((statement) => isExport(statement) || ts.isExpressionStatement(statement));
  return (shown?.getText() ?? '').replace(/\s+/g, ' ').replace(/, \}/g, ' }');
}

function isExport(statement: ts.Statement): boolean {
  const isDeclared =
    ts.canHaveModifiers(statement) &&
    ts.getModifiers(statement)?.some(({ kind }) => kind === ts.SyntaxKind.ExportKeyword);
  return isDeclared === true || ts.isExportAssignment(statement) || ts.isExportDeclaration(statement);
}

const FILES = { 'trig.ts': 'export function calculate(values: number[]): number { return values.length; }\n' };

/** What a build makes of a small program; what is longer than a line is shortened. */
async function describeEntry(target: string): Promise<string> {
  const provider = await loadProvider(target);
  const unit = unitOf('trig-calculate', ['trig#calculate'], { places: [{ target, name: 'shop-trig-calculate' }] });
  const plan = planOf([unit], [cutOf('trig#calculate', { unit: unit.name })], []);
  const options = { providers: [provider], out: '/project/faas' };
  const [made] = transform(sourcesOf(FILES), analyseSyntax(FILES), plan, options).units;
  const called = provider.entry ? `${target}.ts` : 'handler.ts';
  const line = toLine(made?.files.find(({ path }) => path === called)?.text ?? '');
  const short = line.length > MAX_LENGTH ? line.replace(/(=> |\) )\{.*\}/, '$1{ … }') : line;
  return `| ${provider.title} | \`${short.replaceAll('|', '\\|')}\` |`;
}

const MAX_LENGTH = 130;

test('the page of providers shows the convention of each as it is generated', async () => {
  const targets = listTargets().filter((target) => target !== 'local');
  const rows = await Promise.all(targets.map(describeEntry));
  const table = ['| provider | what it calls |', '|---|---|', ...rows].join('\n');
  const readme = readFileSync(README, 'utf8');
  expect(rows.length).toBeGreaterThan(15);
  expect(readme.includes(table), `src/providers/README.md lacks\n${table}`).toBe(true);
});
