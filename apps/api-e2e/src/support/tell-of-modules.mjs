// `--import` of a process: each module of OpenTelemetry that it loads is a line of its log.
import { registerHooks } from 'node:module';

registerHooks({
  load(url, context, next) {
    const [, name] = /node_modules\/(@opentelemetry\/[\w-]+)\//.exec(url) ?? [];
    if (name) process.stderr.write(`loaded ${name}\n`);
    return next(url, context);
  },
});
