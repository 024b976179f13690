import { DuckDBInstance, type DuckDBConnection } from '@duckdb/node-api';

/** DuckDB in memory, whose relative paths begin at a folder. */
export class DuckFolder {
  private constructor(
    private readonly instance: DuckDBInstance,
    private readonly connection: DuckDBConnection,
  ) {}

  static async open(folder: string): Promise<DuckFolder> {
    const instance = await DuckDBInstance.create(':memory:');
    const connection = await instance.connect();
    await connection.run(`SET file_search_path = '${folder.replaceAll("'", "''")}'; SET TimeZone = 'UTC'`);
    return new DuckFolder(instance, connection);
  }

  /** Values as JSON has them; 64-bit integers and times as text. */
  async rows(sql: string): Promise<Record<string, unknown>[]> {
    return (await this.connection.runAndReadAll(sql)).getRowObjectsJson();
  }

  close(): void {
    this.connection.closeSync();
    this.instance.closeSync();
  }
}
