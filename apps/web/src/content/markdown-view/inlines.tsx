import type { ReactNode } from 'react';
import { withoutBidiControls } from '../../ui/bidi.js';
import { CONTENT_TEXTS } from '../../texts/content-texts.js';
import type { Inline, WrapperType } from '../markdown/syntax.js';
import { CodeBlock } from '../code/code-block.js';
import { CustomEmoji } from './custom-emoji.js';
import { ExternalLink } from './external-link.js';
import { ChannelMention, RoleMention, UserMention } from './mentions.js';
import { Spoiler } from './spoiler.js';
import { Timestamp } from './timestamp.js';

export function Inlines({ nodes }: { nodes: readonly Inline[] }): ReactNode {
  return nodes.map((node, index) =>
    node.type === 'text' ? node.value : <InlineView key={index} node={node} />,
  );
}

const TAGS = { strong: 'strong', emphasis: 'em', underline: 'u', strike: 's' } as const;

function InlineView({ node }: { node: Exclude<Inline, { type: 'text' }> }) {
  switch (node.type) {
    case 'strong':
    case 'emphasis':
    case 'underline':
    case 'strike':
    case 'spoiler':
      return <Wrapper type={node.type} nodes={node.children} />;
    case 'code':
      return (
        <code className="markdown-code" dir="ltr">
          {node.value}
        </code>
      );
    case 'codeBlock':
      return <CodeBlock language={node.language} code={node.value} />;
    case 'link':
      return <Link node={node} />;
    case 'emoji':
      return <CustomEmoji {...node} />;
    case 'timestamp':
      return <Timestamp seconds={node.seconds} style={node.style} />;
    default:
      return <Mention node={node} />;
  }
}

type MentionNode = Extract<
  Inline,
  { type: 'user' | 'role' | 'channel' | 'everyone' | 'command' | 'navigation' | 'contact' }
>;

function Mention({ node }: { node: MentionNode }) {
  switch (node.type) {
    case 'user':
      return <UserMention id={node.id} />;
    case 'role':
      return <RoleMention id={node.id} />;
    case 'channel':
      return <ChannelMention id={node.id} />;
    case 'everyone':
      return <span className="mention">{node.value}</span>;
    case 'command':
      return <span className="mention">/{node.name}</span>;
    case 'navigation':
      return <span className="mention">{CONTENT_TEXTS.navigation[node.target]}</span>;
    case 'contact':
      return node.value;
    default:
      return node satisfies never;
  }
}

function Wrapper({ type, nodes }: { type: WrapperType; nodes: readonly Inline[] }) {
  if (type === 'spoiler')
    return (
      <Spoiler>
        <Inlines nodes={nodes} />
      </Spoiler>
    );
  const Tag = TAGS[type];
  return (
    <Tag>
      <Inlines nodes={nodes} />
    </Tag>
  );
}

/** The title shows the full address, because a label can claim anything. */
function Link({ node: { href, title, children } }: { node: Extract<Inline, { type: 'link' }> }) {
  const [only] = children;
  const isBare = children.length === 1 && only?.type === 'text';
  return (
    <ExternalLink href={href} title={title === null ? href : `${title} (${href})`}>
      {isBare ? withoutBidiControls(only.value) : <Inlines nodes={children} />}
    </ExternalLink>
  );
}
