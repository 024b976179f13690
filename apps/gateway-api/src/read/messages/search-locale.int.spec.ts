import { SEARCH_VECTOR } from '@discord-relay/read-model';
import { openReadModel, type TestReadModel } from '../../testing/read-model.js';
import { searchMessages } from './search.query.js';

/** Locales that operators use: of the C library, of ICU with its own case rules, and Postgres's own. */
const LOCALES = [
  `LOCALE_PROVIDER libc LC_COLLATE 'C' LC_CTYPE 'C'`,
  `LOCALE_PROVIDER libc LC_COLLATE 'C' LC_CTYPE 'C.UTF-8'`,
  `LOCALE_PROVIDER icu ICU_LOCALE 'de' LOCALE 'C'`,
  `LOCALE_PROVIDER icu ICU_LOCALE 'tr' LOCALE 'C'`,
  `LOCALE_PROVIDER builtin BUILTIN_LOCALE 'C.UTF-8' LOCALE 'C'`,
];

/** Contents, and the searches that find them. */
const FOUND: [said: string, searches: string[]][] = [
  ['Ärger im Büro', ['ärger', 'ÄRGER', 'Ärg', 'büro', 'a\u0308rger']],
  ['„Über“, sagte sie', ['über', 'ÜBER', '„über“']],
  ['Die Straße', ['strasse', 'STRASSE', 'straße']],
  ['ΟΔΟΣ ανοιχτή', ['οδος', 'οδοσ', 'Οδός'.normalize('NFD').replaceAll('\u0301', ''), 'ΑΝΟΙΧΤΉ']],
  ['İSTANBUL ve Diyarbakır', ['istanbul', 'ISTANBUL', 'İstanbul', 'ıstanbul', 'diyarbakir', 'DİYARBAKIR']],
  ['ПРИВЕТ, мир', ['привет', 'МИР']],
  ['हिन्दी में', ['हिन्दी', 'हिन्']],
  ['ＦＵＬＬ ﬁle №５', ['full', 'file', '№5', 'no5']],
  ['ship it🚀🚀 now', ['🚀', 'it🚀', 'it', 'ship 🚀']],
  ['thanks 👍🏽', ['👍', '👍🏽']],
  ['from the 👩🏿‍💻 team', ['💻', '👩', '👩🏿‍💻']],
  ['with love ❤️', ['❤', '❤️']],
  ['🇩🇪 against 🇫🇷', ['🇩🇪', '🇫🇷 against']],
  ['press 1️⃣ for €20', ['1️⃣', '20', '€']],
  ['今日は東京都で会議があります', ['東京', '東京都で', '会議', '議', 'あり', '今日']],
  ['我们明天去北京看朋友, ok?', ['北京', '去北京看', '朋友', '我', 'ok 朋友', '友']],
  ['한국어를 공부합니다', ['한국어', '국어', '공부', '한국 공부', '니다']],
  ['วันนี้อากาศดีมาก', ['อากาศ', 'วันนี้', 'ดี', 'มาก']],
  ['ｶﾀｶﾅ と ㌔', ['カタカナ', 'タカ', 'キロ']],
  [`${'私は猫が好きです'.repeat(60)}終了`, ['終了', 'です終', '猫が好き']],
  ['release日本語版v2', ['release', '日本', '本語版', 'v2']],
  [`long ${'ä'.repeat(3_000)}`, ['Ä'.repeat(2_000), 'ä'.repeat(260)]],
];

const NOT_FOUND: [said: string, searches: string[]][] = [
  ['Ärger', ['rger', 'arger']],
  ['🇫🇷', ['🇩🇪', '🇷🇪']],
  ['thanks 👍', ['👍🏽', '👎']],
  ['東京 都', ['京都', '東都']],
  ['한국어', ['한어']],
  ['… — !', ['…', '!!!', '—', ' ']],
];

describe.each(LOCALES)('search in a database with %s', (locale) => {
  let model: TestReadModel;

  beforeAll(async () => {
    model = await openReadModel(`TEMPLATE template0 ENCODING 'UTF8' ${locale}`);
    await model.pool.query(
      `CREATE INDEX messages_search ON messages USING gin (${SEARCH_VECTOR}) WHERE deleted_at IS NULL`,
    );
    await model.pool.query('SET enable_seqscan = off');
  });
  beforeEach(() => model.pool.query('TRUNCATE messages'));
  afterAll(() => model?.close());

  const say = (id: number, content: string, embeds: unknown[]) =>
    model.pool.query(
      `INSERT INTO messages (id, channel_id, guild_id, author_id, content, created_at, embeds, partial, seq)
       VALUES ($1, 10, 1, 7, $2, now(), $3, false, 0)`,
      [id, content, JSON.stringify(embeds)],
    );

  const found = async (text: string) =>
    (await searchMessages(model.query, { channelIds: ['10'], text, limit: 50 })).messages.map(({ id }) =>
      Number(id),
    );

  it.each(FOUND)(
    'a message is found by the words of “%s” in its content or in an embed, whatever the locale',
    async (said, searches) => {
      await say(1, said, []);
      await say(2, '', [{ type: 'rich', title: 'News\n"today"\\', description: said }]);
      await say(3, 'something else', []);
      for (const text of searches) expect([text, await found(text)]).toEqual([text, [2, 1]]);
    },
  );

  it.each(NOT_FOUND)(
    'a message “%s” is not found by other words, whatever the locale',
    async (said, searches) => {
      await say(1, said, []);
      for (const text of searches) expect([text, await found(text)]).toEqual([text, []]);
    },
  );
});
