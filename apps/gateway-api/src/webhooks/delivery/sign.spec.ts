import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { Webhook } from 'standardwebhooks';
import { newSecret, resealed, seal, unseal } from '../endpoint/sealing.js';
import { signedHeaders } from './sign.js';

const KEY = Buffer.alloc(32, 7);
const BODY = JSON.stringify({ type: 'message.created', data: { content: 'grüße 🎉' } });

describe('a signed delivery', () => {
  it('a signed delivery is accepted by the verifier of Standard Webhooks, and nothing else is', () => {
    const secret = newSecret();
    const headers = { ...signedHeaders('e:1', Date.now(), BODY, [secret]) };
    const receiver = new Webhook(secret);
    expect(receiver.verify(BODY, headers)).toEqual(JSON.parse(BODY));
    expect(() => receiver.verify(`${BODY} `, headers)).toThrow();
    expect(() => receiver.verify(BODY, { ...headers, 'webhook-id': 'e:2' })).toThrow();
    expect(() => new Webhook(newSecret()).verify(BODY, headers)).toThrow();
  });

  it('a signed delivery is accepted with each of the valid secrets', () => {
    const secrets = [newSecret(), newSecret()];
    const headers = { ...signedHeaders('e:1', Date.now(), BODY, secrets) };
    for (const secret of secrets) expect(new Webhook(secret).verify(BODY, headers)).toBeTruthy();
  });

  it('a signed delivery is rejected when it is old', () => {
    const secret = newSecret();
    const headers = { ...signedHeaders('e:1', Date.now() - 600_000, BODY, [secret]) };
    expect(() => new Webhook(secret).verify(BODY, headers)).toThrow();
  });
});

it('a delivery is verified by the code for receivers in the documentation', async () => {
  const page = readFileSync(new URL('../../../../../docs/webhooks.md', import.meta.url), 'utf8');
  const [, source = ''] = /```js\n([^]*?)```/.exec(page) ?? [];
  const { isGenuine } = (await import(`data:text/javascript,${encodeURIComponent(source)}`)) as {
    isGenuine: (secret: string, headers: object, body: string, nowMs?: number) => boolean;
  };
  const secrets = [newSecret(), newSecret()];
  const headers = signedHeaders('e:1', Date.now(), BODY, secrets);
  for (const secret of secrets) expect(isGenuine(secret, headers, BODY)).toBe(true);
  expect(isGenuine(newSecret(), headers, BODY)).toBe(false);
  expect(isGenuine(secrets[0]!, headers, `${BODY} `)).toBe(false);
  expect(isGenuine(secrets[0]!, headers, BODY, Date.now() + 600_000)).toBe(false);
});

describe('an encrypted secret', () => {
  it('an encrypted secret is decrypted with its key for its endpoint', () =>
    fc.assert(
      fc.property(fc.string(), fc.uuid(), (secret, id) => {
        const sealed = seal(secret, [KEY], id);
        expect(unseal(sealed, [KEY], id)).toBe(secret);
        expect(seal(secret, [KEY], id)).not.toBe(sealed);
      }),
    ));

  it('an encrypted secret is decrypted with a replaced key, and encrypted again with the new one', () => {
    const next = Buffer.alloc(32, 8);
    const sealed = seal('s', [KEY], 'a');
    expect(unseal(sealed, [next, KEY], 'a')).toBe('s');
    const anew = resealed(sealed, [next, KEY], 'a');
    expect(unseal(anew, [next], 'a')).toBe('s');
    expect(resealed(anew, [next, KEY], 'a')).toBe(anew);
    expect(resealed(sealed, [next], 'a')).toBe(sealed);
  });

  it.each([
    ['another key', () => unseal(seal('s', [KEY], 'a'), [Buffer.alloc(32, 8)], 'a')],
    ['another endpoint', () => unseal(seal('s', [KEY], 'a'), [KEY], 'b')],
    ['garbage', () => unseal('AAAA', [KEY], 'a')],
  ])('an encrypted secret is not decrypted with %s', (_, read) =>
    expect(read).toThrow(expect.objectContaining({ code: 'WEBHOOK.SECRET_UNREADABLE' })),
  );
});
