/** What templates of all tools say in the same way. */
import { posix } from 'node:path';
import type { DesiredFunction, DesiredRegion, Tags } from './state.ts';

/** Tags by which `faasify` would take for its own what another tool has made are left out. */
export function listOpenTags(tags: Tags): Tags {
  const shown = Object.entries(tags).filter(
    ([name]) => name !== 'managed-by' && !/^faasify:(bucket|provisioned)$/.test(name),
  );
  return Object.fromEntries(shown.sort(([a], [b]) => (a < b ? -1 : 1)));
}

/** `packages/trig.zip` */
export function pathOfZip({ zip }: DesiredFunction): string {
  return posix.normalize(zip.replaceAll('\\', '/'));
}

/** Whether it runs as the role of the app. */
export function hasOwnRole({ content }: DesiredFunction, { role }: DesiredRegion): boolean {
  return role !== undefined && content.role.endsWith(`:role${role.path}${role.name}`);
}

export function splitNetwork(vpc: string): { subnets: string[]; groups: string[] } | undefined {
  const all = vpc.split(' ').filter(Boolean);
  if (all.length === 0) return undefined;
  return { subnets: all.filter((id) => id.startsWith('subnet-')), groups: all.filter((id) => id.startsWith('sg-')) };
}

/** Names for what the words of a tool allow, each one different. */
export function nameApart(names: readonly string[], convert: (name: string) => string): Map<string, string> {
  const found = new Map<string, string>();
  const taken = new Set<string>();
  for (const name of names) {
    const wanted = convert(name);
    let own = wanted;
    for (let count = 2; taken.has(own); count++) own = `${wanted}${count}`;
    taken.add(own);
    found.set(name, own);
  }
  return found;
}

/** `shop-price-of` → `ShopPriceOf` */
export function toPascal(name: string): string {
  return name
    .split(/[^A-Za-z0-9]+/)
    .filter(Boolean)
    .map((word) => `${word[0]?.toUpperCase()}${word.slice(1)}`)
    .join('');
}
