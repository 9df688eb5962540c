import { openApi } from './scaleway-store.ts';
import { type CodeRequest, download, nameVariables, refuse, refuseUnknown, type StoredCode } from './stored-code.ts';

interface Listed {
  id: string;
  name: string;
}

interface ScalewayFunction extends Listed {
  runtime?: string;
  handler?: string;
  memory_limit?: number;
  timeout?: string;
  environment_variables?: Record<string, string>;
  secret_environment_variables?: { key: string }[];
}

const PAGE = 100;

/**
 * Of `function` in the namespaces of the project, or of `namespace/function`, by the names that these have. The address of the code:
 * `GET /functions/{id}/download-url` of https://www.scaleway.com/en/developers/api/serverless-functions
 */
export async function readScalewayCode({ name, env }: CodeRequest): Promise<StoredCode> {
  const api = openApi(env);
  const [fn, ...others] = await findFunctions(api, name);
  if (!fn) refuseUnknown(name, 'Write it as namespace/function, by the names they have in the console.');
  if (others.length > 0) {
    throw refuse(`There are ${others.length + 1} functions ${name}`, 'Say in which namespace: namespace/function.');
  }
  const { runtime = '', handler = 'handler.handle', memory_limit: memory, timeout } = fn;
  if (!runtime.startsWith('node')) throw refuse(`${name} runs on ${runtime}`, 'Only code for Node.js can be pulled.');
  const { url = '', headers = {} }: { url?: string; headers?: Record<string, string[]> } = Object(
    (await api.ask('GET', `/functions/${fn.id}/download-url`)).body,
  );
  const sent = Object.entries(headers).filter(([header]) => header.toLowerCase() !== 'host');
  const { bytes } = await download(
    url,
    name,
    Object.fromEntries(sent.map(([header, all]) => [header, all.join(', ')])),
  );
  const seconds = Number.parseFloat(timeout ?? '');
  const secrets = (fn.secret_environment_variables ?? []).map(({ key }) => key);
  return {
    content: { zip: bytes },
    handler,
    settings: {
      ...{ runtime, memory, ...(seconds > 0 && { timeout: seconds }) },
      ...nameVariables([...Object.keys(fn.environment_variables ?? {}), ...secrets]),
    },
  };
}

type Api = ReturnType<typeof openApi>;

async function findFunctions(api: Api, name: string): Promise<ScalewayFunction[]> {
  const [last = '', namespace] = name.split('/').reverse();
  const spaces = api.given
    ? [{ id: api.given, name: namespace }]
    : await listAll(api, 'namespaces', `project_id=${api.project}`);
  const searched = spaces.filter((one) => namespace === undefined || one.name === namespace);
  const found = await Promise.all(searched.map(({ id }) => listAll(api, 'functions', `namespace_id=${id}`)));
  return found.flat().filter((one) => one.name === last);
}

async function listAll<T extends Listed>({ ask }: Api, kind: string, filter: string): Promise<T[]> {
  const found: T[] = [];
  for (let page = 1; ; page++) {
    const { body } = await ask('GET', `/${kind}?${filter}&page=${page}&page_size=${PAGE}`);
    const listed: T[] = Object(body)[kind] ?? [];
    found.push(...listed);
    if (listed.length < PAGE) return found;
  }
}
