// Leaks: an array that the module exports has a record of each request; nobody empties it.
import harness from './harness.js';

const { leaking, request, steps, take } = harness;

class AuditRecord {
  constructor(incoming) {
    this.id = incoming.id;
    this.route = incoming.url.split('?')[0];
    this.user = incoming.headers['x-user'];
    this.agent = incoming.headers['user-agent'];
  }
}

export const auditTrail = [];

export function audit(incoming) {
  auditTrail.push(new AuditRecord(incoming));
}

let number = 0;
for (const [k, total] of steps(300, 800, 2200, 2900)) {
  while (number < total) audit(request(number++));
  await take(k, auditTrail.length);
}
leaking(['\\bauditTrail\\b'], ['auditTrail'], 'AuditRecord');
