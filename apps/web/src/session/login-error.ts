const PARAMETER = 'login_error';

/** Why the service sent the browser back from a log-in without one, in words; null when it did not. */
export function loginErrorIn(search: string): string | null {
  const code = new URLSearchParams(search).get(PARAMETER);
  if (code === null) return null;
  if (code === 'AUTH.LOGIN_FAILED') return 'the log-in with Discord was cancelled, or took too long';
  if (code === 'DISCORD.UNREACHABLE') return 'Discord did not answer';
  return 'the log-in with Discord failed';
}
