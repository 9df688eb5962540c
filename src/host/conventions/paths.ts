/** `/function/a%20b/?x=1` → `['function', 'a b']`; undefined for what is no path. */
export function splitPath(url: string): string[] | undefined {
  const [path = ''] = url.split('?', 1);
  if (!path.startsWith('/')) return undefined;
  try {
    return path.slice(1).replace(/\/$/, '').split('/').map(decodeURIComponent);
  } catch {
    return undefined;
  }
}

/** `/function/:name`: what stands for the parts that differ, none of which may be empty. */
export function matchPath(pattern: string, parts: readonly string[]): Record<string, string> | undefined {
  const wanted = pattern.slice(1).split('/');
  if (wanted.length !== parts.length) return undefined;
  const params: Record<string, string> = {};
  for (const [index, part] of wanted.entries()) {
    const given = parts[index] ?? '';
    if (!part.startsWith(':') ? part !== given : given === '') return undefined;
    if (part.startsWith(':')) params[part.slice(1)] = given;
  }
  return params;
}
