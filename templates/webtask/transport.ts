/** Webtask: `POST <address>/<name>`, as `wt profile get` and `wt ls` show it; a key is the webtask's token. */
import { postJson, readJson, type Transport } from '../runtime/provider-transport.ts';

export const transport: Transport = { toRequest: postJson, readAnswer: readJson };
