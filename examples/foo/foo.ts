export class Foo {
  x = 99;

  increment(): void {
    this.x++;
    console.log('inside increment, x is', this.x);
  }

  describe(): string {
    return `Foo with x = ${this.x}`;
  }
}
