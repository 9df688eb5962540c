import { posix } from 'node:path';
import type { AssetFacts, AssetOutput, ModuleFacts, Span } from '../types.ts';
import type { Edit } from './edits.ts';
import { isInSlice, type LinkedModule } from './links.ts';
import type { Need } from './needs.ts';
import type { SiteNode } from './site-factories.ts';
import { emitString } from './syntax.ts';

/** What is done to the paths of the files that a module's part reads. */
interface AssetEdits {
  /** In the statements of the slice. */
  kept: Edit[];
  /** In functions that the slice makes by themselves. */
  made: Edit[];
  files: AssetOutput[];
}

/**
 * `readFileSync(join(__dirname, 'data.json'))` → `readFileSync(new URL('./assets/lib/data.json', import.meta.url))`: a unit is
 * one file, and what it reads lies beside it, in the tree of the source root.
 */
export function editAssets(
  { assets = [] }: ModuleFacts,
  module: LinkedModule,
  need: Need,
  sites: readonly SiteNode[],
): AssetEdits {
  if (assets.length === 0) return { kept: [], made: [], files: [] };
  const statements = module.statements.filter(({ index }) => need.statements.has(index));
  const kept = assets.filter(({ span }) => statements.some((statement) => isInSlice(statement, span)));
  const made = assets.filter(({ span }) => sites.some(({ node }) => holds(node, span)));
  const url = module.names.has('URL') ? 'globalThis.URL' : 'URL';
  const edit = ({ span, path }: AssetFacts): Edit => {
    return {
      kind: 'replace',
      span,
      text: `new ${url}(${emitString(`./${toAddress(assetPath(path))}`)}, import.meta.url)`,
    };
  };
  const files = [...new Set([...kept, ...made])].flatMap((asset) => asset.files);
  return {
    kept: kept.map(edit),
    made: made.map(edit),
    files: files.map((source) => ({ path: assetPath(source), source })),
  };
}

/** As part of an address: `a b#1.txt` is `a%20b%231.txt`. */
function toAddress(path: string): string {
  return path.split('/').map(encodeURIComponent).join('/');
}

/** The tree of the source root; what is above it goes under `_up`. */
function assetPath(file: string): string {
  return posix.join('assets', posix.normalize(file).replace(/\.\.\//g, '_up/'));
}

function holds(node: { pos: number; end: number }, span: Span): boolean {
  return node.pos <= span.start && span.end <= node.end;
}
