import { commandSubject, type ProjectionCommands } from '@discord-relay/contracts';
import type { ControlAnswer } from '@discord-relay/platform';
import { connect } from '@nats-io/transport-node';

const WAIT_MS = 60_000;

/** Sends a command to the only projector of a stack. @throws Error when it is refused */
export async function requestProjector<N extends keyof ProjectionCommands>(
  natsUrl: string,
  command: N,
  input: ProjectionCommands[N]['input'] = {},
): Promise<ProjectionCommands[N]['result']> {
  const connection = await connect({ servers: natsUrl });
  try {
    const subject = commandSubject('projector', command);
    const request = JSON.stringify({ pattern: subject, data: { input }, id: 'test' });
    const reply = await connection.request(subject, request, { timeout: WAIT_MS });
    const { response } = reply.json<{ response: ControlAnswer<ProjectionCommands[N]['result']> }>();
    if (response.ok) return response.result;
    throw new Error(`${response.error.code}: ${response.error.message}`);
  } finally {
    await connection.close();
  }
}
