import 'reflect-metadata';
import { createApi } from './create-api.ts';
import { envOrExit } from './infrastructure/config/env.ts';
import { listen } from './infrastructure/http/listen.ts';
import { selfReportOf } from './infrastructure/observability/self-report.ts';
import { runProcesses } from './infrastructure/scheduling/processes.ts';
import { shutDownOnSignal } from './shut-down.ts';

const env = envOrExit();

await runProcesses(env.API_PROCESSES, env, async () => {
  const app = await createApi(env);
  await app.init();
  shutDownOnSignal(app, await listen(app, env), env);
  return selfReportOf(app);
});
