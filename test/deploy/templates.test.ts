/**
 * The deployment in the words of other tools. `npm run test:real` has their own validators: cfn-lint (`FAASIFY_CFN_LINT`, the
 * program), and for Terraform, whose registry is not always to be had, the schema of its AWS provider as the types of
 * `@cdktf/provider-aws` (`FAASIFY_TERRAFORM`, the folder where that is installed).
 */
import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import ts from 'typescript';
import { describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import { analyze } from '../../src/1-analyze/analyze.ts';
import { loadProgram } from '../../src/1-analyze/program/load.ts';
import { plan } from '../../src/2-plan/plan.ts';
import { makeManifest } from '../../src/4-package/manifest.ts';
import { makeTemplates } from '../../src/5-deploy/templates.ts';
import type { Artifact, Manifest, ManifestUnit, Settings } from '../../src/types.ts';
import { ROOT } from '../cli/command.ts';
import { defaults } from '../plan/build.ts';

const CFN_LINT = process.env.FAASIFY_CFN_LINT ?? '';
const TERRAFORM = process.env.FAASIFY_TERRAFORM ?? '';
const LONG = 240_000;

const deploy = {
  runtime: 'nodejs22.x',
  architecture: 'arm64',
  storage: 1024,
  tracing: true,
  logRetention: 14,
  tags: { team: 'on', time: '12:30', count: '1_000' },
  vpc: { subnets: ['subnet-0123456789abcdef0'], securityGroups: ['sg-0123456789abcdef0'] },
  deadLetter: 'arn:aws:sqs:eu-west-1:123456789012:failed',
  environment: { DB: 'secret:shop/db#password', KEY: 'ssm:/shop/key', WHOLE: 'secret:shop/all' },
  permissions: [
    { actions: ['s3:GetObject'], resources: ['arn:aws:s3:::shop/${aws:PrincipalAccount}/*'], from: 'package.json' },
  ],
  claimCheck: true,
};

function unit(name: string, changes: Partial<ManifestUnit> = {}): ManifestUnit {
  const files = { source: 's', bundle: 'b', map: 'm', zip: `packages/${name}.zip`, inputs: '' };
  const sizes = { bytes: 1000, unpackedBytes: 2000, hash: 'ab'.repeat(32) };
  const deployed = { name: `shop-${name}`, alias: 'live' };
  const settings = { memory: 512, timeout: 30 };
  return { name, functions: [], ...files, ...sizes, settings, deployed, env: [], ...changes };
}

/** Everything that can be set. */
function makeShop(): Manifest {
  const route = (key: string) => ({ key, fn: 'm#f', params: [] });
  const params = { memory: 512, timeout: 29.5 };
  const lists = { entries: [], functions: [], cuts: [], runtime: [], problems: [] };
  const units = [
    unit('a-b', {
      routes: [route('GET /price/{id}'), route('POST /orders')],
      env: ['TOKEN', 'A_B', 'AB'],
      calls: ['a-b', 'far'],
    }),
    unit('a_b', { schedules: [{ fn: 'm#g', expression: 'cron(0 12 ? * MON-FRI *)' }] }),
    unit('warm', { settings: { ...params, warm: 5, reservedConcurrency: 3, provisionedConcurrency: 2, storage: 512 } }),
    unit('own', { settings: { ...params, role: 'arn:aws:iam::123456789012:role/mine' } }),
    unit('far', { settings: { ...params, region: 'us-east-1' }, routes: [route('GET /far')], calls: ['a-b'] }),
  ];
  return { version: 1, faasify: '0', target: 'lambda', targets: ['lambda'], app: 'shop', deploy, units, ...lists };
}

function templatesOf(manifest: Manifest): Map<string, string> {
  return new Map(makeTemplates(manifest).map(({ path, text }) => [path, text]));
}

type Json = Record<string, unknown>;

/** Every object in it, itself first. */
function listObjects(value: unknown): Json[] {
  if (typeof value !== 'object' || value === null) return [];
  const own = Array.isArray(value) ? [] : [value as Json];
  return [...own, ...Object.values(value).flatMap(listObjects)];
}

function listTexts(value: unknown): string[] {
  if (typeof value === 'string') return [value];
  return typeof value === 'object' && value !== null ? Object.values(value).flatMap(listTexts) : [];
}

describe('templates', () => {
  const shop = templatesOf(makeShop());

  test('are there for every region, and the same each time', () => {
    expect([...shop.keys()]).toEqual(['template.yaml', 'template.us-east-1.yaml', 'main.tf.json']);
    expect(templatesOf(makeShop())).toEqual(shop);
    expect(makeTemplates({ ...makeShop(), target: 'local', targets: ['local'] })).toEqual([]);
  });

  test('leave nothing open, hold no path of this machine and nothing that faasify takes for its own', () => {
    for (const text of shop.values()) {
      expect(text).not.toMatch(/[\uE000-\uF8FF]|undefined|\[object|managed-by/);
      expect(text).not.toContain(ROOT);
    }
  });

  test('are YAML that older readers understand, too', () => {
    const text = shop.get('template.yaml') ?? '';
    expect(text).toContain('AWSTemplateFormatVersion: "2010-09-09"');
    expect(text).toMatch(/Value: "on"/);
    expect(text).toMatch(/Value: "12:30"/);
  });

  test.each(['template.yaml', 'template.us-east-1.yaml'])('%s refers to what it has', (path) => {
    const document = parse(shop.get(path) ?? '') as Record<string, Json>;
    const known = new Set([...Object.keys(document.Resources ?? {}), ...Object.keys(document.Parameters ?? {})]);
    for (const one of listObjects(document)) {
      const [target] = 'Fn::GetAtt' in one ? (one['Fn::GetAtt'] as string[]) : 'Ref' in one ? [one.Ref as string] : [];
      if (target !== undefined && !target.startsWith('AWS::')) expect(known).toContain(target);
      if ('Fn::If' in one) expect(Object.keys(document.Conditions ?? {})).toContain((one['Fn::If'] as string[])[0]);
      if ('Fn::Sub' in one) {
        for (const [, name = ''] of `${one['Fn::Sub']}`.matchAll(/\$\{([^!}][^}]*)\}/g)) {
          if (!name.startsWith('AWS::')) expect(known).toContain(name);
        }
      }
    }
  });

  test('say what a deployment would set', () => {
    const { Resources } = parse(shop.get('template.yaml') ?? '') as { Resources: Record<string, { Properties: Json }> };
    expect(Resources.ABFunction?.Properties).toMatchObject({
      FunctionName: 'shop-a-b',
      CodeUri: 'packages/a-b.zip',
      AutoPublishAlias: 'live',
      Environment: {
        Variables: {
          DB: '{{resolve:secretsmanager:shop/db:SecretString:password}}',
          KEY: '{{resolve:ssm:/shop/key}}',
          WHOLE: '{{resolve:secretsmanager:shop/all:SecretString}}',
          TOKEN: { 'Fn::If': ['HasEnvTOKEN', { Ref: 'EnvTOKEN' }, { Ref: 'AWS::NoValue' }] },
          FAASIFY_CLAIMS: { 'Fn::Sub': 'faasify-shop-${AWS::AccountId}-${AWS::Region}/faasify/shop/calls/' },
        },
      },
      Events: { Route1: { Type: 'HttpApi', Properties: { Method: 'GET', Path: '/price/{id}' } }, Route2: {} },
      Tags: { 'faasify:unit': 'a-b', count: '1_000' },
    });
    expect(Resources.ABFunction2?.Properties).toMatchObject({
      FunctionName: 'shop-a_b',
      Events: {
        Schedule1: { Properties: { Schedule: 'cron(0 12 ? * MON-FRI *)', Input: '{"faasify":"run","fn":"m#g"}' } },
      },
    });
    expect(Resources.OwnFunction?.Properties.Role).toBe('arn:aws:iam::123456789012:role/mine');
    const resources = JSON.stringify(Resources.AppRole);
    expect(resources).toContain('arn:aws:s3:::shop/${aws:PrincipalAccount}/*');
    expect(resources).toContain('arn:${AWS::Partition}:lambda:${AWS::Region}:${AWS::AccountId}:function:shop-a-b:live');
    expect(shop.get('template.us-east-1.yaml')).toContain(
      'lambda:${HomeRegion}:${AWS::AccountId}:function:shop-a-b:live',
    );
  });

  test('for Terraform refer to what they have, and to nothing else', () => {
    const document = JSON.parse(shop.get('main.tf.json') ?? '') as Record<string, Record<string, Json>>;
    const { resource = {}, data = {}, variable = {} } = document;
    const has = (kinds: Record<string, Json>, kind: string, name: string) => Object.hasOwn(kinds[kind] ?? {}, name);
    for (const text of listTexts(document)) {
      for (const [, inside = ''] of text.matchAll(/(?<!\$)\$\{([^}]*)\}/g)) {
        for (const [all, isData, kind = '', name = ''] of inside.matchAll(/\b(data\.)?(aws_\w+)\.(\w+)\./g)) {
          expect([all, has(isData ? data : resource, kind, name)]).toEqual([all, true]);
        }
        for (const [, name = ''] of inside.matchAll(/\bvar\.(\w+)/g)) expect(Object.keys(variable)).toContain(name);
      }
    }
    const functions = Object.values(resource.aws_lambda_function ?? {}) as Json[];
    expect(functions.map((fn) => [fn.function_name, fn.provider])).toContainEqual(['shop-far', 'aws.us_east_1']);
    expect(JSON.stringify(resource.aws_iam_role_policy)).toContain('shop/$${aws:PrincipalAccount}/*');
  });
});

