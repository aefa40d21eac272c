import { once } from 'node:events';
import { connect } from 'node:tls';
import type { Findings } from './findings.ts';

const fewestDays = 7;
const day = 86_400_000;
const patienceMilliseconds = 10_000;

/** Whether a browser will believe the site, also in the days after the event. */
export async function lookAtCertificate(address: string, findings: Findings): Promise<void> {
  const url = new URL(address);
  if (url.protocol !== 'https:') {
    findings.wrong(
      'Students would come without TLS.',
      'Give the https address of the proxy; examples are in deploy/proxy.',
    );
    return;
  }
  const socket = connect({ host: url.hostname, port: Number(url.port || 443), servername: url.hostname });
  socket.setTimeout(patienceMilliseconds, () => socket.destroy(new Error('it does not answer')));
  try {
    await once(socket, 'secureConnect');
    const days = Math.floor((Date.parse(socket.getPeerCertificate().valid_to) - Date.now()) / day);
    findings.judge(
      days >= fewestDays,
      `The certificate is believed, and valid for ${days} more days.`,
      `The certificate is valid for ${days} more days only.`,
      'Renew it now, and have the proxy read it before the event.',
    );
  } catch (error) {
    findings.wrong(
      `The certificate is not believed: ${(error as Error).message}.`,
      'The proxy must show the whole chain, for this name. A private authority: set NODE_EXTRA_CA_CERTS to its certificate.',
    );
  } finally {
    socket.destroy();
  }
}
