import { AppError } from '@discord-relay/contracts';

/** What an operator has to change, by SQLSTATE. */
const BY_SQLSTATE: Record<string, string> = {
  '28P01': 'the user name or the password is wrong; correct it (special characters may be percent-encoded)',
  '28000': 'the server does not let this user in; correct the user, or add a line for it to pg_hba.conf',
  '3D000': 'the database does not exist; create it (CREATE DATABASE … ENCODING UTF8), or correct its name',
  '42501': 'the role lacks a right; GRANT CREATE ON DATABASE … TO the role, and let it own what it made',
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
    'the certificate is not for this host; use a host name that it has, or uselibpqcompat=true&sslmode=verify-ca',
};

const BY_MESSAGE: [RegExp, string][] = [
  [
    /does not support SSL/i,
    'the server does not speak TLS; enable it there, or set sslmode=disable on a network that is trusted',
  ],
  [/no encryption|SSL required|requires? SSL/i, 'the server wants TLS; add sslmode=require'],
  [/SASL.*password|password must be a string|no password supplied/i, 'the server wants a password; add it'],
];

const LOCK_NOT_AVAILABLE = '55P03';
const LOCKED =
  'DATABASE_URL: another session holds a lock on a table or row; find it with SELECT pid, pg_blocking_pids(pid), query ' +
  'FROM pg_stat_activity, and end it with SELECT pg_terminate_backend(pid)';

/**
 * An error of Postgres or of the way to it whose cause stays until somebody acts, with key, reason and remedy; any
 * other error as it is: trying again may help then.
 */
export function explained(error: unknown): unknown {
  if (error instanceof AppError) return error;
  const { code, message = '' } = error as { code?: string; message?: string };
  if (code === LOCK_NOT_AVAILABLE) return new AppError('DATABASE.LOCKED', LOCKED, { cause: error });
  // pg_hba.conf has one SQLSTATE for every refusal: what it says comes first.
  const byMessage = BY_MESSAGE.find(([pattern]) => pattern.test(message))?.[1];
  const remedy = byMessage ?? BY_SQLSTATE[code ?? ''] ?? TLS_CODES[code ?? ''];
  return remedy === undefined ? error : unusable(`${remedy} (${code ?? 'no code'})`, error);
}

/** @returns the error for a database that cannot be used until somebody acts */
export const unusable = (reason: string, cause?: unknown): AppError =>
  new AppError('DATABASE.UNUSABLE', `DATABASE_URL: ${reason}`, { cause });

/** Whether the error says that no session can be had with start-up parameters, as poolers do. */
export const refusesStartupParameters = (error: unknown): boolean =>
  /unsupported startup parameter/i.test((error as { message?: string }).message ?? '');
