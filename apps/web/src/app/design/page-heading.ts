import { afterNextRender, Directive, ElementRef, inject } from '@angular/core';
import { Router } from '@angular/router';

/** The heading of a page. Takes the focus on arrival from another page, so that keyboard and screen reader follow. */
@Directive({ selector: '[excoPageHeading]', host: { tabindex: '-1' } })
export class PageHeading {
  constructor() {
    const heading = inject<ElementRef<HTMLElement>>(ElementRef).nativeElement;
    const arrivedFromAnotherPage = inject(Router).navigated;
    afterNextRender(() => {
      if (arrivedFromAnotherPage) heading.focus({ preventScroll: true });
    });
  }
}
