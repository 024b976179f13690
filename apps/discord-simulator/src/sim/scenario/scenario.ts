import type { Snowflake } from '../../state/model/snowflakes.js';
import { epochMs, type World } from '../../state/world.js';
import { WorldError } from '../../state/model/world-error.js';
import { performGuildAction, type GuildAction } from './guild-actions.js';
import type { Pacer } from './pacer.js';
import { Demo } from '../demo/demo.js';
import { ScenarioPlan, type ScenarioAction, type PlanOptions } from './scenario-plan.js';

export interface ScenarioSettings extends PlanOptions {
  messagesPerSecond: number | null;
  lively: boolean;
  /** Number of steps after which it ends; null: no end. */
  count: number | null;
  durationMs: number | null;
  channelIds: readonly Snowflake[];
  authorIds: readonly Snowflake[];
}

/** Progress counters; `skipped` counts steps whose channel or message no longer existed. */
export interface ScenarioProgress {
  created: number;
  edited: number;
  deleted: number;
  /** Reactions added or removed. */
  reacted: number;
  /** Steps about threads, members and voice channels, and all of a lively scenario; one may be two facts (a thread at a message). */
  happened: number;
  skipped: number;
}

type Place = { channelId: Snowflake; messageId: Snowflake };

/** Plays a plan at a pace until its number of steps or its time is reached, or it is stopped. */
export class Scenario {
  readonly progress: ScenarioProgress = {
    created: 0,
    edited: 0,
    deleted: 0,
    reacted: 0,
    happened: 0,
    skipped: 0,
  };
  startedAtMs = epochMs();
  endedAtMs: number | null = null;
  private readonly plan: ScenarioPlan;
  /** Null unless it is lively: then it is played instead of the plan. */
  private readonly demo: Demo | null;
  private readonly places = new Map<number, Place | null>();
  private steps = 0;
  private createSteps = 0;
  private timer: NodeJS.Timeout | null = null;

  constructor(
    readonly id: string,
    readonly settings: ScenarioSettings,
    private readonly world: World,
    private readonly pacer: Pacer,
    private readonly onEnd: (scenario: Scenario) => void,
  ) {
    this.plan = new ScenarioPlan(settings);
    this.demo = settings.lively ? new Demo(world, settings.seed + 2) : null;
  }

  start(): void {
    this.startedAtMs = epochMs();
    this.tick(this.startedAtMs);
  }

  stop(): void {
    if (this.endedAtMs !== null) return;
    if (this.timer) clearTimeout(this.timer);
    this.endedAtMs = epochMs();
    this.onEnd(this);
  }

  private tick(nowMs: number): void {
    const { count, durationMs } = this.settings;
    const { steps, waitMs } = this.pacer.due(
      durationMs === null ? nowMs : Math.min(nowMs, this.startedAtMs + durationMs),
    );
    for (let i = 0; i < steps && (count === null || this.steps < count); i++) this.step();
    const isOver = durationMs !== null && nowMs >= this.startedAtMs + durationMs && steps === 0;
    if (isOver || (count !== null && this.steps >= count)) return this.stop();
    this.timer = setTimeout(() => this.tick(epochMs()), waitMs);
  }

  private step(): void {
    this.steps += 1;
    if (this.demo) {
      this.progress[this.demo.step() ? 'happened' : 'skipped'] += 1;
      return;
    }
    const action = this.plan.next();
    try {
      this.play(action);
    } catch (error) {
      if (!(error instanceof WorldError)) throw error;
      this.progress.skipped += 1;
    }
  }

  private play(action: ScenarioAction): void {
    if (action.kind === 'create') return this.create(action);
    if ('dice' in action) return this.playGuildAction(action);
    const place = this.places.get(action.target);
    if (!place) throw new WorldError('UNKNOWN_MESSAGE', 'the message was never created');
    if (action.kind === 'react') return this.react(action, place);
    if (action.kind === 'edit') {
      this.world.editMessage(place.channelId, place.messageId, { content: action.content });
      this.progress.edited += 1;
      return;
    }
    this.places.delete(action.target);
    this.world.deleteMessage(place.channelId, place.messageId);
    this.progress.deleted += 1;
  }

  private playGuildAction(action: GuildAction): void {
    const channelId = this.settings.channelIds[action.channel] ?? '';
    const userId = this.settings.authorIds[action.author] ?? '';
    performGuildAction(this.world, action, channelId, userId);
    this.progress.happened += 1;
  }

  private react(action: Extract<ScenarioAction, { kind: 'react' }>, place: Place): void {
    const userId = this.settings.authorIds[action.author] ?? '';
    const reaction = { ...place, userId, emoji: { id: null, name: action.emoji, animated: false } };
    if (!this.world.reactions.remove(reaction)) this.world.reactions.add(reaction, action.burst);
    this.progress.reacted += 1;
  }

  private create(action: Extract<ScenarioAction, { kind: 'create' }>): void {
    const number = this.createSteps++;
    this.places.delete(number - 1024);
    const channelId = this.settings.channelIds[action.channel] ?? '';
    const authorId = this.settings.authorIds[action.author] ?? '';
    const message = this.world.createMessage(channelId, { authorId, content: action.content });
    this.places.set(number, { channelId, messageId: message.id });
    this.progress.created += 1;
  }
}
