import { Component, input } from '@angular/core';
import { Seats } from './seats';

/** The layout of every page but the stream: an introduction beside (on phones above) the cards with what there is to do. */
@Component({
  selector: 'exco-page-layout',
  imports: [Seats],
  template: `
    <div class="intro">
      <div class="pinned">
        <div class="words"><ng-content select="[intro]" /></div>
        <exco-seats [lit]="lit()" />
      </div>
    </div>
    <div class="content"><ng-content /></div>
  `,
  styleUrl: './page-layout.css',
})
export class PageLayout {
  /** Which share of the seats in the picture is taken, 0 to 1. */
  readonly lit = input(0.12);
}
