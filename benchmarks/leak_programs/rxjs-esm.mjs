// Leaks: views of a dashboard listen to one Subject through operators; closing a view does not complete them.
import { filter, map, Subject } from 'rxjs';
import harness from './harness.js';

const { leaking, request, steps, take } = harness;

class TickerView {
  constructor(feed, incoming) {
    this.user = incoming.headers['x-user'];
    this.rows = [];
    feed.ticks
      .pipe(
        filter((tick) => tick.value > 0),
        map((tick) => ({ user: this.user, ...tick })),
      )
      .subscribe((row) => {
        this.rows = [row];
      });
  }
}

export class MarketFeed {
  ticks = new Subject();
}

const feed = new MarketFeed();
let number = 0;
for (const [k, total] of steps(150, 500, 1250, 1800)) {
  while (number < total) new TickerView(feed, request(number++));
  feed.ticks.next({ symbol: 'ABC', value: k });
  await take(k, feed.ticks.observers.length);
}
leaking(
  ['Subject\\b', '\\bobservers\\b', '\\bcurrentObservers\\b', 'MarketFeed\\.ticks'],
  ['Subject', 'observers', 'currentObservers', 'MarketFeed'],
  '.',
);
