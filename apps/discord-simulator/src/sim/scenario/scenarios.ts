import { ChannelType } from 'discord-api-types/v10';
import type { Logger } from 'pino';
import type { Snowflake } from '../../state/model/snowflakes.js';
import type { World } from '../../state/world.js';
import { ControlError } from '../bodies/control-error.js';
import { LivelyPacer, SteadyPacer } from './pacer.js';
import { Random } from '../random.js';
import { Scenario, type ScenarioSettings } from './scenario.js';

/** The body of `POST /_sim/scenario`. Either `messagesPerSecond` or `lively`. */
export interface ScenarioRequest {
  messagesPerSecond?: number;
  durationMs?: number;
  count?: number;
  seed?: number;
  channelIds?: Snowflake[];
  editRatio?: number;
  deleteRatio?: number;
  reactionRatio?: number;
  threadRatio?: number;
  memberRatio?: number;
  voiceRatio?: number;
  lively?: boolean;
}

const FINISHED_KEPT = 100;

/** Runs scenarios concurrently and stores the progress of the latest ones. */
export class Scenarios {
  private readonly known = new Map<string, Scenario>();
  private started = 0;

  constructor(
    private readonly world: World,
    private readonly logger: Logger,
    private readonly hasAudience: () => boolean,
  ) {}

  /** @throws WorldError for an unknown channel, ControlError when there is no channel or no user. */
  start(request: ScenarioRequest): Scenario {
    const settings = this.settingsOf(request);
    const pacer =
      settings.messagesPerSecond === null
        ? new LivelyPacer(livelyNumbers(settings.seed), this.hasAudience)
        : new SteadyPacer(settings.messagesPerSecond);
    this.started += 1;
    const scenario = new Scenario(String(this.started), settings, this.world, pacer, (ended) =>
      this.report(ended),
    );
    this.known.set(scenario.id, scenario);
    this.removeOldest();
    scenario.start();
    return scenario;
  }

  stop(id: string): Scenario {
    const scenario = this.known.get(id);
    if (!scenario) throw new ControlError(404, 'SIM.UNKNOWN_SCENARIO', `no scenario ${id}`);
    scenario.stop();
    return scenario;
  }

  stopAll(): void {
    for (const scenario of this.known.values()) scenario.stop();
  }

  all(): Scenario[] {
    return [...this.known.values()];
  }

  private settingsOf(request: ScenarioRequest): ScenarioSettings {
    const channelIds = request.channelIds ?? this.openChannels();
    for (const id of channelIds) this.world.channel(id);
    const authorIds = [...this.world.users.values()].filter((user) => !user.bot).map((user) => user.id);
    if (channelIds.length === 0 || authorIds.length === 0) {
      throw new ControlError(409, 'SIM.EMPTY_WORLD', 'a scenario needs a channel and a user');
    }
    return {
      seed: request.seed ?? 1,
      messagesPerSecond: request.messagesPerSecond ?? null,
      lively: request.lively ?? false,
      count: request.count ?? null,
      durationMs: request.durationMs ?? null,
      editRatio: request.editRatio ?? 0,
      deleteRatio: request.deleteRatio ?? 0,
      reactionRatio: request.reactionRatio ?? 0,
      threadRatio: request.threadRatio ?? 0,
      memberRatio: request.memberRatio ?? 0,
      voiceRatio: request.voiceRatio ?? 0,
      channelIds,
      authorIds,
      channels: channelIds.length,
      authors: authorIds.length,
    };
  }

  private openChannels(): Snowflake[] {
    return [...this.world.channels.values()]
      .filter(({ type }) => type === ChannelType.GuildText || type === ChannelType.GuildAnnouncement)
      .map((channel) => channel.id);
  }

  private removeOldest(): void {
    for (const [id, scenario] of this.known) {
      if (this.known.size <= FINISHED_KEPT) return;
      if (scenario.endedAtMs !== null) this.known.delete(id);
    }
  }

  private report(scenario: Scenario): void {
    this.logger.info({ event: 'scenario.ended', scenario: scenario.id, ...scenario.progress });
  }
}

/** From a different random stream than the plan, so that the pace does not change the contents. */
function livelyNumbers(seed: number): () => number {
  const random = new Random(seed + 1_000_003);
  return () => random.next();
}
