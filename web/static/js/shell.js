// What every page does, each in a file of its own. Pages work without any of it.
import { watchForExit } from "./exit.js";
import { keepSteps } from "./keep_steps.js";
import { speakToast } from "./toast.js";
import { showTheTab } from "./tabs.js";
import { keepTimesFresh } from "./time.js";
import { settleZone } from "./zone.js";

settleZone();
watchForExit();
keepTimesFresh();
speakToast();
showTheTab();
keepSteps();
