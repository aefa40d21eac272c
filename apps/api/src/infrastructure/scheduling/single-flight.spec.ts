import { singleFlight } from './single-flight.ts';

function slowReading() {
  const waiting: PromiseWithResolvers<undefined>[] = [];
  const look = singleFlight(() => {
    const reading = Promise.withResolvers<undefined>();
    waiting.push(reading);
    return reading.promise;
  });
  return { look, waiting };
}

test('a call while one is under way gets one that began after it, and shares it with all others', async () => {
  const { look, waiting } = slowReading();
  const first = look();
  const later = [look(), look(), look()];
  expect(waiting).toHaveLength(1);
  waiting[0]?.resolve(undefined);
  await first;
  await new Promise(setImmediate);
  expect(waiting).toHaveLength(2);
  waiting[1]?.resolve(undefined);
  await Promise.all(later);
  expect(waiting).toHaveLength(2);
});

test('one that fails is told to who asked for it, not to who asked later', async () => {
  const { look, waiting } = slowReading();
  const first = look();
  const later = look();
  waiting[0]?.reject(new Error('away'));
  await expect(first).rejects.toThrow('away');
  await new Promise(setImmediate);
  waiting[1]?.resolve(undefined);
  await later;
  void look();
  expect(waiting).toHaveLength(3);
});
