// Runs a function of CloudFront:  node site_function.js CODE METHOD URIS
//
// CODE is a file with its code, URIS a JSON array of paths. Prints what it returns for each. CloudFront's runtime is not
// node; the code uses nothing but text, regular expressions and objects, which are the same in both.

const { readFileSync } = require('node:fs');

const [code, method, uris] = process.argv.slice(2);
const handler = new Function(`'use strict';\n${readFileSync(code, 'utf8')}\nreturn handler;`)();
const ask = (uri) => handler({ version: '1.0', request: { method, uri, querystring: {}, headers: {}, cookies: {} } });
console.log(JSON.stringify(JSON.parse(uris).map(ask)));
