import type { INestApplication } from '@nestjs/common';
import { DocumentBuilder, type OpenAPIObject, SwaggerModule } from '@nestjs/swagger';
import { described } from './operations.js';
import { SCHEMAS } from './schemas.js';
import { POSTED } from './webhook-schemas.js';

const VERSION = '1';
/** As SPDX names it. */
const LICENSE = { name: 'MIT', identifier: 'MIT' };

const TAGS = {
  'Log-in': 'How a page gets its token, renews it and gives it up.',
  Administration: 'Tokens for programs, and who did what. For admins.',
  Servers: 'Servers with their channels, rooms, gaps and statistics.',
  Channels: 'A channel with its threads, messages, events and statistics.',
  Messages: 'A message with its revisions and reactions.',
  Search: 'Messages by what they say.',
  Access: 'Why somebody may see a channel or not. For admins.',
  Live: 'Events as they happen, as server-sent events.',
  Webhooks: 'Where events are posted to. For admins.',
  Vitals: 'How the service is, for probes, dashboards and people.',
};

/** Over https its name begins with `__Secure-`. */
const cookie = (description: string) => ({ type: 'apiKey', in: 'cookie', description }) as const;

/** The REST interface as OpenAPI 3.1. Works on an application in preview mode too: nothing is connected. */
export function openApiDocument(app: INestApplication): OpenAPIObject {
  const config = new DocumentBuilder()
    .setOpenAPIVersion('3.1.0')
    .setTitle('discord-relay')
    .setDescription(
      'Read models of Discord servers. Errors are problem+json; their codes are in docs/errors.md.',
    )
    .setVersion(VERSION)
    .addServer('/', 'The service that this document is of.')
    .addBearerAuth()
    .addCookieAuth('relay_refresh', cookie('The log-in of a browser.'), 'refresh')
    .addCookieAuth('relay_access', cookie('The access token, where a browser sends no header.'), 'access')
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
