/** From a type to what the wire has to do for its values. */

import { basename } from 'node:path';
import ts from 'typescript';
import type { ClassId, ModuleId, Shape } from '../../types.ts';
import { makeArray, makeUnion, NEVER, PRIMITIVE, ShapeTable } from './algebra.ts';
import { type Origin, originOf } from './origin.ts';
import { CROSSING_TYPES, FUNCTION_TYPES, HOLDERS, isUnsupported, OPEN_TYPES, unsupportedReason } from './tables.ts';

export interface ShapeContext {
  checker: ts.TypeChecker;
  program: ts.Program;
  /** The program's class that a symbol declares. */
  classIdOf(symbol: ts.Symbol): ClassId | undefined;
  moduleIdOf?(file: ts.SourceFile): ModuleId;
  /** Why instances of a package's class cannot be made again, where that was looked into. */
  whyForeign?(symbol: ts.Symbol): string | undefined;
  /** The program's classes with their instance types: what structural typing lets pass for an interface. */
  listClasses?(): readonly { id: ClassId; type: ts.Type }[];
}

export interface Shapes {
  shapeOf(type: ts.Type): Shape;
  /** The shape of what a promise of this type is for; of the type itself if it is none. */
  awaitedShapeOf(type: ts.Type): Shape;
}

/** Beyond these a shape is cut off with `any`. */
const LIMITS = { depth: 12, width: 100, parts: 1000 };

/**
 * Shapes are remembered by type. A type inside itself adds nothing to what is known of it, so there the shape ends with
 * the union of nothing.
 */
export function createShapes(context: ShapeContext): Shapes {
  const cache = new Map<ts.Type, Shape>();
  const reader = new ShapeReader(context, cache);
  const shapeOf = (type: ts.Type) => reader.start(type);
  return {
    shapeOf,
    awaitedShapeOf: (type) => shapeOf(context.checker.getAwaitedType(type) ?? type),
  };
}

class ShapeReader {
  readonly #context: ShapeContext;
  readonly #checker: ts.TypeChecker;
  readonly #cache: Map<ts.Type, Shape>;
  /** Types that are being read, outermost first. */
  #open: ts.Type[] = [];
  /** The outermost open type that the shape being made refers to. */
  #lowest = Number.POSITIVE_INFINITY;
  #parts = 0;
  readonly #table = new ShapeTable();

  constructor(context: ShapeContext, cache: Map<ts.Type, Shape>) {
    this.#context = context;
    this.#checker = context.checker;
    this.#cache = cache;
  }

  start(type: ts.Type): Shape {
    this.#open = [];
    this.#lowest = Number.POSITIVE_INFINITY;
    this.#parts = 0;
    return this.#read(type);
  }

  /** A shape that leans on a type around it holds only there and is not remembered. */
  #read(type: ts.Type): Shape {
    const known = this.#cache.get(type);
    if (known) return known;
    const level = this.#open.length;
    const repeated = this.#open.indexOf(type);
    if (repeated >= 0) {
      this.#lowest = Math.min(this.#lowest, repeated);
      return NEVER;
    }
    this.#parts += 1;
    if (level >= LIMITS.depth || this.#parts > LIMITS.parts) {
      this.#lowest = 0;
      return { kind: 'any' };
    }
    const around = this.#lowest;
    this.#lowest = Number.POSITIVE_INFINITY;
    this.#open.push(type);
    const shape = this.#table.take(this.#readAny(type));
    this.#open.pop();
    if (this.#lowest >= level) this.#cache.set(type, shape);
    const leansOut = this.#lowest < level ? this.#lowest : Number.POSITIVE_INFINITY;
    this.#lowest = Math.min(around, leansOut);
    return shape;
  }

  #readAny(type: ts.Type): Shape {
    const { flags } = type;
    if (flags & (ts.TypeFlags.Any | ts.TypeFlags.Unknown | ts.TypeFlags.NonPrimitive)) return { kind: 'any' };
    if (flags & ts.TypeFlags.Never) return NEVER;
    if (flags & ts.TypeFlags.ESSymbolLike) return readSymbol(type);
    if (flags & PRIMITIVE_FLAGS) return PRIMITIVE;
    if (type.isUnion()) return makeUnion(type.types.map((part) => this.#read(part)));
    if (type.isIntersection()) return this.#readIntersection(type);
    if (flags & ts.TypeFlags.Instantiable) return this.#readParameter(type);
    return this.#readObject(type);
  }

  /** `T extends string` is a string; what else a type parameter stands for is seen value by value. */
  #readParameter(type: ts.Type): Shape {
    const constraint = this.#checker.getBaseConstraintOfType(type);
    if (!constraint || constraint === type) return { kind: 'any' };
    const shape = this.#read(constraint);
    const isTelling = ['primitive', 'class', 'function', 'unsupported', 'external'].includes(shape.kind);
    return isTelling ? shape : { kind: 'any' };
  }

