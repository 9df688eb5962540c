/** Azure Functions: `POST https://<app>.azurewebsites.net/api/<name>` with `x-functions-key`. */
import { describeStatus, postJson, readJson, type Transport } from '../runtime/provider-transport.ts';

export const transport: Transport = {
  toRequest(unit, text) {
    const { url, headers, body } = postJson(unit, text, '/api/');
    const { authorization: _, ...others } = headers;
    const key = unit.place?.key;
    return { url, headers: { ...others, ...(key && { 'x-functions-key': key }) }, body };
  },

  readAnswer(unit, answer) {
    if (answer.status !== 401) return readJson(unit, answer);
    const { message } = describeStatus(unit, answer);
    const fix = 'set FAASIFY_KEY_AZURE to what `az functionapp keys list` shows as the default key';
    return { code: 'denied', message: `${message}; ${fix}`, mayHaveRun: false };
  },
};
