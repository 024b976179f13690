import type { Snowflake } from '../../state/model/snowflakes.js';
import type { World } from '../../state/world.js';
import { channelNamed, HELPERS, personIn } from './setting.js';

const RAIDERS = 5;
const DAY_MS = 86_400_000;
const SPAM = [
  'FREE KITES for everybody, today only: https://example.org/free-kites',
  'They banned me for telling the truth! Free kites: https://example.org/free-kites',
  'Why is nobody clicking? https://example.org/free-kites',
] as const;

/** A raid: accounts join and advertise, and a moderator bans them. Each `next()` is one event. */
export function* raid(world: World, guildId: Snowflake): Generator<undefined, void> {
  const channel = channelNamed(world, guildId, 'general');
  if (!channel) return;
  const moderatorId = personIn(world, HELPERS[0]);
  const say = (authorId: Snowflake, content: string) =>
    world.createMessage(channel.id, { authorId, content });
  const raiders: Snowflake[] = [];
  for (let i = 0; i < RAIDERS; i++) {
    raiders.push(joinRaider(world, guildId, i));
    yield;
  }
  for (let i = 0; i < RAIDERS + 2; i++) {
    say(raiders[i % RAIDERS] ?? '', SPAM[i % SPAM.length] ?? '');
    yield;
  }
  say(personIn(world, 'hazel'), 'What is going on here? 😳');
  yield;
  say(moderatorId, 'This is a raid. I am on it, please do not click.');
  yield;
  for (const userId of raiders) {
    const reason = 'Raid: advertising from a new account';
    world.members.ban(guildId, userId, reason);
    world.audit.banned(guildId, { byId: moderatorId, targetId: userId, reason });
    world.messages.deleteBy(guildId, userId, DAY_MS);
    yield;
  }
  const { id: messageId } = say(
    moderatorId,
    `Done: **${RAIDERS} accounts banned**, and what they wrote is gone.`,
  );
  for (const person of ['hazel', 'cobalt', 'juniper'] as const) {
    yield;
    const emoji = { id: null, name: '🛡️', animated: false };
    world.reactions.add({ channelId: channel.id, messageId, userId: personIn(world, person), emoji });
  }
}

/** A new account that becomes a member of the guild; elsewhere it is none. */
function joinRaider(world: World, guildId: Snowflake, index: number): Snowflake {
  const number = world.users.size * 10 + index;
  const { id } = world.createUser(`sunny-deals-${number}`, { globalName: `Sunny Deals ${number}` });
  for (const { id: each } of world.guilds.values()) world.members.exclude(each, id);
  world.members.join(guildId, id);
  return id;
}
