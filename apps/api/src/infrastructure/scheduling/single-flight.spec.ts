import { singleFlight } from './single-flight.ts';

function slowReading() {
  const waiting: PromiseWithResolvers<string>[] = [];
  const look = singleFlight(() => {
    const reading = Promise.withResolvers<string>();
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
  waiting[0]?.resolve('read');
  await first;
  await new Promise(setImmediate);
  expect(waiting).toHaveLength(2);
  waiting[1]?.resolve('read');
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
  waiting[1]?.resolve('read');
  await later;
  void look();
  expect(waiting).toHaveLength(3);
});

test('what is read is given to whoever asked; a reading that throws at once is a rejection', async () => {
  const { look, waiting } = slowReading();
  const [first, later] = [look(), look()];
  waiting[0]?.resolve('before');
  await expect(first).resolves.toBe('before');
  await new Promise(setImmediate);
  waiting[1]?.resolve('after');
  await expect(later).resolves.toBe('after');
  let broken = true;
  const throwing = singleFlight(() => {
    if (broken) throw new Error('broken');
    return Promise.resolve('whole');
  });
  await expect(throwing()).rejects.toThrow('broken');
  broken = false;
  await expect(throwing()).resolves.toBe('whole');
});
