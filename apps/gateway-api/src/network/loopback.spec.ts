import { isFromThisMachine } from './loopback.js';

describe('a request of this machine', () => {
  it.each([
    ['127.0.0.1', { host: 'localhost:3000' }],
    ['127.0.0.1', { host: '127.0.0.1:3000', origin: 'http://localhost:3000' }],
    ['::1', { host: '[::1]:3000', origin: 'http://[::1]:3000' }],
    ['::ffff:127.0.0.1', { host: 'relay.localhost:3000' }],
    ['127.8.9.10', { host: 'LOCALHOST' }],
  ])('a request of this machine comes from %s with %j', (peer, headers) =>
    expect(isFromThisMachine(peer, headers)).toBe(true),
  );

  it.each([
    ['another machine', '192.168.1.5', { host: 'localhost:3000' }],
    ['nobody', undefined, { host: 'localhost:3000' }],
    ['a page of another site', '127.0.0.1', { host: 'localhost:3000', origin: 'https://evil.example' }],
    ['a page without an origin of its own', '127.0.0.1', { host: 'localhost:3000', origin: 'null' }],
    ['a name that was rebound', '127.0.0.1', { host: 'evil.example:3000' }],
    ['a name that only looks right', '127.0.0.1', { host: 'localhost.evil.example' }],
    ['another name', '127.0.0.1', { host: 'notlocalhost:3000' }],
    ['a user in front of the name', '127.0.0.1', { host: 'localhost@evil.example' }],
    ['no name', '127.0.0.1', {}],
    ['a proxy on this machine', '127.0.0.1', { host: 'localhost:3000', 'x-forwarded-for': '203.0.113.1' }],
    ['a proxy of another kind', '127.0.0.1', { host: 'localhost:3000', forwarded: 'for=203.0.113.1' }],
  ])('a request of this machine does not come from %s', (_, peer, headers) =>
    expect(isFromThisMachine(peer, headers)).toBe(false),
  );
});
