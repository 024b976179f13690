import { openTestClient } from '@discord-relay/local-stack';
import type pg from 'pg';

/** Values as the text that Postgres sends. */
const AS_TEXT = { getTypeParser: () => (text: string) => text };

/** A session of Postgres with a role of its own. */
export class AnalystSession {
  private constructor(private readonly client: pg.Client) {}

  static async open(databaseUrl: string, role: { name: string; password: string }): Promise<AnalystSession> {
    const url = new URL(databaseUrl);
    url.username = role.name;
    url.password = role.password;
    return new AnalystSession(await openTestClient(url.href));
  }

  async rows(text: string): Promise<Record<string, unknown>[]> {
    return (await this.client.query<Record<string, unknown>>({ text, types: AS_TEXT })).rows;
  }

  /** The SQLSTATE with which Postgres refuses a statement; undefined: it does not. */
  async refusalOf(text: string): Promise<string | undefined> {
    return this.client.query(text).then(
      () => undefined,
      (error: { code?: string }) => error.code,
    );
  }

  close(): Promise<void> {
    return this.client.end();
  }
}
