import { inject, Service } from '@angular/core';
import { from } from 'rxjs';
import { PreloadWhenIdle } from '../core/preload-when-idle';
import { OpeningPace } from '../event/opening-pace';
import { Classmates } from './classmates';

/** What a page loads for the opening, when its turn comes: not all pages at the same moment. */
@Service({ autoProvided: false })
export class Preparation {
  private readonly pace = inject(OpeningPace);
  private readonly classmates = inject(Classmates);
  private readonly preload = inject(PreloadWhenIdle);

  /** @throws the reason of `leaving` */
  async begin(eventId: number, leaving: AbortSignal): Promise<void> {
    await this.pace.turn(leaving);
    await this.classmates.load(eventId);
    // The player is the largest file of the stream page: it must not be asked for when thousands check in.
    this.preload.add(() => from(import('hls.js')));
  }
}
