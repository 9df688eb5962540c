/** Bytes of an answer that is not streamed: https://docs.netlify.com/build/functions/configuration, 2026-11 */
export const MAX_REPLY = 6 * 1024 * 1024;
