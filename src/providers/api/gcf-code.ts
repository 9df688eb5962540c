import { openApi } from './gcf-store.ts';
import { type CodeRequest, download, nameVariables, refuse, refuseUnknown, type StoredCode } from './stored-code.ts';

interface GoogleFunction {
  buildConfig?: { runtime?: string; entryPoint?: string };
  serviceConfig?: { availableMemory?: string; timeoutSeconds?: number; environmentVariables?: Record<string, string> };
}

/**
 * What was uploaded, before anything was built of it:
 * https://cloud.google.com/functions/docs/reference/rest/v2/projects.locations.functions/generateDownloadUrl
 */
export async function readGoogleCode({ name, env, folder }: CodeRequest): Promise<StoredCode> {
  const { ask, project, region } = openApi(env, folder);
  const path = `/projects/${project}/locations/${region}/functions/${encodeURIComponent(name)}`;
  const { status, body } = await ask('GET', path, { allow: [404] });
  if (status === 404) refuseUnknown(name, `Give its name, and its region: ${region} is asked, of ${project}.`);
  const { buildConfig = {}, serviceConfig = {} }: GoogleFunction = Object(body);
  const { runtime = '', entryPoint = name } = buildConfig;
  if (!runtime.startsWith('nodejs')) {
    throw refuse(`${name} runs on ${runtime || 'an image'}`, 'Only code for Node.js can be pulled.');
  }
  const { downloadUrl = '' }: { downloadUrl?: string } = Object(
    (await ask('POST', `${path}:generateDownloadUrl`, { body: {} })).body,
  );
  const { availableMemory, timeoutSeconds, environmentVariables = {} } = serviceConfig;
  return {
    content: { zip: (await download(downloadUrl, name)).bytes },
    handler: entryPoint,
    settings: {
      ...{ runtime, memory: availableMemory, timeout: timeoutSeconds, region },
      ...nameVariables(Object.keys(environmentVariables)),
    },
  };
}
