import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { isBuiltin } from 'node:module';
import { dirname, join, relative } from 'node:path';
import ts from 'typescript';
import { describe, expect, test } from 'vitest';

const ROOT = join(import.meta.dirname, '..');

interface Import {
  /** Path of the importing file from the root. */
  file: string;
  specifier: string;
  /** `a/b.ts` from the root, or the name of a package. */
  target: string;
  typeOnly: boolean;
  /** `import(…)`, `require(…)`: when it is needed. */
  late: boolean;
}

function listFiles(folder: string): string[] {
  return readdirSync(join(ROOT, folder), { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith('.ts') && !file.endsWith('.d.ts'))
    .map((file) => `${folder}/${file.replaceAll('\\', '/')}`);
}

function parse(file: string): ts.SourceFile {
  return ts.createSourceFile(file, readFileSync(join(ROOT, file), 'utf8'), ts.ScriptTarget.Latest, true);
}

function listImports(file: string): Import[] {
  const found: Import[] = [];
  const add = (node: ts.Node | undefined, typeOnly: boolean, late = false) => {
    if (!node || !ts.isStringLiteralLike(node) || isBuiltin(node.text)) return;
    found.push({ file, specifier: node.text, target: resolveTarget(file, node.text), typeOnly, late });
  };
  const visit = (node: ts.Node): void => {
    if (ts.isImportDeclaration(node)) add(node.moduleSpecifier, node.importClause?.isTypeOnly === true);
    if (ts.isExportDeclaration(node)) add(node.moduleSpecifier, node.isTypeOnly);
    if (ts.isImportTypeNode(node) && ts.isLiteralTypeNode(node.argument)) add(node.argument.literal, true);
    if (ts.isCallExpression(node) && isLoader(node.expression)) add(node.arguments[0], false, true);
    ts.forEachChild(node, visit);
  };
  visit(parse(file));
  return found;
}

/** `import(…)`, `require(…)`, `createRequire(…)(…)` */
function isLoader(callee: ts.Expression): boolean {
  return (
    callee.kind === ts.SyntaxKind.ImportKeyword ||
    (ts.isIdentifier(callee) && callee.text === 'require') ||
    (ts.isCallExpression(callee) && callee.expression.getText() === 'createRequire')
  );
}

function resolveTarget(file: string, specifier: string): string {
  if (specifier.startsWith('.')) return relative(ROOT, join(ROOT, dirname(file), specifier)).replaceAll('\\', '/');
  return specifier
    .split('/')
    .slice(0, specifier.startsWith('@') ? 2 : 1)
    .join('/');
}

const SOURCES = listFiles('src');
/** `_template` is what a new provider begins with: its files belong into several rooms. */
const TEMPLATES = listFiles('templates').filter((file) => !file.startsWith('templates/_template/'));
const IMPORTS = [...SOURCES, ...TEMPLATES].flatMap(listImports);
/** What a provider's own documentation imports stands in the entries that are made for it. */
const isOfProvider = ({ file }: Import) =>
  /^templates\/((?!runtime\/)[^/]+\/(index|transport|web)|convert\/to\/\w+)\.ts$/.test(file);
const isPackage = (one: Import) => !/^(\.|faasify:)/.test(one.specifier) && !isOfProvider(one);

/** `src/2-plan`, or `src` for a file that lies directly in it. */
function getRoom(path: string): string {
  const parts = path.split('/');
  return parts.length > 2 ? parts.slice(0, 2).join('/') : (parts[0] ?? '');
}

describe('architecture', () => {
  test('a dependency is imported from one folder; handlers that are converted are parsed and bundled in theirs', () => {
    const rooms: Record<string, string[]> = {};
    for (const { file, target } of IMPORTS.filter(isPackage)) {
      rooms[target] = [...new Set([...(rooms[target] ?? []), getRoom(file)])].sort();
    }
    expect(rooms).toEqual({
      '@aws-sdk/client-apigatewayv2': ['src/5-deploy'],
      '@aws-sdk/client-cloudwatch-logs': ['src/5-deploy'],
      '@aws-sdk/client-eventbridge': ['src/5-deploy'],
      '@aws-sdk/client-iam': ['src/5-deploy'],
      '@aws-sdk/client-lambda': ['src/5-deploy', 'templates/runtime'],
      '@aws-sdk/client-s3': ['src/5-deploy'],
      '@aws-sdk/client-secrets-manager': ['src/5-deploy'],
      '@aws-sdk/client-ssm': ['src/5-deploy'],
      '@aws-sdk/client-sts': ['src/5-deploy'],
      '@aws-sdk/credential-provider-node': ['templates/runtime'],
      '@smithy/signature-v4': ['src/host'],
      '@typescript/native-preview': ['src/3-transform'],
      aws4: ['templates/runtime'],
      chalk: ['src/report'],
      commander: ['src'],
      diff: ['src/report'],
      esbuild: ['src/4-package', 'src/convert'],
      lilconfig: ['src'],
      'magic-string': ['src/3-transform'],
      picomatch: ['src/2-plan'],
      tsx: ['src/run'],
      typescript: ['src/1-analyze', 'src/3-transform', 'src/compiler', 'src/convert'],
      yaml: ['src/5-deploy', 'src/providers'],
      yauzl: ['src/host'],
      yazl: ['src/4-package'],
    });
  });

  test('a run of what is built already loads no compiler, and colours nothing', () => {
    const loaded = new Set(['src/cli.ts', 'src/commands/run.ts', 'src/commands/build.ts']);
    for (const file of loaded) {
      const imports = file.startsWith('src/') ? listImports(file) : [];
      for (const { target, typeOnly, late } of imports) if (!typeOnly && !late) loaded.add(target);
    }
    expect(
      [...loaded].filter((file) =>
        ['typescript', '@typescript/native-preview', 'chalk', 'esbuild', 'yazl', 'magic-string'].includes(file),
      ),
    ).toEqual([]);
  });

  test('every dependency is used', () => {
    const { dependencies } = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8'));
    const used = new Set(IMPORTS.filter(isPackage).map(({ target }) => target));
    expect(Object.keys(dependencies).filter((name) => !used.has(name))).toEqual([]);
  });

  test('no phase imports a later one', () => {
    const phaseOf = (path: string) => Number(/^src\/(\d)-/.exec(path)?.[1] ?? Number.NaN);
    const wrong = IMPORTS.filter(({ file, target }) => phaseOf(target) > phaseOf(file));
    expect(wrong).toEqual([]);
  });

  test('phases import neither commands, nor reports, nor the host', () => {
    const later = /^src\/(commands|report|host|run|verify|cli\.ts)/;
    const wrong = IMPORTS.filter(({ file, target }) => /^src\/\d-/.test(file) && later.test(target));
    expect(wrong).toEqual([]);
  });

  test('what runs in the cloud imports nothing of src and no package; the app alone has the one that signs its calls, units sign in fewer bytes', () => {
    const isSigning = ({ file }: Import) => /^templates\/runtime\/(aws|sdk)\.ts$/.test(file);
    const templates = IMPORTS.filter(({ file }) => file.startsWith('templates/'));
    expect(templates.filter((one) => (isPackage(one) && !isSigning(one)) || one.target.startsWith('src/'))).toEqual([]);
    const users = IMPORTS.filter(({ target }) => /^templates\/runtime\/(aws|sdk)\.ts$/.test(target));
    expect([...new Set(users.map(({ file }) => file))].sort()).toEqual([
      'templates/runtime/invoke-sdk.ts',
      'templates/runtime/invoke.ts',
    ]);
    const client = statSync(join(ROOT, 'dist/runtime/invoke-unit.cjs')).size;
    expect(client, 'bytes of what units make requests with').toBeLessThanOrEqual(6144);
  });

  test('of templates, src bundles the host, makes calls by hand, and otherwise knows the plan, the wire and the counts', () => {
    const allowed = /^templates\/runtime\/(plan|protocol|line|counts)\.ts$/;
    const wrong = IMPORTS.filter(
      ({ file, target, typeOnly }) =>
        target.startsWith('templates/') &&
        !/^(src\/(host|invoke)\/|templates\/)/.test(file) &&
        !typeOnly &&
        !allowed.test(target),
    );
    expect(wrong.map(({ file, target }) => `${file} → ${target}`)).toEqual([
      'src/commands/serve.ts → templates/runtime/link.ts',
    ]);
  });

  test('only the command line prints, ends the process and reads its arguments', () => {
    const forbidden = /^(console\.\w+|process\.(exit|argv|exitCode|stdout|stderr))$/;
    const found = SOURCES.filter((file) => !PROCESSES_OF_THEIR_OWN.test(file)).flatMap((file) => {
      const uses: string[] = [];
      const visit = (node: ts.Node): void => {
        if (ts.isPropertyAccessExpression(node) && forbidden.test(node.getText()))
          uses.push(`${file}: ${node.getText()}`);
        ts.forEachChild(node, visit);
      };
      visit(parse(file));
      return uses;
    });
    expect(found.filter((use) => !EXCEPTIONS.includes(use))).toEqual([]);
  });

  test('folders and files are where they belong', () => {
    expect(readdirSync(join(ROOT, 'src')).sort()).toEqual(
      [
        ...[
          '1-analyze',
          '2-plan',
          '3-transform',
          '4-package',
          '5-deploy',
          'commands',
          'compiler',
          'convert',
          'host',
          'invoke',
          'providers',
          'report',
          'run',
          'types',
          'verify',
        ],
        ...[
          'app-name.ts',
          'cli-build.ts',
          'cli-convert.ts',
          'cli-deploy.ts',
          'cli-run.ts',
          'cli-serve.ts',
          'cli-shell.ts',
          'cli.ts',
          'deploy-options.ts',
          'errors.ts',
          'index.ts',
          'installation.ts',
          'option-value.ts',
          'options.ts',
          'suggest.ts',
          'types.ts',
          'write-build-id.ts',
        ],
      ].sort(),
    );
    const named = [...SOURCES, ...TEMPLATES].filter((file) => !/^[a-z0-9-]+(\/[a-z0-9-]+)*\.ts$/.test(file));
    expect(named).toEqual([]);
    const vague = [...SOURCES, ...TEMPLATES].filter((file) =>
      /\/(utils?|helpers?|common|manager|service)\.ts$/.test(file),
    );
    expect(vague).toEqual([]);
  });

  test('every code that users can meet has words', async () => {
    const { DIAGNOSTICS } = await import('../src/report/diagnostics.ts');
    const texts = SOURCES.filter((file) => !/^src\/(host|run)\//.test(file)).map((file) => parse(file).getFullText());
    const codes = texts.flatMap((text) => [
      ...[...text.matchAll(/FaasifyError\(\s*'([a-z-]+)'/g)].map(([, code]) => code ?? ''),
      ...[...text.matchAll(/\bcode: '([a-z-]+)'/g)].map(([, code]) => code ?? ''),
      ...[...text.matchAll(/\bbyRule\(fn, '([a-z-]+)'/g)].map(([, code]) => code ?? ''),
    ]);
    expect([...new Set(codes)].filter((code) => !Object.hasOwn(DIAGNOSTICS, code)).sort()).toEqual([]);
  });

  test('nothing else lies at the top', () => {
    const allowed =
      /^(\.ci|\.git|\.gitignore|bench|bin|dist|docs|examples|fixtures|node_modules|src|templates|test|README\.md|LICENSE|CHANGELOG\.md|package(-lock)?\.json|tsconfig\.json|biome\.json|knip\.json|vitest\.config\.ts)$/;
    expect(readdirSync(ROOT).filter((name) => !allowed.test(name))).toEqual([]);
    expect(existsSync(join(ROOT, '.ci/run'))).toBe(true);
  });
});

/** Entry files of processes and threads of their own: what they do with theirs is their business. */
const PROCESSES_OF_THEIR_OWN =
  /^src\/(cli\.ts|host\/((host|instance|spawn)\.ts|runtime\/client\/\w+\.ts|actions\/load\.ts)|run\/preload\.ts)$/;

/** `faasify run` ends as the program it ran did, and the program never begins without it; a terminal is asked for, not written to. */
const EXCEPTIONS = [
  'src/run/go.ts: process.exit',
  'src/run/launch.ts: process.exitCode',
  'src/run/launch.ts: process.stdout',
  'src/run/launch.ts: process.stderr',
];
