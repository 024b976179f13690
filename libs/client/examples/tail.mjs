// Prints the events of a channel until Ctrl-C:
// RELAY_TOKEN=… node tail.mjs https://relay.example.com 123456789012345678
import { connect } from '@discord-relay/client';

const [url, channelId] = process.argv.slice(2);
const relay = connect({ url, token: process.env.RELAY_TOKEN });
const channel = relay.channel(channelId);

const line = ({ timestamp, author, content }) => `${timestamp} ${author.username}: ${content}`;

channel.on('snapshot', ({ messages, reason }) => {
  console.log(`-- ${messages.length} messages (${reason})`);
  for (const message of messages) console.log(line(message));
});
channel.on('message', (message) => console.log(line(message)));
channel.on(
  'update',
  ({ id, content }) => content !== undefined && console.log(`${id} was edited: ${content}`),
);
channel.on('delete', ({ id }) => console.log(`${id} was deleted`));
channel.on('reaction', ({ action, messageId, emoji }) =>
  console.log(`${messageId} reaction ${action} ${emoji?.name ?? ''}`),
);
channel.on('gap', ({ after, seq }) =>
  console.error(`-- events between ${after} and ${seq} are missing: requested them`),
);
relay.on('state', (state, error) => console.error(`-- ${state}${error ? `: ${error.message}` : ''}`));

process.once('SIGINT', () => relay.close());
await channel.join().catch(({ code, message }) => {
  console.error(`${code}: ${message}`);
  process.exitCode = 1;
  relay.close();
});
