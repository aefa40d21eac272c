/** A whole text message as the server sends it: final, unmasked, uncompressed (RFC 6455, section 5.2). @throws RangeError above 65,535 bytes */
export function textFrame(text: string): Buffer {
  const length = Buffer.byteLength(text);
  if (length > 0xffff) throw new RangeError(`a message of ${length} bytes`);
  const head = length < 126 ? [0x81, length] : [0x81, 126, length >> 8, length & 0xff];
  return Buffer.concat([Buffer.from(head), Buffer.from(text)]);
}
