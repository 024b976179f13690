import { Client } from '@modelcontextprotocol/sdk/client/index.js';
import { InMemoryTransport } from '@modelcontextprotocol/sdk/inMemory.js';
import type { Snowflake } from '@discord-relay/contracts';
import { createMcpServer } from './mcp-server.js';
import type { RelayReader } from './relay-reader.js';

/** A client of a new server, whose caller sees this guild and one that others see, too. */
async function clientOf(guildName: string): Promise<Client> {
  const reader: Partial<RelayReader> = {
    guilds: () =>
      Promise.resolve([
        { id: '1' as Snowflake, name: guildName, icon: null },
        { id: '2' as Snowflake, name: 'shared', icon: null },
      ]),
  };
  const server = createMcpServer({
    reader: reader as RelayReader,
    wallClockMs: () => 0,
    refusalOf: (failure) => ({ code: 'SERVICE.INTERNAL', detail: String(failure), retryable: false }),
  });
  const client = new Client({ name: 'test', version: '1' });
  const [ours, theirs] = InMemoryTransport.createLinkedPair();
  await Promise.all([server.connect(theirs), client.connect(ours)]);
  return client;
}

it('servers of one process have the same tools, and each reads with the rights of its own caller', async () => {
  const clients = await Promise.all(['first', 'second'].map(clientOf));
  const [tools, others] = await Promise.all(clients.map((client) => client.listTools()));
  expect(tools).toEqual(others);
  const answers = await Promise.all(
    clients.map((client) => client.callTool({ name: 'list_channels', arguments: {} })),
  );
  expect(answers.map(({ structuredContent }) => structuredContent)).toMatchObject([
    { untrusted: { guilds: [{ name: 'first' }, { name: 'shared' }] } },
    { untrusted: { guilds: [{ name: 'second' }, { name: 'shared' }] } },
  ]);
  await Promise.all(clients.map((client) => client.close()));
});