/** As a build would describe it, without bundling anything. */
function describeExample(name: string): Manifest {
  const path = join(ROOT, 'examples', name);
  const settings: Settings = { ...defaults, target: 'lambda', targets: ['lambda'], app: name };
  const planned = plan(analyze(loadProgram({ path, cwd: ROOT })), settings);
  const artifacts = planned.units.map((one): Artifact => {
    const about = { bytes: 1000, unpackedBytes: 2000, hash: 'cd'.repeat(32), inputs: '', reused: false, packages: [] };
    return { unit: one.name, zip: `packages/${one.name}.zip`, ...about };
  });
  return makeManifest({ version: '0', settings, entries: [], plan: planned, artifacts, runtime: [], problems: [] });
}

describe.skipIf(CFN_LINT === '' && TERRAFORM === '')('all examples', () => {
  const examples = readdirSync(join(ROOT, 'examples')).filter((name) => !name.includes('.'));
  const manifests = () => [makeShop(), ...examples.map(describeExample)];
  let made: Map<string, string>[] | undefined;
  const makeAll = () => {
    made ??= manifests().map(templatesOf);
    return made;
  };

  test.skipIf(CFN_LINT === '')(
    'pass cfn-lint',
    () => {
      const folder = mkdtempSync(join(tmpdir(), 'faasify-cfn-'));
      try {
        const files = makeAll().flatMap((templates, index) =>
          [...templates].flatMap(([path, text]) => {
            if (!path.endsWith('.yaml')) return [];
            const file = join(folder, `${index}-${path}`);
            writeFileSync(file, text);
            return [file];
          }),
        );
        expect(files.length).toBeGreaterThan(examples.length);
        // Packed files are not here, and the region of a template is that where it is applied.
        expect(spawnSync(CFN_LINT, files, { encoding: 'utf8' }).stdout).toBe('');
      } finally {
        rmSync(folder, { recursive: true, force: true });
      }
    },
    LONG,
  );

  test.skipIf(TERRAFORM === '')(
    'fit the schema of the provider of Terraform',
    () => {
      const documents = makeAll().map((templates) => JSON.parse(templates.get('main.tf.json') ?? '{}') as Document);
      expect(checkTypes(documents)).toEqual([]);
      const wrong: Document = { resource: { aws_lambda_alias: { x: { name: 'live', function_nam: 'x' } } } };
      expect(checkTypes([wrong])).not.toEqual([]);
    },
    LONG,
  );
});

