import type { OutputFile } from '../types.ts';
import { openAzure, RESERVED } from './api/azure-store.ts';
import { emitPackageJson } from './package-json.ts';
import type { Provider, ProviderApp } from './provider.ts';
import { command } from './shell.ts';
import { collectOptions, listVariables } from './variables.ts';

const MB = 1024 * 1024;

const LIBRARY = { '@azure/functions': '4.16.5' };
/** Minutes that the host lets a function run, on the consumption plan. */
const MAX_MINUTES = 10;

/** One function app, with a function for each unit. With units that call others an app for each. */
export const provider: Provider = {
  name: 'azure',
  title: 'Azure Functions',
  limits: {
    zip: 1024 * MB,
    unpacked: 1024 * MB,
    payload: 100 * MB,
    memory: { min: 128, max: 1536 },
    timeout: 230,
    source: 'Azure Functions scale and hosting, consumption plan, 2026-11; what answers over HTTP has 230 s',
  },
  unitName: { pattern: /^[a-z]([a-z0-9-]*[a-z0-9])?$/, maxLength: 127 },
  entry: { file: 'index.mjs', format: 'esm' },
  openStore: openAzure,
  prices: {
    perCall: (memory, seconds) => 0.2e-6 + (Math.ceil(memory / 128) / 8) * Math.max(seconds, 0.1) * 0.000016,
    source: 'Azure Functions pricing, consumption plan, 2025-05',
  },
  starts: { http: true, schedule: 'cron' },
  files: ({ name, settings: { timeout } }) => [
    emitPackageJson({ name, main: 'index.mjs', dependencies: LIBRARY }),
    emitHost(timeout),
  ],
  project: (app) => [
    emitPackageJson({ name: app.name ?? 'faasify', main: 'functions/*/index.mjs', dependencies: LIBRARY }),
    emitHost(Math.max(...app.units.map(({ settings }) => settings.timeout))),
    { path: '.funcignore', text: '*.map\n' },
  ],
  commands: (app) => (app.units.some(({ isCaller }) => isCaller) ? publishEach(app) : publishTogether(app)),
};

function publishTogether(app: ProviderApp): string[] {
  return [
    ': "${AZURE_FUNCTIONAPP_NAME:?the function app, as az functionapp create has made it with --runtime node --functions-version 4}"',
    ...(listVariables(app.units, RESERVED).length > 0 ? [GROUP] : []),
    ...collect(app),
    'cd azure',
    command('npm', 'install', '--omit=dev'),
    ...setVariables(app.units, '"$AZURE_FUNCTIONAPP_NAME"'),
    'func azure functionapp publish "$AZURE_FUNCTIONAPP_NAME" --javascript',
    '# FAASIFY_ENDPOINT_AZURE=https://<app>.azurewebsites.net, FAASIFY_KEY_AZURE is what this shows as default:',
    '# az functionapp keys list --name "$AZURE_FUNCTIONAPP_NAME" --resource-group <group>',
  ];
}

/** In one process a call from unit to unit would wait for the one that makes it. */
function publishEach({ units }: ProviderApp): string[] {
  return [
    ': "${AZURE_FUNCTIONAPP_NAME:?what the names of the function apps begin with: one for each unit, as az functionapp create has made it with --runtime node --functions-version 4}"',
    GROUP,
    ': "${FAASIFY_KEY_AZURE:?a key of your own, which calls have to bring}"',
    ...units.flatMap((unit) => {
      const { name, folder, isCaller } = unit;
      const app = `"$AZURE_FUNCTIONAPP_NAME-${name}"`;
      const there = `--name ${app} --resource-group "$AZURE_RESOURCE_GROUP"`;
      return [
        ...setVariables([unit], app),
        `(${command('cd', folder)} && npm install --omit=dev && func azure functionapp publish ${app} --javascript)`,
        `az functionapp keys set ${there} --key-type functionKeys --key-name faasify --key-value "$FAASIFY_KEY_AZURE"`,
        ...(isCaller ? [`az functionapp config appsettings set ${there} --settings ${SETTINGS}`] : []),
      ];
    }),
    '# FAASIFY_ENDPOINT_AZURE=https://<their beginning>-{name}.azurewebsites.net/api/{name}',
  ];
}

const GROUP = ': "${AZURE_RESOURCE_GROUP:?the resource group of the function apps}"';

function setVariables(units: ProviderApp['units'], app: string): string[] {
  const set = `az functionapp config appsettings set --name ${app} --resource-group "$AZURE_RESOURCE_GROUP" --output none`;
  const options = collectOptions(listVariables(units, RESERVED), (name) => `"${name}=$${name}"`);
  return options.length > 0 ? [...options, `test $# = 0 || ${set} --settings "$@"`] : [];
}

const SETTINGS = [
  '"FAASIFY_ENDPOINT_AZURE=https://$AZURE_FUNCTIONAPP_NAME-{name}.azurewebsites.net/api/{name}"',
  '"FAASIFY_KEY_AZURE=$FAASIFY_KEY_AZURE"',
].join(' ');

/** https://learn.microsoft.com/azure/azure-functions/functions-host-json */
function emitHost(timeout: number): OutputFile {
  const minutes = Math.min(Math.ceil(timeout / 60) + 1, MAX_MINUTES);
  const content = {
    version: '2.0',
    extensionBundle: { id: 'Microsoft.Azure.Functions.ExtensionBundle', version: '[4.*, 5.0.0)' },
    functionTimeout: `00:${`${minutes}`.padStart(2, '0')}:00`,
  };
  return { path: 'host.json', text: `${JSON.stringify(content, undefined, 2)}\n` };
}

/** Without what is for a unit that is an app by itself. */
function collect({ units }: ProviderApp): string[] {
  return [
    command('rm', '-rf', 'azure/functions'),
    command('mkdir', '-p', 'azure/functions'),
    ...units.flatMap(({ name, folder }) => [
      command('cp', '-R', folder, `azure/functions/${name}`),
      command('rm', `azure/functions/${name}/package.json`, `azure/functions/${name}/host.json`),
    ]),
  ];
}
