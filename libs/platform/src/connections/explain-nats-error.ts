const CREDENTIALS =
  'put user:password@ or token@ before the host, or set NATS_CREDENTIALS_FILE or NATS_NKEY_SEED_FILE';

/** Explains why the connection to a server failed, with the remedy. The text contains no part of the URL. */
export function explainNatsError(error: unknown): string {
  const reasons = [error, error instanceof Error ? error.cause : undefined];
  const text = reasons
    .map((each) => (each instanceof Error ? `${each.name} ${each.message} ${codeOf(each)}` : ''))
    .join(' ');
  if (/authoriz|authentic|permissions/i.test(text)) return `the server rejects this log-in; ${CREDENTIALS}`;
  if (/certificate required|bad certificate|handshake failure/i.test(text))
    return 'the server requires a client certificate; set NATS_TLS_CERT_FILE and NATS_TLS_KEY_FILE';
  if (/certificate|self.signed|unable to verify|CERT_|ALTNAME/i.test(text))
    return 'the certificate of the server is not trusted; set NATS_TLS_CA_FILE to the CA that signed it, for a host name that it contains';
  if (/tls|ssl|secure|wrong version/i.test(text))
    return 'the server and the URL disagree on TLS; write tls:// for a server with TLS, nats:// for one without';
  return 'no NATS server answers there; start one, or correct the URL; if it requires a client certificate, set NATS_TLS_CERT_FILE and NATS_TLS_KEY_FILE';
}

const codeOf = (error: Error): string => String((error as NodeJS.ErrnoException).code ?? '');
