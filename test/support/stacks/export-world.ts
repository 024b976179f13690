import { createHash } from 'node:crypto';
import { createServer, request, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { firstSnowflakeAt } from '@discord-relay/contracts';
import { type World, CHANNEL, GUILD, OTHER_CHANNEL } from '@discord-relay/gateway-api/world';

export const FIRST_MS = Date.parse('2026-01-01T00:00:00Z');
/** Between two messages. */
export const STEP_MS = 60_000;

/** The id of message n. */
export const messageId = (n: number): string => firstSnowflakeAt(FIRST_MS + n * STEP_MS);

/** Writes messages 1 to `count`, one a minute, with n as the sequence of message n, and moves the head of the guild. */
export async function writeHistory(world: World, count: number): Promise<void> {
  await world.query(
    `INSERT INTO messages (id, channel_id, guild_id, author_id, author_username, author, content, created_at, type, partial,
                           revision, created_seq, content_seq, seq, attachments)
     SELECT $1::bigint + n::bigint * $2 * 4194304, CASE WHEN n % 3 = 0 THEN $3::bigint ELSE $4 END, $5, 100 + n % 50,
            'user ' || n % 50, '{"bot": false}', 'text ' || n || CASE WHEN n % 100 = 0 THEN E', "quoted"\n=1+1 😀' ELSE '' END,
            $6::timestamptz + n * $2 * interval '1 ms', 0, false, 0, n, n, n,
            CASE WHEN n % 500 = 0 THEN '[{"id": "1", "filename": "a.png"}]'::jsonb ELSE '[]' END
     FROM generate_series(1, $7::int) n`,
    [firstSnowflakeAt(FIRST_MS), STEP_MS, OTHER_CHANNEL, CHANNEL, GUILD, new Date(FIRST_MS), count],
  );
  await moveHead(world, count);
}

/** The sequence of the guild's newest change. */
export async function moveHead(world: World, seq: number): Promise<void> {
  await world.query(
    `INSERT INTO feed_heads (feed, seq, guild_id) VALUES ('a:' || $1, $2, $1::bigint)
     ON CONFLICT (feed) DO UPDATE SET seq = excluded.seq`,
    [GUILD, seq],
  );
}

/** A folder that is removed afterwards. */
export async function tempFolder(): Promise<{ path: string; remove: () => Promise<void> }> {
  const path = await mkdtemp(join(tmpdir(), 'relay-export-'));
  return { path, remove: () => rm(path, { recursive: true, force: true }) };
}

/** The SHA-256 of every file below a folder, by path. */
export async function digestsIn(folder: string): Promise<Record<string, string>> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const files = entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
  const digests = files.sort().map(async (file) => {
    const digest = createHash('sha256')
      .update(await readFile(file))
      .digest('hex');
    return [file.slice(folder.length + 1), digest] as const;
  });
  return Object.fromEntries(await Promise.all(digests));
}

/** Passes requests on to gateway-api until it has answered some pages of an export; it never answers later ones. */
export class StallingProxy {
  /** Requests that wait. */
  stalled = 0;
  private pages = 0;
  private readonly server = createServer((incoming, response) => this.pass(incoming, response));

  private constructor(
    private readonly target: URL,
    private readonly maxPages: number,
  ) {}

  static async start(target: string, maxPages: number): Promise<StallingProxy> {
    const proxy = new StallingProxy(new URL(target), maxPages);
    await new Promise<void>((resolve) => proxy.server.listen(0, '127.0.0.1', resolve));
    return proxy;
  }

  get url(): string {
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}`;
  }

  async stop(): Promise<void> {
    this.server.closeAllConnections();
    await new Promise((resolve) => this.server.close(resolve));
  }

  private pass(incoming: IncomingMessage, response: ServerResponse): void {
    if (incoming.url!.startsWith('/api/v1/export/messages') && ++this.pages > this.maxPages) {
      this.stalled += 1;
      return;
    }
    const { method, headers, url: path } = incoming;
    const { hostname, port } = this.target;
    const outgoing = request({ hostname, port, path, method, headers }, (answer) => {
      response.writeHead(answer.statusCode!, answer.headers);
      answer.pipe(response);
    });
    outgoing.once('error', () => response.destroy());
    incoming.pipe(outgoing);
  }
}
