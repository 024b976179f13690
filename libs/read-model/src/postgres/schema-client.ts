import { randomUUID } from 'node:crypto';
import pg from 'pg';
import { explainPostgresError } from './explain.js';
import { forgetPrimary, primaryOf, serversOf } from './primary.js';
import { resetServerFacts, serverFacts } from './server-probe.js';
import {
  beginsTransaction,
  beginWith,
  endsTransaction,
  SESSION_MARK,
  type Settings,
  startupOptions,
} from './session-settings.js';

export interface SchemaClientConfig extends pg.ClientConfig {
  connectionString: string;
  /** `search_path` and other settings of these connections. */
  settings: Settings;
}

/** Members of pg's client that its types lack. */
interface Internals {
  connectionParameters: { options?: string };
  pipeline: boolean;
}

type Callback = (error: Error | null, result?: pg.QueryResult) => void;

/**
 * A statement that Postgres rejects in a transaction. It runs without the settings, so it must qualify names with their
 * schemas.
 */
export interface OutsideTransaction extends pg.QueryConfig {
  outsideTransaction: true;
}

/**
 * A connection whose statements run with its settings, with or without a pooler. A dedicated session receives them once, at
 * its start. Behind a pooler, every transaction receives them, and nothing remains in a session that other clients use: a
 * single statement is sent as a transaction in one round trip, and no statement is prepared by name.
 *
 * Of several servers in the URL, it connects to the one that accepts writes.
 *
 * A connection that breaks while no statement is running does not end the process; the next statement fails.
 */
export class SchemaClient extends pg.Client {
  private readonly url: string;
  private readonly settings: Settings;
  private perTransaction = false;
  private inTransaction = false;
  private version = 0;

  constructor(config: SchemaClientConfig) {
    super(config);
    this.url = config.connectionString;
    this.settings = config.settings;
    // pg's pool listens only once `connect` has called back: the server may end the session before that.
    this.on('error', () => undefined);
  }

  override connect(): Promise<this>;
  override connect(callback: (error: Error) => void): void;
  override connect(callback?: (error: Error) => void): Promise<this> | void {
    const opening = this.open();
    if (!callback) return opening;
    opening.then(() => (callback as () => void)(), callback);
  }

  private async open(): Promise<this> {
    try {
      const url = await this.chooseServer();
      const { pooling, version } = await serverFacts(url);
      this.version = version;
      if (pooling === 'session') await this.openSession(url);
      else await this.openPooled();
      return this;
    } catch (error) {
      forgetPrimary(this.url);
      throw explainPostgresError(error);
    }
  }

  /** @returns its URL */
  private async chooseServer(): Promise<string> {
    const servers = serversOf(this.url);
    if (servers.length === 0) return this.url;
    const { url, host, port } = await primaryOf(this.url, servers);
    Object.assign(this, { host, port });
    return url;
  }

  private async openSession(url: string): Promise<void> {
    const { connectionParameters } = this as unknown as Internals;
    const mark = randomUUID();
    const { options } = connectionParameters;
    connectionParameters.options = startupOptions(this.settings, this.version, mark, options);
    await super.connect();
    const { rows } = await super.query<{ mark: string | null }>(
      `SELECT current_setting('${SESSION_MARK}', true) AS mark`,
    );
    if (rows[0]!.mark === mark) return;
    resetServerFacts(url);
    await this.end();
    throw new Error('the settings of a connection were not applied: it goes through a pooler now');
  }

  private async openPooled(): Promise<void> {
    const internals = this as unknown as Internals;
    internals.connectionParameters.options = undefined;
    // One round trip for a statement and the transaction around it.
    internals.pipeline = true;
    this.perTransaction = true;
    await super.connect();
  }

  /** Covers all overloads of pg's own `query`. */
  override query = ((config: unknown, values?: unknown, callback?: unknown): unknown => {
    const send = pg.Client.prototype.query as (...parts: unknown[]) => unknown;
    if (!this.perTransaction) return send.call(this, config, values, callback);
    const text = textOf(config);
    if (beginsTransaction(text)) {
      this.inTransaction = true;
      return send.call(this, beginWith(text, this.settings, this.version), values, callback);
    }
    const plain = withoutName(config);
    if (endsTransaction(text)) this.inTransaction = false;
    else if (!this.inTransaction && !isOutside(config))
      return this.queryInTransaction(plain, values, callback);
    return send.call(this, plain, values, callback);
  }) as pg.Client['query'];

  /** Sends the statement as its own transaction and answers after the COMMIT. */
  private queryInTransaction(config: unknown, values: unknown, callback: unknown): unknown {
    const done = (typeof values === 'function' ? values : callback) as Callback | undefined;
    const given = typeof values === 'function' ? undefined : values;
    const send = pg.Client.prototype.query as (...parts: unknown[]) => Promise<pg.QueryResult>;
    const sent = [
      send.call(this, beginWith('BEGIN', this.settings, this.version)),
      send.call(this, config, given),
      send.call(this, 'COMMIT'),
    ];
    const answer = Promise.allSettled(sent).then(([begin, result, commit]) => {
      for (const each of [begin!, result!, commit!]) if (each.status === 'rejected') throw each.reason;
      return (result as PromiseFulfilledResult<pg.QueryResult>).value;
    });
    if (!done) return answer;
    answer.then(
      (result) => done(null, result),
      (error: Error) => done(error),
    );
    return undefined;
  }
}

const textOf = (config: unknown): string =>
  typeof config === 'string' ? config : String((config as { text?: unknown }).text ?? '');

const isOutside = (config: unknown): boolean =>
  (config as Partial<OutsideTransaction>).outsideTransaction === true;

/** The next transaction may use another session, in which the name is not prepared. */
function withoutName(config: unknown): unknown {
  if (typeof config === 'string' || typeof (config as { submit?: unknown }).submit === 'function')
    return config;
  return { ...(config as pg.QueryConfig), name: undefined };
}
