import { sentence, withTypo } from './phrases.js';
import { Random } from '../random.js';

/** A step of a scenario. Messages are identified by their number among those that the scenario created. */
export type ScenarioAction =
  | { kind: 'create'; channel: number; author: number; content: string }
  | { kind: 'edit'; target: number; content: string }
  | { kind: 'delete'; target: number }
  /** The scenario decides the action from the state of the world. */
  | { kind: 'thread' | 'member' | 'voice'; channel: number; author: number; dice: number }
  /** Adds the author's reaction, or removes it if it is there. */
  | { kind: 'react'; target: number; author: number; emoji: string; burst: boolean };

export interface PlanOptions {
  seed: number;
  channels: number;
  authors: number;
  /** Fraction of steps that edit, 0 to 1. */
  editRatio: number;
  /** Fraction of steps that delete, 0 to 1. */
  deleteRatio: number;
  /** Fraction of steps that react, 0 to 1. */
  reactionRatio?: number;
  /** Fractions of steps about threads, members and voice channels, 0 to 1. */
  threadRatio?: number;
  memberRatio?: number;
  voiceRatio?: number;
}

/** Edits and deletes affect at most this many of the scenario's newest existing messages. */
const REACH = 256;

/** Reactions affect recent messages, as people react to what they see. */
const REACTION_REACH = 32;
const EMOJI = ['👍', '❤️', '😂', '🎉', '🔥', '👀'] as const;
const BURST_SHARE = 0.05;

/** The steps of a scenario, determined by its seed alone: without a clock and ids. */
export class ScenarioPlan {
  private readonly random: Random;
  private readonly living: { number: number; content: string; corrected: boolean }[] = [];
  private created = 0;

  constructor(private readonly options: PlanOptions) {
    this.random = new Random(options.seed);
  }

  next(): ScenarioAction {
    const roll = this.random.next();
    if (this.living.length > 0) {
      if (roll < this.options.editRatio) return this.edit();
      const { editRatio, deleteRatio, reactionRatio = 0 } = this.options;
      if (roll < editRatio + deleteRatio) return this.remove();
      if (roll < editRatio + deleteRatio + reactionRatio) return this.react();
      const kind = this.guildActionKind(roll - editRatio - deleteRatio - reactionRatio);
      if (kind) return this.guildAction(kind);
    }
    return this.create();
  }

  private create(): ScenarioAction {
    const line = sentence(this.random);
    const isHasty = this.options.editRatio > 0 && this.random.next() < this.options.editRatio;
    const content = isHasty ? withTypo(line, this.random) : line;
    this.living.push({ number: this.created++, content: line, corrected: !isHasty });
    if (this.living.length > REACH) this.living.shift();
    return {
      kind: 'create',
      channel: this.channel(),
      author: this.random.below(this.options.authors),
      content,
    };
  }

  private channel(): number {
    return this.random.below(this.options.channels);
  }

  private edit(): ScenarioAction {
    // People correct a typing error before they change a correct line.
    const target = this.living.findLast((message) => !message.corrected) ?? this.random.pick(this.living);
    if (target.corrected)
      target.content = `${target.content.slice(0, 1500)} (edit: ${sentence(this.random)})`;
    target.corrected = true;
    return { kind: 'edit', target: target.number, content: target.content };
  }

  private guildActionKind(roll: number): 'thread' | 'member' | 'voice' | null {
    const { threadRatio = 0, memberRatio = 0, voiceRatio = 0 } = this.options;
    if (roll < threadRatio) return 'thread';
    if (roll < threadRatio + memberRatio) return 'member';
    return roll < threadRatio + memberRatio + voiceRatio ? 'voice' : null;
  }

  private guildAction(kind: 'thread' | 'member' | 'voice'): ScenarioAction {
    const author = this.random.below(this.options.authors);
    return { kind, channel: this.channel(), author, dice: this.random.next() };
  }

  private react(): ScenarioAction {
    return {
      kind: 'react',
      target: this.random.pick(this.living.slice(-REACTION_REACH)).number,
      author: this.random.below(this.options.authors),
      emoji: this.random.pick(EMOJI),
      burst: this.random.next() < BURST_SHARE,
    };
  }

  private remove(): ScenarioAction {
    const index = this.random.below(this.living.length);
    const [target] = this.living.splice(index, 1);
    return { kind: 'delete', target: target?.number ?? 0 };
  }
}
