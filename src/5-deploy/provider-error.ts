/** A request that the provider has refused, or that did not reach it. */
import { FaasifyError } from '../errors.ts';
import { redact } from './environment.ts';

export class ProviderError extends Error {
  /** `CreateFunction` */
  readonly operation: string;
  /** `ResourceConflictException` */
  readonly type: string;
  /** Of the answer, if there was one. */
  readonly status: number | undefined;
  constructor(operation: string, type: string, message: string, status?: number) {
    super(message);
    this.operation = operation;
    this.type = type;
    this.status = status;
  }
}

/** Leaves behind what else the error holds: request and answer, with everything in them. */
export function toProviderError(error: unknown, operation: string): Error {
  if (!(error instanceof Error)) return new ProviderError(operation, 'Error', String(error));
  const { code, $metadata } = error as NodeJS.ErrnoException & { $metadata?: { httpStatusCode?: number } };
  const inner = error instanceof AggregateError ? (error.errors[0] as Error | undefined)?.message : undefined;
  return new ProviderError(operation, code ?? error.name, error.message || (inner ?? ''), $metadata?.httpStatusCode);
}

const NOT_FOUND = new Set([
  'ResourceNotFoundException',
  'NoSuchEntity',
  'NoSuchEntityException',
  'NoSuchBucket',
  'NoSuchTagSet',
  'NoSuchLifecycleConfiguration',
  'NoSuchPublicAccessBlockConfiguration',
  'ServerSideEncryptionConfigurationNotFoundError',
  'ProvisionedConcurrencyConfigNotFoundException',
  'ParameterNotFound',
  'NotFound',
  'NotFoundException',
]);

export function isNotFound(error: unknown): boolean {
  return error instanceof ProviderError && NOT_FOUND.has(error.type);
}

/** Also where what was asked has no such interface at all, and its answer cannot be read. */
export function isAbsent(error: unknown): boolean {
  return isNotFound(error) || (error instanceof ProviderError && error.status === 404);
}

const DENIED = /AccessDenied|UnauthorizedOperation|NotAuthorized/;

export function isDenied(error: unknown): boolean {
  return error instanceof ProviderError && DENIED.test(error.type);
}

/** A server that speaks only a part of the API. */
export function isUnknownOperation(error: unknown): boolean {
  return error instanceof ProviderError && error.type === 'UnknownOperationException';
}

const CONFLICTS = new Set([
  'PreconditionFailedException',
  'ConflictException',
  'ResourceConflictException',
  'ConflictException',
  'ResourceAlreadyExistsException',
  'OperationAbortedException',
  'EntityAlreadyExists',
  'EntityAlreadyExistsException',
  'ConcurrentModification',
  'ConcurrentModificationException',
  'DeleteConflictException',
  'BucketAlreadyOwnedByYou',
  'OperationAborted',
  ...NOT_FOUND,
]);

/** Somebody else has changed what was read: to be read and compared again. */
export function isConflict(error: unknown): boolean {
  if (!(error instanceof ProviderError)) return false;
  if (CONFLICTS.has(error.type)) return true;
  if (error.operation === 'PublishVersion') return /CodeSha256/i.test(error.message);
  return /S3 Error Code: NoSuch/i.test(error.message); // another deployment has taken the zip away
}

/** A new role is not known everywhere at once, and what it may do is later still; `isOwn`: it is one that we have made. */
export function isRoleUnknown(error: unknown, isOwn = false): boolean {
  if (!(error instanceof ProviderError)) return false;
  if (/role.*cannot be assumed|cannot be assumed.*role/i.test(error.message)) return true;
  return isOwn && /execution role does not have permissions/i.test(error.message);
}

const BAD_CREDENTIALS =
  /^(CredentialsProviderError|TokenProviderError|UnrecognizedClientException|InvalidClientTokenId|InvalidSignatureException|SignatureDoesNotMatch|IncompleteSignature|MissingAuthenticationToken.*|InvalidAccessKeyId|AuthFailure)$/;
const EXPIRED = /^(ExpiredToken|ExpiredTokenException|RequestExpired|TokenRefreshRequired)$/;
const UNREACHABLE =
  /^(ECONN|ENOTFOUND|EAI_|EHOSTUNREACH|ENETUNREACH|ETIMEDOUT|EPIPE|TimeoutError|CERT_|UNABLE_TO|ERR_TLS|SELF_SIGNED)/;

/** What the user is told. `env`: values that must not be part of it. */
export function describeProviderError(error: unknown, env: Readonly<Record<string, string>>): unknown {
  if (!(error instanceof ProviderError)) return error;
  const { operation, type } = error;
  const text = redact(error.message, env);
  const says = `${operation}: ${text || type} (${type})`;
  if (EXPIRED.test(type) || /expired/i.test(text) || BAD_CREDENTIALS.test(type)) {
    return new FaasifyError('credentials', `AWS does not know who is asking: ${says}`, {
      fix: 'Set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY (and AWS_SESSION_TOKEN), choose a profile with --profile, or log in again (aws sso login).',
    });
  }
  if (isDenied(error)) {
    return new FaasifyError('access-denied', `AWS does not allow this: ${says}`, {
      fix: 'Ask for the permission named above, or use other credentials with --profile.',
    });
  }
  if (UNREACHABLE.test(type)) {
    return new FaasifyError('provider-unreachable', `AWS cannot be reached: ${says}`, {
      fix: 'Check the network, --region and --endpoint-url. What has been done so far is carried on by the next run.',
    });
  }
  return new FaasifyError('provider-refused', `AWS has refused a request: ${says}`, {
    fix: 'What has been done so far is carried on by the next run.',
  });
}

/** The answer, or undefined if there is nothing of that name. */
export async function ifFound<T>(answer: Promise<T>): Promise<T | undefined> {
  try {
    return await answer;
  } catch (error) {
    if (isNotFound(error)) return undefined;
    throw error;
  }
}
