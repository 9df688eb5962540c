/** `main.tf.json`: the functions of all regions for Terraform. Values of variables are variables of it, and what has none is not set. */
import { MARKS, type OpenValue, parseReference, splitOpen } from './open-values.ts';
import { formatPolicy } from './policy.ts';
import type { Desired, DesiredBucket, DesiredFunction, DesiredRegion, Tags } from './state.ts';
import { hasOwnRole, listOpenTags, nameApart, pathOfZip, splitNetwork } from './template-parts.ts';
import type { DesiredApi, DesiredRule } from './trigger-state.ts';
import { API_GATEWAY, EVENTS } from './triggers.ts';

type Json = string | number | boolean | null | Json[] | { [key: string]: Json };
type Block = { [key: string]: Json };
/** Kind of the resource → name → arguments. */
type Resources = Map<string, Map<string, Block>>;

interface Context {
  desired: Desired;
  region: DesiredRegion;
  /** Behind the names of what there is one of in each region; empty for the region of those that name none. */
  suffix: string;
  names: ReadonlyMap<string, string>;
  add(kind: string, name: string, block: Block): void;
}

const VERSION = '>= 5.0';
const [PARTITION, ACCOUNT, REGION] = [
  'data.aws_partition.current.partition',
  'data.aws_caller_identity.current.account_id',
  'data.aws_region.current.name',
];

export function makeTerraform(desired: Desired): Json {
  const resources: Resources = new Map();
  const add = (kind: string, name: string, block: Block) => {
    const known = resources.get(kind) ?? new Map<string, Block>();
    resources.set(kind, known.set(name, block));
  };
  const all = desired.regions.flatMap(({ functions }) => functions);
  const names = nameApart(
    all.map((fn) => fn.name),
    (name) => toName(all.find((fn) => fn.name === name)?.unit ?? name),
  );
  for (const region of desired.regions) {
    const suffix = region.region === MARKS.region ? '' : `_${toName(region.region)}`;
    addRegion({ desired, region, suffix, names, add });
  }
  const variables = all.flatMap(({ content }) => Object.values(content.env).flatMap(findVariables));
  const references = all.flatMap(({ content }) => Object.values(content.env).flatMap(findReferences));
  const aliases = desired.regions.filter(({ region }) => region !== MARKS.region).map(({ region }) => region);
  return {
    '//': `functions of ${desired.app}, made by faasify`,
    terraform: { required_providers: { aws: { source: 'hashicorp/aws', version: VERSION } } },
    ...(aliases.length > 0 && {
      provider: { aws: [{}, ...aliases.map((region) => ({ alias: toName(region), region }))] },
    }),
    ...(variables.length > 0 && { variable: makeVariables(variables) }),
    data: makeData(references),
    resource: toObject(resources),
    ...makeOutputs(desired),
  };
}

function makeOutputs({ regions }: Desired): Block {
  const own = regions.flatMap(({ region, triggers }): [string, Json][] => {
    if (!triggers?.api) return [];
    const suffix = region === MARKS.region ? '' : `_${toName(region)}`;
    const description = 'where functions can be asked';
    return [[`address${suffix}`, { description, value: `\${aws_apigatewayv2_api.app${suffix}.api_endpoint}` }]];
  });
  return own.length === 0 ? {} : { output: Object.fromEntries(own) };
}

/** `price_of` */
function toName(text: string): string {
  const name = text.replaceAll(/[^A-Za-z0-9]+/g, '_');
  return /^\d/.test(name) ? `_${name}` : name;
}

function toObject(resources: Resources): Json {
  const kinds = [...resources].sort(([a], [b]) => (a < b ? -1 : 1));
  return Object.fromEntries(kinds.map(([kind, blocks]) => [kind, Object.fromEntries(blocks)]));
}

function findVariables(text: string): string[] {
  return splitOpen(text).flatMap((part) => (part.kind === 'variable' ? [part.name] : []));
}

function findReferences(text: string): string[] {
  return splitOpen(text).flatMap((part) => (part.kind === 'reference' ? [part.reference] : []));
}

function makeVariables(names: readonly string[]): Json {
  const own = [...new Set(names)].sort().map((name): [string, Json] => {
    const description = `the environment variable ${name}; not set if null`;
    return [`env_${name}`, { description, type: 'string', default: null, sensitive: true }];
  });
  return Object.fromEntries(own);
}

/** Who is asking, and what references stand for. */
function makeData(references: readonly string[]): Json {
  const unique = [...new Set(references)].sort().map((one) => ({ id: nameReference(one), ...parseReference(one) }));
  const ssm = unique.filter(({ kind }) => kind === 'ssm').map(({ id, name }) => [id, { name: toPlain(name) }]);
  const secrets = unique
    .filter(({ kind }) => kind === 'secret')
    .map(({ id, name }) => [id, { secret_id: toPlain(name) }]);
  return {
    aws_caller_identity: { current: {} },
    aws_partition: { current: {} },
    aws_region: { current: {} },
    ...(ssm.length > 0 && { aws_ssm_parameter: Object.fromEntries(ssm) }),
    ...(secrets.length > 0 && { aws_secretsmanager_secret_version: Object.fromEntries(secrets) }),
  };
}

