import ts from 'typescript';
import { findPackageJson, readPackageType } from './package-json.ts';

export type ModuleFormat = 'esm' | 'commonjs';

/**
 * How a source runs under Node or tsx. When in doubt `commonjs`, which promises less: no top-level `await`.
 * `packageTypes` remembers what was read, by package.json.
 */
export function formatOf(
  file: ts.SourceFile,
  options: ts.CompilerOptions,
  packageTypes: Map<string, 'module' | 'commonjs'>,
): ModuleFormat {
  if (file.fileName.endsWith('.mts')) return 'esm';
  if (file.fileName.endsWith('.cts') || hasCommonJsSyntax(file)) return 'commonjs';
  if (file.impliedNodeFormat !== undefined) return file.impliedNodeFormat === ts.ModuleKind.ESNext ? 'esm' : 'commonjs';
  if (compilesToCommonJs(options)) return 'commonjs';
  return hasModuleOnlySyntax(file) || isModulePackage(file.fileName, packageTypes) ? 'esm' : 'commonjs';
}

function compilesToCommonJs({ module }: ts.CompilerOptions): boolean {
  return module === ts.ModuleKind.CommonJS || module === ts.ModuleKind.AMD || module === ts.ModuleKind.UMD;
}

function isModulePackage(file: string, packageTypes: Map<string, 'module' | 'commonjs'>): boolean {
  const packageJson = findPackageJson(file);
  if (packageJson === undefined) return false;
  const known = packageTypes.get(packageJson) ?? readPackageType(packageJson);
  packageTypes.set(packageJson, known);
  return known === 'module';
}

/** `export =` or `import x = require('…')`. */
function hasCommonJsSyntax(file: ts.SourceFile): boolean {
  return file.statements.some(
    (statement) =>
      (ts.isExportAssignment(statement) && statement.isExportEquals === true) ||
      (ts.isImportEqualsDeclaration(statement) && ts.isExternalModuleReference(statement.moduleReference)),
  );
}

/** `import.meta`, or an `await` outside all functions. */
function hasModuleOnlySyntax(file: ts.SourceFile): boolean {
  if (!/\bimport\s*\.\s*meta\b|\bawait\b/.test(file.text)) return false;
  const visit = (node: ts.Node, inFunction: boolean): boolean => {
    if (ts.isMetaProperty(node) && node.keywordToken === ts.SyntaxKind.ImportKeyword) return true;
    if (!inFunction && (ts.isAwaitExpression(node) || (ts.isForOfStatement(node) && node.awaitModifier))) return true;
    const inside = inFunction || ts.isFunctionLike(node) || ts.isPropertyDeclaration(node);
    return ts.forEachChild(node, (child) => visit(child, inside) || undefined) ?? false;
  };
  return visit(file, false);
}
