/** Something only a person can put right: the message says what and how. */
export class Fault extends Error {
  override readonly name: string = 'Fault';
}

/** The command line does not say what to do. */
export class UsageFault extends Fault {
  override readonly name = 'UsageFault';
}
