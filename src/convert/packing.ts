/** Of converted handlers: what a provider wants beside what it wants for units, and what deploys it with the provider's own tools. */
import { formatJson } from '../4-package/files.ts';
import type { ConventionName } from './conventions.ts';

export interface Packing {
  /** Where the bundle and the provider's files lie in the output folder: `order/`. */
  folder?: string;
  /** The name of the bundle, where it is another one than that of a unit's entry. */
  file?: string;
  files: { name: string; text: string }[];
  commands: string[];
}

export const packings: Record<ConventionName, (name: string) => Packing> = {
  lambda: (name) => ({
    files: [],
    commands: [
      `aws lambda create-function --function-name ${name} --runtime nodejs22.x --handler index.handler --role <arn> --zip-file fileb://${name}.zip`,
      `aws lambda update-function-code --function-name ${name} --zip-file fileb://${name}.zip`,
    ],
  }),
  gcf: (name) => ({
    files: [],
    commands: [
      `gcloud functions deploy ${name} --gen2 --runtime=nodejs22 --trigger-http --entry-point=${name} --source=.`,
    ],
  }),
  azure: () => ({ files: [], commands: ['npm install', 'func azure functionapp publish <app> --javascript'] }),
  openwhisk: (name) => ({
    files: [],
    commands: [`wsk action update ${name} ${name}.zip --kind nodejs:20 --web raw`],
  }),
  fission: (name) => ({
    files: [],
    commands: [
      `fission package create --name ${name} --env nodejs --deployarchive ${name}.zip`,
      `fission function create --name ${name} --pkg ${name} --entrypoint index`,
    ],
  }),
  fn: () => ({ files: [], commands: ['fn deploy --app <app> --create-app'] }),
  knative: () => ({ files: [], commands: ['func deploy'] }),
  openfaas: (name) => ({
    folder: `${name}/`,
    files: [{ name: 'stack.yml', text: stackYml(name) }],
    commands: ['faas-cli template store pull node22', 'faas-cli up -f stack.yml'],
  }),
  kubeless: (name) => ({
    files: [],
    commands: [
      `kubeless function deploy ${name} --runtime nodejs14 --runtime-image <Node 20> --handler index.main --from-file ${name}.zip`,
    ],
  }),
  webtask: (name) => ({ files: [], commands: [`wt create index.js --name ${name} --no-parse --no-merge`] }),
  hookio: () => ({ files: [], commands: ['hook deploy .'] }),
  workers: () => ({ files: [], commands: ['npx wrangler deploy'] }),
  netlify: (name) => ({
    file: `netlify/functions/${name}.mjs`,
    files: [
      { name: 'netlify.toml', text: '[functions]\n  directory = "netlify/functions"\n  node_bundler = "none"\n' },
    ],
    commands: ['npx netlify deploy --prod --no-build'],
  }),
  vercel: (name) => ({
    file: `api/${name}.mjs`,
    files: [{ name: 'vercel.json', text: formatJson(vercelJson(name)) }],
    commands: ['npx vercel deploy --prod'],
  }),
  deno: () => ({ files: [], commands: ['deno deploy --prod --entrypoint index.mjs'] }),
  scaleway: (name) => ({
    files: [],
    commands: [`scw function deploy name=${name} runtime=node22 zip-file=${name}.zip`],
  }),
  http: (name) => ({ files: [], commands: [`docker build -t ${name} .`, `docker run -p 8080:8080 ${name}`] }),
};

/** Without RAW_BODY what was sent is read before the handler sees it. */
function stackYml(name: string): string {
  return [
    'version: 1.0',
    'provider:',
    '  name: openfaas',
    '  gateway: http://127.0.0.1:8080',
    'functions:',
    `  ${name}:`,
    '    lang: node22',
    `    handler: ./${name}`,
    `    image: ${name}:latest`,
    '    environment:',
    "      RAW_BODY: 'true'",
    '      MAX_RAW_SIZE: 64mb',
    '',
  ].join('\n');
}

/** All below the function's own path is its. */
function vercelJson(name: string) {
  return { rewrites: [{ source: `/api/${name}/:path*`, destination: `/api/${name}` }] };
}
