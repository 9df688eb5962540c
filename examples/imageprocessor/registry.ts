import { readdir } from 'node:fs/promises';
import type { Plugin } from './plugin.js';

export class Registry {
  private readonly plugins = new Map<string, Plugin>();

  async loadAll(folder: URL): Promise<void> {
    const files = (await readdir(folder)).filter((file) => /\.[jt]s$/.test(file)).sort();
    for (const file of files) {
      const module: { default: Plugin } = await import(new URL(file, folder).href);
      this.plugins.set(module.default.name, module.default);
    }
  }

  find(name: string): Plugin | undefined {
    return this.plugins.get(name);
  }

  describe(): string {
    const width = Math.max(...[...this.plugins.keys()].map((name) => name.length));
    return [...this.plugins.values()].map(({ name, description }) => `${name.padEnd(width)}  ${description}`).join('\n');
  }
}
