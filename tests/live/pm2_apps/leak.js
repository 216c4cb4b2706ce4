// Keeps about 1 MiB more of JS heap every second.
const kept = [];
setInterval(() => kept.push(Array.from({ length: 13_000 }, (_, index) => ({ index, at: Math.random() }))), 1_000);
