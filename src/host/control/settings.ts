/** What a function can be told, what it is told where nothing is said, and what is not to be had here. */
import { invalid } from './api-error.ts';
import { flag, group, list, map, type Shape, text, whole } from './shape.ts';
import type { Settings } from './state.ts';

/** What runs here: programs for Node, whichever version is asked for, by the Node that this is. */
const RUNTIMES = ['nodejs18.x', 'nodejs20.x', 'nodejs22.x', 'nodejs24.x'] as const;
const MAX_ENVIRONMENT = 4096;
const ROLE = /^arn:(aws[a-zA-Z-]*)?:iam::\d{12}:role\/?[a-zA-Z_0-9+=,.@\-_/]+$/;
const ARN_OR_NOTHING = /^((arn:(aws[a-zA-Z-]*)?:[a-z0-9-.]+:.*)|())$/;
const LEVELS = ['TRACE', 'DEBUG', 'INFO', 'WARN', 'ERROR', 'FATAL'] as const;

export const DESCRIPTION = text({ max: 256 });
export const ARCHITECTURES = list(text({ values: ['x86_64', 'arm64'] }), { min: 1, max: 1 });
/** Of another kind than text, or of a form that is nobody's: whatever it is, there is none of it here. */
const anything: Shape<unknown> = { read: (value) => value };

const VARIABLES = map(text({ pattern: /^[a-zA-Z][a-zA-Z0-9_]+$/, secret: true }), text({ secret: true }));

