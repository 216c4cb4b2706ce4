// Ends too late for PM2 to call it unstable: it is started again for ever.
setTimeout(() => { throw new Error("after a while"); }, 2_500);
