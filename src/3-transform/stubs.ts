import { nameBundle } from '../2-plan/bundle-name.ts';
import type { CutPlan, OutputFile, Plan, UnitOutput, UnitPlan } from '../types.ts';
import { findCallers } from './circles.ts';
import { STUBS } from './slice-paths.ts';
import { describeCut, describeUnit, isElsewhere } from './stub-data.ts';
import { emitString } from './syntax.ts';

/** Every unit that an instance loads puts its own in the place of these. */
const CAPTURED = /^(console|process)\./;

/**
 * How a unit that calls others reaches them; its slices import from here:
 *
 *     import { connect } from '../../runtime/nested.ts';
 *     export const { cut, cutAsync, cutPromise, nested } = connect(import.meta.url, { first: 'm#f', cuts: [ … ], units: [ … ] });
 *
 * One that is going to be deployed gets `away` as well, which makes the requests itself, or `near`. Nothing goes by a bucket between units.
 */
export function emitStubs(unit: UnitPlan, plan: Plan): OutputFile[] {
  if (unit.nested.length === 0) return [];
  const cuts = plan.cuts.filter(({ fn }) => unit.nested.includes(fn));
  const units = plan.units.filter(({ name }) => cuts.some((cut) => cut.unit === name));
  const calls = findCalls(unit, plan);
  const callers = findCallers(unit, plan);
  const lines = [
    ...(calls ? [`import { ${calls} } from '../../runtime/${calls}.ts';`] : []),
    "import { connect } from '../../runtime/nested.ts';",
    'export const { cut, cutAsync, cutPromise, nested } = connect(import.meta.url, {',
    `  first: ${emitString(unit.functions[0] ?? '')},`,
    ...emitList(
      'cuts',
      cuts.map((cut) => describeCut({ ...cut, ambient: cut.ambient.filter((name) => !CAPTURED.test(name)) })),
    ),
    ...emitList(
      'units',
      units.map(({ claims: _claims, ...one }) => ({
        ...describeUnit(one, `../${one.name}/${nameBundle(one)}`),
        ...(isElsewhere(one.places) && callers.has(one.name) && { callsBack: true }),
      })),
    ),
    calls ? `}, ${calls});` : '});',
  ];
  return [{ path: STUBS, text: `${lines.join('\n')}\n` }];
}

/**
 * How a unit makes requests once it is deployed: from a thread of its own, or from the one that its functions run in. That must not
 * sleep for a call, nor for one whose changes it has to see; and it must know what time it is.
 */
export function findCalls(unit: UnitPlan, plan: Plan): UnitOutput['calls'] {
  return unit.deployed ? chooseThread(unit, plan) : undefined;
}

/** Undefined for a unit that calls no others. */
export function chooseThread(unit: UnitPlan, plan: Plan): UnitOutput['calls'] {
  if (unit.nested.length === 0) return undefined;
  const nested = plan.cuts.filter(({ fn }) => unit.nested.includes(fn));
  const own = plan.cuts.filter((cut) => cut.unit === unit.name);
  // What has become async in the app is as it was written in units.
  const isFree = ({ form, changes, stateOut }: CutPlan) =>
    form === 'async' && changes.args.length === 0 && !changes.self && stateOut.length === 0;
  const isNear = nested.every(isFree) && !own.some(({ takes }) => takes.includes('clock'));
  return isNear ? 'near' : 'away';
}

function emitList(name: string, entries: object[]): string[] {
  return [`  ${name}: [`, ...entries.map((entry) => `    ${JSON.stringify(entry)},`), '  ],'];
}
