import { describe, expect, test } from 'vitest';
import { readFixtures } from './harness/cases.ts';
import { readPage, rowOf } from './harness/page.ts';

describe.skipIf(process.env.CASE)('fixtures/CONFORMANCE.md', () => {
  test('has a line for every conformance case, in the words of now', () => {
    const page = readPage();
    const missing = readFixtures().filter(({ name, expectation: { open } }) => {
      const line = page.get(name) ?? '';
      const says = open === undefined ? !/\| no/.test(line) : line.includes(open.replaceAll('|', '\\|'));
      return !line.startsWith(`| ${rowOf(name)} |`) || !says;
    });
    const fix = `CASE=${missing.map(({ name }) => name).join(',')} npm run conformance, and commit fixtures/CONFORMANCE.md`;
    expect(
      missing.map(({ name }) => name),
      fix,
    ).toEqual([]);
  });

  test('has no line for a case that is gone', () => {
    const names = new Set(readFixtures().map(({ name }) => name));
    expect([...readPage().keys()].filter((name) => !names.has(name))).toEqual([]);
  });
});
