/** Deno Deploy: `POST https://{name}.<organization>.deno.net/`, with the key as a bearer token. */
import { postJson, readJson, type Transport } from '../runtime/provider-transport.ts';

export const transport: Transport = { toRequest: (unit, text) => postJson(unit, text), readAnswer: readJson };
