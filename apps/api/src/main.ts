import 'reflect-metadata';
import { createApi } from './create-api.ts';
import { envOrExit } from './platform/env.ts';
import { runProcesses } from './platform/processes.ts';

const env = envOrExit();

await runProcesses(env.API_PROCESSES, async () => {
  const app = await createApi(env);
  await app.init();
  // Fastify hands what it does not know itself on to the server.
  const where = { port: env.PORT, host: env.HOST, reusePort: env.API_PROCESSES > 1 };
  await app.getHttpAdapter().getInstance().listen(where);
});
