import type { DataSource } from 'typeorm';

/** Rows that the server has read, by its own count: of the whole server, which nobody else may ask anything meanwhile. */
export class RowsRead {
  private constructor(
    private readonly source: DataSource,
    private readonly ofCounting: number,
  ) {}

  static async on(source: DataSource): Promise<RowsRead> {
    const [before, after] = [await soFar(source), await soFar(source)];
    return new RowsRead(source, after - before);
  }

  async by(act: () => Promise<unknown>): Promise<number> {
    const before = await soFar(this.source);
    await act();
    return (await soFar(this.source)) - before - this.ofCounting;
  }
}

async function soFar(source: DataSource): Promise<number> {
  const rows = await source.query<{ Value: string }[]>("SHOW GLOBAL STATUS LIKE 'Handler_read%'");
  return rows.reduce((sum, { Value }) => sum + Number(Value), 0);
}
