// Ends at once, whenever it is started: PM2 gives it up.
require("a-module-that-nobody-has");
