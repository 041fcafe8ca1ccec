// Asks franc-all, restricted to Spanish and the two Quechuas: texts as JSON on standard input, answers and microseconds a
// text as JSON on standard output. Run by tests/evaluation/languages.py in a folder where franc-all is installed.
import {readFileSync} from 'node:fs'
import {createRequire} from 'node:module'
import {join} from 'node:path'
import {pathToFileURL} from 'node:url'

const folder = process.argv[2]
const home = join(folder, 'node_modules', 'franc-all')
const {francAll} = await import(pathToFileURL(join(home, 'index.js')))
const {version} = createRequire(import.meta.url)(join(home, 'package.json'))
const options = {only: ['spa', 'quy', 'quz'], minLength: 1}
const codes = {spa: 'es', quy: 'qu', quz: 'qu'}
const identify = text => codes[francAll(text, options)[0][0]] ?? 'und'

const texts = JSON.parse(readFileSync(0, 'utf8'))
const answers = texts.map(identify)
let best = Infinity
for (let round = 0; round < 15; round++) {
  const started = performance.now()
  for (const text of texts) identify(text)
  best = Math.min(best, performance.now() - started)
}
const microseconds = (best / texts.length) * 1000
process.stdout.write(JSON.stringify({[`franc-all ${version}`]: {answers, microseconds}}))
