import { CONTENT_TEXTS } from '../../texts/content-texts.js';

interface CodeBlockProps {
  language: string | null;
  code: string;
}

export function CodeBlock({ language, code }: CodeBlockProps) {
  return (
    <pre
      className="code-block"
      role="region"
      aria-label={CONTENT_TEXTS.code(language)}
      tabIndex={0}
      dir="ltr"
    >
      <code>{code}</code>
    </pre>
  );
}
