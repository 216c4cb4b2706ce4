// Works a little, and keeps nothing.
setInterval(() => Array.from({ length: 1_000 }, Math.random).sort(), 500);