function nameReference(reference: string): string {
  return toName(reference.replace(/#.*$/, ''));
}

/** Nothing in a text is an expression. */
function toPlain(text: string): string {
  return text.replaceAll('${', () => '$${').replaceAll('%{', () => '%%{');
}

function tagsOf(tags: Tags): Json {
  return Object.fromEntries(Object.entries(listOpenTags(tags)).map(([name, text]) => [name, toPlain(text)]));
}

function emit(text: string): string {
  return splitOpen(text).map(emitPart).join('');
}

function emitPart(part: OpenValue): string {
  return part.kind === 'text' ? toPlain(part.text) : `\${${emitExpression(part)}}`;
}

function emitExpression(part: Exclude<OpenValue, { kind: 'text' }>): string {
  switch (part.kind) {
    case 'partition':
      return PARTITION;
    case 'account':
      return ACCOUNT;
    case 'region':
      return REGION;
    case 'variable':
      return `var.env_${part.name}`;
    case 'reference': {
      const { kind, key } = parseReference(part.reference);
      const id = nameReference(part.reference);
      const text = `data.aws_secretsmanager_secret_version.${id}.secret_string`;
      if (kind === 'ssm') return `data.aws_ssm_parameter.${id}.value`;
      return key === undefined ? text : `jsondecode(${text})[${JSON.stringify(toPlain(key))}]`;
    }
  }
}

function addRegion(context: Context): void {
  const { region, add, suffix } = context;
  const { logGroup, role, bucket, functions } = region;
  add('aws_cloudwatch_log_group', `app${suffix}`, {
    ...place(context),
    name: logGroup.name,
    retention_in_days: logGroup.retention,
    tags: tagsOf(logGroup.tags),
  });
  if (role) {
    const { name, path, trust, policy, tags } = role;
    const own = { name: emit(name), path, assume_role_policy: emit(trust), tags: tagsOf(tags) };
    add('aws_iam_role', `app${suffix}`, { ...place(context), ...own });
    const about = { name: 'faasify', role: `\${aws_iam_role.app${suffix}.id}`, policy: emit(formatPolicy(policy)) };
    add('aws_iam_role_policy', `app${suffix}`, { ...place(context), ...about });
  }
  const isClaiming = functions.some(({ content }) => 'FAASIFY_CLAIMS' in content.env);
  if (bucket?.isOwn && isClaiming) addBucket(context, bucket);
  for (const fn of functions) addFunction(context, fn);
  const { api, rules = [] } = region.triggers ?? {};
  if (api) addApi(context, api);
  for (const rule of rules) addRule(context, rule);
}

/** The provider of another region than that of units which name none. */
function place({ region }: Context): Block {
  return region.region === MARKS.region ? {} : { provider: `aws.${toName(region.region)}` };
}

function addBucket(context: Context, { name, tags }: DesiredBucket): void {
  const { add, suffix } = context;
  const id = `app${suffix}`;
  const bucket = { ...place(context), bucket: `\${aws_s3_bucket.${id}.id}` };
  add('aws_s3_bucket', id, { ...place(context), bucket: emit(name), tags: tagsOf(tags) });
  const [block_public_acls, block_public_policy, ignore_public_acls, restrict_public_buckets] = [
    true,
    true,
    true,
    true,
  ];
  const all = { block_public_acls, block_public_policy, ignore_public_acls, restrict_public_buckets };
  add('aws_s3_bucket_public_access_block', id, { ...bucket, ...all });
  const rule = [{ apply_server_side_encryption_by_default: { sse_algorithm: 'AES256' } }];
  add('aws_s3_bucket_server_side_encryption_configuration', id, { ...bucket, rule });
  const about = { id: 'faasify', status: 'Enabled' };
  const expiry = [{ ...about, filter: [{ prefix: 'faasify/' }], expiration: [{ days: 1 }] }];
  add('aws_s3_bucket_lifecycle_configuration', id, { ...bucket, rule: expiry });
}

function addFunction(context: Context, fn: DesiredFunction): void {
  const { add, desired, region, suffix, names } = context;
  const { content, scaling, tags } = fn;
  const id = names.get(fn.name) ?? '';
  const isOwn = hasOwnRole(fn, region);
  add('aws_lambda_function', id, {
    ...place(context),
    function_name: fn.name,
    description: `unit ${fn.unit} of ${desired.app}, made by faasify`,
    filename: `\${path.module}/${toPlain(pathOfZip(fn))}`,
    source_code_hash: content.code,
    handler: content.handler,
    runtime: content.runtime,
    architectures: [content.architecture],
    memory_size: content.memory,
    timeout: content.timeout,
    publish: true,
    role: isOwn ? `\${aws_iam_role.app${suffix}.arn}` : emit(content.role),
    ephemeral_storage: { size: content.storage },
    tracing_config: { mode: content.tracing ? 'Active' : 'PassThrough' },
    logging_config: { log_format: 'Text', log_group: `\${aws_cloudwatch_log_group.app${suffix}.name}` },
    ...emitEnvironment(content.env),
    ...emitSettings(fn),
    tags: tagsOf(tags),
    ...(isOwn && { depends_on: [`aws_iam_role_policy.app${suffix}`] }),
  });
  add('aws_lambda_alias', id, {
    ...place(context),
    name: desired.alias,
    function_name: `\${aws_lambda_function.${id}.function_name}`,
    function_version: `\${aws_lambda_function.${id}.version}`,
  });
  if (scaling.provisionedConcurrency === 0) return;
  add('aws_lambda_provisioned_concurrency_config', id, {
    ...place(context),
    function_name: `\${aws_lambda_function.${id}.function_name}`,
    qualifier: `\${aws_lambda_alias.${id}.name}`,
    provisioned_concurrent_executions: scaling.provisionedConcurrency,
  });
}

/** Only those that have a value. */
function emitEnvironment(env: Record<string, string>): Block {
  const rows = Object.entries(env).map(([name, text]) => `${JSON.stringify(name)} = ${emitOperand(text)}`);
  if (rows.length === 0) return {};
  return {
    environment: { variables: `\${{ for name, value in { ${rows.join(', ')} } : name => value if value != null }}` },
  };
}

function emitOperand(text: string): string {
  const [only, ...others] = splitOpen(text);
  return only && only.kind !== 'text' && others.length === 0 ? emitExpression(only) : emitQuoted(text);
}

/** As a text inside of an expression. */
function emitQuoted(text: string): string {
  const parts = splitOpen(text).map((part) => {
    return part.kind === 'text' ? JSON.stringify(toPlain(part.text)).slice(1, -1) : emitPart(part);
  });
  return `"${parts.join('')}"`;
}

function emitSettings({ content, scaling }: DesiredFunction): Block {
  const network = splitNetwork(content.vpc);
  return {
    ...(network && { vpc_config: { subnet_ids: network.subnets, security_group_ids: network.groups } }),
    ...(content.deadLetter !== '' && { dead_letter_config: { target_arn: content.deadLetter } }),
    ...(scaling.reservedConcurrency > 0 && { reserved_concurrent_executions: scaling.reservedConcurrency }),
  };
}

function addApi(context: Context, { name, routes, tags }: DesiredApi): void {
  const { add, suffix, names } = context;
  const api = `aws_apigatewayv2_api.app${suffix}`;
  const of = { ...place(context), api_id: `\${${api}.id}` };
  add('aws_apigatewayv2_api', `app${suffix}`, {
    ...place(context),
    name,
    protocol_type: 'HTTP',
    tags: tagsOf(tags),
  });
  add('aws_apigatewayv2_stage', `app${suffix}`, { ...of, name: '$default', auto_deploy: true });
  for (const fn of new Set(routes.map((route) => route.function))) {
    const id = names.get(fn) ?? '';
    add('aws_apigatewayv2_integration', id, {
      ...of,
      integration_type: 'AWS_PROXY',
      integration_method: 'POST',
      integration_uri: `\${aws_lambda_alias.${id}.invoke_arn}`,
      payload_format_version: '2.0',
    });
  }
  const ids = nameApart(
    routes.map(({ key }) => key),
    (key) => toName(key.toLowerCase()).replace(/_$/, ''),
  );
  for (const { key, function: fn } of routes) {
    const [id, own] = [names.get(fn) ?? '', `${ids.get(key)}${suffix}`];
    add('aws_apigatewayv2_route', own, {
      ...of,
      route_key: key,
      target: `integrations/\${aws_apigatewayv2_integration.${id}.id}`,
    });
    const path = key.replace(' ', '').replaceAll(/\{[^}]*\}/g, '*');
    allow(context, `http_${own}`, id, API_GATEWAY, `\${${api}.execution_arn}/*/${path}`);
  }
}

function allow(context: Context, name: string, id: string, principal: string, source_arn: string): void {
  context.add('aws_lambda_permission', name, {
    ...place(context),
    action: 'lambda:InvokeFunction',
    function_name: `\${aws_lambda_function.${id}.function_name}`,
    qualifier: `\${aws_lambda_alias.${id}.name}`,
    principal,
    source_arn,
  });
}

function addRule(context: Context, { name, expression, function: fn, input, tags }: DesiredRule): void {
  const { add, names } = context;
  const id = names.get(fn) ?? '';
  const own = toName(name);
  add('aws_cloudwatch_event_rule', own, {
    ...place(context),
    name,
    description: 'made by faasify',
    schedule_expression: expression,
    tags: tagsOf(tags),
  });
  add('aws_cloudwatch_event_target', own, {
    ...place(context),
    rule: `\${aws_cloudwatch_event_rule.${own}.name}`,
    target_id: 'function',
    arn: `\${aws_lambda_alias.${id}.arn}`,
    input: toPlain(input),
  });
  allow(context, `time_${own}`, id, EVENTS, `\${aws_cloudwatch_event_rule.${own}.arn}`);
}
