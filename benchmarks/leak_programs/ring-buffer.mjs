// Healthy: the last measurements in an array of fixed size; each new one takes the place of the oldest.
import harness from './harness.js';

const { healthy, request, scale, steps, take } = harness;

class Measurement {
  constructor(number, incoming) {
    this.number = number;
    this.route = incoming.url.split('?')[0];
    this.tags = { method: incoming.method, user: incoming.headers['x-user'] };
    this.milliseconds = incoming.body.length + 0.5;
  }
}

export class MetricsRing {
  constructor(capacity) {
    this.slots = new Array(capacity).fill(null);
    this.written = 0;
  }

  record(incoming) {
    this.slots[this.written % this.slots.length] = new Measurement(this.written, incoming);
    this.written += 1;
  }
}

const ring = new MetricsRing(2000 * scale);
for (const [k, total] of steps(900, 3100, 5600, 7500)) {
  while (ring.written < total) ring.record(request(ring.written));
  await take(k, Math.min(ring.written, ring.slots.length));
}
healthy();
