/**
 * Changes the sources in one place at a time, and says which changes no test has noticed: `npm run mutation -- [--quick] [AREA…]`.
 * Mutants that survive are listed with their place; mutation/report/AREA.html shows all.
 */
import {availableParallelism} from 'node:os'
import {fileURLToPath} from 'node:url'

import {Stryker} from '@stryker-mutator/core'

import {AREAS, type Area} from './areas.ts'

/** The least share of the mutants of each area that tests must kill, in percent. */
const FLOOR = 85

const KILLED = new Set(['Killed', 'Timeout'])
const SURVIVED = new Set(['Survived', 'NoCoverage'])

interface Figures {
  readonly area: string
  readonly killed: number
  readonly survived: number
  readonly seconds: number
}

/** Leaves out what runs when a file is loaded, tables and patterns: for each such mutant a process has to start. */
const QUICK = '--quick'

const isQuick = process.argv.includes(QUICK)
const wanted = process.argv.slice(2).filter((word) => word !== QUICK)
const unknown = wanted.filter((name) => !Object.hasOwn(AREAS, name))
if (unknown.length > 0)
  throw new Error(`no such area: ${unknown.join(', ')}; there are ${Object.keys(AREAS).join(', ')}`)

process.chdir(fileURLToPath(new URL('..', import.meta.url)))
const all: Figures[] = []
for (const [name, area] of Object.entries(AREAS))
  if (wanted.length === 0 || wanted.includes(name)) all.push(await mutate(name, area))
console.log(['area', 'mutants', 'killed', 'survived', 'score', 'minutes'].map((head) => head.padStart(10)).join(''))
for (const {area, killed, survived, seconds} of all) {
  const row = [area, killed + survived, killed, survived, `${percent(killed, survived)} %`, (seconds / 60).toFixed(1)]
  console.log(row.map((cell) => String(cell).padStart(10)).join(''))
}
if (all.some(({killed, survived}) => killed < ((killed + survived) * FLOOR) / 100)) {
  console.error(`An area is below ${FLOOR} %.`)
  process.exitCode = 1
}

function percent(killed: number, survived: number): string {
  return ((100 * killed) / (killed + survived)).toFixed(1)
}

async function mutate(area: string, {files, tests}: Area): Promise<Figures> {
  const start = performance.now()
  const results = await new Stryker({
    mutate: [...files],
    testRunner: 'mocha',
    testRunnerNodeArgs: ['--import=tsx/esm'],
    mochaOptions: {'no-package': true, 'no-config': true, spec: [...tests]},
    plugins: [
      fileURLToPath(import.meta.resolve('@stryker-mutator/mocha-runner')),
      fileURLToPath(new URL('words.js', import.meta.url)),
    ],
    ignorers: ['words'],
    coverageAnalysis: 'perTest',
    // On a busy machine, a mutant that only takes its time is not killed.
    timeoutMS: 20_000,
    ignoreStatic: isQuick,
    concurrency: Math.min(2, availableParallelism()),
    ignorePatterns: ['/**', '!/src/**', '!/test/**', '!/package.json'],
    tempDirName: `mutation/.sandbox/${area}`,
    checkers: [],
    disableTypeChecks: false,
    reporters: ['progress-append-only', 'clear-text', 'html'],
    clearTextReporter: {
      allowColor: false,
      logTests: false,
      reportTests: false,
      reportMutants: true,
      reportScoreTable: true,
    },
    htmlReporter: {fileName: `mutation/report/${area}.html`},
    allowEmpty: false,
  }).runMutationTest()
  const count = (states: ReadonlySet<string>): number => results.filter(({status}) => states.has(status)).length
  return {area, killed: count(KILLED), survived: count(SURVIVED), seconds: (performance.now() - start) / 1000}
}
