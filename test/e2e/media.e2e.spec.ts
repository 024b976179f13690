import type { RestMessagePage } from '@discord-relay/contracts';
import { until } from '@discord-relay/local-stack';
import { openTempStack, type TempStack } from '../support/stacks/temp-stack.js';

const WAIT_MS = 30_000;
const TEXTS = ['the first file', 'the second file'];

describe('files of messages, from the local Discord to a reader', () => {
  let temp: TempStack & { close(): Promise<void> };
  let channelId: string;
  let messageId: string;
  let attachmentIds: string[];

  beforeAll(async () => {
    temp = await openTempStack({ progress: () => undefined });
    channelId = (await temp.sim.createGuild('With files', [{ name: 'general' }])).channels[0]!.id;
    const attachments = TEXTS.map((text, n) => ({ filename: `${n}.txt`, text }));
    const message = (await sim(`channels/${channelId}/messages`, { attachments })) as {
      id: string;
      attachments: { id: string }[];
    };
    messageId = message.id;
    attachmentIds = message.attachments.map(({ id }) => id);
    await until('the message is projected', WAIT_MS, async () => ((await recorded()) ? true : undefined));
  }, 120_000);
  afterAll(() => temp?.close());

  async function sim(path: string, body: object): Promise<unknown> {
    const response = await fetch(`${temp.stack.simulator!.url}/_sim/${path}`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(body),
    });
    if (!response.ok) throw new Error(`${path}: ${response.status} ${await response.text()}`);
    return response.status === 204 ? undefined : response.json();
  }

  const authorized = () => ({ authorization: `Bearer ${temp.token}` });

  async function recorded() {
    const url = `${temp.url}/api/v1/channels/${channelId}/messages`;
    const response = await fetch(url, { headers: authorized() });
    if (!response.ok) return undefined;
    return ((await response.json()) as RestMessagePage).messages.find(({ id }) => id === messageId);
  }

  const load = (index: number) =>
    fetch(`${temp.url}/api/v1/attachments/${messageId}/${attachmentIds[index]}`, { headers: authorized() });

  it('files of messages have recorded addresses without a signature, which load nothing', async () => {
    const [file] = (await recorded())!.attachments!;
    expect(new URL(file!.url).search).toBe('');
    expect((await fetch(file!.url)).status).toBe(404);
  });

  it('files of messages load by a redirect to a fresh address, also when every earlier one has expired', async () => {
    await sim('attachments/expire', {});
    const response = await load(0);
    expect([response.status, response.redirected, await response.text()]).toEqual([200, true, TEXTS[0]]);
  });

  it('files of messages are unavailable for the time being while no ingestor runs', async () => {
    await temp.stack.service('ingestor').stop();
    const response = await load(1);
    expect(response.status).toBe(503);
    expect(await response.json()).toMatchObject({ code: 'MEDIA.UNAVAILABLE', retryable: true });
  });
});
