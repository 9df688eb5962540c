import type { StoreResult } from '../commands/stores.ts';

/**
 *     Apache OpenWhisk at https://whisk.example.com
 *       create  shop-price
 */
export function formatStores(results: readonly StoreResult[]): string {
  return results
    .flatMap(({ title, address, changes }) => {
      const lines = changes.map(({ name, action }) => `  ${action}  ${name}`);
      return [`${title} at ${address}`, ...(lines.length > 0 ? lines : ['  nothing differs'])];
    })
    .map((line) => `${line}\n`)
    .join('');
}
