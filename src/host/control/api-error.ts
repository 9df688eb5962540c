/** An answer that is an error of the API, not of a function. */
export class ApiError extends Error {
  readonly status: number;
  /** `ResourceNotFoundException` */
  readonly type: string;
  /** What of many causes it was, where the API says so in a field of its own. */
  readonly reason: string | undefined;
  constructor(status: number, type: string, message: string, reason?: string) {
    super(message);
    this.status = status;
    this.type = type;
    this.reason = reason;
  }
}

export function notFound(message: string): ApiError {
  return new ApiError(404, 'ResourceNotFoundException', message);
}

export function invalid(message: string): ApiError {
  return new ApiError(400, 'InvalidParameterValueException', message);
}

export function conflict(message: string): ApiError {
  return new ApiError(409, 'ResourceConflictException', message);
}

export function tooLarge(bytes: number, operation: string): ApiError {
  const message = `Request must be smaller than ${bytes} bytes for the ${operation} operation`;
  return new ApiError(413, 'RequestEntityTooLargeException', message);
}

/** What was read has been changed meanwhile. */
export function refuseStale(given: string | undefined, current: string): void {
  if (given === undefined || given === current) return;
  const message =
    'The Revision Id provided does not match the latest Revision Id. Call the GetFunction/GetAlias API to retrieve the latest Revision Id';
  throw new ApiError(412, 'PreconditionFailedException', message);
}
