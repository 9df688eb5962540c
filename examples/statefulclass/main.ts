class Counter {
  private count = 0;

  increment(): number {
    this.count += 1;
    return this.count;
  }
}

const counter = new Counter();
counter.increment();
console.log(counter.increment());
