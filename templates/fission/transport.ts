/** Fission: `POST <router>/fission-function/<name>`. */
import { postJson, readJson, type Transport } from '../runtime/provider-transport.ts';

export const transport: Transport = {
  findService({ FISSION_ROUTER: router }) {
    if (!router) return undefined;
    return { endpoint: /^https?:/.test(router) ? router : `http://${router}` };
  },
  toRequest: (unit, text) => postJson(unit, text, '/fission-function/'),
  readAnswer: readJson,
};
