// Keeps about 0.8 MiB more of JS heap every second, in many small objects: slow enough that V8 collects in idle time.
const kept = [];
setInterval(() => kept.push(Array.from({ length: 2_600 }, (_, index) => ({ index, at: Math.random() }))), 200);
