// What holds for every page, of one page of each type.

import { holds } from "./holds.mjs";
import { TYPES } from "./pages.mjs";

for (const [name, path] of TYPES) holds(name, path);
