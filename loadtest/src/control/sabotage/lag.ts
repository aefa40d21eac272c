/** A generator that is busy with something else most of the time. */
const everyMilliseconds = 600;
const busyMilliseconds = 450;

setInterval(() => {
  const until = performance.now() + busyMilliseconds;
  while (performance.now() < until);
}, everyMilliseconds).unref();
