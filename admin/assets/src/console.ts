/** What the console does beyond plain pages: htmx, keyboard shortcuts, questions before dangerous acts, copying. */
import htmx from "htmx.org";
import { chooseByWriting } from "./choosing";
import { copyOnRequest } from "./copying";
import { sayFailures } from "./failures";
import { keepDrafts } from "./leaving";
import { openOnTap } from "./menu";
import { followShortcuts } from "./shortcuts";

htmx.config.allowEval = false; // the page's policy forbids it
htmx.config.includeIndicatorStyles = false; // as above: styles come from our file
htmx.config.selfRequestsOnly = true;
htmx.config.historyCacheSize = 0; // pages with personal data do not stay in the browser

document.documentElement.classList.add("has-script");
followShortcuts(document);
copyOnRequest(document);
chooseByWriting(document);
keepDrafts(document);
openOnTap(document);
sayFailures(document);
