import 'reflect-metadata';
import { NestFactory } from '@nestjs/core';
import { EnvError, readEnv } from './platform/env.ts';
import { WorkerModule } from './worker.module.ts';

try {
  const app = await NestFactory.createApplicationContext(WorkerModule.for(readEnv()), {
    logger: ['error', 'warn'],
    abortOnError: false,
  });
  app.enableShutdownHooks();
  process.send?.('ready');
} catch (error) {
  console.error(error instanceof EnvError ? error.message : error);
  process.exit(1);
}
