import { type Address, listAddresses, listTimetable, type Timetable } from '../5-deploy/addresses.ts';
import { formatTime, listDeployments } from '../5-deploy/history.ts';
import { type ActualFunction, type Aliases, keyOf } from '../5-deploy/state.ts';
import { type ProviderRequest, withDeployedApp } from './provider.ts';

export interface ListResult {
  app: string;
  functions: {
    name: string;
    unit: string;
    region: string;
    /** Absent: nothing is live yet. */
    version?: string;
    memory: number;
    timeout: number;
    runtime: string;
    architecture: string;
  }[];
  addresses: Address[];
  timetable: Timetable[];
  /** Those that can be gone back to, oldest first. */
  deployments: { id: string; time: string; isLive: boolean }[];
}

/** What is deployed of an app. */
export function list(request: ProviderRequest): Promise<ListResult> {
  return withDeployedApp(request, async ({ name, read }) => {
    const { actual, functions, aliases, versions } = await read();
    const known = listDeployments(aliases, versions);
    return {
      app: name,
      functions: functions.map((fn) => describeFunction(fn, aliases)),
      addresses: listAddresses(actual),
      timetable: listTimetable(actual),
      deployments: known.map(({ id, isLive }) => ({ id, time: formatTime(id), isLive })),
    };
  });
}

function describeFunction(fn: ActualFunction, aliases: Aliases): ListResult['functions'][number] {
  const { memory, timeout, runtime, architecture } = fn.live?.content ?? fn.latest;
  const version = aliases.get(keyOf(fn))?.version;
  const about = { name: fn.name, unit: fn.unit, region: fn.region, ...(version !== undefined && { version }) };
  return { ...about, memory, timeout, runtime, architecture };
}
