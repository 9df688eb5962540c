/** `POST <address>/<name>`, or `http://{name}:8080` where containers are found by name. */
import { postJson, readJson, type Transport } from '../runtime/provider-transport.ts';

export const transport: Transport = { toRequest: (unit, text) => postJson(unit, text), readAnswer: readJson };
