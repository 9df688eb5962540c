/** Cloudflare's REST API for Workers, of which there is enough here. */
import { startStandIn } from './stand-in.ts';

export const KEY = 'a key of the tests';

interface Metadata {
  main_module: string;
  compatibility_date: string;
  compatibility_flags: string[];
  bindings: { type: string; name: string; text: string }[];
  tags: string[];
}

interface Worker {
  metadata: Partial<Metadata>;
  module: string;
  enabled: boolean;
  crons?: string[];
}

const ACCOUNT = '/accounts/a1/workers';

const ok = (result: unknown) => ({ body: { success: true, errors: [], messages: [], result } });
const fail = (status: number, code: number, message: string) => ({
  status,
  body: { success: false, errors: [{ code, message }], messages: [], result: null },
});

export async function startCloudflare() {
  const workers = new Map<string, Worker>();
  const api = await startStandIn(ACCOUNT, async ({ method, url, headers, bytes, json }) => {
    if (headers.authorization !== 'Bearer t1') return fail(401, 10000, 'Authentication error');
    const [, name = '', rest = ''] = /^\/scripts\/([^/]+)(.*)$/.exec(url.pathname.replace(ACCOUNT, '')) ?? [];
    if (url.pathname === `${ACCOUNT}/subdomain`) return ok({ subdomain: 'ana' });
    if (url.pathname === `${ACCOUNT}/scripts`)
      return ok([...workers].map(([id, { metadata }]) => ({ id, tags: metadata.tags ?? null })));
    const known = workers.get(name);
    if (method === 'PUT' && rest === '') {
      const form = await new Response(bytes, { headers: { 'content-type': headers['content-type'] ?? '' } }).formData();
      const metadata: Metadata = JSON.parse(String(form.get('metadata')));
      const module = form.get(metadata.main_module);
      if (!(module instanceof File) || module.type !== 'application/javascript+module')
        return fail(400, 10021, 'No such module');
      workers.set(name, { enabled: false, ...known, metadata, module: await module.text() });
      return ok({ id: name });
    }
    if (!known) return fail(404, 10007, 'This Worker does not exist on your account.');
    if (method === 'POST' && rest === '/subdomain') known.enabled = (json as { enabled: boolean }).enabled;
    if (rest === '/schedules') {
      if (method === 'PUT') known.crons = (json as { cron: string }[]).map(({ cron }) => cron);
      return ok({ schedules: (known.crons ?? []).map((cron) => ({ cron })) });
    }
    if (method === 'DELETE') workers.delete(name);
    return ok(rest === '/subdomain' ? { enabled: known.enabled, previews_enabled: false } : null);
  });
  const env = {
    CLOUDFLARE_API_BASE_URL: api.address,
    CLOUDFLARE_API_TOKEN: 't1',
    CLOUDFLARE_ACCOUNT_ID: 'a1',
    FAASIFY_KEY_WORKERS: KEY,
  };
  return { ...api, workers, env };
}
