/**
 * Mocha's spec reporter, closed by the ten slowest tests, and by one plain line that a machine can count:
 * `N passed, N failed`.
 */
const {reporters} = require('mocha')

const SLOWEST = 10

module.exports = class PlainSummary extends reporters.Spec {
  constructor(runner, options) {
    super(runner, options)
    this.durations = []
    runner.on('pass', (test) => this.durations.push({title: test.fullTitle(), ms: test.duration}))
  }

  epilogue() {
    super.epilogue()
    const {passes, failures, pending} = this.stats
    const slowest = this.durations.toSorted((one, other) => other.ms - one.ms).slice(0, SLOWEST)
    const rows = slowest.map(({title, ms}) => `  ${(ms / 1000).toFixed(1).padStart(6)} s  ${title}`)
    const skipped = pending > 0 ? `, ${pending} skipped` : ''
    process.stdout.write(['The slowest:', ...rows, '', `${passes} passed, ${failures} failed${skipped}`, ''].join('\n'))
  }
}
