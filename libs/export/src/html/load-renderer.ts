import { existsSync } from 'node:fs';
import { pathToFileURL } from 'node:url';
import type { ArchiveRenderer } from '@discord-relay/contracts';

interface RendererModule {
  archiveRenderer: ArchiveRenderer;
}

/**
 * Loads the page's renderer, which is built beside the page (ADR 60).
 * @throws Error when it is not there
 */
export async function loadArchiveRenderer(path: string): Promise<ArchiveRenderer> {
  if (!existsSync(path)) throw new Error(`${path} does not exist: npm run build creates it`);
  const { archiveRenderer } = (await import(pathToFileURL(path).href)) as RendererModule;
  return archiveRenderer;
}
