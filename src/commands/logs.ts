import { type LogLine, readLogs } from '../5-deploy/logs.ts';
import { nameLogGroup } from '../5-deploy/ownership.ts';
import { isNotFound } from '../5-deploy/provider-error.ts';
import { FaasifyError } from '../errors.ts';
import { findNamedUnit } from './named-function.ts';
import { findApp, type ProviderRequest, withCloud } from './provider.ts';

export interface LogsRequest extends ProviderRequest {
  /** A function or a unit; all of the app if it is not given. */
  name?: string;
  /** Milliseconds since the epoch. */
  since: number;
  isFollowed: boolean;
  print(line: LogLine): void;
}

export interface LogsResult {
  app: string;
  lines: number;
  /** Lines of streams that do not say which function they are of, when one was asked for. */
  unknown: number;
}

/** Prints what functions of an app have written; with `isFollowed` it ends when the process does. */
export function logs(request: LogsRequest): Promise<LogsResult> {
  const { app, manifest } = findApp(request);
  const unit = request.name !== undefined && manifest ? findNamedUnit(manifest, request.name) : undefined;
  const wanted = unit?.deployed?.name ?? (request.name !== undefined ? toDeployedName(app, request.name) : undefined);
  return withCloud(request, manifest, async (cloud) => {
    const units = unit ? [unit] : (manifest?.units ?? []);
    const named = units.map(({ settings }) => settings.region ?? cloud.region);
    const regions = named.length > 0 ? [...new Set(named)].sort() : [cloud.region];
    const result: LogsResult = { app, lines: 0, unknown: 0 };
    const { since, isFollowed } = request;
    try {
      for await (const line of readLogs(cloud, { group: nameLogGroup(app), regions, since, isFollowed })) {
        if (wanted !== undefined && line.fn === undefined) result.unknown++;
        if (wanted !== undefined && line.fn !== wanted) continue;
        result.lines++;
        request.print(line);
      }
    } catch (error) {
      if (!isNotFound(error)) throw error;
      const where = regions.join(' or ');
      throw new FaasifyError('no-app', `There is no log group ${nameLogGroup(app)} in ${where}`, {
        fix: 'Deploy the app first, or say with --app and --region which one is meant.',
      });
    }
    return result;
  });
}

/** Without an output folder only the rule is known by which functions are named. */
function toDeployedName(app: string, name: string): string {
  return name.startsWith(`${app}-`) ? name : `${app}-${name}`;
}
