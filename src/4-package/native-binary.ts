/** Whether a file of native code runs on a machine, from its header and the names in it. */

export interface Machine {
  /** As in a package.json: `linux`, `x64`, `glibc`. */
  os: string;
  cpu: string;
  libc: string;
  /** Of Node, for code that is not made for all versions of it. */
  abi: string;
  /** glibc 2.x */
  glibc: number;
}

/** Amazon Linux 2023, which all versions of Node run on there. */
const GLIBC = 34;
const ABIS: Record<string, string> = { 'nodejs20.x': '115', 'nodejs22.x': '127', 'nodejs24.x': '137' };
const CPUS: Record<string, string> = { x86_64: 'x64', arm64: 'arm64' };

export function describeLambda(runtime: string, architecture: string): Machine {
  return {
    os: 'linux',
    cpu: CPUS[architecture] ?? architecture,
    libc: 'glibc',
    abi: ABIS[runtime] ?? '',
    glibc: GLIBC,
  };
}

/** `e_machine` of an ELF header. */
const PROCESSORS: Record<string, number> = { x64: 0x3e, arm64: 0xb7 };
const MACHINE_AT = 18;

/** What is wrong with it; undefined if it runs there, as far as can be seen. */
export function findBinaryProblem(bytes: Buffer, { cpu, abi, glibc }: Machine): string | undefined {
  if (bytes.subarray(0, 4).toString('latin1') !== '\x7fELF') return 'is for another system';
  if (bytes.readUInt16LE(MACHINE_AT) !== PROCESSORS[cpu]) return 'is for another processor';
  if (bytes.includes('libc.musl-')) return 'is for musl';
  const names = bytes.toString('latin1');
  const [, built = abi] = /node_register_module_v(\d+)/.exec(names) ?? [];
  if (built !== abi) return `is for another version of Node (ABI ${built}, not ${abi})`;
  const newest = Math.max(0, ...[...names.matchAll(/GLIBC_2\.(\d+)/g)].map(([, minor]) => Number(minor)));
  return newest > glibc ? `needs glibc 2.${newest}, and there is 2.${glibc}` : undefined;
}
