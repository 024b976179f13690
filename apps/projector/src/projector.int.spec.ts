import { created } from './testing/events.js';
import { Harness } from './testing/harness.js';

describe('projector', () => {
  let harness: Harness;
  beforeEach(async () => {
    harness = await Harness.start();
  });
  afterEach(() => harness.stop());

  it('projects what is in the log', async () => {
    await harness.createLog();
    const seqs = await harness.append(created(1), created(2));
    harness.project();
    await harness.projected(seqs.at(-1)!);
    expect(await harness.rows('SELECT id, content FROM messages ORDER BY id')).toEqual([
      { id: '1', content: 'message 1' },
      { id: '2', content: 'message 2' },
    ]);
  });
});
