import { AnswerReader, type Answer } from './answer-reader.ts';

/** Feeds the bytes in pieces of every size, from one byte to all at once, always through the same buffer. */
function readInPieces(text: string, countOnly = false): (Answer | null)[] {
  const bytes = Buffer.from(text);
  return [1, 2, 3, 7, 64, bytes.length].map((size) => {
    const reader = new AnswerReader(countOnly);
    const shared = Buffer.alloc(size);
    let answer: Answer | null = null;
    for (let from = 0; from < bytes.length; from += size) {
      const length = bytes.copy(shared, 0, from, from + size);
      answer = reader.push(shared.subarray(0, length), from) ?? answer;
      shared.fill(0);
    }
    return answer;
  });
}

test('an answer with a length, in pieces of any size', () => {
  const text =
    'HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 9\r\nSet-Cookie: exco_session=1.2; Path=/; HttpOnly\r\nset-cookie: other=x\r\n\r\n"Zoë ✓"';
  const whole = text.replace('9', String(Buffer.byteLength('"Zoë ✓"')));
  for (const answer of readInPieces(whole)) {
    expect(answer).toMatchObject({
      status: 200,
      body: '"Zoë ✓"',
      cookies: ['exco_session=1.2', 'other=x'],
      closes: false,
    });
    expect(answer?.bytes).toBe(Buffer.byteLength('"Zoë ✓"'));
  }
});

test('an answer in chunks', () => {
  for (const answer of readInPieces(
    'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n10\r\n, sixteen bytes!\r\n0\r\n\r\n',
  ))
    expect(answer).toMatchObject({ status: 200, body: 'hello, sixteen bytes!', bytes: 21 });
});

test('a refusal says how long to wait and that the connection ends', () => {
  for (const answer of readInPieces(
    'HTTP/1.1 503 Service Unavailable\r\nRetry-After: 7\r\nConnection: close\r\nContent-Length: 2\r\n\r\n{}',
  ))
    expect(answer).toMatchObject({ status: 503, retryAfterSeconds: 7, closes: true });
});

test('an answer without a body is whole with its head', () => {
  for (const answer of readInPieces('HTTP/1.1 204 No Content\r\n\r\n'))
    expect(answer).toMatchObject({ status: 204, body: '' });
});

test('what is only counted is not kept', () => {
  for (const answer of readInPieces(`HTTP/1.1 200 OK\r\nContent-Length: 500\r\n\r\n${'x'.repeat(500)}`, true))
    expect(answer).toMatchObject({ status: 200, body: '', bytes: 500 });
});

test('something else than HTTP, or more than was announced, is refused', () => {
  expect(() => new AnswerReader().push(Buffer.from('SSH-2.0\r\n\r\n'), 0)).toThrow('not an HTTP answer');
  expect(() => new AnswerReader().push(Buffer.from('HTTP/1.1 200 OK\r\nContent-Length: 1\r\n\r\nab'), 0)).toThrow(
    'more bytes',
  );
});
