/** Bytes of an answer: https://www.scaleway.com/en/docs/serverless-functions/reference-content/functions-limitations/ */
export const MAX_REPLY = 6 * 1024 * 1024;
