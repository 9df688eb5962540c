import { type CodeRequest, download, nameVariables, refuse, refuseUnknown, type StoredCode } from './stored-code.ts';
import { openApi } from './workers-store.ts';

interface Settings {
  bindings?: { type: string; name: string }[];
  compatibility_date?: string;
  compatibility_flags?: string[];
}

/**
 * The modules of a Worker: https://developers.cloudflare.com/api/resources/workers/subresources/scripts/subresources/content/methods/get/
 * A form with a field for each, and the name of the first one in the header cf-entrypoint; one without modules is a text.
 */
export async function readWorkersCode({ name, env }: CodeRequest): Promise<StoredCode> {
  const { ask, base, authorization } = openApi(env);
  const path = `/scripts/${encodeURIComponent(name)}`;
  const { status, body } = await ask('GET', `${path}/settings`, { allow: [404] });
  if (status === 404)
    refuseUnknown(name, 'Give its name as it is in the dashboard, and see that it is the right account.');
  const { bindings = [], compatibility_date, compatibility_flags }: Settings = Object(Object(body).result);
  const answer = await download(`${base}${path}/content/v2`, name, { authorization });
  const variables = bindings.filter(({ type }) => type === 'plain_text' || type === 'secret_text');
  return {
    ...(await readModules(answer, name)),
    settings: {
      ...{ compatibility_date, compatibility_flags },
      ...nameVariables(variables.map((one) => one.name)),
    },
  };
}

async function readModules(
  { bytes, headers }: { bytes: Buffer; headers: Headers },
  name: string,
): Promise<Pick<StoredCode, 'content' | 'handler'>> {
  const type = headers.get('content-type') ?? '';
  if (!type.startsWith('multipart/form-data')) {
    throw refuse(`${name} is a script without modules`, 'Only Workers with modules (export default …) can be pulled.');
  }
  const form = await new Response(new Uint8Array(bytes), { headers: { 'content-type': type } }).formData().catch(() => {
    throw refuse(`The code of ${name} came broken`, 'Try again.');
  });
  const files = await Promise.all(
    [...form].map(async ([path, part]) => ({ path: checkPath(path, name), bytes: await readPart(part) })),
  );
  const main = headers.get('cf-entrypoint') ?? files[0]?.path ?? '';
  if (!files.some(({ path }) => path === main)) throw refuse(`The code of ${name} has no module ${main}`, 'Try again.');
  return { content: { files }, handler: `${main.replace(/\.\w+$/, '')}.default` };
}

async function readPart(part: File | string): Promise<Uint8Array> {
  return typeof part === 'string' ? Buffer.from(part) : new Uint8Array(await part.arrayBuffer());
}

/** Names of modules are paths below a folder; others might be written anywhere. */
function checkPath(path: string, name: string): string {
  const isInside = path !== '' && !path.startsWith('/') && !/\\|:|\0/.test(path) && !path.split('/').includes('..');
  if (isInside) return path;
  throw refuse(`${name} has a module ${JSON.stringify(path)}`, 'Nothing outside of a folder is written.');
}
