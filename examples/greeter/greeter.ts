export class Greeter {
  constructor(private readonly name: string) {}

  greet(): void {
    this.say(`Hello, ${this.name}.`);
  }

  private say(text: string): void {
    console.log(text);
  }
}
