/** `POST <endpoint>/<name>` with `Authorization: Bearer <key>`, JSON in and out. */
import { postJson, readJson, type Transport } from '../runtime/provider-transport.ts';

export const transport: Transport = {
  findService: ({ ACME_URL, ACME_TOKEN }) =>
    ACME_URL ? { endpoint: ACME_URL, ...(ACME_TOKEN && { key: ACME_TOKEN }) } : undefined,
  toRequest: (unit, text) => postJson(unit, text),
  readAnswer: readJson,
};
