export class TransportError extends Error {
  override name = 'TransportError';
}

export class DownloadError extends TransportError {
  override name = 'DownloadError';

  constructor(
    readonly resource: string,
    readonly status: number,
  ) {
    super(`cannot download ${resource}: status ${status}`);
  }
}

export class FormatError extends TransportError {
  override name = 'FormatError';

  constructor(
    readonly line: number,
    message: string,
    options?: ErrorOptions,
  ) {
    super(`line ${line}: ${message}`, options);
  }
}
