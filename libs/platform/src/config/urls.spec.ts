import pg from 'pg';
import { parseNatsUrl } from './nats-url.js';
import { normalizePostgresUrl } from './postgres-url.js';

describe('NATS_URL', () => {
  it.each([
    ['nats://a', { servers: ['a:4222'], tls: false }],
    ['tls://a:4000, nats://b:4001', { servers: ['a:4000', 'b:4001'], tls: true }],
    ['nats://[::1]:4222/', { servers: ['[::1]:4222'], tls: false }],
    ['nats://me:p%40ss@a', { servers: ['a:4222'], tls: false, login: { user: 'me', password: 'p@ss' } }],
    [
      'nats://me:p@s/s#1?%@a',
      { servers: ['a:4222'], tls: false, login: { user: 'me', password: 'p@s/s#1?%' } },
    ],
    ['nats://t0ken@a,nats://b', { servers: ['a:4222', 'b:4222'], tls: false, login: { token: 't0ken' } }],
  ])('the URL %s is accepted', (url, target) => expect(parseNatsUrl(url)).toEqual(target));

  it.each([
    'a:4222',
    'ws://a',
    'nats://',
    'nats://a:99999',
    'nats://a,,',
    'nats://a/path',
    'nats://x@a,nats://y@b',
  ])('the NATS_URL %s is rejected with a remedy and without its value', (url) =>
    expect(() => parseNatsUrl(url)).toThrow(/^must (be|have) one/),
  );
});

describe('DATABASE_URL', () => {
  const connectionTo = (url: string) => {
    const { user, password, host, port, database } = new pg.Client(normalizePostgresUrl(url));
    return { user, password, host, port, database };
  };
  const usual = { user: 'me', password: 'secret', host: 'db', port: 5432, database: 'relay' };

  it.each([
    ['postgres://me:secret@db/relay', {}],
    ['postgresql://me:secret@db:6432/relay', { port: 6432 }],
    ['postgres://me:p%40ss%2F@db/relay', { password: 'p@ss/' }],
    ['postgres://me:p#s?s/w@rd %5@db/relay', { password: 'p#s?s/w@rd %5' }],
    ['postgres://me:a:b[c]@db/relay?application_name=x@y', { password: 'a:b[c]' }],
    ['postgres://me:secret@[::1]:5433/relay', { host: '::1', port: 5433 }],
    ['postgres://me:secret@/relay?host=/var/run/postgresql', { host: '/var/run/postgresql' }],
    ['postgres://me:secret@%2Fvar%2Frun:5433/relay', { host: '/var/run', port: 5433 }],
    ['postgres://me:secret@db/my%20base', { database: 'my base' }],
  ])('the DATABASE_URL %s connects as it says', (url, expected) =>
    expect(connectionTo(url)).toEqual({ ...usual, ...expected }),
  );

  it.each([
    ['postgres://me:secret@a,b:5433,[::1]/relay', 'a,b,::1', '5432,5433,5432'],
    ['postgres://me:secret@a:1,b:2/relay?target_session_attrs=read-write', 'a,b', '1,2'],
    ['postgres://me:secret@/relay?host=a,b&port=1,2', 'a,b', '1,2'],
    ['postgres://me:secret@/relay?host=a,::1&port=6432', 'a,::1', '6432,6432'],
    ['postgres://me:s,c@rd@a,b/relay', 'a,b', '5432,5432'],
  ])('the DATABASE_URL %s names several servers', (url, host, port) => {
    const { searchParams, username } = new URL(normalizePostgresUrl(url));
    expect([username, ...searchParams]).toEqual(['me', ['host', host], ['port', port]]);
  });

  it.each([
    ['mysql://a', /^must be a URL that starts with postgres/],
    ['postgres://a:x,b/relay', /^must have, in a list of hosts/],
    ['postgres://a,/relay', /^must have, in a list of hosts/],
    ['postgres://db/relay?host=/run,/tmp', /^must have, in a list of hosts/],
    ['postgres://db/relay?host=a,b&port=1,2,3', /^must have one port for all hosts, or a port for each/],
    ['postgres://a,b/relay?target_session_attrs=standby', /^must have read-write or primary/],
    ['postgres://me:x@db:port/relay', /^must have a host and a port/],
    ['postgres://db/relay?sslmode=allow', /^has an unknown sslmode; .*sslrootcert/],
  ])('the DATABASE_URL %s is rejected with a remedy', (url, remedy) =>
    expect(() => normalizePostgresUrl(url)).toThrow(remedy),
  );

  it('a DATABASE_URL with sslmode=require keeps checking certificates, whatever a later driver does', () => {
    expect(normalizePostgresUrl('postgres://db/relay?sslmode=require')).toContain('sslmode=verify-full');
    expect(normalizePostgresUrl('postgres://db/relay?sslmode=require&uselibpqcompat=true')).toContain(
      'sslmode=require',
    );
  });
});
