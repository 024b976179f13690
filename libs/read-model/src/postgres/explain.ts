import { AppError } from '@discord-relay/contracts';

/** The remedy by SQLSTATE. */
const BY_SQLSTATE: Record<string, string> = {
  '28P01': 'the user name or the password is wrong; correct it (special characters may be percent-encoded)',
  '28000': 'the server rejects this user; correct the user, or add a line for it to pg_hba.conf',
  '3D000': 'the database does not exist; create it (CREATE DATABASE … ENCODING UTF8), or correct its name',
  '42501': 'the role lacks a right; GRANT CREATE ON DATABASE … TO the role, and let it own what it created',
};

const UNTRUSTED =
  'the certificate of the server is not trusted; add sslrootcert=/path/to/ca.pem, or sslmode=no-verify to encrypt without checking it';

const TLS_CODES: Record<string, string> = {
  DEPTH_ZERO_SELF_SIGNED_CERT: UNTRUSTED,
  SELF_SIGNED_CERT_IN_CHAIN: UNTRUSTED,
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: UNTRUSTED,
  UNABLE_TO_GET_ISSUER_CERT_LOCALLY: UNTRUSTED,
  CERT_HAS_EXPIRED: 'the certificate of the server has expired; renew it',
  ERR_TLS_CERT_ALTNAME_INVALID:
    'the certificate is not for this host; use a host name that it contains, or uselibpqcompat=true&sslmode=verify-ca',
};

const BY_MESSAGE: [RegExp, string][] = [
  [
    /does not support SSL/i,
    'the server does not speak TLS; enable it there, or set sslmode=disable on a trusted network',
  ],
  [/no encryption|SSL required|requires? SSL/i, 'the server requires TLS; add sslmode=require'],
  [
    /SASL.*password|password must be a string|no password supplied/i,
    'the server requires a password; add it',
  ],
];

const LOCK_NOT_AVAILABLE = '55P03';
const LOCKED =
  'DATABASE_URL: another session holds a lock on a table or row; find it with SELECT pid, pg_blocking_pids(pid), query ' +
  'FROM pg_stat_activity, and end it with SELECT pg_terminate_backend(pid)';

/**
 * Converts an error of Postgres, or of the connection to it, whose cause remains until an operator acts: the result names
 * the key, the reason and the remedy. Returns any other error unchanged, because a retry may help.
 */
export function explainPostgresError(error: unknown): unknown {
  if (error instanceof AppError) return error;
  const { code, message = '' } = error as { code?: string; message?: string };
  if (code === LOCK_NOT_AVAILABLE) return new AppError('DATABASE.LOCKED', LOCKED, { cause: error });
  // pg_hba.conf has one SQLSTATE for every rejection, so the message is checked first.
  const byMessage = BY_MESSAGE.find(([pattern]) => pattern.test(message))?.[1];
  const remedy = byMessage ?? BY_SQLSTATE[code ?? ''] ?? TLS_CODES[code ?? ''];
  return remedy === undefined ? error : databaseUnusable(`${remedy} (${code ?? 'no code'})`, error);
}

/** The error for a database that cannot be used until an operator acts. */
export const databaseUnusable = (reason: string, cause?: unknown): AppError =>
  new AppError('DATABASE.UNUSABLE', `DATABASE_URL: ${reason}`, { cause });

/** Whether the server rejects start-up parameters, as poolers do. */
export const refusesStartupParameters = (error: unknown): boolean =>
  /unsupported startup parameter/i.test((error as { message?: string }).message ?? '');
