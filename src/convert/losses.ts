/** What handlers of each convention may use that others have no counterpart for. */
import type { ConventionName } from './conventions.ts';

/**
 * `binding`, `lost`: not there at the target, what uses it fails. `deadline`: only where the target tells it. `made-up`: a
 * value of that kind, but none that means anything. `stream`: sent as one piece.
 */
export type Need = 'binding' | 'lost' | 'deadline' | 'made-up' | 'stream';

export interface Losses {
  /** Parameter, by its usual name → member → what becomes of it. `*`: every member that a method is called on. */
  members?: Record<string, Record<string, Need>>;
  /** Names of globals, or of their members. */
  globals?: Record<string, Need>;
  /** Exports that are called for other things than requests. */
  exports?: readonly string[];
  /** Environment variables that the provider sets. */
  environment?: RegExp;
}

const RESPONSE: Record<string, Need> = {
  ...{ write: 'stream', flushHeaders: 'stream', flush: 'stream' },
  ...{ sendFile: 'lost', download: 'lost', render: 'lost', format: 'lost', writeContinue: 'lost', upgrade: 'lost' },
};

export const losses: Record<ConventionName, Losses> = {
  lambda: {
    members: {
      context: {
        ...{ getRemainingTimeInMillis: 'deadline', clientContext: 'made-up', identity: 'made-up', tenantId: 'made-up' },
        ...{
          invokedFunctionArn: 'made-up',
          logGroupName: 'made-up',
          logStreamName: 'made-up',
          functionVersion: 'made-up',
        },
        memoryLimitInMB: 'made-up',
      },
    },
    globals: { 'awslambda.streamifyResponse': 'stream' },
    environment: /^(AWS_|LAMBDA_|_HANDLER|_X_AMZN)/,
  },
  gcf: { members: { res: RESPONSE }, environment: /^(K_SERVICE|K_REVISION|FUNCTION_|GCP_PROJECT|GCLOUD_PROJECT)/ },
  azure: {
    members: {
      context: {
        ...{ extraInputs: 'binding', extraOutputs: 'binding', triggerMetadata: 'made-up', bindingData: 'made-up' },
        ...{ bindings: 'binding', retryContext: 'made-up', traceContext: 'made-up', options: 'made-up' },
      },
      request: { user: 'made-up' },
    },
    globals: {
      ...{ 'output.storageQueue': 'binding', 'output.storageBlob': 'binding', 'output.cosmosDB': 'binding' },
      ...{
        'input.storageBlob': 'binding',
        'input.cosmosDB': 'binding',
        'input.sql': 'binding',
        'output.generic': 'binding',
      },
      ...{
        'output.serviceBusQueue': 'binding',
        'output.eventHub': 'binding',
        'output.sql': 'binding',
        'app.hook': 'lost',
      },
    },
    environment: /^(WEBSITE_|FUNCTIONS_|AzureWebJobs)/,
  },
  openwhisk: {
    members: {
      context: { deadline: 'deadline', getRemainingTimeInMillis: 'deadline', apiKey: 'made-up', namespace: 'made-up' },
    },
    environment: /^__OW_(API|NAMESPACE|TRANSACTION)/,
  },
  fission: { members: {} },
  fn: {
    members: {
      ctx: { deadline: 'deadline', tracingContext: 'lost', appID: 'made-up', fnID: 'made-up', memory: 'made-up' },
    },
    globals: { 'fdk.streamResult': 'stream' },
    environment: /^(FN_|OCI_)/,
  },
  knative: { members: {}, exports: ['init', 'shutdown', 'liveness', 'readiness', 'cors'], environment: /^K_/ },
  openfaas: { members: {}, environment: /^(fprocess|http_|Http_)/ },
  kubeless: {
    members: { context: { 'memory-limit': 'made-up', runtime: 'made-up' } },
    environment: /^(FUNC_|MOD_NAME)/,
  },
  webtask: {
    members: {
      ctx: { storage: 'binding', token: 'made-up', create_token: 'lost', create_token_url: 'lost', meta: 'made-up' },
      res: RESPONSE,
    },
    globals: { 'module.webtask': 'lost' },
  },
  hookio: {
    members: {
      hook: {
        datastore: 'binding',
        sdk: 'lost',
        open: 'lost',
        post: 'lost',
        streaming: 'stream',
        files: 'lost',
        user: 'lost',
      },
      res: RESPONSE,
    },
  },
  workers: {
    members: {
      env: { '*': 'binding' },
      request: { cf: 'made-up' },
      ctx: { passThroughOnException: 'lost', exports: 'lost' },
    },
    globals: {
      ...{ 'caches.default': 'lost', HTMLRewriter: 'lost', WebSocketPair: 'lost', 'new ReadableStream': 'stream' },
      ...{ 'new TransformStream': 'stream', FixedLengthStream: 'lost', DurableObject: 'lost' },
    },
    exports: ['scheduled', 'queue', 'email', 'tail', 'trace'],
  },
  netlify: {
    members: {
      context: {
        geo: 'made-up',
        site: 'made-up',
        deploy: 'made-up',
        account: 'made-up',
        server: 'made-up',
        clientContext: 'made-up',
      },
    },
    globals: { 'new ReadableStream': 'stream', 'new TransformStream': 'stream' },
    environment: /^(NETLIFY|DEPLOY_|SITE_|URL$)/,
  },
  vercel: {
    members: { res: RESPONSE, request: { geo: 'made-up' } },
    globals: { 'new ReadableStream': 'stream', 'new TransformStream': 'stream' },
    environment: /^VERCEL/,
  },
  deno: {
    globals: {
      ...{
        'Deno.openKv': 'binding',
        'Deno.cron': 'lost',
        'Deno.upgradeWebSocket': 'lost',
        'Deno.readTextFile': 'lost',
      },
      ...{
        'Deno.readFile': 'lost',
        'Deno.readTextFileSync': 'lost',
        'Deno.readFileSync': 'lost',
        'Deno.writeTextFile': 'lost',
      },
      ...{
        'Deno.Command': 'lost',
        'Deno.listen': 'lost',
        'Deno.connect': 'lost',
        'Deno.writeFile': 'lost',
        'Deno.open': 'lost',
      },
      ...{ 'new ReadableStream': 'stream', 'new TransformStream': 'stream' },
    },
    environment: /^DENO_/,
  },
  scaleway: {
    members: { context: { memoryLimitInMb: 'made-up', functionVersion: 'made-up' } },
    environment: /^(SCW_|SERVERLESS_)/,
  },
  http: { members: { res: RESPONSE } },
};
