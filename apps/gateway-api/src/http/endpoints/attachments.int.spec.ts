import { MEDIA_LINKS_SUBJECT, type MediaLinksRequest, type Snowflake } from '@discord-relay/contracts';
import { connect, type NatsConnection } from '@nats-io/transport-node';
import { patientFetch } from '../../testing/patient-fetch.js';
import { Documented } from '../../testing/documented.js';
import { startGateway, type TestGateway } from '../../testing/gateway.js';
import { tokenFor } from '../../testing/tokens.js';
import { CHANNEL, VIEWER } from '../../testing/world.js';

const RECORDED = `https://cdn.example/attachments/${CHANNEL}/9/cat.png`;
const FRESH = `${RECORDED}?ex=ffffffff&is=1&hm=2`;
const AS_VIEWER = { role: 'viewer', sub: VIEWER };

let gateway: TestGateway;
let documented: Documented;
let nats: NatsConnection;
let messageId: string;

beforeAll(async () => {
  gateway = await startGateway();
  documented = Documented.of(await (await fetch(`${gateway.url}/api/openapi.json`)).json());
  nats = await connect({ servers: gateway.nats.url });
  const { body } = (await gateway.world.say()) as { body: { id: Snowflake } };
  messageId = body.id;
  await gateway.world.query('UPDATE messages SET attachments = $2 WHERE id = $1', [
    messageId,
    JSON.stringify([{ id: '9', filename: 'cat.png', sizeBytes: 1, url: RECORDED }]),
  ]);
});
afterAll(async () => {
  await nats.close();
  await gateway.stop();
});

/** Answers one request as an ingestor does, while `work` runs. */
async function withIngestor<T>(freshUrl: string | null, work: () => Promise<T>): Promise<T> {
  const subscription = nats.subscribe(MEDIA_LINKS_SUBJECT, {
    callback: (_error, message) => {
      const { urls } = message.json<MediaLinksRequest>();
      message.respond(JSON.stringify({ ok: true, freshUrls: urls.map(() => freshUrl) }));
    },
  });
  await nats.flush();
  try {
    return await work();
  } finally {
    subscription.unsubscribe();
  }
}

async function call(path = `${messageId}/9`, accept = 'application/json', claims: object = AS_VIEWER) {
  const response = await patientFetch(`${gateway.url}/api/v1/attachments/${path}`, {
    headers: { authorization: `Bearer ${await tokenFor({ ...claims })}`, accept },
    redirect: 'manual',
  });
  const answer = (await response.json()) as { url?: string; code?: string };
  if (response.status !== 302)
    expect(documented.problemsOf(`/api/v1/attachments/${path}`, response.status, answer)).toEqual([]);
  return { status: response.status, answer, location: response.headers.get('location') };
}

describe('an attachment', () => {
  it('a request for an attachment is refused as retryable while no ingestor answers', async () => {
    const { status, answer } = await call();
    expect([status, answer.code]).toEqual([503, 'MEDIA.UNAVAILABLE']);
  });

  it('an attachment without an address at Discord is reported as gone', async () => {
    const { status, answer } = await withIngestor(null, call);
    expect([status, answer.code]).toEqual([404, 'ATTACHMENT.NOT_FOUND']);
  });

  it('an attachment has a fresh address: a redirect, or JSON where only that is accepted', async () => {
    const json = await withIngestor(FRESH, call);
    expect(json).toMatchObject({ status: 200, answer: { url: FRESH }, location: null });
    const redirect = await call(undefined, '*/*');
    expect(redirect).toMatchObject({ status: 302, location: FRESH });
  });

  it('the text of an attachment is not read for users who may not read its message', async () => {
    const { status, answer } = await call(`${messageId}/9/text`, undefined, { role: 'viewer', sub: '599' });
    expect([status, answer.code]).toEqual([404, 'ATTACHMENT.NOT_FOUND']);
  });

  it('an attachment is not found by users who may not read its message, and they cannot tell whether it exists', async () => {
    const stranger = { role: 'viewer', sub: '599' };
    const answers = [
      await call(undefined, undefined, stranger),
      await call('4999/9'),
      await call(`${messageId}/8`),
    ];
    for (const { status, answer } of answers)
      expect([status, answer.code]).toEqual([404, 'ATTACHMENT.NOT_FOUND']);
    const messages = answers.map(({ answer }) => ({ ...answer, requestId: '' }));
    expect(new Set(messages.map((each) => JSON.stringify(each))).size).toBe(1);
  });

  it('an attachment is gone with its message', async () => {
    await gateway.world.bulkDelete([messageId as Snowflake]);
    const { status, answer } = await withIngestor(FRESH, call);
    expect([status, answer.code]).toEqual([404, 'ATTACHMENT.NOT_FOUND']);
  });
});
