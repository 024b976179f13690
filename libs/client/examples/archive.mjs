// Appends all events of a channel to a file, one JSON object per line; on a restart it continues after the last line:
// RELAY_TOKEN=… node archive.mjs https://relay.example.com 123456789012345678 channel.ndjson
import { appendFileSync, existsSync, readFileSync, truncateSync } from 'node:fs';
import { connect } from '@discord-relay/client';

const [url, channelId, file] = process.argv.slice(2);
const relay = connect({ url, token: process.env.RELAY_TOKEN });
const channel = relay.channel(channelId);

const write = (event, data) => appendFileSync(file, `${JSON.stringify({ event, data })}\n`);

/** The cursor of the file's last line; undefined if there is none. Removes an incomplete last line. */
function cursorOf(text) {
  const whole = text.slice(0, text.lastIndexOf('\n') + 1);
  if (whole !== text) truncateSync(file, Buffer.byteLength(whole));
  const last = whole.trimEnd().split('\n').at(-1);
  return last ? JSON.parse(last).data.seq : undefined;
}

// A snapshot after the first one means that the events in between are no longer available; its reason is written too.
channel.on('snapshot', (snapshot) => write('snapshot', snapshot));
for (const event of ['message', 'update', 'delete', 'reaction'])
  channel.on(event, (data) => write(event, data));
channel.on('unsubscribed', ({ code }) => {
  console.error(`the channel may no longer be read: ${code}`);
  relay.close();
});

process.once('SIGINT', () => relay.close());
process.once('SIGTERM', () => relay.close());
await channel.join(existsSync(file) ? cursorOf(readFileSync(file, 'utf8')) : undefined);
console.error('archiving');
