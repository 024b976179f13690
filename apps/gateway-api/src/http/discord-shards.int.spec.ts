import { connect } from '@nats-io/transport-node';
import { statusSubject } from '@discord-relay/contracts';
import { startNatsServer, until } from '@discord-relay/local-stack';
import { createLogger, HealthRegistry, NatsLink } from '@discord-relay/platform';
import { DiscordShards } from './discord-shards.js';

describe('DiscordShards', () => {
  it('adds up the connected shards of every ingestor that answers', async () => {
    const nats = await startNatsServer();
    const ingestors = await connect({ servers: nats.url });
    const answer = (...states: string[]) =>
      ingestors.subscribe(statusSubject('ingestor'), {
        callback: (_, message) =>
          void message.respond(
            JSON.stringify({ response: { detail: { shards: states.map((state) => ({ state })) } } }),
          ),
      });
    answer('CONNECTED', 'RECONNECTING');
    answer('CONNECTED');
    await ingestors.flush();
    const logger = createLogger('test', 'test', 'fatal');
    const link = new NatsLink({ NATS_URL: nats.url }, 'test', new HealthRegistry('t', 't', '0'), logger);
    const shards = new DiscordShards(link, logger);
    expect(shards.connected).toBe(0);
    shards.onModuleInit();
    await until('the answers', 5_000, () => (shards.connected === 2 ? true : undefined));
    shards.beforeApplicationShutdown();
    await link.drain();
    await ingestors.close();
    await nats.stop();
  });
});
