/**
 * The nouns that pass between the phases. Everything here is plain data: it prints as JSON and that is what the golden
 * files hold. Ids use the source root: `lib/cart#Cart.total` is `<path from the root, no extension>#<qualified name>`.
 */
export type * from './types/analysis.ts';
export type * from './types/functions.ts';
export type * from './types/names.ts';
export type * from './types/output.ts';
export type * from './types/plan.ts';
export type * from './types/settings.ts';
