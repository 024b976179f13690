/** Settings of Postgres, by name. */
export type Settings = Readonly<Record<string, string>>;

/**
 * Settings that a database, a role or a pooler may have changed for a session, and that our statements or the driver
 * depend on. They are set for every session, or for every transaction behind a pooler; never assumed.
 */
const FIXED: Settings = {
  DateStyle: 'ISO, MDY',
  TimeZone: 'UTC',
  IntervalStyle: 'postgres',
  bytea_output: 'hex',
  extra_float_digits: '1',
  standard_conforming_strings: 'on',
};

/** Limits that hold unless the connection, or `options` in the URL, say otherwise. */
const DEFAULTS: Settings = {
  statement_timeout: '0',
  lock_timeout: '0',
  idle_in_transaction_session_timeout: '0',
};

/**
 * The `BEGIN` options that replace these settings in a single transaction. Whether a database is read-only is up to its
 * operators: readiness reports it.
 */
const SESSION_ONLY: Settings = {
  default_transaction_isolation: 'read committed',
  default_transaction_deferrable: 'off',
  idle_session_timeout: '0',
};

/** Proves that a session received the settings as they were sent: no other session has the same value. */
export const SESSION_MARK = 'discord_relay.session';

/** `version` as in `server_version_num`. */
const defaultsOf = (version: number): Settings => ({
  ...DEFAULTS,
  ...(version >= 170_000 && { transaction_timeout: '0' }),
});

/**
 * The `options` start-up parameter for a connection with a dedicated session. `given` are the URL's options: they come after
 * our limits and before the settings that must not differ.
 */
export function startupOptions(settings: Settings, version: number, mark: string, given = ''): string {
  const ours = { ...FIXED, ...SESSION_ONLY, ...settings, [SESSION_MARK]: mark };
  return [flags(defaultsOf(version)), given, flags(ours)].filter(Boolean).join(' ');
}

const flags = (settings: Settings): string =>
  Object.entries(settings)
    .map(([name, value]) => `-c ${name}=${value.replaceAll(/[\\ ]/g, (character) => `\\${character}`)}`)
    .join(' ');

const TRANSACTION_MODES = 'ISOLATION LEVEL READ COMMITTED, NOT DEFERRABLE';
const BEGIN = /^\s*(BEGIN|START\s+TRANSACTION)\b\s*(?:TRANSACTION\b|WORK\b)?/i;

export const beginsTransaction = (text: string): boolean => BEGIN.test(text);

/** Whether the statement ends a transaction; ROLLBACK TO SAVEPOINT does not. */
export const endsTransaction = (text: string): boolean =>
  /^\s*(COMMIT|END|ROLLBACK|ABORT)\b(?!\s+(?:TRANSACTION\s+|WORK\s+)?TO\b)/i.test(text);

/** A BEGIN statement followed by statements that apply the settings, sent as one message. */
export function beginWith(text: string, settings: Settings, version: number): string {
  const hasModes = text.replace(BEGIN, '').replace(/;\s*$/, '').trim() !== '';
  const begin = hasModes ? text.replace(/;\s*$/, '') : `BEGIN ${TRANSACTION_MODES}`;
  const all = { ...defaultsOf(version), ...FIXED, ...settings };
  const locals = Object.entries(all).map(([name, value]) => `SET LOCAL ${name} = ${quoted(value)}`);
  return [begin, ...locals].join('; ');
}

/** Lists such as `search_path` are quoted name by name: quoting the whole list would make it one name. */
const quoted = (value: string): string =>
  value
    .split(',')
    .map((part) => `'${part.trim().replaceAll("'", "''")}'`)
    .join(', ');
