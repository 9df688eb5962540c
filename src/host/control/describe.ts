/** Functions as the API tells them. */
import { toFunctionArn } from './names.ts';
import type { FunctionRecord, Version } from './state.ts';

/** `qualifier`: by which it was asked for. */
export function describeVersion(record: FunctionRecord, version: Version, qualifier?: string): object {
  const { settings, code, revision, modified } = version;
  const { Environment, VpcConfig, LoggingConfig, ...rest } = settings;
  return {
    FunctionName: record.name,
    FunctionArn: toFunctionArn(record.region, record.name, qualifier),
    ...rest,
    CodeSize: code.size,
    CodeSha256: code.sha256,
    LastModified: modified,
    Version: version.version,
    RevisionId: revision,
    PackageType: 'Zip',
    State: 'Active',
    LastUpdateStatus: 'Successful',
    SnapStart: { ApplyOn: 'None', OptimizationStatus: 'Off' },
    LoggingConfig,
    ...(Environment && Object.keys(Environment.Variables).length > 0 && { Environment }),
    ...(VpcConfig && { VpcConfig: { ...VpcConfig, VpcId: '' } }),
  };
}