/** The fields that CreateFunction and UpdateFunctionConfiguration share. */
export const SETTINGS = {
  Runtime: text({ max: 64 }),
  Role: text({ pattern: ROLE }),
  Handler: text({ max: 128, pattern: /^\S+$/ }),
  Description: DESCRIPTION,
  Timeout: whole({ min: 1, max: 900 }),
  MemorySize: whole({ min: 128, max: 10_240 }),
  EphemeralStorage: group({ Size: whole({ min: 512, max: 10_240 }) }, {}),
  TracingConfig: group({}, { Mode: text({ values: ['Active', 'PassThrough'] }) }),
  Environment: group({}, { Variables: VARIABLES }),
  DeadLetterConfig: group({}, { TargetArn: text({ pattern: ARN_OR_NOTHING }) }),
  KMSKeyArn: text({ pattern: ARN_OR_NOTHING }),
  VpcConfig: group(
    {},
    {
      SubnetIds: list(text({ pattern: /^subnet-[0-9a-z]*$/ }), { max: 16 }),
      SecurityGroupIds: list(text({ pattern: /^sg-[0-9a-zA-Z]*$/ }), { max: 5 }),
      Ipv6AllowedForDualStack: flag(),
    },
  ),
  LoggingConfig: group(
    {},
    {
      LogFormat: text({ values: ['JSON', 'Text'] }),
      LogGroup: text({ min: 1, max: 512, pattern: /^[.\-_/#A-Za-z0-9]+$/ }),
      ApplicationLogLevel: text({ values: LEVELS }),
      SystemLogLevel: text({ values: ['DEBUG', 'INFO', 'WARN'] }),
    },
  ),
  SnapStart: group({}, { ApplyOn: text({ values: ['PublishedVersions', 'None'] }) }),
  Layers: list(text()),
  FileSystemConfigs: list(anything),
  ImageConfig: anything,
  CapacityProviderConfig: anything,
  DurableConfig: anything,
};

const SHAPE = group({}, SETTINGS);
type Given = typeof SHAPE extends Shape<infer T> ? T : never;

/** Of a function that nothing else is said of. */
export function defaultSettings(name: string): Omit<Settings, 'Runtime' | 'Handler' | 'Role'> {
  return {
    Description: '',
    Timeout: 3,
    MemorySize: 128,
    EphemeralStorage: { Size: 512 },
    Architectures: ['x86_64'],
    TracingConfig: { Mode: 'PassThrough' },
    LoggingConfig: { LogFormat: 'Text', LogGroup: `/aws/lambda/${name}` },
  };
}

/** What is given in place of what was there. */
export function changeSettings<S extends Partial<Settings>>(name: string, settings: S, given: Given): S {
  refuseAbsent(given);
  const { SnapStart: _none, Layers: _no, FileSystemConfigs: _not, Environment, VpcConfig, ...rest } = given;
  const { ImageConfig: _image, CapacityProviderConfig: _capacity, DurableConfig: _durable, ...plain } = rest;
  const { TracingConfig, LoggingConfig, ...others } = plain;
  const logGroup = LoggingConfig?.LogGroup ?? `/aws/lambda/${name}`;
  const { SubnetIds = [], SecurityGroupIds = [] } = VpcConfig ?? {};
  return {
    ...settings,
    ...others,
    ...(Environment && { Environment: readEnvironment(Environment.Variables ?? {}) }),
    ...(VpcConfig && { VpcConfig: { SubnetIds, SecurityGroupIds } }),
    ...(TracingConfig && { TracingConfig: { Mode: TracingConfig.Mode ?? 'PassThrough' } }),
    ...(LoggingConfig && { LoggingConfig: { LogFormat: 'Text', ...LoggingConfig, LogGroup: logGroup } }),
  };
}

/** What would be kept and have no effect although programs could tell. */
function refuseAbsent(given: Given): void {
  const { Runtime, Layers = [], FileSystemConfigs = [], SnapStart } = given;
  if (Runtime !== undefined && !RUNTIMES.some((one) => one === Runtime)) {
    throw invalid(`Value ${Runtime} at 'runtime' cannot be run by this server: it runs ${RUNTIMES.join(', ')}.`);
  }
  if (Layers.length > 0) throw invalid('There are no layers in this server: pack what they hold into the zip.');
  if (FileSystemConfigs.length > 0) throw invalid('There are no file systems in this server.');
  if (SnapStart?.ApplyOn === 'PublishedVersions')
    throw invalid(`${Runtime ?? 'nodejs'} is not supported for SnapStart.`);
  const absent = (['ImageConfig', 'CapacityProviderConfig', 'DurableConfig'] as const).find((name) => given[name]);
  if (absent !== undefined) throw invalid(`This server has no ${absent}: it runs zips.`);
}

const RESERVED = new Set([
  ...['_HANDLER', '_X_AMZN_TRACE_ID', 'AWS_DEFAULT_REGION', 'AWS_REGION', 'AWS_EXECUTION_ENV'],
  ...['AWS_LAMBDA_FUNCTION_NAME', 'AWS_LAMBDA_FUNCTION_MEMORY_SIZE', 'AWS_LAMBDA_FUNCTION_VERSION'],
  ...['AWS_LAMBDA_INITIALIZATION_TYPE', 'AWS_LAMBDA_LOG_GROUP_NAME', 'AWS_LAMBDA_LOG_STREAM_NAME'],
  ...['AWS_ACCESS_KEY', 'AWS_ACCESS_KEY_ID', 'AWS_SECRET_ACCESS_KEY', 'AWS_SESSION_TOKEN', 'AWS_LAMBDA_RUNTIME_API'],
  ...['LAMBDA_TASK_ROOT', 'LAMBDA_RUNTIME_DIR'],
]);

/** Messages hold names, never values. */
function readEnvironment(Variables: Record<string, string>): { Variables: Record<string, string> } {
  const reserved = Object.keys(Variables).filter((name) => RESERVED.has(name));
  const failed =
    'Lambda was unable to configure your environment variables because the environment variables you have provided';
  if (reserved.length > 0) {
    const text = `${failed} contains reserved keys that are currently not supported for modification`;
    throw invalid(`${text}. Reserved keys used in this request: ${reserved.join(', ')}`);
  }
  const size = Object.entries(Variables).reduce((sum, pair) => sum + Buffer.byteLength(pair.join('')), 0);
  if (size > MAX_ENVIRONMENT) throw invalid(`${failed} exceeded the 4KB limit.`);
  return { Variables };
}
