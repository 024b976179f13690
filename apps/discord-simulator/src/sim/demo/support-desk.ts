import type { ThreadRecord } from '../../state/model/records.js';
import type { Snowflake } from '../../state/model/snowflakes.js';
import type { World } from '../../state/world.js';
import type { Random } from '../random.js';
import { HELPERS, personIn, SOLVED_TAG, supportForumOf } from './setting.js';
import { SUPPORT_CASES, type SupportCase } from './support-cases.js';

/** Maximum number of posts that wait at a time. */
const MOST_WAITING = 5;

/** The work at a guild's support forum: members ask, helpers answer the longest waiting post, and members reply. */
export class SupportDesk {
  private readonly helpers: readonly Snowflake[];

  constructor(
    private readonly world: World,
    private readonly guildId: Snowflake,
    private readonly random: Random,
  ) {
    this.helpers = HELPERS.map((person) => personIn(world, person));
  }

  /** A new question, an answer to the longest waiting post, or a reply to an answer. */
  step(): void {
    const forum = supportForumOf(this.world, this.guildId);
    if (!forum) return;
    const open = this.world.threads.ofChannel(forum.id).filter(({ archived }) => !archived);
    const waiting = open.filter((post) => !this.helpers.includes(this.lastSpeakerIn(post)));
    const answered = open.filter((post) => !waiting.includes(post));
    const dice = this.random.next();
    if (waiting.length === 0 || (dice < 0.4 && waiting.length < MOST_WAITING))
      return this.ask(forum.id, open);
    if (dice < 0.7 && answered.length > 0) return this.reply(this.random.pick(answered));
    this.answer(waiting[0]!);
  }

  private ask(forumId: Snowflake, open: readonly ThreadRecord[]): void {
    const titles = new Set(open.map(({ name }) => name));
    const unused = SUPPORT_CASES.filter(({ title }) => !titles.has(title));
    if (unused.length === 0) return;
    const { title, tag, by, question } = this.random.pick(unused);
    const appliedTagIds = this.tagIds(forumId, [tag]);
    const ownerId = personIn(this.world, by);
    this.world.threads.createPost(forumId, { name: title, ownerId, appliedTagIds }, { content: question });
  }

  private answer(post: ThreadRecord): void {
    const { answers } = caseOf(post);
    const content = answers[this.linesBy(post, true)] ?? 'Then I will have a look at it myself on Friday.';
    this.world.createMessage(post.id, { authorId: this.random.pick(this.helpers), content });
  }

  /** The author of the post sends the remaining questions; after the last answer the post is solved. */
  private reply(post: ThreadRecord): void {
    const { replies, thanks } = caseOf(post);
    const further = replies[this.linesBy(post, false) - 1];
    this.world.createMessage(post.id, { authorId: post.ownerId, content: further ?? thanks });
    if (further !== undefined) return;
    const solved = this.tagIds(post.parentId, [SOLVED_TAG]);
    const appliedTagIds = [...new Set([...(post.appliedTagIds ?? []), ...solved])];
    this.world.threads.update(post.id, { appliedTagIds, archived: true });
  }

  private linesBy(post: ThreadRecord, byHelpers: boolean): number {
    const messages = this.world.history(post.id).all();
    return messages.filter(({ authorId }) => this.helpers.includes(authorId) === byHelpers).length;
  }

  private tagIds(forumId: Snowflake, names: readonly string[]): Snowflake[] {
    const { availableTags = [] } = this.world.channel(forumId);
    return availableTags.filter(({ name }) => names.includes(name)).map(({ id }) => id);
  }

  private lastSpeakerIn({ id, ownerId }: ThreadRecord): Snowflake {
    return this.world.history(id).all().at(-1)?.authorId ?? ownerId;
  }
}

/** Posts that other users opened have no case of their own. */
const caseOf = ({ name }: ThreadRecord): SupportCase =>
  SUPPORT_CASES.find(({ title }) => title === name) ?? {
    ...{ title: name, tag: 'Question', by: 'fern', question: '', replies: [] },
    answers: ['Thanks for the question. I will ask in the workshop and write here.'],
    thanks: 'Thank you!',
  };
