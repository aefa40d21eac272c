import { connectionRecord } from './connection-record';

describe('connectionRecord', () => {
  beforeEach(() => sessionStorage.clear());
  const measured = { kbps: 4_000, bytes: 192_000 };

  it('is kept for half an hour', () => {
    connectionRecord.write(measured, 1_000);
    expect(connectionRecord.read(1_000 + 30 * 60_000 - 1)).toEqual(measured);
    expect(connectionRecord.read(1_000 + 30 * 60_000)).toBeNull();
  });

  it('is nothing when the device’s clock was set back', () => {
    connectionRecord.write(measured, 100_000);
    expect(connectionRecord.read(1_000)).toBeNull();
  });

  it.each(['', '{', 'null', '5', '{"kbps":"fast"}'])('is nothing when the record is %j', (text) => {
    sessionStorage.setItem('exco-connection', text);
    expect(connectionRecord.read()).toBeNull();
  });
});
