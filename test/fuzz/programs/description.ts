/** Random programs as plain descriptions, so that what fails can be made smaller: every number picks among what there is. */

import fc from 'fast-check';

export const KINDS = ['num', 'text', 'list', 'box', 'map', 'shape', 'op'] as const;
export type Kind = (typeof KINDS)[number];

export interface Statement {
  /** Which of the templates that fit. */
  form: number;
  /** Which variables they are about. */
  picks: number[];
  value: number;
  body: Statement[];
}

export interface FunctionDescription {
  params: Kind[];
  returns: Kind;
  isAsync: boolean;
  /** Of which file. */
  home: number;
  /** Declared, a constant, or a method of a class with state. */
  form: number;
  body: Statement[];
}

export interface Call {
  target: number;
  picks: number[];
  value: number;
}

export interface ProgramDescription {
  functions: FunctionDescription[];
  calls: Call[];
}

const MAX = 60;
const pick = fc.nat(MAX);
const value = fc.oneof({ weight: 5, arbitrary: fc.integer({ min: -3, max: 9 }) }, fc.constantFrom(Number.NaN, -0, 0.5));
const picks = fc.array(pick, { minLength: 3, maxLength: 3 });

function statements(depth: number): fc.Arbitrary<Statement[]> {
  const body: fc.Arbitrary<Statement[]> = depth > 0 ? statements(depth - 1) : fc.constant([]);
  const one = fc.record({ form: pick, picks, value, body });
  return fc.array(one, { maxLength: depth > 1 ? 8 : 3, size: 'max' });
}

const described: fc.Arbitrary<FunctionDescription> = fc.record({
  params: fc.array(fc.constantFrom(...KINDS), { minLength: 1, maxLength: 3, size: 'max' }),
  returns: fc.constantFrom(...KINDS),
  isAsync: fc.integer({ min: 0, max: 4 }).map((at) => at === 0),
  home: fc.nat(1),
  form: fc.nat(3),
  body: statements(2),
});

export const programs: fc.Arbitrary<ProgramDescription> = fc.record({
  functions: fc.array(described, { minLength: 1, maxLength: 12, size: 'max' }),
  calls: fc.array(fc.record({ target: pick, picks, value }), { minLength: 1, maxLength: 24, size: 'max' }),
});
