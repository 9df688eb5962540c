/** Values that are only known where a template is applied: marks stand for them in what is desired, each as long as what it stands for at most is. */

export const MARKS = {
  partition: '\uE001',
  account: '\uE002'.repeat(12),
  region: '\uE003'.repeat(14),
} as const;

const [BEGIN_VARIABLE, BEGIN_REFERENCE, END] = ['\uE004', '\uE005', '\uE006'];

export function markVariable(name: string): string {
  return `${BEGIN_VARIABLE}${name}${END}`;
}

/** `ssm:/shop/token` */
export function markReference(reference: string): string {
  return `${BEGIN_REFERENCE}${reference}${END}`;
}

export type OpenValue =
  | { kind: 'text'; text: string }
  | { kind: keyof typeof MARKS }
  | { kind: 'variable'; name: string }
  | { kind: 'reference'; reference: string };

const PATTERN = new RegExp(
  `(${Object.values(MARKS).join('|')})|${BEGIN_VARIABLE}([^${END}]*)${END}|${BEGIN_REFERENCE}([^${END}]*)${END}`,
);

/** A text with what stands open in it, in order. */
export function splitOpen(text: string): OpenValue[] {
  const found = PATTERN.exec(text);
  if (!found) return text === '' ? [] : [{ kind: 'text', text }];
  const [all, mark, variable, reference = ''] = found;
  const before = text.slice(0, found.index);
  const own: OpenValue =
    mark !== undefined
      ? { kind: toKind(mark) }
      : variable !== undefined
        ? { kind: 'variable', name: variable }
        : { kind: 'reference', reference };
  const rest = splitOpen(text.slice(found.index + all.length));
  return [...(before === '' ? [] : [{ kind: 'text' as const, text: before }]), own, ...rest];
}

function toKind(mark: string): keyof typeof MARKS {
  if (mark === MARKS.partition) return 'partition';
  return mark === MARKS.account ? 'account' : 'region';
}

/** `ssm:/shop/token`, `secret:shop/db#password` */
export function parseReference(reference: string): { kind: 'ssm' | 'secret'; name: string; key?: string } {
  const name = reference.slice(reference.indexOf(':') + 1);
  if (reference.startsWith('ssm:')) return { kind: 'ssm', name };
  const [id = '', key] = name.split('#');
  return { kind: 'secret', name: id, ...(key !== undefined && { key }) };
}
