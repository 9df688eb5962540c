/** A function of Kubeless, `--handler index.main`. Of what it throws nobody would be told, so it is caught. */
import { UNIT_NAME, UNIT_TIMEOUT } from 'faasify:unit';
import { toText } from '../runtime/body.ts';
import { oneByOne } from '../runtime/one-by-one.ts';
import { respond } from '../runtime/respond.ts';

interface KubelessEvent {
  data: unknown;
  extensions: { response: ExpressResponse };
}

interface ExpressResponse {
  status(code: number): ExpressResponse;
  set(headers: Record<string, string>): ExpressResponse;
}

const handle = oneByOne(async (event) => (await import('faasify:unit')).handler(event), {
  name: UNIT_NAME,
  timeout: UNIT_TIMEOUT,
});

exports.main = async ({ data, extensions: { response } }: KubelessEvent): Promise<string> => {
  const { status, headers, body } = await respond(handle, toText(data));
  response.status(status).set(headers);
  return body;
};
