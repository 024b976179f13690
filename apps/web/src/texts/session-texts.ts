/** The texts of the sign-in. */
export const SESSION_TEXTS = {
  title: 'Sign in to read along',
  explanation: 'Live messages of the channels you may see. Reading only: nothing is sent.',
  again: (reason: string) => `Please sign in again: ${reason}`,
  signingOut: 'Signing out…',
  tryAgain: 'Try again',
  discord: 'Log in with Discord',
  local: { only: 'Continue on this local stack', other: 'Continue as local admin' },
  token: {
    label: 'Or paste a token',
    submit: 'Sign in',
    unreadable: 'This is not a token: it should be three parts joined by dots, or begin with relay_.',
    /** The command stands between both. */
    origin: ['An operator creates one with', '. It is forgotten when this tab closes.'],
    command: 'relay token create',
  },
  ended: 'the log-in has ended',
  maybeLoggedIn: (reason: string) => `this browser may still be logged in: ${reason}`,
  failures: {
    cancelled: 'the log-in with Discord was cancelled, or took too long',
    unreachable: 'Discord did not answer',
    other: 'the log-in with Discord failed',
    noToken: 'The service answered without a token.',
    noAnswer: 'The service does not answer. It may be starting.',
    status: (status: number) => `The service answered with status ${status}.`,
  },
} as const;
