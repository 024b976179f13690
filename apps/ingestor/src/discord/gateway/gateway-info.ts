import type { WebSocketManager } from '@discordjs/ws';
import type { APIGatewayBotInfo } from 'discord-api-types/v10';
import { errorOfRequest } from './discord-errors.js';

/** Discord's answer to GET /gateway/bot: where to connect, with how many shards, and how often to identify. */
export class GatewayInfo {
  private info: APIGatewayBotInfo | undefined;

  constructor(
    private readonly manager: Pick<WebSocketManager, 'fetchGatewayInformation'>,
    private readonly apiUrl: string,
  ) {}

  /** @throws AppError DISCORD.TOKEN_REFUSED, DISCORD.UNREACHABLE */
  async fetch(): Promise<APIGatewayBotInfo> {
    try {
      return await this.manager.fetchGatewayInformation(true);
    } catch (error) {
      throw errorOfRequest(error, this.apiUrl);
    }
  }

  /** As {@link fetch}, and keeps the answer for the getters below. */
  async load(): Promise<APIGatewayBotInfo> {
    this.info = await this.fetch();
    return this.info;
  }

  /** The address for new sessions. */
  get url(): string {
    return this.info?.url ?? '';
  }

  get recommendedShards(): number {
    return this.info?.shards ?? 1;
  }

  get maxConcurrency(): number {
    return this.info?.session_start_limit.max_concurrency ?? 1;
  }
}
