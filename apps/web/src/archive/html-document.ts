import { createHash } from 'node:crypto';

/** The frame of every file: a policy that allows one style sheet and nothing else. */
export class HtmlDocument {
  private readonly policy: string;

  /** @param styles contains no `</style` */
  constructor(private readonly styles: string) {
    const hash = createHash('sha256').update(styles).digest('base64');
    this.policy = `default-src 'none'; style-src 'sha256-${hash}'; base-uri 'none'; form-action 'none'`;
  }

  /** @param title escaped */
  begin(title: string): string {
    return [
      '<!doctype html>',
      '<html lang="en">',
      '<head>',
      '<meta charset="utf-8">',
      `<meta http-equiv="Content-Security-Policy" content="${this.policy}">`,
      '<meta name="viewport" content="width=device-width, initial-scale=1">',
      '<meta name="color-scheme" content="light dark">',
      '<meta name="referrer" content="no-referrer">',
      '<meta name="robots" content="noindex">',
      `<title>${title}</title>`,
      `<style>${this.styles}</style>`,
      '</head>',
      '<body class="archive">',
      '',
    ].join('\n');
  }

  end(): string {
    return '</body>\n</html>\n';
  }
}
