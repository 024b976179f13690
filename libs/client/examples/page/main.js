// A channel on a page: index.html?url=https://relay.example.com&channel=123456789012345678#TOKEN
// The token follows the #, so the browser does not send it to the server of the page.
import { connect } from '@discord-relay/client';

const query = new URLSearchParams(location.search);
const relay = connect({ url: query.get('url'), token: location.hash.slice(1) });
const channel = relay.channel(query.get('channel'));
const list = document.getElementById('messages');
const state = document.getElementById('state');

/** As text, never as HTML: anybody may have written it. */
function show({ id, author, content }) {
  const item = document.createElement('li');
  item.id = `message-${id}`;
  item.textContent = `${author.username}: ${content}`;
  return item;
}

const shown = (id) => document.getElementById(`message-${id}`);

channel.on('snapshot', ({ messages }) => list.replaceChildren(...messages.map(show)));
channel.on('message', (message) => list.append(show(message)));
channel.on('update', (message) => {
  // An update omits fields that have not changed.
  if (message.author && message.content !== undefined) shown(message.id)?.replaceWith(show(message));
});
channel.on('delete', ({ id }) => shown(id)?.remove());
channel.on('live', (live) => (state.textContent = live ? 'live' : relay.state));
channel.on('refused', ({ message }) => (state.textContent = message));
channel.on('unsubscribed', ({ message }) => (state.textContent = message));
relay.on('state', (now) => (state.textContent = now));
channel.join().catch(() => undefined);
