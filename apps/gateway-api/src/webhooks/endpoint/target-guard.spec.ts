import fc from 'fast-check';
import { TargetGuard } from './target-guard.js';

const strict = new TargetGuard([]);
const lenient = new TargetGuard(['10.1.0.0/16', 'fd00::/8']);

describe('an address', () => {
  it.each(['93.184.216.34', '1.1.1.1', '2606:4700:4700::1111', '2a00:1450:4001:800::200e'])(
    'the address %s is public',
    (address) => {
      expect(strict.permits(address, false)).toBe(true);
      expect(strict.permits(address, true)).toBe(false);
    },
  );

  it.each([
    '127.0.0.1',
    '0.0.0.0',
    '10.0.0.1',
    '172.31.255.255',
    '192.168.1.1',
    '169.254.169.254',
    '100.100.100.200',
    '224.0.0.1',
    '255.255.255.255',
    '::',
    '::1',
    '::ffff:127.0.0.1',
    '::ffff:8.8.8.8',
    '64:ff9b::7f00:1',
    '2002:7f00:1::',
    '2001::1',
    'fe80::1',
    'fe80::1%eth0',
    'fc00::1',
    'fd00:ec2::254',
    'ff02::1',
    'localhost',
    '',
  ])('the address %s is not public', (address) => expect(strict.permits(address, false)).toBe(false));

  it('an address of an allowed range is allowed, also without TLS', () => {
    for (const address of ['10.1.2.3', 'fd00::5']) {
      expect(lenient.permits(address, false)).toBe(true);
      expect(lenient.permits(address, true)).toBe(true);
    }
    expect(lenient.permits('10.2.0.1', false)).toBe(false);
    expect(lenient.permits('1.1.1.1', true)).toBe(false);
  });

  it('an address of a private range is never public, however it is written', () =>
    fc.assert(
      fc.property(fc.constantFrom('10', '127', '0'), fc.nat(0xffffff), (net, rest) => {
        const whole = Number(net) * 2 ** 24 + rest;
        for (const host of [String(whole), `0x${whole.toString(16)}`, `${net}.${rest}`])
          expect(() => strict.parse(`https://${host}/`)).toThrow(
            expect.objectContaining({ code: 'WEBHOOK.TARGET_REFUSED' }),
          );
      }),
    ));
});

describe('a URL', () => {
  it.each(['https://hooks.example/a?b=c', 'https://93.184.216.34:8443/x'])('the URL %s is accepted', (url) =>
    expect(strict.parse(url).href).toBe(url),
  );

  it.each([
    'ftp://hooks.example/',
    'file:///etc/passwd',
    'hooks.example',
    'https://user:pass@hooks.example/',
    'https://hooks.example/#x',
    'https://[::1]/',
    'https://[::ffff:10.0.0.1]/',
    `https://hooks.example/${'a'.repeat(2_048)}`,
  ])('the URL %s is refused', (url) =>
    expect(() => strict.parse(url)).toThrow(expect.objectContaining({ code: 'WEBHOOK.TARGET_REFUSED' })),
  );
});
