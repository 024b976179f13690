import { REST } from '@discordjs/rest';
import { WebSocketManager, WebSocketShardEvents, type SessionInfo } from '@discordjs/ws';
import { GatewayIntentBits, type GatewayDispatchPayload } from 'discord-api-types/v10';

export const ALL_INTENTS: number =
  GatewayIntentBits.Guilds | GatewayIntentBits.GuildMessages | GatewayIntentBits.MessageContent;

/** All intents, including privileged ones. */
export const EVERY_INTENT: number = Object.values(GatewayIntentBits)
  .filter((bit): bit is GatewayIntentBits => typeof bit === 'number')
  .reduce((all, bit) => all | bit, 0);

export interface BotClient {
  readonly rest: REST;
  readonly manager: WebSocketManager;
  /** In order of arrival, of all shards. */
  readonly dispatches: GatewayDispatchPayload[];
  readonly resumes: number[];
  readonly errors: Error[];
  readonly closes: number[];
  stop(): Promise<void>;
}

/** discord.js's own gateway and REST packages, configured only with the URL of the API. */
export function createBot(
  url: string,
  { token = 'a-token', intents = ALL_INTENTS, shardCount = null as number | null } = {},
): BotClient {
  const rest = new REST({ api: `${url}/api`, version: '10' }).setToken(token);
  const sessions = new Map<number, SessionInfo>();
  const manager = new WebSocketManager({
    token,
    intents,
    rest,
    shardCount,
    retrieveSessionInfo: (id) => sessions.get(id) ?? null,
    updateSessionInfo: (id, info) => void (info === null ? sessions.delete(id) : sessions.set(id, info)),
  });
  const bot = { dispatches: [] as GatewayDispatchPayload[], resumes: [] as number[], errors: [] as Error[] };
  const closes: number[] = [];
  manager.on(WebSocketShardEvents.Dispatch, ({ data }) => void bot.dispatches.push(data));
  manager.on(WebSocketShardEvents.Resumed, ({ shardId }) => void bot.resumes.push(shardId));
  manager.on(WebSocketShardEvents.Error, ({ error }) => void bot.errors.push(error));
  manager.on(WebSocketShardEvents.Closed, ({ code }) => void closes.push(code));
  return { ...bot, closes, rest, manager, stop: async () => void (await manager.destroy()) };
}

/** Resolves when `condition` holds; rejects after `withinMs`, which only ends a failed test. */
export async function until(condition: () => boolean, withinMs = 30_000): Promise<void> {
  const deadline = performance.now() + withinMs;
  while (!condition()) {
    if (performance.now() > deadline) throw new Error(`not within ${withinMs} ms: ${condition.toString()}`);
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
}
