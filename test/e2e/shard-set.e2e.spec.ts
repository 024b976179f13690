// A shard that is released while it connects, and the cost according to the local Discord.
import { REST } from '@discordjs/rest';
import { WebSocketManager, type SessionInfo } from '@discordjs/ws';
import { startSimulator, type Simulator } from '@discord-relay/discord-simulator';
import { until } from '@discord-relay/local-stack';
import { RelayShardingStrategy } from '../../apps/ingestor/src/discord/gateway/shards/sharding-strategy.js';

describe('a shard that is released while it connects', () => {
  let sim: Simulator;
  let adopted: SessionInfo[];

  beforeEach(async () => {
    adopted = [];
    sim = await startSimulator({ guilds: 1, historyPerChannel: 0, invalidSessionDelayMs: 0 });
  });
  afterEach(() => sim.close());

  /** `beforeIdentify` runs after HELLO, while the shard waits until it may identify. */
  async function startShard(
    beforeIdentify: (shards: RelayShardingStrategy, signal: AbortSignal) => Promise<void>,
  ) {
    let shards!: RelayShardingStrategy;
    const manager = new WebSocketManager({
      token: 'a-token',
      intents: 1,
      rest: new REST({ version: '10', api: `${sim.url}/api` }).setToken('a-token'),
      shardCount: 1,
      buildStrategy: (of) =>
        (shards = new RelayShardingStrategy(of, {
          retrieveSession: async (shard) => {
            if (shard.idle) await shard.connectAfter(Promise.resolve());
            return null;
          },
          adoptSession: (_shard, info) => void (info && adopted.push(info)),
          onSessionInvalidated: () => undefined,
          throttler: { waitForIdentify: (_, signal) => beforeIdentify(shards, signal) },
        })),
    });
    await shards.spawn();
    await manager.connect();
    return shards;
  }

  const disconnected = () =>
    until('the socket to be closed', 5_000, () => (sim.gateway.identified().length === 0 ? true : undefined));

  it('a shard that is released while it waits to identify uses no identify', async () => {
    let stopped: Promise<void> | undefined;
    await startShard((shards, signal) => {
      stopped = shards.stop(0, 'given up');
      return Promise.reject(signal.reason as Error);
    });
    await until('the release', 5_000, () => stopped && true);
    await stopped;
    await disconnected();
    expect(sim.gateway.sessions.identifies).toBe(0);
  });

  // The shard may identify after about six of these steps.
  it.each(Array.from({ length: 12 }, (_, steps) => [steps]))(
    'a shard that is released %i steps after HELLO uses no identify, or waits for the session that it gets for it',
    async (steps) => {
      let stopped: Promise<void> | undefined;
      await startShard(async (shards) => {
        void after(steps, () => (stopped = shards.stop(0, 'given up')));
        await after(4, () => undefined);
      });
      await until('the release', 5_000, () => stopped && true);
      await stopped;
      await disconnected();
      const begun = adopted.map(({ sessionId }) => sim.gateway.sessions.find(sessionId)?.id);
      expect(begun).toEqual(adopted.map(({ sessionId }) => sessionId));
      expect(begun).toHaveLength(sim.gateway.sessions.identifies);
    },
  );
});

/** Runs after this many turns of the microtask queue. */
async function after(steps: number, act: () => void): Promise<void> {
  for (let i = 0; i < steps; i++) await Promise.resolve();
  act();
}
