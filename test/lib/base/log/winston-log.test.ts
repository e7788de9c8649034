import {expect} from 'chai'

import {winstonLog} from '../../../../src/lib/base/log/winston-log.ts'

describe('winstonLog', () => {
  it('leaves one listener on stderr, however many logs there are, so that Node has nothing to warn of', async () => {
    const write = process.stderr.write.bind(process.stderr)
    const lines: string[] = []
    process.stderr.write = (line) => lines.push(String(line)) > 0
    try {
      const counts: number[] = []
      for (let index = 0; index < 12; index += 1) {
        const log = winstonLog({level: 'warn', format: 'text', runtime: {env: {}, stderrIsTerminal: false}})
        log.warn(`line ${index}`)
        await log.flush()
        counts.push(process.stderr.listenerCount('error'))
      }
      expect(new Set(counts).size).to.equal(1)
      expect(lines).to.have.length(12)
    } finally {
      process.stderr.write = write
    }
  })
})
