import 'reflect-metadata';
import { createApi } from './create-api.ts';
import { envOrExit } from './infrastructure/config/env.ts';
import { listen } from './infrastructure/http/listen.ts';
import { runProcesses } from './infrastructure/scheduling/processes.ts';

const env = envOrExit();

await runProcesses(env.API_PROCESSES, async () => {
  const app = await createApi(env);
  await app.init();
  await listen(app, env);
});
