/** Bytes of an answer: https://vercel.com/docs/functions/limitations, 2026-08 */
export const MAX_REPLY = 4.5 * 1024 * 1024;
