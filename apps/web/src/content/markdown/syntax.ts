/** The syntax tree of Discord's Markdown. Its depth is bounded, and its texts are what the author typed. */
export type Inline =
  | { type: 'text'; value: string }
  | { type: WrapperType; children: Inline[] }
  | { type: 'code'; value: string }
  | { type: 'codeBlock'; language: string | null; value: string }
  /** `href` is always http or https. */
  | { type: 'link'; href: string; title: string | null; children: Inline[] }
  | { type: 'user' | 'role' | 'channel'; id: string }
  | { type: 'everyone'; value: '@everyone' | '@here' }
  | { type: 'emoji'; id: string; name: string; animated: boolean }
  | { type: 'timestamp'; seconds: number; style: TimestampStyle }
  | { type: 'command'; name: string; id: string }
  | { type: 'navigation'; target: NavigationTarget }
  /** An e-mail address or a telephone number. */
  | { type: 'contact'; value: string };

export type WrapperType = 'strong' | 'emphasis' | 'underline' | 'strike' | 'spoiler';

export type TimestampStyle = 't' | 'T' | 'd' | 'D' | 'f' | 'F' | 's' | 'S' | 'R';

export const NAVIGATION_TARGETS = ['customize', 'browse', 'guide', 'home', 'linked-roles'] as const;
export type NavigationTarget = (typeof NAVIGATION_TARGETS)[number];

export type Block =
  | { type: 'paragraph' | 'subtext'; children: Inline[] }
  | { type: 'heading'; level: 1 | 2 | 3; children: Inline[] }
  | { type: 'quote'; children: Block[] }
  | List;

export interface List {
  type: 'list';
  /** The first number of an ordered list; null: a bullet list. */
  start: number | null;
  items: Block[][];
}
