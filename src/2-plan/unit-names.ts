import { createHash } from 'node:crypto';

const MAX_LENGTH = 60;
const HASH_LENGTH = 6;

/** What units are made for → their names, unique: those that would be the same or too long get a short hash. */
export function nameUnits(ids: readonly string[]): Map<string, string> {
  const plain = new Map(ids.map((id) => [id, formatName(id)]));
  const count = new Map<string, number>();
  for (const name of plain.values()) count.set(name, (count.get(name) ?? 0) + 1);
  const names = new Map<string, string>();
  for (const [id, name] of plain) {
    const isFine = name !== '' && name.length <= MAX_LENGTH && count.get(name) === 1;
    names.set(id, isFine ? name : addHash(name, id));
  }
  return names;
}

/** `lib/cart#Cart.addItem` → `lib-cart-cart-add-item` */
function formatName(id: string): string {
  return id
    .replace(/([a-z0-9])([A-Z])/g, '$1-$2')
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .replace(/^-+|-+$/g, '');
}

function addHash(name: string, id: string): string {
  const hash = createHash('sha256').update(id).digest('hex').slice(0, HASH_LENGTH);
  const head = name.slice(0, MAX_LENGTH - HASH_LENGTH - 1).replace(/-+$/, '');
  return head === '' ? `unit-${hash}` : `${head}-${hash}`;
}
