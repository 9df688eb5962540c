/** What is to be converted: a file, a folder, or a zip, which is unpacked for as long as it takes. */
import { existsSync, mkdtempSync, readFileSync, realpathSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, dirname, extname, join, relative, resolve } from 'node:path';
import { isWithin, listContents } from '../4-package/files.ts';
import { FaasifyError } from '../errors.ts';
import { unzip } from '../host/control/unzip.ts';

export interface HandlerSource {
  /** The folder that the handler belongs to; absolute. */
  root: string;
  /** The handler's file; absolute. */
  file: string;
  /** The handler's export, where that was said. */
  exported?: string;
  /** What it is called, as far as its file says. */
  name: string;
  /** What places in it are relative to for people: of a zip the zip itself. */
  shown: string;
  close(): void;
}

const CODE = /(?<!\.d)\.[cm]?[jt]s$/;
const EXTENSIONS = ['.mjs', '.js', '.cjs', '.ts', '.mts', '.cts'];

/** `handler`: `file.export`, or the export alone. */
export async function openSource(path: string, cwd: string, handler: string | undefined): Promise<HandlerSource> {
  const absolute = resolve(cwd, path);
  if (!existsSync(absolute)) {
    throw new FaasifyError('path-not-found', `There is no ${path}`, {
      fix: 'Give a file, a folder or a zip with a handler.',
    });
  }
  if (statSync(absolute).isDirectory()) {
    const root = realpathSync(absolute);
    return { ...inFolder(root, handler), name: basename(absolute), shown: root, close: () => {} };
  }
  if (extname(absolute) === '.zip') return openZip(absolute, path, handler);
  if (!CODE.test(absolute)) {
    throw new FaasifyError('not-a-handler', `${path} is neither JavaScript nor TypeScript, nor a zip`, {
      fix: 'Give a .js, .mjs, .cjs, .ts, .mts or .cts file, a folder, or a .zip.',
    });
  }
  const file = realpathSync(absolute);
  const exported = handler === undefined ? undefined : readExport(handler, file, path);
  const root = dirname(file);
  return { root, shown: root, file, name: nameOf(file), ...(exported !== undefined && { exported }), close: () => {} };
}

function nameOf(file: string): string {
  const own = basename(file).replace(/\.[cm]?[jt]s$/, '');
  return ['index', 'main', 'handler', 'func', 'function', 'server'].includes(own) ? basename(dirname(file)) : own;
}

/** `order.main` of order.js, or `main`. */
function readExport(handler: string, file: string, path: string): string {
  const at = handler.lastIndexOf('.');
  const named = at < 0 ? undefined : handler.slice(0, at);
  const own = file.replace(/\.[cm]?[jt]s$/, '');
  if (named === undefined || own === named || own.endsWith(`/${named}`)) return handler.slice(at + 1);
  throw new FaasifyError('option-value', `--handler ${handler} is in another file than ${path}`, {
    fix: `Give the folder that both are in, or name the export alone: --handler ${handler.slice(at + 1)}.`,
  });
}

async function openZip(file: string, path: string, handler: string | undefined): Promise<HandlerSource> {
  const folder = realpathSync(mkdtempSync(join(tmpdir(), 'faasify-convert-')));
  const close = () => rmSync(folder, { recursive: true, force: true });
  try {
    await unpack(readFileSync(file), folder, path);
    return { ...inFolder(folder, handler), name: basename(path, '.zip'), shown: file, close };
  } catch (error) {
    close();
    throw error;
  }
}

/** What is wrong with a zip is said as the API of AWS says it, which takes the same ones. */
export async function unpack(zip: Buffer, folder: string, path: string): Promise<void> {
  try {
    await unzip(zip, folder);
  } catch (cause) {
    if (!(cause instanceof Error) || 'errno' in cause) throw cause;
    throw new FaasifyError('convert-zip', `${path} cannot be unpacked: ${cause.message}`, {
      fix: 'Give a zip of at most 50 MB, 250 MB unpacked, with nothing outside of its folder.',
      cause,
    });
  }
}

function inFolder(root: string, handler: string | undefined): Pick<HandlerSource, 'root' | 'file' | 'exported'> {
  const at = handler?.lastIndexOf('.') ?? -1;
  const named = handler !== undefined && at > 0 ? handler.slice(0, at) : undefined;
  const file = named === undefined ? findMain(root) : findFile(root, named);
  const exported = handler?.slice(at + 1);
  return { root, file, ...(exported !== undefined && { exported }) };
}

function findFile(root: string, named: string): string {
  const candidates = [named, ...EXTENSIONS.map((extension) => named + extension)].map((one) => join(root, one));
  const found = candidates.find((file) => isWithin(root, file) && CODE.test(file) && existsSync(file));
  if (found !== undefined) return found;
  throw new FaasifyError('no-handler', `There is no file ${named} of code`, { fix: listCode(root) });
}

function findMain(root: string): string {
  const main = readMain(root);
  if (main !== undefined) return findFile(root, main);
  const usual = [
    'index',
    'handler',
    'main',
    'func',
    'function',
    'app',
    'server',
    'src/index',
    'src/app',
    'src/handler',
  ];
  for (const one of usual) {
    const found = EXTENSIONS.map((extension) => join(root, one + extension)).find((file) => existsSync(file));
    if (found !== undefined) return found;
  }
  const [only, ...others] = listFiles(root);
  if (only !== undefined && others.length === 0) return join(root, only);
  throw new FaasifyError('no-handler', 'It is not clear which file has the handler', { fix: listCode(root) });
}

/** Of package.json; paths that lead elsewhere are not followed. */
function readMain(root: string): string | undefined {
  const file = join(root, 'package.json');
  if (!existsSync(file)) return undefined;
  try {
    const { main } = JSON.parse(readFileSync(file, 'utf8'));
    return typeof main === 'string' && main !== '' && isWithin(root, join(root, main)) && isCode(root, main)
      ? main
      : undefined;
  } catch {
    return undefined;
  }
}

function isCode(root: string, main: string): boolean {
  return ['', ...EXTENSIONS].some(
    (extension) => CODE.test(main + extension) && existsSync(join(root, main + extension)),
  );
}

const MANY = 10;

function listFiles(root: string): string[] {
  return listContents(root).files.filter(
    (file) => CODE.test(file) && !isWithin(join(root, 'node_modules'), join(root, file)),
  );
}

function listCode(root: string): string {
  const files = listFiles(root).map((file) => relative(root, join(root, file)));
  const some = files.slice(0, MANY).join(', ');
  if (files.length === 0) return 'It holds no JavaScript and no TypeScript.';
  return `Say which one with --handler file.export. It has ${some}${files.length > MANY ? ', …' : ''}.`;
}
