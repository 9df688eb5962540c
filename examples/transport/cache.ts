import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

export class FileCache {
  constructor(private readonly folder: string) {}

  async read(key: string): Promise<string | undefined> {
    try {
      return await readFile(this.path(key), 'utf8');
    } catch {
      return undefined;
    }
  }

  async write(key: string, text: string): Promise<void> {
    await mkdir(this.folder, { recursive: true });
    await writeFile(this.path(key), text);
  }

  private path(key: string): string {
    return join(this.folder, `${encodeURIComponent(key)}.txt`);
  }
}
