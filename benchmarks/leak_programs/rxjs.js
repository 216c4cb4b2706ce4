// Leaks: each request subscribes to the rates, which live as long as the process; none unsubscribes.
'use strict';
const { BehaviorSubject } = require('rxjs');
const { leaking, request, steps, take } = require('./harness');

const rates = new BehaviorSubject({ EUR: 1, USD: 1.08 });

class Checkout {
  constructor(incoming) {
    this.items = JSON.parse(incoming.body).items;
    this.total = 0;
    rates.subscribe((now) => this.price(now.USD));
  }

  price(rate) {
    this.total = this.items.reduce((sum, item) => sum + item.quantity * rate, 0);
  }
}

async function main() {
  let number = 0;
  for (const [k, total] of steps(200, 700, 1500, 2500)) {
    while (number < total) new Checkout(request(number++));
    rates.next({ EUR: 1, USD: 1.08 + k / 100 });
    await take(k, rates.observers.length);
  }
  leaking(
    ['Subject\\b', '\\bobservers\\b', '\\bcurrentObservers\\b', '\\brates\\b'],
    ['BehaviorSubject', 'observers', 'currentObservers', 'rates'],
    '.',
  );
}

module.exports = { Checkout };
main();
