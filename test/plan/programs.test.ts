import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { analyze } from '../../src/1-analyze/analyze.ts';
import { loadProgram } from '../../src/1-analyze/program/load.ts';
import { plan } from '../../src/2-plan/plan.ts';
import type { Analysis, Plan } from '../../src/types.ts';
import { defaults } from './build.ts';

/** Plans of whole programs: the examples with what they promise, and what holds for every plan. */

const root = join(import.meta.dirname, '../..');
const examples = readdirSync(join(root, 'examples')).filter((name) =>
  existsSync(join(root, 'examples', name, 'expected.json')),
);

describe.each(examples)('%s', (name) => {
  const path = join(root, 'examples', name);
  const analysis = analyze(loadProgram({ path, cwd: root }));
  const expected = JSON.parse(readFileSync(join(path, 'expected.json'), 'utf8')) as Record<'moved' | 'kept', string[]>;

  it.each(['auto', 'blocking'] as const)('moves what it promises with --calls %s', (calls) => {
    const { functions } = plan(analysis, { ...defaults, calls });
    const kept = functions.filter(({ verdict }) => verdict === 'keep').map(({ id }) => id);
    expect(expected.moved.filter((id) => kept.includes(id))).toEqual([]);
    expect(expected.kept.filter((id) => !kept.includes(id))).toEqual([]);
  });

  it.each(['auto', 'async', 'blocking'] as const)('has a plan that fits together with --calls %s', (calls) => {
    const result = plan(analysis, { ...defaults, calls });
    expect(plan(analysis, { ...defaults, calls })).toEqual(result);
    expect(result.functions.map(({ id }) => id)).toEqual(analysis.functions.map(({ id }) => id).sort());
    expectReasons(result);
    expectUnits(result);
    expectSpans(path, analysis, result);
  });
});

function expectReasons({ functions }: Plan): void {
  for (const { id, verdict, reasons, unit } of functions) {
    const isInside = reasons.some(({ code }) => code === 'inside');
    expect([id, reasons.length > 0]).toEqual([id, verdict !== 'move' || isInside]);
    expect([id, unit === undefined]).toEqual([id, verdict === 'keep']);
    for (const { message } of reasons) expect(message).not.toMatch(/\bundefined\b|\[object/);
  }
}

function expectUnits({ units, cuts, modules }: Plan): void {
  const named = units.flatMap((unit) => unit.functions.map((fn) => [fn, unit.name]));
  expect(cuts.map((cut) => [cut.fn, cut.unit]).sort()).toEqual(named.sort());
  expect(modules.flatMap((module) => module.cuts).sort()).toEqual(cuts.map((cut) => cut.fn).sort());
  expect(new Set(units.map(({ name }) => name)).size).toBe(units.length);
  for (const { name } of units) expect(name).toMatch(/^[a-z0-9-]{1,60}$/);
  for (const { stateIn, unit } of cuts)
    expect(units.find(({ name }) => name === unit)?.variables).toEqual(expect.arrayContaining(stateIn));
}

/** What is to be awaited is a call, what is to be looped a call of the method it names. */
function expectSpans(path: string, analysis: Analysis, { modules }: Plan): void {
  for (const { module, awaits, loops } of modules) {
    if (awaits.length + loops.length === 0) continue;
    const file = analysis.modules.find(({ id }) => id === module)?.file ?? '';
    const text = readFileSync(join(path, file), 'utf8');
    for (const { start, end } of awaits) expect(text.slice(start, end)).toMatch(/^[\s\S]+\)$/);
    for (const { callback, method, span } of loops) {
      expect(text.slice(span.start, callback.start)).toContain(`.${method}`);
    }
  }
}
