/** OpenFaaS: `POST <gateway>/function/<name>`. Functions are open by default; a key is a token, or `user:password`. */
import { postJson, readJson, type Transport } from '../runtime/provider-transport.ts';

export const transport: Transport = {
  findService: ({ OPENFAAS_URL: endpoint }) => (endpoint ? { endpoint } : undefined),
  toRequest(unit, text) {
    const { url, headers, body } = postJson(unit, text, '/function/');
    const key = unit.place?.key;
    const basic = key?.includes(':') && { authorization: `Basic ${Buffer.from(key).toString('base64')}` };
    return { url, headers: { ...headers, ...basic }, body };
  },
  readAnswer: readJson,
};
