/** The cluster that `kubectl` would talk to: https://kubernetes.io/docs/reference/config-api/kubeconfig.v1/ */
import { execFile } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { request as requestPlain } from 'node:http';
import { type RequestOptions, request as requestTls } from 'node:https';
import { homedir } from 'node:os';
import { delimiter, dirname, resolve } from 'node:path';
import { text } from 'node:stream/consumers';
import { promisify } from 'node:util';
import { parse } from 'yaml';
import { FaasifyError } from '../../errors.ts';

export interface Cluster {
  server: string;
  authorize(): Promise<Record<string, string>>;
  /** As `fetch`, with the certificates of the cluster and of whoever asks. */
  fetch: typeof fetch;
}

type Fields = Record<string, unknown>;

interface Named {
  /** Of the file that it stands in: paths are relative to that. */
  folder: string;
  fields: Fields;
}

/** KUBECONFIG, of which what stands first counts, or ~/.kube/config; in that the current context. */
export function openCluster(env: NodeJS.ProcessEnv): Cluster {
  const files = (env.KUBECONFIG?.split(delimiter) ?? [resolve(env.HOME ?? homedir(), '.kube/config')]).filter(
    existsSync,
  );
  const configs = files.map((file) => ({ folder: dirname(file), fields: toFields(parse(readFileSync(file, 'utf8'))) }));
  const current = configs
    .map(({ fields }) => fields['current-context'])
    .find((name) => typeof name === 'string' && name);
  const context = find(configs, 'contexts', 'context', current);
  const cluster = find(configs, 'clusters', 'cluster', context?.fields.cluster);
  const user = find(configs, 'users', 'user', context?.fields.user) ?? { folder: '.', fields: {} };
  const server = cluster?.fields.server;
  if (!cluster || typeof server !== 'string') throw refuse('Nothing says which cluster it is');
  const strange = [...Object.keys(cluster.fields), ...Object.keys(user.fields)].find((key) => UNKNOWN.has(key));
  if (strange !== undefined) throw refuse(`The kubeconfig has ${strange}, which is not understood`);
  const log = createLogin(user, env);
  return {
    server: server.replace(/\/+$/, ''),
    authorize: async () => (await log()).headers,
    fetch: async (url, init = {}) => send(String(url), init, { ...toTls(cluster), ...(await log()).tls }),
  };
}

const UNKNOWN = new Set(['proxy-url', 'auth-provider', 'as', 'as-groups', 'as-uid', 'as-user-extra']);

function refuse(problem: string): FaasifyError {
  return new FaasifyError('no-endpoint', problem, {
    fix: 'Set KUBECONFIG to a file with a current context, of which `kubectl cluster-info` tells the cluster.',
  });
}

function toFields(value: unknown): Fields {
  return Object(value);
}

function find(configs: readonly Named[], list: string, kind: string, name: unknown): Named | undefined {
  for (const { folder, fields } of configs) {
    const all: unknown = fields[list];
    const found = Array.isArray(all) ? all.find((one) => toFields(one).name === name) : undefined;
    if (found) return { folder, fields: toFields(toFields(found)[kind]) };
  }
  return undefined;
}

/** `client-key-data`, or what is in the file that `client-key` names. */
function readData({ folder, fields }: Named, name: string): string | undefined {
  const { [name]: file, [`${name}-data`]: data } = fields;
  if (typeof data === 'string') return Buffer.from(data, 'base64').toString();
  return typeof file === 'string' ? readFileSync(resolve(folder, file), 'utf8') : undefined;
}

function toTls(cluster: Named): RequestOptions {
  const ca = readData(cluster, 'certificate-authority');
  const { 'tls-server-name': servername, 'insecure-skip-tls-verify': isOpen } = cluster.fields;
  return {
    ...(ca !== undefined && { ca }),
    ...(typeof servername === 'string' && { servername }),
    ...(isOpen === true && { rejectUnauthorized: false }),
  };
}

interface Login {
  headers: Record<string, string>;
  tls: RequestOptions;
}

/** Whoever has to be asked is asked once. */
function createLogin(user: Named, env: NodeJS.ProcessEnv): () => Promise<Login> {
  const { exec } = user.fields;
  if (!exec) {
    const login = toLogin(user);
    return async () => login;
  }
  let asked: Promise<Login> | undefined;
  return () => {
    asked ??= askForLogin({ folder: user.folder, fields: toFields(exec) }, env);
    return asked;
  };
}

function toLogin(user: Named): Login {
  const { token, tokenFile, username, password } = user.fields;
  const [cert, key] = [readData(user, 'client-certificate'), readData(user, 'client-key')];
  const bearer = typeof tokenFile === 'string' ? readFileSync(resolve(user.folder, tokenFile), 'utf8').trim() : token;
  const basic = typeof username === 'string' ? `Basic ${btoa(`${username}:${password}`)}` : undefined;
  const authorization = typeof bearer === 'string' ? `Bearer ${bearer}` : basic;
  return {
    headers: authorization === undefined ? {} : { authorization },
    tls: cert !== undefined && key !== undefined ? { cert, key } : {},
  };
}

/** https://kubernetes.io/docs/reference/access-authn-authz/authentication/#client-go-credential-plugins */
async function askForLogin({ folder, fields }: Named, env: NodeJS.ProcessEnv): Promise<Login> {
  const { command, args, env: own, apiVersion } = fields;
  const given = Array.isArray(own) ? own.map((one) => [toFields(one).name, toFields(one).value]) : [];
  const info = JSON.stringify({ apiVersion, kind: 'ExecCredential', spec: { interactive: false } });
  const name = String(command);
  const file = name.includes('/') ? resolve(folder, name) : name;
  const options = { env: { ...env, ...Object.fromEntries(given), KUBERNETES_EXEC_INFO: info } };
  try {
    const { stdout } = await promisify(execFile)(file, Array.isArray(args) ? args.map(String) : [], options);
    const { token, clientCertificateData: cert, clientKeyData: key } = Object(JSON.parse(stdout).status);
    return {
      headers: typeof token === 'string' ? { authorization: `Bearer ${token}` } : {},
      tls: typeof cert === 'string' ? { cert, key } : {},
    };
  } catch (cause) {
    throw new FaasifyError('credentials', `${name}, which the kubeconfig names, tells no credentials`, {
      fix: 'Run `kubectl auth whoami`, which asks it as well.',
      cause,
    });
  }
}

async function send(
  url: string,
  { method, headers, body, signal }: RequestInit,
  tls: RequestOptions,
): Promise<Response> {
  const request = url.startsWith('https:') ? requestTls : requestPlain;
  return new Promise((done, fail) => {
    const options = { ...tls, method, headers: Object.fromEntries(new Headers(headers)), ...(signal && { signal }) };
    const outgoing = request(url, options, async (incoming) => {
      try {
        const { statusCode: status = 0, headers: answered } = incoming;
        const retry = answered['retry-after'];
        done(
          new Response((await text(incoming)) || null, { status, ...(retry && { headers: { 'retry-after': retry } }) }),
        );
      } catch (error) {
        fail(error);
      }
    });
    outgoing.on('error', fail).end(body ?? undefined);
  });
}
