import 'reflect-metadata';
import { NestFactory } from '@nestjs/core';
import { envOrExit } from './infrastructure/config/env.ts';
import { runProcesses } from './infrastructure/scheduling/processes.ts';
import { WorkerModule } from './worker.module.ts';

const env = envOrExit();

await runProcesses(env.WORKER_PROCESSES, async () => {
  const app = await NestFactory.createApplicationContext(WorkerModule.for(env), {
    logger: ['error', 'warn'],
    abortOnError: false,
  });
  app.enableShutdownHooks();
});
