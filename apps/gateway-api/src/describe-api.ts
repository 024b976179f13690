import 'reflect-metadata';
import { NestFactory } from '@nestjs/core';
import type { OpenAPIObject } from '@nestjs/swagger';
import { loadGatewayApiConfig } from './config.js';
import { GatewayApiModule } from './gateway-api.module.js';
import { openApiDocument } from './http/openapi/document.js';

/** The OpenAPI document that a running gateway serves at /api/openapi.json. Nothing is started or connected for it. */
export async function describeApi(): Promise<OpenAPIObject> {
  const config = loadGatewayApiConfig({
    NODE_ENV: 'test',
    DATABASE_URL: 'postgres://localhost/none',
    NATS_URL: 'nats://localhost',
    JWT_SECRET: 'placeholder: not used and not secret',
  });
  const app = await NestFactory.create(GatewayApiModule.register(config), { preview: true, logger: false });
  return openApiDocument(app);
}
