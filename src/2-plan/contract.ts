import { createHash } from 'node:crypto';
import { WIRE_VERSION } from '../../templates/runtime/protocol.ts';
import type { CutPlan, FunctionFacts, Shape, UnitPlan } from '../types.ts';
import { isClosure } from './captured.ts';
import { getFact, type Program } from './program.ts';
import { remember } from './shapes.ts';

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
  const state = [...cut.stateIn, '|', ...cut.stateOut].map((id) => [id, program.variables.get(id)?.shape] as const);
  const made = [...unit.sites, '|', ...unit.leaving].map((id) => [id, program.functions.get(id)?.site?.digest ?? null]);
  const captures = isClosure(fn) && fn.site?.captures.map(({ name, shape }) => list(write(name), writeShape(shape)));
  const text = list(
    write([WIRE_VERSION, fn.id, fn.signature]).slice(1, -1),
    list(
      ...fn.params.map(({ name, shape, optional, rest }) =>
        list(write(name), writeShape(shape), write(optional), write(rest)),
      ),
    ),
    writeShape(fn.returns),
    write([cut.self, cut.changes, ...(cut.brief ? ['brief'] : [])]),
    captures ? list(write(fn.site?.digest), list(...captures)) : 'null',
    list(...state.map(([id, shape]) => list(write(id), shape ? writeShape(shape) : 'null'))),
    write([cut.env, cut.takes]),
    write(classes),
    write([unit.variables, made]),
  );
  return digest(text).slice(0, 16);
}

function digest(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}

function list(...texts: string[]): string {
  return `[${texts.join(',')}]`;
}

function write(value: unknown): string {
  return JSON.stringify(value, sortKeys) ?? 'null';
}

/** A part with a longer text than this is named by a digest: it may be in many places of many shapes. */
const LONGEST = 20_000;

/** As `write`. */
const writeShape = remember((shape: Shape): string => {
  const text = writeParts(shape);
  return text.length > LONGEST ? write(digest(text)) : text;
});

function writeParts(shape: Shape): string {
  switch (shape.kind) {
    case 'array':
      return `{"kind":"array","of":${writeShape(shape.of)}}`;
    case 'union':
      return `{"kind":"union","of":${list(...shape.of.map(writeShape))}}`;
    case 'builtin':
      return `{"kind":"builtin","name":${write(shape.name)},"of":${list(...shape.of.map(writeShape))}}`;
    case 'object':
      return `{"fields":${writeFields(shape.fields)},"kind":"object"}`;
    default:
      return write(shape);
  }
}

function writeFields(fields: Record<string, Shape>): string {
  const sorted = Object.entries(sortKeys('', fields) as Record<string, Shape>);
  return `{${sorted.map(([name, shape]) => `${write(name)}:${writeShape(shape)}`).join(',')}}`;
}

/** Shapes name their fields in any order. */
function sortKeys(_key: string, value: unknown): unknown {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return value;
  return Object.fromEntries(Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1)));
}
