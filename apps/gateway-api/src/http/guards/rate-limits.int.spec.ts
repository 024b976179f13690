import { startGateway, type TestGateway } from '../../testing/gateway.js';
import { tokenFor } from '../../testing/tokens.js';

describe('limits', () => {
  let gateway: TestGateway;

  beforeAll(async () => {
    gateway = await startGateway({
      HTTP_REQUESTS_PER_S: '1',
      HTTP_REQUESTS_PER_S_PER_ADDRESS: '5',
      TRUSTED_PROXIES: '127.0.0.0/8',
    });
  });

  afterAll(() => gateway.stop());

  const from = (address: string, headers: Record<string, string> = {}, path = '/api/v1/guilds') =>
    fetch(`${gateway.url}${path}`, { headers: { 'x-forwarded-for': address, ...headers } });

  async function expectLimited(response: Response): Promise<void> {
    expect(response.headers.get('content-type')).toMatch(/^application\/problem\+json/);
    expect(Number(response.headers.get('retry-after'))).toBeGreaterThanOrEqual(1);
    expect(await response.json()).toMatchObject({
      status: 429,
      code: 'REQUEST.RATE_LIMITED',
      retryable: true,
    });
  }

  const firstLimited = async (most: number, request: (n: number) => Promise<Response>): Promise<Response> => {
    for (let n = 0; n < most; n++) {
      const response = await request(n);
      if (response.status === 429) return response;
    }
    throw new Error(`none of ${most} requests was refused`);
  };

  it('the limit of a user counts their requests from any address', async () => {
    const authorization = `Bearer ${await tokenFor({ role: 'analyst', sub: 'busy' })}`;
    await expectLimited(await firstLimited(300, (n) => from(`192.0.2.${n % 250}`, { authorization })));
    const other = `Bearer ${await tokenFor({ role: 'analyst', sub: 'quiet' })}`;
    expect((await from('192.0.2.251', { authorization: other })).status).toBe(200);
  });

  it('a client cannot evade the limits with ports or garbage as its address', async () => {
    await expectLimited(await firstLimited(2_000, (n) => from(`203.0.113.9:${1_024 + n}`)));
    await expectLimited(await firstLimited(2_000, (n) => from(`garbage-${n}`)));
  });

  it('the limit of an address counts the requests of all its users, except probes', async () => {
    await expectLimited(await firstLimited(2_000, () => from('198.51.100.7')));
    expect((await from('198.51.100.7', {}, '/api/live')).status).toBe(200);
    expect((await from('198.51.100.8')).status).toBe(401);
  });
});
