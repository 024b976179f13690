import { createContext, Fragment, type ReactNode, useContext, useEffect, useState } from 'react';
import { CONTENT_TEXTS } from '../../texts/content-texts.js';
import { parseAnsi } from './ansi.js';
import type { CodeNode } from './highlight.js';

interface CodeBlockProps {
  language: string | null;
  code: string;
}

/** Scrolls horizontally, so it can be focused and has a label. Not a landmark, because there may be many. */
export function CodeBlock({ language, code }: CodeBlockProps) {
  return (
    <pre className="code-block" role="group" aria-label={CONTENT_TEXTS.code(language)} tabIndex={0} dir="ltr">
      <code>
        {language?.toLowerCase() === 'ansi' ? (
          <Ansi code={code} />
        ) : (
          <Highlighted language={language} code={code} />
        )}
      </code>
    </pre>
  );
}

function Ansi({ code }: { code: string }) {
  return parseAnsi(code).map(({ text, classes }, index) =>
    classes.length === 0 ? (
      <Fragment key={index}>{text}</Fragment>
    ) : (
      <span key={index} className={classes.join(' ')}>
        {text}
      </span>
    ),
  );
}

/** Longer code is not highlighted, because that would block the page. */
const MOST_CHARACTERS = 8_000;

type Highlight = (language: string, code: string) => CodeNode[] | null;

/** Highlights at once; null: the code is loaded when it is needed. */
export const HighlightContext = createContext<Highlight | null>(null);

function Highlighted(props: CodeBlockProps) {
  const highlight = useContext(HighlightContext);
  return highlight ? <HighlightedNow {...props} highlight={highlight} /> : <HighlightedLater {...props} />;
}

function HighlightedNow({ language, code, highlight }: CodeBlockProps & { highlight: Highlight }) {
  const nodes = language === null || code.length > MOST_CHARACTERS ? null : highlight(language, code);
  return nodes?.map(viewOf) ?? code;
}

function HighlightedLater({ language, code }: CodeBlockProps) {
  const [nodes, setNodes] = useState<CodeNode[] | null>(null);
  useEffect(() => {
    if (language === null || code.length > MOST_CHARACTERS) return;
    let isCurrent = true;
    import('./highlight.js').then(
      ({ highlight }) => isCurrent && setNodes(highlight(language, code)),
      // Without highlighting the code is still readable.
      () => isCurrent && setNodes(null),
    );
    return () => {
      isCurrent = false;
    };
  }, [language, code]);
  return nodes === null ? code : nodes.map(viewOf);
}

function viewOf(node: CodeNode, index: number): ReactNode {
  if (typeof node === 'string') return node;
  return (
    <span key={index} className={node.classes}>
      {node.children.map(viewOf)}
    </span>
  );
}
