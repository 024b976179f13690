import { ValidationPipe } from '@nestjs/common';

/** Checks requests against the classes that describe them; unknown fields are refused. */
export const requestValidation = (): ValidationPipe =>
  new ValidationPipe({ whitelist: true, forbidNonWhitelisted: true, transform: true });
