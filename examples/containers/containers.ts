export class Item {
  #weight: number;

  constructor(weight: number) {
    this.#weight = weight;
  }

  get weight(): number {
    return this.#weight;
  }

  set weight(value: number) {
    this.#weight = value;
  }
}

export class Container {
  readonly items: Item[] = [];
  private cached = 0;

  get total(): number {
    return this.cached;
  }

  add(item: Item): void {
    this.items.push(item);
    this.update();
  }

  update(): void {
    this.cached = 0;
    for (const item of this.items) {
      this.cached += item.weight;
    }
  }
}

export class Ship {
  constructor(readonly container: Container) {}

  load(weights: number[]): number {
    for (const weight of weights) {
      this.container.add(new Item(weight));
    }
    return this.container.total;
  }

  heaviest(): number {
    return this.container.items.reduce((most, item) => Math.max(most, item.weight), 0);
  }
}
