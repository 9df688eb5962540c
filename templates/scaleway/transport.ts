/** Scaleway: `POST https://<namespace>-{name}.functions.fnc.<region>.scw.cloud` with `X-Auth-Token`, for private functions. */
import { postJson, readJson, type Transport } from '../runtime/provider-transport.ts';
import { findTooLarge } from '../runtime/reply-size.ts';

export const transport: Transport = {
  toRequest(unit, text) {
    const { url, headers, body } = postJson(unit, text);
    const { authorization, ...others } = headers;
    const key = unit.place?.key;
    return { url, headers: { ...others, ...(key && { 'x-auth-token': key }) }, body };
  },
  readAnswer: (unit, answer) => findTooLarge(answer) ?? readJson(unit, answer),
};
