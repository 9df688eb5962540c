export interface Row {
  id: number;
  name: string;
  price: number;
  tags: string[];
  active: boolean;
}

export function raise(rows: Row[], factor: number): Row[] {
  return rows.map((row) => ({ ...row, price: row.price * factor }));
}
