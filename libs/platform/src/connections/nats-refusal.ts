const CREDENTIALS =
  'put user:password@ or token@ before the host, or set NATS_CREDENTIALS_FILE or NATS_NKEY_SEED_FILE';

/** Why a server did not let us in, and what to do about it; never what the URL holds. */
export function natsRefusal(error: unknown): string {
  const reasons = [error, error instanceof Error ? error.cause : undefined];
  const text = reasons
    .map((each) => (each instanceof Error ? `${each.name} ${each.message} ${codeOf(each)}` : ''))
    .join(' ');
  if (/authoriz|authentic|permissions/i.test(text)) return `the server refuses this log-in; ${CREDENTIALS}`;
  if (/certificate required|bad certificate|handshake failure/i.test(text))
    return 'the server asks for a certificate of ours; set NATS_TLS_CERT_FILE and NATS_TLS_KEY_FILE';
  if (/certificate|self.signed|unable to verify|CERT_|ALTNAME/i.test(text))
    return 'the certificate of the server is not trusted; set NATS_TLS_CA_FILE to the CA that signed it, for a host name that it has';
  if (/tls|ssl|secure|wrong version/i.test(text))
    return 'the server and the URL do not agree on TLS; write tls:// for a server that wants it, nats:// for one without';
  return 'no NATS server answers there; start one, or correct the URL; where it asks for a certificate of ours, set NATS_TLS_CERT_FILE and NATS_TLS_KEY_FILE';
}

const codeOf = (error: Error): string => String((error as NodeJS.ErrnoException).code ?? '');
