import ts from 'typescript';

/** What the inserted lines import. */
const RUNTIME = 'faasify/runtime';

/**
 * The program with other texts for some of its files. Everything else is shared with `program`: the other files as they
 * are, bound already, and where their imports lead.
 */
export function createRewrittenProgram(
  program: ts.Program,
  texts: ReadonlyMap<string, string>,
  runtimeTypes: string,
): ts.Program {
  const options = program.getCompilerOptions();
  const host = ts.createCompilerHost(options, true);
  const readFromDisk = host.getSourceFile;
  const cache = ts.createModuleResolutionCache(
    program.getCurrentDirectory(),
    (file) => host.getCanonicalFileName(file),
    options,
  );
  Object.assign(host, {
    getCurrentDirectory: () => program.getCurrentDirectory(),
    useSourceOfProjectReferenceRedirect: () => true,
    getSourceFile: (file, languageVersion, ...rest) => {
      const text = texts.get(file);
      if (text !== undefined) return ts.createSourceFile(file, text, languageVersion, true);
      const known = program.getSourceFile(file);
      return known ? withoutRedirect(known) : readFromDisk(file, languageVersion, ...rest);
    },
    getModuleResolutionCache: () => cache,
    resolveModuleNameLiterals: createResolver(host, cache, runtimeTypes),
  } satisfies Partial<ts.CompilerHost> & { useSourceOfProjectReferenceRedirect(): boolean });
  const projectReferences = program.getProjectReferences();
  return ts.createProgram({
    rootNames: program.getRootFileNames(),
    options,
    host,
    oldProgram: program,
    ...(projectReferences && { projectReferences }),
  });
}

/** Of a package that is installed twice in the same version the compiler reads one, and wants to have the other itself. */
function withoutRedirect(file: ts.SourceFile): ts.SourceFile {
  const { redirectInfo } = file as ts.SourceFile & { redirectInfo?: { unredirected: ts.SourceFile } };
  return redirectInfo?.unredirected ?? file;
}

/** As the compiler does it, but the runtime is found though nothing is installed. */
function createResolver(
  host: ts.CompilerHost,
  cache: ts.ModuleResolutionCache,
  runtimeTypes: string,
): NonNullable<ts.CompilerHost['resolveModuleNameLiterals']> {
  const extension = runtimeTypes.endsWith('.d.ts') ? ts.Extension.Dts : ts.Extension.Ts;
  const runtime = { resolvedFileName: runtimeTypes, extension, isExternalLibraryImport: true };
  return (literals, containingFile, redirected, options, containingSource) =>
    literals.map((literal) => {
      if (literal.text === RUNTIME) return { resolvedModule: runtime };
      const mode = ts.getModeForUsageLocation(containingSource, literal, options);
      return ts.resolveModuleName(literal.text, containingFile, options, host, cache, redirected, mode);
    });
}
