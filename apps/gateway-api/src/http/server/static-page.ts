import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { NestExpressApplication } from '@nestjs/platform-express';
import type { NextFunction, Request, Response } from 'express';
import { type MediaSettings, withMedia } from './page-policy.js';
import { withRelativeRoot } from './relative-root.js';

const YEAR_S = 31_536_000;

/** Serves the built page at every path that does not belong to the API; does nothing if it was not built. */
export function serveStaticPage(app: NestExpressApplication, webDir: string, media: MediaSettings): boolean {
  const index = join(webDir, 'index.html');
  if (!existsSync(index)) return false;
  app.useStaticAssets(webDir, { index: false, setHeaders: setCaching });
  app.use((request: Request, response: Response, next: NextFunction) => {
    if (!isPagePath(request)) return next();
    sendPage(index, media, request, response).catch(next);
  });
  return true;
}

/** Read for each request, because the page may be rebuilt while the service runs. */
async function sendPage(
  index: string,
  media: MediaSettings,
  { path }: Request,
  response: Response,
): Promise<void> {
  const html = withMedia(withRelativeRoot(await readFile(index, 'utf8'), path), media);
  setCaching(response, index);
  response.type('html').send(html);
}

/** Vite puts a content hash into the names in assets/; other files may change under the same name. */
function setCaching(response: Response, path: string): void {
  const hashed = /[\\/]assets[\\/]/.test(path);
  response.setHeader('Cache-Control', hashed ? `public, max-age=${YEAR_S}, immutable` : 'no-cache');
}

/** Paths of the page's own navigation: neither a file nor an endpoint. */
function isPagePath({ method, path }: Request): boolean {
  if (method !== 'GET' && method !== 'HEAD') return false;
  return !/^\/(api|mcp|metrics|socket\.io)(\/|$)/.test(path) && !/\.[^/]*$/.test(path);
}