  /** `string & { brand: 'Id' }`, `Base & { extra: number }`, `A & B`. */
  #readIntersection(type: ts.IntersectionType): Shape {
    const parts = type.types.map((part) => this.#read(part));
    const kinds = ['primitive', 'unsupported', 'class', 'external', 'builtin', 'array', 'function', 'union'] as const;
    for (const kind of kinds) {
      const part = parts.find((shape) => shape.kind === kind);
      if (part) return part;
    }
    return parts.every((part) => part.kind === 'any') ? { kind: 'any' } : this.#readProperties(type);
  }

  #readObject(type: ts.Type): Shape {
    if (this.#checker.isTupleType(type) || this.#checker.isArrayType(type)) return this.#readArray(type);
    const isCallable =
      this.#checker.getSignaturesOfType(type, ts.SignatureKind.Call).length > 0 ||
      this.#checker.getSignaturesOfType(type, ts.SignatureKind.Construct).length > 0;
    if (isCallable) return { kind: 'function' };
    const symbol = type.getSymbol();
    if (!symbol) return this.#readProperties(type);
    const isModule = symbol.flags & ts.SymbolFlags.Module && !isDeclaredType(type);
    if (isModule)
      return { kind: 'unsupported', type: this.#nameModule(symbol), reason: 'a module is no value that crosses' };
    if (symbol.flags & ts.SymbolFlags.Enum) return { kind: 'any' };
    const id = this.#context.classIdOf(symbol);
    return id === undefined ? this.#readDeclared(type, symbol) : { kind: 'class', id };
  }

  /** `typeof import('./shapes')` */
  #nameModule(symbol: ts.Symbol): string {
    const file = symbol.declarations?.find(ts.isSourceFile);
    return file ? `the module ${this.#context.moduleIdOf?.(file) ?? basename(file.fileName)}` : symbol.name;
  }

  #readArray(type: ts.Type): Shape {
    return makeArray(makeUnion(this.#readArguments(type)));
  }

  /** Interfaces, classes and literal types, by where they come from. */
  #readDeclared(type: ts.Type, symbol: ts.Symbol): Shape {
    const origin = originOf(symbol, this.#context.program);
    if (origin.kind === 'runtime') {
      const shape = this.#readNamed(type, symbol.name);
      if (shape) return shape;
    }
    const why = this.#context.whyForeign?.(symbol);
    if (symbol.flags & ts.SymbolFlags.Class) return foreignClass(symbol, origin, why);
    const base = this.#readBase(type);
    if (base) return base.kind === 'unsupported' ? { ...base, type: symbol.name } : base;
    if (origin.kind !== 'program' && this.#isLive(type, symbol)) return foreignClass(symbol, origin);
    return this.#readProperties(type);
  }

  /** Types of the language, of browsers and of Node that the tables know. */
  #readNamed(type: ts.Type, name: string): Shape | undefined {
    if (FUNCTION_TYPES.has(name)) return { kind: 'function' };
    if (OPEN_TYPES.has(name)) return { kind: 'any' };
    if (name === 'TemplateStringsArray') return makeArray(PRIMITIVE);
    if (isUnsupported(name)) return { kind: 'unsupported', type: name, reason: unsupportedReason(name) };
    const crossing = CROSSING_TYPES.get(name);
    if (crossing === undefined) return undefined;
    return { kind: 'builtin', name: crossing, of: HOLDERS.has(crossing) ? this.#readArguments(type) : [] };
  }

  #readArguments(type: ts.Type): Shape[] {
    return isReference(type) ? this.#checker.getTypeArguments(type).map((part) => this.#read(part)) : [];
  }

  /** `interface Rows extends Array<Row>`: a value of it is a value of the base. */
  #readBase(type: ts.Type): Shape | undefined {
    const declared = isReference(type) ? type.target : type;
    if (!declared.isClassOrInterface()) return undefined;
    for (const base of this.#checker.getBaseTypes(declared)) {
      const shape = this.#read(base);
      if (shape.kind !== 'object' && shape.kind !== 'any' && shape.kind !== 'union') return shape;
    }
    return undefined;
  }

