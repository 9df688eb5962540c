/** What has been put into a built-in module is to be met by its imported name, too: `import { exit } from 'node:process'`. */
import { syncBuiltinESMExports } from 'node:module';

/** Cloudflare Workers cannot: functions that could tell are not moved there. */
export function renewNames(): void {
  try {
    syncBuiltinESMExports();
  } catch {
    // not implemented
  }
}
