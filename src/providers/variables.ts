/** Environment variables that functions read, which they get where they are deployed: in `deploy.sh` by their names only. */

/** Those that say where the machine has its programs and libraries: the function's machine is another one. */
const OF_THE_MACHINE = new Set(['PATH', 'LD_LIBRARY_PATH', 'NODE_PATH', 'NODE_OPTIONS', 'HOME', 'PWD', 'TMPDIR']);

/** Others cannot be set at providers: they only travel with the calls, as all of them do. */
const POSSIBLE = /^[A-Za-z]\w+$/;

export function isSettable(name: string): boolean {
  return POSSIBLE.test(name) && !OF_THE_MACHINE.has(name);
}

/** Of some units, sorted, without what the provider has for itself, and what is ours. */
export function listVariables(units: readonly { env: readonly string[] }[], reserved?: RegExp): string[] {
  const names = new Set(units.flatMap(({ env }) => env));
  return [...names].filter((name) => isSettable(name) && !/^FAASIFY_/.test(name) && !reserved?.test(name)).sort();
}

/** A line of a shell script that does something only with a variable that has a value there; the value is not in its text. */
export function whereSet(name: string, line: string): string {
  return `test -z "\${${name}+x}" || ${line}`;
}

/** Lines that leave options for a command in `"$@"`: `option` makes words of a name, which the shell reads. */
export function collectOptions(names: readonly string[], option: (name: string) => string): string[] {
  return names.length === 0 ? [] : ['set --', ...names.map((name) => whereSet(name, `set -- "$@" ${option(name)}`))];
}
