import 'reflect-metadata';
import { createApi } from './create-api.ts';
import { envOrExit } from './platform/env.ts';
import { listen } from './platform/listen.ts';
import { runProcesses } from './platform/processes.ts';

const env = envOrExit();

await runProcesses(env.API_PROCESSES, async () => {
  const app = await createApi(env);
  await app.init();
  await listen(app, env);
});
