// Appends everything that happens in a channel to a file, a JSON object a line, and goes on where the file ends when it
// is started again:
//   RELAY_TOKEN=… node archive.mjs https://relay.example.com 123456789012345678 channel.ndjson
import { appendFileSync, existsSync, readFileSync, truncateSync } from 'node:fs';
import { connect } from '@discord-relay/client';

const [url, channelId, file] = process.argv.slice(2);
const relay = connect({ url, token: process.env.RELAY_TOKEN });
const channel = relay.channel(channelId);

const write = (event, data) => appendFileSync(file, `${JSON.stringify({ event, data })}\n`);

/** The cursor that the file ends at; undefined when there is none. A line that was cut while it was written goes. */
function cursorOf(text) {
  const whole = text.slice(0, text.lastIndexOf('\n') + 1);
  if (whole !== text) truncateSync(file, Buffer.byteLength(whole));
  const last = whole.trimEnd().split('\n').at(-1);
  return last ? JSON.parse(last).data.seq : undefined;
}

// A snapshot after the first means that what came between is not to be had any more: the reason is written down too.
channel.on('snapshot', (snapshot) => write('snapshot', snapshot));
for (const event of ['message', 'update', 'delete', 'reaction'])
  channel.on(event, (data) => write(event, data));
channel.on('unsubscribed', ({ code }) => {
  console.error(`the channel may not be read any longer: ${code}`);
  relay.close();
});

process.once('SIGINT', () => relay.close());
process.once('SIGTERM', () => relay.close());
await channel.join(existsSync(file) ? cursorOf(readFileSync(file, 'utf8')) : undefined);
console.error('archiving');
