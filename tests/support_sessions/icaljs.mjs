// Reads a calendar on its standard input with ical.js, and prints what it found.
// ICAL_JS names the folder in which ical.js is installed.
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { pathToFileURL } from "node:url";

const found = createRequire(process.env.ICAL_JS + "/").resolve("ical.js");
const loaded = await import(pathToFileURL(found));
const ICAL = loaded.default ?? loaded;
const calendar = new ICAL.Component(ICAL.parse(readFileSync(0, "utf-8")));
const events = calendar.getAllSubcomponents("vevent").map((component) => {
  const event = new ICAL.Event(component);
  return {
    uid: event.uid,
    start: event.startDate.toJSDate().toISOString(),
    end: event.endDate.toJSDate().toISOString(),
    sequence: event.sequence ?? 0,
    status: component.getFirstPropertyValue("status"),
  };
});
console.log(JSON.stringify(events));
