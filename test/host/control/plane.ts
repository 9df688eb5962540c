/** A host for tests, with nothing in it, and clients for it. */
import { mkdtempSync, rmSync } from 'node:fs';
import { request } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { CreateFunctionCommand, type CreateFunctionCommandInput, LambdaClient } from '@aws-sdk/client-lambda';
import { type ServeRequest, type Serving, serve } from '../../../src/commands/serve.ts';
import { makeCode } from './zips.ts';

export const ROLE = 'arn:aws:iam::000000000000:role/anything';

export interface TestPlane {
  url: string;
  folder: string;
  lambda: LambdaClient;
  /** What has been printed. */
  printed: string[];
  /** A client of another region, or with other credentials. */
  open(config: { region?: string; accessKeyId?: string; secretAccessKey?: string }): LambdaClient;
  create(name: string, input?: Partial<CreateFunctionCommandInput>): Promise<void>;
  /** Ends the server and begins another one in the same folder. */
  restart(): Promise<void>;
  close(): Promise<void>;
}

export const ECHO = `
let calls = 0;
export const handler = async (event, context) => ({ event, calls: ++calls, version: context.functionVersion });
`;

export async function startPlane(options: Partial<ServeRequest> = {}): Promise<TestPlane> {
  const folder = mkdtempSync(join(tmpdir(), 'faasify-plane-'));
  const printed: string[] = [];
  const clients: LambdaClient[] = [];
  const start = () => serve({ cwd: folder, port: 0, print: (line) => printed.push(line), ...options });
  let serving: Serving = await start();
  const open: TestPlane['open'] = ({ region = 'eu-west-1', accessKeyId = 'AKIDTEST', secretAccessKey = 'right' }) => {
    const credentials = { accessKeyId, secretAccessKey };
    const client = new LambdaClient({ endpoint: serving.url, region, credentials, maxAttempts: 1 });
    clients.push(client);
    return client;
  };
  const plane: TestPlane = {
    ...{ url: serving.url, folder, printed, open, lambda: open({}) },
    async create(FunctionName, input) {
      const code = { Runtime: 'nodejs22.x' as const, Handler: 'index.handler', Code: { ZipFile: makeCode(ECHO) } };
      await plane.lambda.send(new CreateFunctionCommand({ FunctionName, Role: ROLE, ...code, ...input }));
    },
    async restart() {
      await stop();
      serving = await start();
      Object.assign(plane, { url: serving.url, lambda: open({}) });
    },
    async close() {
      await stop();
      rmSync(folder, { recursive: true, force: true });
    },
  };
  async function stop(): Promise<void> {
    for (const client of clients.splice(0)) client.destroy();
    await serving.close();
  }
  return plane;
}

export interface RawAnswer {
  status: number;
  headers: Record<string, unknown>;
  body: string;
}

/** A request as no client makes it. */
export function send(
  url: string,
  path: string,
  {
    method = 'GET',
    headers = {},
    body = '',
  }: { method?: string; headers?: Record<string, string>; body?: string } = {},
): Promise<RawAnswer> {
  return new Promise((done, fail) => {
    const outgoing = request(url, { path, method, headers }, (response) => {
      let text = '';
      response.on('data', (chunk) => {
        text += chunk;
      });
      response.on('end', () => done({ status: response.statusCode ?? 0, headers: response.headers, body: text }));
    });
    outgoing.on('error', fail).end(body);
  });
}
