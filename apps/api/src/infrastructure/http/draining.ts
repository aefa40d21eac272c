import { Injectable } from '@nestjs/common';

/** Whether this process is shutting down: it still answers, and tells balancers and clients to use another one. */
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
