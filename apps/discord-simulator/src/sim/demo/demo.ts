import type { Snowflake } from '../../state/model/snowflakes.js';
import { WorldError } from '../../state/model/world-error.js';
import type { World } from '../../state/world.js';
import { Random } from '../random.js';
import { GENERAL_TALK } from './general-talk.js';
import { harbourTalk } from './harbour-talk.js';
import type { Conversation } from './line.js';
import { NEWS_TALK } from './news-talk.js';
import { raid } from './raid.js';
import { Rooms } from './rooms.js';
import { prepareGuilds } from './setting.js';
import { SupportDesk } from './support-desk.js';
import { Talk } from './talk.js';
import { WELCOME_TALK } from './welcome-talk.js';

/** Steps of a guild before its first raid, and between two. */
const RAID_AT_STEP = 40;
const RAID_EVERY_STEPS = 500;

/**
 * `past`: the history of a new world; `present`: what is played afterwards. Until all conversations were played, each
 * is in one of them only.
 */
export type Act = 'past' | 'present';

/** Every third conversation is left for the present. */
const isOfPast = (_each: Conversation, index: number): boolean => index % 3 !== 1;

const conversationsAt = (nowMs: number): readonly Conversation[] => [
  ...WELCOME_TALK,
  harbourTalk(nowMs),
  ...NEWS_TALK,
  ...GENERAL_TALK,
];

/** The scenario in one guild. */
class GuildDemo {
  private readonly talk: Talk;
  private readonly desk: SupportDesk;
  private readonly rooms: Rooms;
  private readonly raidOfGuild: () => Iterator<undefined, void>;
  private running: Iterator<undefined, void> | null = null;
  private steps = 0;
  private readonly hasRaids: boolean;

  constructor(
    { world, act }: { world: World; act: Act },
    guildId: Snowflake,
    private readonly random: Random,
  ) {
    const conversations = () => conversationsAt(world.nowMs());
    const first = conversations().filter((each, index) => isOfPast(each, index) === (act === 'past'));
    this.talk = new Talk({ world, guildId, random }, conversations, first);
    this.desk = new SupportDesk(world, guildId, random);
    this.rooms = new Rooms(world, guildId, random);
    this.hasRaids = act === 'present';
    this.raidOfGuild = () => raid(world, guildId);
  }

  step(): void {
    this.steps += 1;
    if (this.hasRaids && this.steps % RAID_EVERY_STEPS === RAID_AT_STEP) this.running = this.raidOfGuild();
    const dice = this.random.next();
    if (this.running && dice < 0.6) {
      if (this.running.next().done) this.running = null;
    } else if (dice < 0.72) this.talk.step();
    else if (dice < 0.88) this.desk.step();
    else this.rooms.step();
  }
}

/** The lively scenario: people talk, ask for support, meet in rooms and fend off raids, in every guild. */
export class Demo {
  private readonly guilds: readonly GuildDemo[];
  private next = 0;

  constructor(world: World, seed: number, act: Act = 'present') {
    prepareGuilds(world);
    this.guilds = [...world.guilds.keys()].map(
      (id, index) => new GuildDemo({ world, act }, id, new Random(seed + index)),
    );
  }

  /** One event, in one guild after the other. @returns false if it was not possible: somebody changed the world. */
  step(): boolean {
    const guild = this.guilds[this.next++ % this.guilds.length];
    try {
      guild?.step();
      return guild !== undefined;
    } catch (error) {
      if (error instanceof WorldError) return false;
      throw error;
    }
  }
}
