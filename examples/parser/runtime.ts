/** What the generated files need: tokens, a parser base, parse trees and their walker. */

export interface Token {
  type: number;
  text: string;
  column: number;
}

export class RecognitionError extends Error {
  override name = 'RecognitionError';

  constructor(
    message: string,
    readonly column: number,
  ) {
    super(`column ${column}: ${message}`);
  }
}

export abstract class RuleContext<L> {
  readonly children: (RuleContext<L> | Token)[] = [];

  abstract enterRule(listener: Partial<L>): void;
  abstract exitRule(listener: Partial<L>): void;

  get text(): string {
    return this.children.map((child) => child.text).join('');
  }
}

export abstract class Parser<L> {
  private position = 0;
  private readonly open: RuleContext<L>[] = [];

  constructor(private readonly tokens: Token[]) {}

  protected abstract readonly tokenNames: readonly string[];

  protected get lookahead(): number {
    return this.tokens[this.position]!.type;
  }

  protected get lookaheadText(): string {
    return this.tokens[this.position]!.text;
  }

  protected match(type: number): Token {
    const token = this.tokens[this.position]!;
    if (token.type !== type) {
      throw new RecognitionError(`expected ${this.tokenNames[type]}, found ${JSON.stringify(token.text)}`, token.column);
    }
    this.position++;
    this.open.at(-1)?.children.push(token);
    return token;
  }

  protected enter<C extends RuleContext<L>>(context: C): C {
    this.open.at(-1)?.children.push(context);
    this.open.push(context);
    return context;
  }

  /** Left recursion: the last child of the open rule becomes the first child of a new one. */
  protected enterAround<C extends RuleContext<L>>(context: C): C {
    const first = this.open.at(-1)?.children.pop();
    this.enter(context);
    if (first) {
      context.children.push(first);
    }
    return context;
  }

  protected exit(): void {
    this.open.pop();
  }
}

export function walk<L>(node: RuleContext<L> | Token, listener: Partial<L>): void {
  if (!(node instanceof RuleContext)) {
    return;
  }
  node.enterRule(listener);
  for (const child of node.children) {
    walk(child, listener);
  }
  node.exitRule(listener);
}
