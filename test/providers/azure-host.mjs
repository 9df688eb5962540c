/**
 * The part of Azure's host that its worker for Node talks to, over gRPC: starts the worker (AZURE_WORKER) with the app in the working
 * directory, and answers HTTP on PORT of loopback with what its functions answer. FUNCTIONS_KEY is what callers have to show.
 */
import { spawn } from 'node:child_process';
import { createServer } from 'node:http';
import { createRequire } from 'node:module';
import { join } from 'node:path';

const { PORT, AZURE_WORKER, FUNCTIONS_KEY } = process.env;
const require = createRequire(join(AZURE_WORKER, 'package.json'));
const grpc = require('@grpc/grpc-js');
const MAX_MESSAGE = 2 ** 31 - 1;
const protocol = require('@grpc/proto-loader').loadSync('FunctionRpc.proto', {
  includeDirs: [join(AZURE_WORKER, 'azure-functions-language-worker-protobuf/src/proto')],
  ...{ oneofs: true, enums: String },
});
const { FunctionRpc } = grpc.loadPackageDefinition(protocol).AzureFunctionsRpcMessages;

const waiting = new Map();
let stream;

function ask(content, id, done) {
  return new Promise((resolve) => {
    waiting.set(done ?? id, resolve);
    stream.write({ requestId: id, ...content });
  });
}

function receive(message) {
  const { content, requestId } = message;
  if (content === 'rpcLog') return void (message.rpcLog.level === 'Error' && console.error(message.rpcLog.message));
  const key = content === 'invocationResponse' ? message.invocationResponse.invocationId : requestId;
  const resolve = waiting.get(key);
  waiting.delete(key);
  resolve?.(message[content]);
}

const server = new grpc.Server({
  'grpc.max_receive_message_length': MAX_MESSAGE,
  'grpc.max_send_message_length': MAX_MESSAGE,
});
server.addService(FunctionRpc.service, {
  eventStream(call) {
    stream = call;
    call.on('data', (message) => (message.content === 'startStream' ? start() : receive(message)));
    call.on('error', () => {});
  },
});
server.bindAsync('127.0.0.1:0', grpc.ServerCredentials.createInsecure(), (error, port) => {
  if (error) throw error;
  server.start();
  const flags = {
    uri: `http://127.0.0.1:${port}/`,
    'worker-id': 'w',
    'request-id': 'r',
    'grpc-max-message-length': MAX_MESSAGE,
  };
  const args = Object.entries(flags).flatMap(([name, value]) => [`--functions-${name}`, `${value}`]);
  const worker = spawn(process.execPath, [join(AZURE_WORKER, 'dist/src/nodejsWorker.js'), ...args], {
    stdio: ['ignore', 'inherit', 'inherit'],
  });
  worker.on('exit', (code) => process.exit(code ?? 1));
});

function check({ result }) {
  if (result && result.status !== 'Success') throw new Error(result.exception?.message ?? result.status);
}

async function start() {
  const functionAppDirectory = process.cwd();
  check(await ask({ workerInitRequest: { hostVersion: '4.0.0', functionAppDirectory, capabilities: {} } }, 'init'));
  const metadata = await ask({ functionsMetadataRequest: { functionAppDirectory } }, 'metadata');
  check(metadata);
  const functions = new Map();
  for (const found of metadata.functionMetadataResults) {
    check(await ask({ functionLoadRequest: { functionId: found.functionId, metadata: found } }, found.functionId));
    const [trigger] = found.rawBindings.map((text) => JSON.parse(text)).filter(({ type }) => /Trigger$/.test(type));
    functions.set(found.name.toLowerCase(), { functionId: found.functionId, trigger, name: found.name });
  }
  createServer((incoming, outgoing) => void answer(functions, incoming, outgoing)).listen(Number(PORT), '127.0.0.1');
}

let count = 0;

async function answer(functions, incoming, outgoing) {
  const chunks = [];
  for await (const chunk of incoming) chunks.push(chunk);
  const { method, url, headers } = incoming;
  const timer = functions.get(/^\/timers\/(.+)$/.exec(url)?.[1].toLowerCase());
  if (timer) return void runTimer(timer, outgoing);
  const found = findHttp([...functions.values()], method, url);
  if (!found) return void outgoing.writeHead(404).end();
  if (found.trigger.authLevel !== 'anonymous' && headers['x-functions-key'] !== FUNCTIONS_KEY)
    return void outgoing.writeHead(401).end();
  count += 1;
  const { functionId, trigger } = found;
  const nullable = Object.fromEntries(Object.entries(headers).map(([name, value]) => [name, { value: `${value}` }]));
  const http = {
    method,
    url: `http://${headers.host}${url}`,
    nullableHeaders: nullable,
    body: { bytes: Buffer.concat(chunks) },
  };
  const invocationId = `i${count}`;
  const inputData = [{ name: trigger.name, data: { http } }];
  const done = await ask(
    { invocationRequest: { invocationId, functionId, inputData, traceContext: {} } },
    invocationId,
    invocationId,
  );
  if (done.result.status !== 'Success') {
    console.error(done.result.exception?.message);
    return void outgoing.writeHead(500).end();
  }
  const reply =
    (done.outputData ?? []).find(({ name }) => name === '$return')?.data.http ?? done.returnValue?.http ?? {};
  const named = Object.entries(reply.headers ?? {});
  if (reply.cookies?.length > 0)
    outgoing.setHeader(
      'set-cookie',
      reply.cookies.map(({ name, value }) => `${name}=${value}`),
    );
  outgoing.writeHead(Number(reply.statusCode) || 200, Object.fromEntries(named));
  const { body = {} } = reply;
  outgoing.end(body.bytes ?? body.string ?? body.json ?? '');
}

/** By its name, or its route: of several that fit, the one with fewer names in it. */
function findHttp(functions, method, url) {
  const path = url.replace(/\?.*$/, '');
  const fits = ({ trigger, name }) => {
    if (trigger.type !== 'httpTrigger' || !trigger.methods.includes(method)) return false;
    const pattern = (trigger.route ?? name).replaceAll('.', '\\.').replaceAll(/\{[^}]*\}/g, '[^/]+');
    return new RegExp(`^/api/${pattern}$`, 'i').test(path);
  };
  const names = ({ trigger }) => trigger.route?.split('{').length ?? 0;
  return functions.filter(fits).sort((a, b) => names(a) - names(b))[0];
}

/** What the clock does. */
async function runTimer({ functionId, trigger }, outgoing) {
  count += 1;
  const invocationId = `i${count}`;
  const inputData = [{ name: trigger.name, data: { json: '{"isPastDue":false}' } }];
  const done = await ask(
    { invocationRequest: { invocationId, functionId, inputData, traceContext: {} } },
    invocationId,
    invocationId,
  );
  outgoing.writeHead(done.result.status === 'Success' ? 200 : 500).end(trigger.schedule);
}
