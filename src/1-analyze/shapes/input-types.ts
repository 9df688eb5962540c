/** What a parameter can be read from, of a request or of a command line: its type, as what is given has to fit it. */

import ts from 'typescript';
import type { InputType } from '../../../templates/runtime/input.ts';
import type { InputFacts } from '../../types.ts';

/** Deeper types are refused, and such of more parts: nobody would type such a body. */
const MAX_DEPTH = 10;
const MAX_PARTS = 200;

/** What is refused is `any`, with the reason in the facts. */
export function readInputs(checker: ts.TypeChecker, params: readonly ts.ParameterDeclaration[]): InputFacts[] {
  return params.map((param) => {
    const reader = new InputReader(checker);
    const declared = checker.getTypeAtLocation(param);
    const type = reader.read(declared, 0);
    const optional = includesUndefined(declared) ? { optional: true as const } : {};
    const [refused] = reader.refused;
    return { type, ...optional, ...(refused !== undefined && { refused }) };
  });
}

function includesUndefined(type: ts.Type): boolean {
  const parts = type.isUnion() ? type.types : [type];
  return parts.some(({ flags }) => flags & (ts.TypeFlags.Undefined | ts.TypeFlags.Void));
}

class InputReader {
  readonly refused: string[] = [];
  readonly #checker: ts.TypeChecker;
  #parts = 0;

  constructor(checker: ts.TypeChecker) {
    this.#checker = checker;
  }

  read(type: ts.Type, depth: number): InputType {
    if (this.refused.length > 0) return 'any';
    if (++this.#parts > MAX_PARTS) return this.#refuse(type, 'has too many parts');
    const { flags } = type;
    if (flags & (ts.TypeFlags.Any | ts.TypeFlags.Unknown)) return 'any';
    if (flags & ts.TypeFlags.Boolean) return 'boolean';
    if (type.isUnion()) return this.#readUnion(type, depth);
    const literal = readLiteral(type);
    if (literal !== undefined) return { oneOf: [literal] };
    if (flags & ts.TypeFlags.String) return 'string';
    if (flags & ts.TypeFlags.Number) return 'number';
    if (flags & ts.TypeFlags.Null) return 'null';
    if (type.isIntersection()) return this.#readIntersection(type, depth);
    if (flags & ts.TypeFlags.Object) return this.#readObject(type, depth);
    return this.#refuse(type, 'cannot be told from what is sent');
  }

  #refuse(type: ts.Type, why: string): InputType {
    this.refused.push(`${this.#checker.typeToString(type)} ${why}`);
    return 'any';
  }

  /** Literals and enums are one choice; what may be left out is no part of it. */
  #readUnion(type: ts.UnionType, depth: number): InputType {
    const parts = type.types.filter(({ flags }) => !(flags & (ts.TypeFlags.Undefined | ts.TypeFlags.Void)));
    const literals = parts.flatMap((part) => readLiteral(part) ?? []);
    const isBoolean = literals.includes(true) && literals.includes(false);
    const choices = literals.filter((literal) => !isBoolean || typeof literal !== 'boolean');
    const others = parts.filter((part) => readLiteral(part) === undefined).map((part) => this.read(part, depth));
    const all: InputType[] = [
      ...(choices.length > 0 ? [{ oneOf: choices }] : []),
      ...(isBoolean ? ['boolean' as const] : []),
      ...others,
    ];
    const [only] = all;
    return all.length === 1 && only !== undefined ? only : { either: all };
  }

  /** `string & { brand: 'Id' }` is a string; `A & B` has the fields of both. */
  #readIntersection(type: ts.IntersectionType, depth: number): InputType {
    const primitive = type.types.find(({ flags }) => flags & (ts.TypeFlags.String | ts.TypeFlags.Number));
    return primitive ? this.read(primitive, depth) : this.#readFields(type, depth);
  }

  #readObject(type: ts.Type, depth: number): InputType {
    if (depth > MAX_DEPTH) return this.#refuse(type, 'has too many levels');
    if (this.#checker.isTupleType(type)) return this.#refuse(type, 'is a tuple');
    if (this.#checker.isArrayType(type)) {
      const [of] = this.#checker.getTypeArguments(type as ts.TypeReference);
      return of ? { list: this.read(of, depth + 1) } : this.#refuse(type, 'says nothing of its elements');
    }
    const symbol = type.getSymbol();
    if (symbol?.name === 'Date' && isOfLanguage(symbol)) return 'Date';
    if (symbol && symbol.flags & ts.SymbolFlags.Class) return this.#refuse(type, 'is a class');
    return this.#readFields(type, depth);
  }

  #readFields(type: ts.Type, depth: number): InputType {
    if (this.#isCallable(type)) return this.#refuse(type, 'is a function');
    const properties = this.#checker.getPropertiesOfType(type);
    const [index] = this.#checker.getIndexInfosOfType(type);
    if (index && properties.length === 0) return { record: this.read(index.type, depth + 1) };
    if (index || properties.length === 0) return this.#refuse(type, 'does not say which fields it has');
    const fields: Record<string, InputType> = {};
    const optional: string[] = [];
    for (const property of properties) {
      if (this.refused.length > 0) return 'any';
      const { name } = property;
      const own = this.#checker.getTypeOfSymbol(property);
      if (name.startsWith('__')) return this.#refuse(type, `has a field ${name}`);
      if (property.flags & ts.SymbolFlags.Method || this.#isCallable(own)) {
        return this.#refuse(type, `has a function ${name}`);
      }
      fields[name] = this.read(own, depth + 1);
      if (property.flags & ts.SymbolFlags.Optional || includesUndefined(own)) optional.push(name);
    }
    return { fields, ...(optional.length > 0 && { optional }) };
  }

  #isCallable(type: ts.Type): boolean {
    const kinds = [ts.SignatureKind.Call, ts.SignatureKind.Construct];
    return kinds.some((kind) => this.#checker.getSignaturesOfType(type, kind).length > 0);
  }
}

/** Members of enums have the values that they stand for. */
function readLiteral(type: ts.Type): string | number | boolean | undefined {
  if (type.isStringLiteral() || type.isNumberLiteral()) return type.value;
  if (!(type.flags & ts.TypeFlags.BooleanLiteral)) return undefined;
  return 'intrinsicName' in type && type.intrinsicName === 'true';
}

function isOfLanguage(symbol: ts.Symbol): boolean {
  return (symbol.declarations ?? []).some((one) => /\/lib\.[\w.]+\.d\.ts$/.test(one.getSourceFile().fileName));
}
