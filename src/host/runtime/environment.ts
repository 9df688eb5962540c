import { availableParallelism } from 'node:os';
import { delimiter, dirname, join } from 'node:path';
import type { RuntimeFunction } from './runtime.ts';

export interface Surroundings {
  /** `127.0.0.1:4711` */
  api: string;
  /** The folder for temporary files. */
  temporary: string;
  logStream: string;
  /** The program that the instance runs in, and the major version of Node that it is. */
  node: string;
  major: number;
}

/** What a function finds in its environment. https://docs.aws.amazon.com/lambda/latest/dg/configuration-envvars.html */
export function createEnvironment(
  fn: RuntimeFunction,
  { api, temporary, logStream, node, major }: Surroundings,
): Record<string, string> {
  const { folder, region = 'us-east-1' } = fn;
  return {
    PATH: [dirname(node), '/usr/local/bin', '/usr/bin', '/bin'].join(delimiter),
    LANG: 'en_US.UTF-8',
    TZ: ':UTC',
    TMPDIR: temporary,
    NODE_PATH: [join(folder, 'node_modules'), folder].join(delimiter),
    AWS_REGION: region,
    AWS_DEFAULT_REGION: region,
    AWS_EXECUTION_ENV: `AWS_Lambda_${fn.runtime ?? `nodejs${major}.x`}`,
    AWS_XRAY_CONTEXT_MISSING: 'LOG_ERROR',
    UV_THREADPOOL_SIZE: String(Math.max(4, availableParallelism())),
    ...fn.env,
    LAMBDA_TASK_ROOT: folder,
    LAMBDA_RUNTIME_DIR: '/var/runtime',
    _HANDLER: fn.handler,
    AWS_LAMBDA_RUNTIME_API: api,
    AWS_LAMBDA_INITIALIZATION_TYPE: 'on-demand',
    AWS_LAMBDA_FUNCTION_NAME: fn.name,
    AWS_LAMBDA_FUNCTION_VERSION: fn.version ?? '$LATEST',
    AWS_LAMBDA_FUNCTION_MEMORY_SIZE: String(fn.memory),
    AWS_LAMBDA_LOG_GROUP_NAME: fn.logGroup ?? `/aws/lambda/${fn.name}`,
    AWS_LAMBDA_LOG_STREAM_NAME: logStream,
  };
}
