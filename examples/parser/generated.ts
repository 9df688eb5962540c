// Generated from Calculator.g4 — do not edit.
import { Parser, RecognitionError, RuleContext, type Token } from './runtime.js';

const NUMBER = 0;
const NAME = 1;
const OPERATOR = 2;
const OPEN = 3;
const CLOSE = 4;
const ASSIGN = 5;
const END = 6;

const RULES: readonly [RegExp, number][] = [
  [/\d+(?:\.\d+)?/y, NUMBER],
  [/[a-z]\w*/iy, NAME],
  [/[-+*/]/y, OPERATOR],
  [/\(/y, OPEN],
  [/\)/y, CLOSE],
  [/=/y, ASSIGN],
];

export function tokenize(text: string): Token[] {
  const tokens: Token[] = [];
  let column = 0;
  while (column < text.length) {
    if (text[column] === ' ') {
      column++;
      continue;
    }
    const token = nextToken(text, column);
    tokens.push(token);
    column += token.text.length;
  }
  tokens.push({ type: END, text: '<EOF>', column });
  return tokens;
}

function nextToken(text: string, column: number): Token {
  for (const [pattern, type] of RULES) {
    pattern.lastIndex = column;
    const match = pattern.exec(text);
    if (match) {
      return { type, text: match[0], column };
    }
  }
  throw new RecognitionError(`unexpected ${JSON.stringify(text[column])}`, column);
}

export interface CalculatorListener {
  exitStatement(context: StatementContext): void;
  enterBinary(context: BinaryContext): void;
  exitBinary(context: BinaryContext): void;
  exitNumber(context: NumberContext): void;
  exitVariable(context: VariableContext): void;
}

export class StatementContext extends RuleContext<CalculatorListener> {
  target?: Token;
  enterRule(): void {}
  exitRule(listener: Partial<CalculatorListener>): void {
    listener.exitStatement?.(this);
  }
}

export class BinaryContext extends RuleContext<CalculatorListener> {
  operator = '';
  enterRule(listener: Partial<CalculatorListener>): void {
    listener.enterBinary?.(this);
  }
  exitRule(listener: Partial<CalculatorListener>): void {
    listener.exitBinary?.(this);
  }
}

export class NumberContext extends RuleContext<CalculatorListener> {
  enterRule(): void {}
  exitRule(listener: Partial<CalculatorListener>): void {
    listener.exitNumber?.(this);
  }
}

export class VariableContext extends RuleContext<CalculatorListener> {
  enterRule(): void {}
  exitRule(listener: Partial<CalculatorListener>): void {
    listener.exitVariable?.(this);
  }
}

export class GroupContext extends RuleContext<CalculatorListener> {
  enterRule(): void {}
  exitRule(): void {}
}

const PRECEDENCE: Record<string, number> = { '+': 1, '-': 1, '*': 2, '/': 2 };

export class CalculatorParser extends Parser<CalculatorListener> {
  protected readonly tokenNames = ['NUMBER', 'NAME', 'OPERATOR', '(', ')', '=', 'end of input'];

  statement(): StatementContext {
    const context = this.enter(new StatementContext());
    const expression = this.expression(0);
    if (this.lookahead === ASSIGN) {
      if (!(expression instanceof VariableContext)) {
        throw new RecognitionError(`cannot assign to ${expression.text}`, 0);
      }
      context.target = expression.children[0] as Token;
      context.children.pop();
      this.match(ASSIGN);
      this.expression(0);
    }
    this.match(END);
    this.exit();
    return context;
  }

  private expression(minimum: number): RuleContext<CalculatorListener> {
    let left = this.operand();
    while (this.lookahead === OPERATOR && PRECEDENCE[this.lookaheadText]! > minimum) {
      const binary = this.enterAround(new BinaryContext());
      binary.operator = this.match(OPERATOR).text;
      this.expression(PRECEDENCE[binary.operator]!);
      this.exit();
      left = binary;
    }
    return left;
  }

  private operand(): RuleContext<CalculatorListener> {
    switch (this.lookahead) {
      case NUMBER:
        return this.leaf(new NumberContext(), NUMBER);
      case NAME:
        return this.leaf(new VariableContext(), NAME);
      default: {
        const group = this.enter(new GroupContext());
        this.match(OPEN);
        this.expression(0);
        this.match(CLOSE);
        this.exit();
        return group;
      }
    }
  }

  private leaf<C extends RuleContext<CalculatorListener>>(context: C, type: number): C {
    this.enter(context);
    this.match(type);
    this.exit();
    return context;
  }
}
