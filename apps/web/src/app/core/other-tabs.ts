import { Service } from '@angular/core';
import { fromEvent, map, type Observable } from 'rxjs';

/** `session`: somebody signed in or out. `attendance`: a check-in or check-out was made. */
export type TabNews = 'session' | 'attendance';

/** The student's other tabs of this browser. */
@Service()
export class OtherTabs {
  private readonly channel = new BroadcastChannel('exco-live');

  readonly news: Observable<TabNews> = fromEvent<MessageEvent<TabNews>>(this.channel, 'message').pipe(
    map((message) => message.data),
  );

  tell(news: TabNews): void {
    this.channel.postMessage(news);
  }
}
