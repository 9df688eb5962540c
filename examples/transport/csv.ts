import { FormatError } from './errors.js';

export interface Departure {
  line: string;
  destination: string;
  minutes: number;
}

export function parseDepartures(text: string): Departure[] {
  const [header, ...rows] = text.trim().split('\n');
  const columns = header!.split(',');
  return rows.map((row, index) => parseRow(columns, row, index + 2));
}

function parseRow(columns: string[], row: string, lineNumber: number): Departure {
  const cells = row.split(',');
  if (cells.length !== columns.length) {
    throw new FormatError(lineNumber, `${cells.length} cells, expected ${columns.length}`);
  }
  const value = (name: string) => cells[columns.indexOf(name)]!.trim();
  try {
    return { line: value('line'), destination: value('destination'), minutes: parseMinutes(value('time')) };
  } catch (cause) {
    throw new FormatError(lineNumber, 'bad time', { cause });
  }
}

export function parseMinutes(time: string): number {
  const match = /^(\d\d):(\d\d)$/.exec(time);
  if (!match) {
    throw new SyntaxError(`not a time: ${time}`);
  }
  return Number(match[1]) * 60 + Number(match[2]);
}
