/** hook.io: `POST https://hook.io/<owner>/<name>`, with the key of an account for private hooks. */
import { readJson, type Transport, toAddress } from '../runtime/provider-transport.ts';

export const transport: Transport = {
  toRequest(unit, text) {
    const key = unit.place?.key;
    const headers = { 'content-type': 'application/json', ...(key && { 'hookio-private-key': key }) };
    return { url: toAddress(unit), headers, body: text };
  },
  readAnswer: readJson,
};
