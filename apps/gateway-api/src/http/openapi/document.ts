import type { INestApplication } from '@nestjs/common';
import { DocumentBuilder, type OpenAPIObject, SwaggerModule } from '@nestjs/swagger';
import { described } from './operations.js';
import { SCHEMAS } from './schemas.generated.js';
import { POSTED } from './posted.js';

const VERSION = '1';
/** The SPDX identifier. */
const LICENSE = { name: 'MIT', identifier: 'MIT' };

const TAGS = {
  'Log-in': 'How a page gets, renews and gives up its token.',
  Administration: 'Tokens for programs, and the audit log. For admins.',
  Servers: 'Guilds with their channels, rooms, gaps and statistics.',
  'Support queue': 'Conversations that wait for staff. Settings: for admins.',
  Channels: 'A channel with its threads, messages, events and statistics.',
  Messages: 'A message with its revisions and reactions.',
  Search: 'Messages by their content.',
  Export:
    'All messages of a guild, of channels or of a search, for programs that store them: see docs/analytics.md.',
  Access: 'Why a user may or may not see a channel. For admins.',
  Events: 'The log itself: replay, export and following of events.',
  'Time travel': 'What changed between two points of the log.',
  MCP: 'Tools for programs with language models: see docs/mcp.md.',
  Live: 'Events as they happen, as server-sent events.',
  Webhooks: 'Endpoints to which events are posted. For admins.',
  Vitals: 'State and load of the service, for probes, dashboards and people.',
};

/** Over https its name begins with `__Secure-`. */
const cookie = (description: string) => ({ type: 'apiKey', in: 'cookie', description }) as const;

/** The REST interface as OpenAPI 3.1. Also works on an application in preview mode, which connects to nothing. */
export function openApiDocument(app: INestApplication): OpenAPIObject {
  const config = new DocumentBuilder()
    .setOpenAPIVersion('3.1.0')
    .setTitle('discord-relay')
    .setDescription(
      'Read models of Discord guilds. Errors are problem+json; their codes are in docs/errors.md. A method that a path does not have is refused with 405, and `Allow` lists its methods.',
    )
    .setVersion(VERSION)
    .addServer('/', 'The service that serves this document.')
    .addBearerAuth()
    .addCookieAuth('relay_refresh', cookie('The log-in of a browser.'), 'refresh')
    .addCookieAuth(
      'relay_access',
      cookie('The access token, for clients that cannot send a header.'),
      'access',
    )
    .build();
  const document = SwaggerModule.createDocument(app, config);
  const schemas = { ...SCHEMAS, ...document.components?.schemas };
  const { title, version, description } = document.info;
  return {
    ...document,
    info: { title, version, description, license: LICENSE },
    tags: Object.entries(TAGS).map(([name, description]) => ({ name, description })),
    paths: described(document.paths),
    components: { ...document.components, schemas },
    webhooks: POSTED,
  };
}
