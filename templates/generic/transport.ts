/** JSON to `<address>/<name>`, whatever answers there. */
import { postJson, readJson, type Transport } from '../runtime/provider-transport.ts';

export const transport: Transport = { toRequest: (unit, text) => postJson(unit, text), readAnswer: readJson };
