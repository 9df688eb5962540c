/** The files that a provider wants beside a converted handler, and what deploys them with its own tools. */
import { formatJson } from '../4-package/files.ts';
import type { ConventionName } from './conventions.ts';

export interface Packing {
  files: { name: string; text: string }[];
  commands: string[];
}

export function packFor(to: ConventionName, name: string): Packing {
  return packings[to](name);
}

/** No commit is named, so that nothing about a package changes but what is converted. */
const VERSION = '1.0.0';

function packageJson(name: string, rest: Record<string, unknown>): { name: string; text: string } {
  return { name: 'package.json', text: formatJson({ name, version: VERSION, private: true, ...rest }) };
}

const packings: Record<ConventionName, (name: string) => Packing> = {
  lambda: (name) => ({
    files: [],
    commands: [
      `aws lambda create-function --function-name ${name} --runtime nodejs22.x --handler index.handler --role <arn> --zip-file fileb://${name}.zip`,
      `aws lambda update-function-code --function-name ${name} --zip-file fileb://${name}.zip`,
    ],
  }),
  gcf: (name) => ({
    files: [
      packageJson(name, {
        type: 'module',
        main: 'index.mjs',
        dependencies: { '@google-cloud/functions-framework': '5.0.5' },
      }),
    ],
    commands: [
      `gcloud functions deploy ${name} --gen2 --runtime nodejs22 --trigger-http --entry-point ${name} --source .`,
    ],
  }),
  azure: (name) => ({
    files: [
      packageJson(name, { type: 'module', main: 'index.mjs', dependencies: { '@azure/functions': '4.16.5' } }),
      { name: 'host.json', text: formatJson({ version: '2.0', extensions: { http: { routePrefix: 'api' } } }) },
    ],
    commands: ['npm install', 'func azure functionapp publish <app>'],
  }),
  openwhisk: (name) => ({
    files: [packageJson(name, { main: 'index.js' })],
    commands: [`wsk action update ${name} ${name}.zip --kind nodejs:20 --web raw`],
  }),
  fission: (name) => ({
    files: [packageJson(name, { main: 'index.js' })],
    commands: [
      `fission package create --name ${name} --env nodejs --deployarchive ${name}.zip`,
      `fission function create --name ${name} --pkg ${name} --entrypoint index`,
    ],
  }),
  fn: (name) => ({
    files: [
      packageJson(name, { main: 'func.js', dependencies: { '@fnproject/fdk': '0.0.76' } }),
      {
        name: 'func.yaml',
        text: `schema_version: 20180708\nname: ${name}\nversion: 0.0.1\nruntime: node\nentrypoint: node func.js\n`,
      },
    ],
    commands: ['fn deploy --app <app> --local'],
  }),
  knative: (name) => ({
    files: [
      packageJson(name, {
        main: 'index.js',
        scripts: { start: 'faas-js-runtime ./index.js' },
        dependencies: { 'faas-js-runtime': '4.0.1' },
      }),
      { name: 'func.yaml', text: `specVersion: 0.36.0\nname: ${name}\nruntime: node\n` },
    ],
    commands: ['func deploy'],
  }),
  openfaas: (name) => ({
    files: [
      { ...packageJson(name, { main: 'handler.js' }), name: `${name}/package.json` },
      { name: 'stack.yml', text: stackYml(name) },
    ],
    commands: ['faas-cli template store pull node22', 'faas-cli up -f stack.yml'],
  }),
  kubeless: (name) => ({
    files: [packageJson(name, { main: 'handler.js' })],
    commands: [`kubeless function deploy ${name} --runtime nodejs14 --handler handler.handler --from-file handler.js`],
  }),
  webtask: (name) => ({ files: [], commands: [`wt create index.js --name ${name}`] }),
  hookio: (name) => ({ files: [packageJson(name, { main: 'index.js' })], commands: ['hook deploy'] }),
  workers: (name) => ({
    files: [{ name: 'wrangler.jsonc', text: wranglerJson(name) }],
    commands: ['npx wrangler deploy'],
  }),
  netlify: () => ({
    files: [
      { name: 'netlify.toml', text: '[functions]\n  directory = "netlify/functions"\n  node_bundler = "none"\n' },
    ],
    commands: ['npx netlify deploy --prod'],
  }),
  vercel: (name) => ({
    files: [packageJson(name, { type: 'module' }), { name: 'vercel.json', text: formatJson(vercelJson(name)) }],
    commands: ['npx vercel deploy --prod'],
  }),
  deno: () => ({
    files: [
      { name: 'deno.json', text: formatJson({ tasks: { start: 'deno serve --allow-env --allow-net main.mjs' } }) },
    ],
    commands: ['deno deploy --prod --entrypoint main.mjs'],
  }),
  scaleway: (name) => ({
    files: [packageJson(name, { main: 'handler.js' })],
    commands: [`scw function deploy name=${name} runtime=node22 zip-file=${name}.zip`],
  }),
  http: (name) => ({
    files: [
      packageJson(name, { type: 'module', scripts: { start: 'node --enable-source-maps server.mjs' } }),
      { name: 'Dockerfile', text: DOCKERFILE },
    ],
    commands: [`docker build -t ${name} .`, `docker run -p 8080:8080 ${name}`],
  }),
};

const DOCKERFILE = [
  'FROM node:22-slim',
  'WORKDIR /app',
  'COPY . .',
  'USER node',
  'ENV NODE_ENV=production PORT=8080',
  'CMD ["node", "--enable-source-maps", "server.mjs"]',
  '',
].join('\n');

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
    '      MAX_RAW_SIZE: 1mb',
    '',
  ].join('\n');
}

function wranglerJson(name: string): string {
  return formatJson({
    name,
    main: 'index.mjs',
    compatibility_date: '2025-09-15',
    compatibility_flags: ['nodejs_compat'],
  });
}

/** All below the function's own path is its. */
function vercelJson(name: string) {
  return { rewrites: [{ source: `/api/${name}/:path*`, destination: `/api/${name}` }] };
}
