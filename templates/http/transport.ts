/** `POST <endpoint>/<name>`, JSON in and out. */
import { postJson, readJson, type Transport } from '../runtime/provider-transport.ts';

export const transport: Transport = { toRequest: postJson, readAnswer: readJson };
