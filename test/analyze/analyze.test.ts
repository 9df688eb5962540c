/** The facts of small programs, as golden files. `UPDATE=1 npx vitest run test/analyze` writes them anew. */

import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { analyze } from '../../src/1-analyze/analyze.ts';
import { loadProgram } from '../../src/1-analyze/program/load.ts';
import type { Analysis, Span } from '../../src/types.ts';

const FIXTURES = join(import.meta.dirname, '../../fixtures/analyze');

const names = readdirSync(FIXTURES).filter((name) => !name.includes('.'));

describe.each(names)('%s', (name) => {
  const folder = join(FIXTURES, name);
  const loaded = loadProgram({ path: join(folder, 'input/main.ts'), cwd: folder });
  const analysis = analyze(loaded);

  test('facts are as recorded', () => {
    const golden = join(folder, 'expected.json');
    const text = `${JSON.stringify(analysis, null, 1)}\n`;
    if (process.env.UPDATE || !existsSync(golden)) writeFileSync(golden, text);
    expect(text).toBe(readFileSync(golden, 'utf8'));
  });

  test('every span lies in its file and ids are unique', () => {
    const sizes = new Map(loaded.files.map((file) => [loaded.moduleId(file), file.text.length]));
    for (const { module, span } of listSpans(analysis)) {
      expect(span.start).toBeLessThanOrEqual(span.end);
      expect(span.end).toBeLessThanOrEqual(sizes.get(module) ?? -1);
    }
    const ids = analysis.functions.map(({ id }) => id);
    expect(new Set(ids).size).toBe(ids.length);
  });

  test('a second look finds the same', () => {
    const again = analyze(loadProgram({ path: join(folder, 'input/main.ts'), cwd: folder }));
    expect(again).toEqual(analysis);
  });
});

function listSpans(analysis: Analysis): { module: string; span: Span }[] {
  return [
    ...analysis.functions.flatMap(({ module, span, body, calls }) => [
      { module, span },
      { module, span: body },
      ...calls,
    ]),
    ...analysis.classes,
    ...analysis.loops,
    ...analysis.modules.flatMap(({ id, statements }) => statements.map(({ span }) => ({ module: id, span }))),
  ];
}
