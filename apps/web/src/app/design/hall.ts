import { Component, input } from '@angular/core';
import { Seats } from './seats';

/** Every page but the stream: the stage says where one is, the floor has what there is to do. */
@Component({
  selector: 'exco-hall',
  imports: [Seats],
  template: `
    <div class="stage">
      <div class="pinned">
        <div class="words"><ng-content select="[stage]" /></div>
        <exco-seats [lit]="lit()" />
      </div>
    </div>
    <div class="floor"><ng-content /></div>
  `,
  styleUrl: './hall.css',
})
export class Hall {
  /** How full the hall is, 0 to 1. */
  readonly lit = input(0.12);
}
