import { createHash } from 'node:crypto';
import { WIRE_VERSION } from '../../templates/runtime/protocol.ts';
import type { CutPlan, FunctionFacts, UnitPlan } from '../types.ts';
import { isClosure } from './captured.ts';
import { getFact, type Program } from './program.ts';

/** Changes whenever the two sides would no longer understand each other: 16 hex digits. */
export function hashContract(
  program: Program,
  fn: FunctionFacts,
  cut: Omit<CutPlan, 'contract'>,
  unit: UnitPlan,
): string {
  const classes = unit.classes.map((id) => {
    const { base, fields, privateFields } = getFact(program.classes, id);
    const names = [...new Set([...fields.map((field) => field.name), ...privateFields])];
    return [id, names, base ?? null];
  });
  const parts = [
    WIRE_VERSION,
    fn.id,
    fn.signature,
    fn.params.map(({ name, shape, optional, rest }) => [name, shape, optional, rest]),
    fn.returns,
    [cut.self, cut.changes],
    isClosure(fn) && fn.site ? [fn.site.digest, fn.site.captures.map(({ name, shape }) => [name, shape])] : null,
    [...cut.stateIn, '|', ...cut.stateOut].map((id) => [id, program.variables.get(id)?.shape ?? null]),
    [cut.env, cut.takes],
    classes,
    [
      unit.variables,
      [...unit.sites, '|', ...unit.leaving].map((id) => [id, program.functions.get(id)?.site?.digest ?? null]),
    ],
  ];
  return createHash('sha256').update(JSON.stringify(parts, sortKeys)).digest('hex').slice(0, 16);
}

/** Shapes name their fields in any order. */
function sortKeys(_key: string, value: unknown): unknown {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return value;
  return Object.fromEntries(Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1)));
}
