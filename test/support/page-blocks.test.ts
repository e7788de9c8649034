import {expect} from 'chai'

import {isAsShown, readPageCommands} from './page-blocks.ts'

const FENCE = '```'
const PAGE = `# A page

${FENCE}sh
# first
npm ci && npm pack
tool enable \\
  --all
${FENCE}

<!-- not run: it needs an account -->

${FENCE}console
$ tool list
one
$ tool quiet
${FENCE}

1. A step

   ${FENCE}sh
   tool step
   ${FENCE}

${FENCE}yaml
$ not: a command
${FENCE}
`

describe('the commands of a page', () => {
  it('are found with their lines, their output, and why they are not run', () => {
    const notRun = 'it needs an account'
    expect(readPageCommands(PAGE)).to.deep.equal([
      {line: 5, command: 'npm ci && npm pack', expected: undefined, notRun: undefined},
      {line: 6, command: 'tool enable \\\n  --all', expected: undefined, notRun: undefined},
      {line: 13, command: 'tool list', expected: 'one\n', notRun},
      {line: 15, command: 'tool quiet', expected: '', notRun},
      {line: 21, command: 'tool step', expected: undefined, notRun: undefined},
    ])
  })

  it('print what is shown only if each line is the same', () => {
    expect(isAsShown('NAME   STATE\na.b    running\n', 'NAME   STATE  \na.b    running\n')).to.equal(true)
    expect(isAsShown('a.b\n', 'axb\n')).to.equal(false)
    expect(isAsShown('one\n', 'one\ntwo\n')).to.equal(false)
    expect(isAsShown('one\ntwo\n', 'one\n')).to.equal(false)
    expect(isAsShown('', 'one\n')).to.equal(false)
    expect(isAsShown('', '')).to.equal(true)
  })

  it('may vary where an ellipsis stands, within its line or lines', () => {
    expect(isAsShown('token: k8s-ack-v2.…"\n', 'token: k8s-ack-v2.abc"\n')).to.equal(true)
    expect(isAsShown('token: …\n', 'token: a\nb\n')).to.equal(false)
    expect(isAsShown('one\n…\nfour\n', 'one\ntwo\nthree\nfour\n')).to.equal(true)
    expect(isAsShown('one\n…\nfour\n', 'one\nfour\n')).to.equal(true)
    expect(isAsShown('one\n…\n', 'two\n')).to.equal(false)
  })
})
