import { Injectable } from '@nestjs/common';

/** Whether this process is on its way out: it answers as ever, and tells balancers and clients to go elsewhere. */
@Injectable()
export class Draining {
  private begun = false;

  get isUnderWay(): boolean {
    return this.begun;
  }

  begin(): void {
    this.begun = true;
  }
}
