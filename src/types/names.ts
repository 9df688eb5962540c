/** What has a name or a place in a program, and what is said of it. */

/** `lib/cart#Cart.total` */
export type FunctionId = string;

/** `lib/cart`: path from the source root, posix separators, no extension. */
export type ModuleId = string;

/** `lib/cart#Cart` */
export type ClassId = string;

/** `lib/cart#TAX`, or `lib/cart#Cart.count` for a static field. */
export type VariableId = string;

/** A position for people: file relative to the source root, line and column from 1. */
export interface Place {
  file: string;
  line: number;
  column: number;
}

/** UTF-16 offsets into a module's text; `end` is exclusive. */
export interface Span {
  start: number;
  end: number;
}

/** Something to tell the user. `code` never changes once published. */
export interface Problem {
  code: string;
  severity: 'error' | 'warning' | 'note';
  message: string;
  at?: Place;
}
