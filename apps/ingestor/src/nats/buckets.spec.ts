import { JetStreamApiError } from '@nats-io/jetstream';
import { withinLimits } from './buckets.js';

describe('withinLimits', () => {
  const refusedWith = (description: string) =>
    withinLimits('LOG_MAX_BYTES', () =>
      Promise.reject(new JetStreamApiError({ code: 400, err_code: 10_005, description })),
    );

  it.each([
    'insufficient storage resources available',
    'maximum bytes exceeded',
    'no suitable peers for placement, insufficient storage',
    'no suitable peers for placement',
  ])('withinLimits names the limit to change when the account refuses a stream: %s', async (description) => {
    await expect(refusedWith(description)).rejects.toMatchObject({
      code: 'LOG.LIMIT_REFUSED',
      message: expect.stringContaining('LOG_MAX_BYTES') as string,
    });
  });

  it.each(['no suitable peers for placement, peer offline', 'JetStream system temporarily unavailable'])(
    'withinLimits throws the server’s error during an outage: %s',
    async (description) => {
      await expect(refusedWith(description)).rejects.toBeInstanceOf(JetStreamApiError);
    },
  );
});
