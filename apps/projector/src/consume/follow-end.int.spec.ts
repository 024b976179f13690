import { jest } from '@jest/globals';
import { jetstreamManager, type StreamAPI } from '@nats-io/jetstream';
import { eventually } from '../testing/eventually.js';
import { created } from '../testing/events.js';
import { Harness } from '../testing/harness.js';

type GetMessage = StreamAPI['getMessage'];

describe('the end of the log of a quiet partition', () => {
  let harness: Harness;
  let answer: () => void;

  beforeEach(async () => {
    harness = await Harness.start(1);
    await harness.createLog();
  });

  afterEach(() => {
    answer();
    jest.restoreAllMocks();
    return harness.stop();
  });

  /** From now on, the question for the newest event of a partition has no answer until the end of the test. */
  async function withholdAnswers() {
    const jsm = await jetstreamManager(harness.connection);
    const api = Object.getPrototypeOf(jsm.streams) as StreamAPI;
    const withheld = new Promise<null>((resolve) => (answer = () => resolve(null)));
    const answered = api.getMessage;
    return jest.spyOn(api, 'getMessage').mockImplementation(function (this: StreamAPI, stream, query) {
      return 'last_by_subj' in query ? withheld : answered.call(this, stream, query);
    } as GetMessage);
  }

  it('neither commits nor the hand-over of a partition wait for an answer about the end of the log', async () => {
    const projector = harness.project({ followEndMs: 20 });
    const [first] = await harness.append(created(1));
    await harness.projected(first!);
    const questions = await withholdAnswers();
    await harness.appendRaw('discord.1.other', '{}');
    await eventually('a question', () => questions.mock.calls.some(([, query]) => 'last_by_subj' in query));
    const [second] = await harness.append(created(2));
    await harness.projected(second!);
    await projector.stop();
    expect(await harness.rows('SELECT owner FROM checkpoints')).toEqual([{ owner: null }]);
  }, 60_000);
});
