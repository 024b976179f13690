/** What exporters write in place of the content of these types of messages. */
const SENTENCES: ReadonlyMap<number, RegExp> = new Map([
  [1, /^Added .+\.$/],
  [2, /^(Left the group|Removed .+)\.$/],
  [3, /^Started a call that lasted [\d,]+ minutes\.$/],
  [4, /^Changed the channel name(: |\.$)/],
  [5, /^Changed the channel icon\.$/],
  [6, /^Pinned a message\.$/],
  [7, /^Joined the server\.$/],
  [18, /^Started a thread\.$/],
]);

/** The content as Discord has it: without the sentence of the exporter, of which only a new name of the channel is content. */
export function withoutSentence(content: unknown, type: number | undefined): unknown {
  const sentence = type === undefined ? undefined : SENTENCES.get(type);
  return sentence && typeof content === 'string' ? content.replace(sentence, '') : content;
}
