import { loginErrorIn } from './login-error.js';

describe('loginErrorIn', () => {
  it.each([
    ['', null],
    ['?a=b', null],
    ['?login_error=AUTH.LOGIN_FAILED', 'the log-in with Discord was cancelled, or took too long'],
    ['?login_error=DISCORD.UNREACHABLE', 'Discord did not answer'],
    ['?login_error=<b>', 'the log-in with Discord failed'],
  ])('the log-in error in %j is %j', (search, reason) => expect(loginErrorIn(search)).toBe(reason));
});