  /** True for interfaces that stand for a class or an object of another place: they have a value or methods. */
  #isLive(type: ts.Type, symbol: ts.Symbol): boolean {
    if (symbol.flags & ts.SymbolFlags.Interface && symbol.flags & ts.SymbolFlags.Value) return true;
    if (!(symbol.flags & ts.SymbolFlags.Interface)) return false;
    return this.#checker.getPropertiesOfType(type).some((property) => property.flags & ts.SymbolFlags.Method);
  }

  #readProperties(type: ts.Type): Shape {
    const properties = this.#checker.getPropertiesOfType(type);
    const indexes = this.#checker.getIndexInfosOfType(type);
    if (properties.length > LIMITS.width) return { kind: 'any' };
    if (properties.length === 0 && indexes.length === 0) return { kind: 'any' };
    const entries = properties.map((property) => [propertyName(property), this.#readProperty(property)] as const);
    const indexed = indexes.map(
      ({ keyType, type: value }) => [`[${this.#checker.typeToString(keyType)}]`, this.#read(value)] as const,
    );
    const fields = Object.fromEntries([...entries, ...indexed].sort(([a], [b]) => (a < b ? -1 : 1)));
    return makeUnion([{ kind: 'object', fields }, ...this.#findClasses(type, properties)]);
  }

  #readProperty(property: ts.Symbol): Shape {
    if (property.flags & ts.SymbolFlags.Method) return { kind: 'function' };
    const shape = this.#read(this.#checker.getTypeOfSymbol(property));
    return property.flags & ts.SymbolFlags.Optional ? makeUnion([PRIMITIVE, shape]) : shape;
  }

  /** Classes of the program whose instances the compiler takes for a value of the type. */
  #findClasses(type: ts.Type, properties: ts.Symbol[]): Shape[] {
    const required = properties.filter((property) => !(property.flags & ts.SymbolFlags.Optional));
    if (required.length === 0) return [];
    return (this.#context.listClasses?.() ?? [])
      .filter(({ type: instance }) => required.every(({ name }) => instance.getProperty(name) !== undefined))
      .filter(({ type: instance }) => this.#checker.isTypeAssignableTo(instance, type))
      .map(({ id }) => ({ kind: 'class', id }));
  }
}

const PRIMITIVE_FLAGS =
  ts.TypeFlags.StringLike |
  ts.TypeFlags.NumberLike |
  ts.TypeFlags.BigIntLike |
  ts.TypeFlags.BooleanLike |
  ts.TypeFlags.EnumLike |
  ts.TypeFlags.Undefined |
  ts.TypeFlags.Null |
  ts.TypeFlags.Void;

/** A `unique symbol` of a module or of the language has a name on both sides; others are seen value by value. */
function readSymbol(type: ts.Type): Shape {
  if (!(type.flags & ts.TypeFlags.UniqueESSymbol)) return { kind: 'any' };
  const declaration = type.getSymbol()?.valueDeclaration;
  if (!declaration) return { kind: 'any' };
  if (declaration.getSourceFile().isDeclarationFile) return PRIMITIVE;
  const isAtTop =
    ts.isVariableDeclaration(declaration) &&
    ts.isVariableStatement(declaration.parent.parent) &&
    ts.isSourceFile(declaration.parent.parent.parent);
  return isAtTop ? PRIMITIVE : { kind: 'any' };
}

function isReference(type: ts.Type): type is ts.TypeReference {
  return 'objectFlags' in type && (Number(type.objectFlags) & ts.ObjectFlags.Reference) !== 0;
}

/** What an interface or a class describes, also where a namespace has the same name. */
function isDeclaredType(type: ts.Type): boolean {
  return type.isClassOrInterface() || (isReference(type) && type.target.isClassOrInterface());
}

function foreignClass(symbol: ts.Symbol, origin: Origin, why?: string): Shape {
  if (origin.kind === 'package')
    return { kind: 'external', name: symbol.name, package: origin.name, ...(why && { why }) };
  if (origin.kind === 'runtime') return belongsHere(symbol, unsupportedReason(symbol.name));
  return belongsHere(symbol, 'its class is not in a TypeScript source of the program');
}

function belongsHere(symbol: ts.Symbol, reason: string): Shape {
  return { kind: 'unsupported', type: symbol.name.replace(/^"(.*)"$/, '$1'), reason };
}

/** The compiler numbers symbol keys: `__@iterator@35`. */
function propertyName(property: ts.Symbol): string {
  const found = /^__@(.+)@\d+$/.exec(property.name);
  return found ? `[Symbol.${found[1]}]` : property.name;
}
