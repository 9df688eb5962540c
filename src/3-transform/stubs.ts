import { nameBundle } from '../2-plan/bundle-name.ts';
import type { OutputFile, Plan, UnitPlan } from '../types.ts';
import { STUBS } from './slice-paths.ts';
import { describeCut, describeUnit } from './stub-data.ts';
import { emitString } from './syntax.ts';

/** Every unit that an instance loads puts its own in the place of these. */
const CAPTURED = /^(console|process)\./;

/**
 * How a unit that calls others reaches them; its slices import from here:
 *
 *     import { connect } from '../../runtime/nested.ts';
 *     export const { cut, cutAsync, cutPromise, nested } = connect(import.meta.url, { first: 'm#f', cuts: [ … ], units: [ … ] });
 *
 * One that is going to be deployed gets `away` as well, which makes the requests itself. Nothing goes by a bucket between units.
 */
export function emitStubs(unit: UnitPlan, plan: Plan): OutputFile[] {
  if (unit.nested.length === 0) return [];
  const cuts = plan.cuts.filter(({ fn }) => unit.nested.includes(fn));
  const units = plan.units.filter(({ name }) => cuts.some((cut) => cut.unit === name));
  const isDeployed = unit.deployed !== undefined;
  const lines = [
    ...(isDeployed ? ["import { away } from '../../runtime/away.ts';"] : []),
    "import { connect } from '../../runtime/nested.ts';",
    'export const { cut, cutAsync, cutPromise, nested } = connect(import.meta.url, {',
    `  first: ${emitString(unit.functions[0] ?? '')},`,
    ...emitList(
      'cuts',
      cuts.map((cut) => describeCut({ ...cut, ambient: cut.ambient.filter((name) => !CAPTURED.test(name)) })),
    ),
    ...emitList(
      'units',
      units.map(({ claims: _claims, ...one }) => describeUnit(one, `../${one.name}/${nameBundle(one)}`)),
    ),
    isDeployed ? '}, away);' : '});',
  ];
  return [{ path: STUBS, text: `${lines.join('\n')}\n` }];
}

function emitList(name: string, entries: object[]): string[] {
  return [`  ${name}: [`, ...entries.map((entry) => `    ${JSON.stringify(entry)},`), '  ],'];
}
