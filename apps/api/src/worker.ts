import 'reflect-metadata';
import { NestFactory } from '@nestjs/core';
import { envOrExit } from './infrastructure/config/env.ts';
import { processLogger } from './infrastructure/observability/process-logger.ts';
import { selfReportOf } from './infrastructure/observability/self-report.ts';
import { closeOnSignal } from './infrastructure/scheduling/close-on-signal.ts';
import { runProcesses } from './infrastructure/scheduling/processes.ts';
import { WorkerModule } from './worker.module.ts';

const env = envOrExit();

await runProcesses(env.WORKER_PROCESSES, env, async () => {
  const app = await NestFactory.createApplicationContext(WorkerModule.for(env), {
    logger: processLogger(env),
    abortOnError: false,
  });
  closeOnSignal(app);
  return selfReportOf(app);
});
