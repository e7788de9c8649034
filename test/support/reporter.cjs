/**
 * Mocha's spec reporter, closed by one plain line that a machine can count: `N passed, N failed`.
 */
const {reporters} = require('mocha')

module.exports = class PlainSummary extends reporters.Spec {
  epilogue() {
    super.epilogue()
    const {passes, failures, pending} = this.stats
    process.stdout.write(`${passes} passed, ${failures} failed${pending > 0 ? `, ${pending} skipped` : ''}\n`)
  }
}
