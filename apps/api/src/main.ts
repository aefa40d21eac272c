import 'reflect-metadata';
import { createApi } from './create-api.ts';
import { EnvError, readEnv } from './platform/env.ts';

try {
  const env = readEnv();
  const app = await createApi(env);
  await app.listen(env.PORT, env.HOST);
  process.send?.('ready');
} catch (error) {
  console.error(error instanceof EnvError ? error.message : error);
  process.exit(1);
}
