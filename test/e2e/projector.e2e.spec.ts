import { commandSubject } from '@discord-relay/contracts';
import { askProjector } from '../../apps/cli/src/projector.js';
import { createLog, createProjector, withProjectorStack } from '../support/projector-stack.js';

const WAIT = { waitMs: 10_000 };

describe('relay and the projectors', () => {
  it('pauses and resumes, lists projections and has the log doctor speak', async () => {
    await withProjectorStack(async (stack) => {
      await createLog(stack.connection, 2);
      const projector = await createProjector(stack);
      projector.start();
      await projector.ready();
      const config = { NATS_URL: stack.nats.url };
      expect(await askProjector(config, 'projections.list', {}, WAIT)).toMatchObject([
        { version: 1, state: 'active' },
      ]);
      expect(await askProjector(config, 'pause', { partition: 1 }, WAIT)).toEqual({ paused: [1] });
      expect(await askProjector(config, 'resume', {}, WAIT)).toEqual({ paused: [] });
      expect(await askProjector(config, 'projections.doctor', {}, WAIT)).toMatchObject([
        { partition: 0, finding: 'fine', owner: 'projector' },
        { partition: 1, finding: 'fine', owner: 'projector' },
      ]);
      await expect(askProjector(config, 'pause', { partition: 2 }, WAIT)).rejects.toMatchObject({
        code: 'REQUEST.NOT_FOUND',
      });
      const refusal = async (command: string, body: string) => {
        const reply = await stack.connection.request(commandSubject('projector', command), body, {
          timeout: 10_000,
        });
        return reply.json<{ response: { error: { code: string } } }>().response.error.code;
      };
      expect(await refusal('pause', '{"half":')).toBe('REQUEST.INVALID');
      expect(await refusal('explode', '{}')).toBe('REQUEST.NOT_FOUND');
      await projector.stop();
    });
  });
});