interface Document {
  resource?: Record<string, Record<string, Json>>;
}

/** What the compiler says of all resources, each as the configuration that the provider takes. */
function checkTypes(documents: Document[]): string[] {
  const folder = mkdtempSync(join(tmpdir(), 'faasify-terraform-'));
  try {
    symlinkSync(join(TERRAFORM, 'node_modules'), join(folder, 'node_modules'));
    const kinds = new Set<string>();
    const rows = documents.flatMap(({ resource = {} }, index) =>
      Object.entries(resource).flatMap(([kind, blocks]) =>
        Object.entries(blocks).map(([name, block]) => {
          kinds.add(kind);
          const type = nameConfig(kind);
          return `export const ${kind}_${name}_${index}: ${type} = ${JSON.stringify(toConfig(block))};`;
        }),
      ),
    );
    const imports = [...kinds].sort().map((kind) => {
      const type = nameConfig(kind);
      const path = kind.replace(/^aws_/, '').replaceAll('_', '-');
      return `import type { ${type} } from '@cdktf/provider-aws/lib/${path}/index.js';`;
    });
    mkdirSync(folder, { recursive: true });
    const file = join(folder, 'check.ts');
    writeFileSync(file, [...imports, ...rows].join('\n'));
    const options: ts.CompilerOptions = { strict: true, noEmit: true, skipLibCheck: true, types: [] };
    const resolution = { module: ts.ModuleKind.NodeNext, moduleResolution: ts.ModuleResolutionKind.NodeNext };
    const program = ts.createProgram([file], { ...options, ...resolution, target: ts.ScriptTarget.ES2022 });
    return program
      .getSemanticDiagnostics(program.getSourceFile(file))
      .map(({ messageText }) => ts.flattenDiagnosticMessageText(messageText, '\n'));
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** `aws_lambda_alias` → `LambdaAliasConfig`; names that end in Configuration would be taken for those of another kind. */
function nameConfig(kind: string): string {
  return `${toCamel(kind.replace(/^aws/, '')).replace(/ServerSideEncryptionConfiguration$/, '$&A')}Config`;
}

/** `function_name` → `functionName` */
function toCamel(text: string): string {
  return text.replaceAll(/_([a-z0-9])/g, (_all, letter: string) => letter.toUpperCase());
}

/** Without what all resources have. Maps keep their keys, and an expression stands for a map. */
function toConfig(block: Json): Json {
  const rows = Object.entries(block).filter(([key]) => key !== 'provider' && key !== 'depends_on');
  return Object.fromEntries(
    rows.map(([key, value]) => {
      if (key === 'tags') return [key, value];
      if (key === 'variables') return [key, {}];
      return [toCamel(key), toNested(value)];
    }),
  );
}

function toNested(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(toNested);
  return typeof value === 'object' && value !== null ? toConfig(value as Json) : value;
}
