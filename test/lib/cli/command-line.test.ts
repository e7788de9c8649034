import {expect} from 'chai'

import {commandFirst, peekFlags, pflagToOclif} from '../../../src/lib/cli/command-line.ts'
import {TOKEN_OPTIONS} from '../../../src/lib/options/command-definitions.ts'
import {GLOBAL_OPTIONS} from '../../../src/lib/options/definitions.ts'

const OPTIONS = {...GLOBAL_OPTIONS, ...TOKEN_OPTIONS}
const words = (line: string): string[] => line.split(' ').filter(Boolean)
const toOclif = (line: string): string => pflagToOclif(words(line), OPTIONS).join(' ')

describe('pflagToOclif', () => {
  it('writes every known flag the one way that oclif cannot misread', () => {
    expect(toOclif('-c id --region-id r -y')).to.equal('--cluster-id=id --region-id=r --assume-yes')
    expect(toOclif('-cid')).to.equal('--cluster-id=id')
    expect(toOclif('-c=id')).to.equal('--cluster-id=id')
    expect(toOclif('-yvc id')).to.equal('--assume-yes --verbose --cluster-id=id')
    expect(toOclif('--profile-name a=b')).to.equal('--profile-name=a=b')
    expect(toOclif('--profile-name -x')).to.equal('--profile-name=-x')
  })

  it('lets the last of equal flags count, whatever form they have', () => {
    expect(toOclif('-c one --cluster-id=two')).to.equal('--cluster-id=two')
    expect(toOclif('--assume-yes --assume-yes=false')).to.equal('')
    expect(toOclif('-y=false -y')).to.equal('--assume-yes')
  })

  it("gives booleans Go's values, and leaves others for an error", () => {
    expect(toOclif('--verbose=T --assume-yes=0')).to.equal('--verbose')
    expect(toOclif('--verbose=maybe')).to.equal('--verbose=maybe')
  })

  it('lowers the case of log levels only', () => {
    expect(toOclif('--log-level ERROR --api-version V1')).to.equal('--log-level=error --api-version=V1')
  })

  it('leaves unknown flags, arguments, and what follows -- as they are', () => {
    expect(toOclif('--nope x -z -yz arg -- -c id')).to.equal('--nope x -z -yz arg -- -c id')
  })

  it('leaves a flag whose value is missing for an error', () => {
    expect(toOclif('--cluster-id')).to.equal('--cluster-id')
  })
})

describe('commandFirst', () => {
  const first = (line: string): string => commandFirst(words(line)).join(' ')

  it('moves global flags behind the command', () => {
    expect(first('--log-level ERROR -y credential-plugin get-token -c id')).to.equal(
      'credential-plugin get-token --log-level=ERROR --assume-yes -c id',
    )
  })

  it('leaves every other command line as it is', () => {
    for (const line of [
      'credential-plugin get-token -c id',
      '--help',
      '--version',
      '-y',
      '-y --help',
      'help x',
      '',
      '--nope x',
      '-- x',
    ]) {
      expect(first(line), line).to.equal(line)
    }
  })
})

describe('peekFlags', () => {
  it('finds known flags on a command line that cannot be parsed', () => {
    expect(peekFlags(words('x --nope --error-format json -v --bad=1'), GLOBAL_OPTIONS)).to.deep.equal({
      'error-format': 'json',
      verbose: true,
    })
    expect(peekFlags(words('--error-format=json --error-format text'), GLOBAL_OPTIONS)).to.deep.equal({
      'error-format': 'text',
    })
  })
})
