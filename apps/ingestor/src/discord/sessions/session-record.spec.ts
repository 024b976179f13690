import { parseSession, readSession } from './session-record.js';

const SESSION = { sessionId: 'abc', resumeUrl: 'wss://gateway.example', sequence: 5, shardCount: 1 };

describe('readSession', () => {
  it('a stored session is read without unknown fields', () => {
    expect(parseSession(JSON.stringify({ ...SESSION, savedAt: 'x', more: 1 }))).toEqual(SESSION);
  });

  it.each([
    ['a session id that breaks a header', { sessionId: 'a\r\nb' }],
    ['an empty session id', { sessionId: '' }],
    ['a URL of another kind', { resumeUrl: 'https://gateway.example' }],
    ['a negative sequence', { sequence: -1 }],
    ['no shard count', { shardCount: undefined }],
  ])('a stored session is rejected if it is %s', (_, changes) => {
    expect(readSession({ ...SESSION, ...changes })).toBeUndefined();
  });

  it('a stored session is rejected if it is not JSON', () => {
    expect(parseSession('{')).toBeUndefined();
  });
});
