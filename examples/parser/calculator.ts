import {
  type BinaryContext,
  type CalculatorListener,
  CalculatorParser,
  type NumberContext,
  type StatementContext,
  tokenize,
  type VariableContext,
} from './generated.js';
import { walk } from './runtime.js';

const OPERATIONS: Record<string, (left: number, right: number) => number> = {
  '+': (left, right) => left + right,
  '-': (left, right) => left - right,
  '*': (left, right) => left * right,
  '/': (left, right) => left / right,
};

abstract class StackListener implements Partial<CalculatorListener> {
  protected readonly stack: number[] = [];
  depth = 0;
  deepest = 0;

  enterBinary(): void {
    this.depth++;
    this.deepest = Math.max(this.deepest, this.depth);
  }

  exitBinary(context: BinaryContext): void {
    this.depth--;
    const right = this.stack.pop()!;
    const left = this.stack.pop()!;
    this.stack.push(OPERATIONS[context.operator]!(left, right));
  }

  exitNumber(context: NumberContext): void {
    this.stack.push(Number(context.text));
  }
}

export class Calculator extends StackListener {
  readonly variables = new Map<string, number>([['pi', Math.PI]]);
  result: number | undefined;

  exitVariable(context: VariableContext): void {
    const value = this.variables.get(context.text);
    if (value === undefined) {
      throw new ReferenceError(`${context.text} has no value`);
    }
    this.stack.push(value);
  }

  override exitBinary(context: BinaryContext): void {
    super.exitBinary(context);
    if (!Number.isFinite(this.stack.at(-1))) {
      this.stack.length = 0;
      this.depth = 0;
      throw new RangeError(`division by zero in ${context.text}`);
    }
  }

  exitStatement(context: StatementContext): void {
    this.result = this.stack.pop();
    if (context.target) {
      this.variables.set(context.target.text, this.result!);
    }
  }

  evaluate(line: string): number | undefined {
    walk(new CalculatorParser(tokenize(line)).statement(), this);
    return this.result;
  }
}
