/** What functions have written, by the Cloud Logging API: https://cloud.google.com/logging/docs/reference/v2/rest/v2/entries/list */
import type { EachStore, StoreLine } from './function-store.ts';
import { createAsk } from './store-api.ts';

interface LogPlace {
  env: NodeJS.ProcessEnv;
  project: string;
  title: string;
  findToken(): Promise<string>;
}

interface Entry {
  insertId?: string;
  timestamp?: string;
  textPayload?: string;
  jsonPayload?: object;
  resource?: { labels?: { service_name?: string } };
}

const PAGE = 1000;

/** A function of the second generation is a service of Cloud Run of its name: https://cloud.google.com/run/docs/logging */
export function createLineFinder({ env, project, title, findToken }: LogPlace): NonNullable<EachStore['findLines']> {
  const api = env.CLOUDSDK_API_ENDPOINT_OVERRIDES_LOGGING || 'https://logging.googleapis.com/';
  const ask = createAsk({
    title,
    base: `${api.replace(/\/+$/, '')}/v2`,
    authorize: async () => ({ authorization: `Bearer ${await findToken()}` }),
    credentialsFix: `Whoever reads what functions write needs the role roles/logging.viewer in ${project}.`,
  });
  return async (names, since) => {
    const found: StoreLine[] = [];
    const filter = describeFilter(names, since);
    for (let pageToken = ''; ; ) {
      const asked = { resourceNames: [`projects/${project}`], filter, orderBy: 'timestamp asc', pageSize: PAGE };
      const { body } = await ask('POST', '/entries:list', { body: { ...asked, ...(pageToken && { pageToken }) } });
      const { entries = [], nextPageToken = '' }: { entries?: Entry[]; nextPageToken?: string } = Object(body);
      found.push(...entries.map(readEntry));
      if (nextPageToken === '') return found;
      pageToken = nextPageToken;
    }
  };
}

function describeFilter(names: readonly string[], since: number): string {
  return [
    'resource.type="cloud_run_revision"',
    `resource.labels.service_name=(${names.map((name) => JSON.stringify(name)).join(' OR ')})`,
    '(log_id("run.googleapis.com/stdout") OR log_id("run.googleapis.com/stderr"))',
    `timestamp>="${new Date(since).toISOString()}"`,
  ].join(' AND ');
}

function readEntry({ insertId = '', timestamp = '', textPayload, jsonPayload, resource }: Entry): StoreLine {
  const message = textPayload ?? JSON.stringify(jsonPayload ?? {});
  const fn = resource?.labels?.service_name ?? '';
  return {
    id: `${timestamp} ${insertId}`,
    line: { time: Date.parse(timestamp), fn, message: message.replace(/\n$/, '') },
  };
}
