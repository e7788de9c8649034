import {chmod, readFile, writeFile} from 'node:fs/promises'

import {expect} from 'chai'
import {assert, asyncProperty, uint8Array} from 'fast-check'

import {AckError} from '../../../../src/lib/base/errors.ts'
import {Secret} from '../../../../src/lib/base/secret.ts'
import {
  countingSource,
  credentials,
  IDENTITY,
  makeWorld,
  MINUTE,
  type CountingSource,
  type Entry,
  type World,
} from '../../cache/support.ts'
import {howMany} from '../../../support/full.ts'
import {rejectionOf} from '../../../support/rejection-of.ts'
import {expectMode} from '../../../support/expect-mode.ts'

const REFUSED = new AckError('ServiceFailed', 'AssumeRole failed', 'try again')
const failing = () =>
  countingSource(() => {
    throw REFUSED
  })

const without = (object: object, name: string): object =>
  Object.fromEntries(Object.entries(object).filter(([key]) => key !== name))

describe('cachedSource', () => {
  let world: World

  beforeEach(async () => {
    world = await makeWorld()
  })
  afterEach(() => world.home.remove())

  it('is the same source, but for where it looks first', () => {
    const source = countingSource(() => world.lasting(60))
    expect(world.cached(source)).to.include({description: 'role admin', identity: IDENTITY, isCacheable: true})
    expect(source.loads).to.equal(0)
  })

  it('asks its source once for as long as the credentials have the life left that is wanted', async () => {
    const source = countingSource((count) => world.lasting(60, `STS.${count}`))
    expect(await world.idOf(source)).to.equal('STS.1')
    world.passed(45 * MINUTE)
    expect(await world.idOf(source)).to.equal('STS.1')
    expect(source.loads).to.equal(1)
    world.passed(1)
    expect(await world.idOf(source)).to.equal('STS.2')
    expect(source.loads).to.equal(2)
    expect(await world.files()).to.deep.equal([`${world.key}.json`])
  })

  it('gives back what it was given, with secrets as secrets', async () => {
    const given = world.lasting(60)
    const bare = {accessKeyId: 'b', accessKeySecret: new Secret('SECRET-bare'), expiration: given.expiration!}
    for (const [name, value] of Object.entries({given, bare})) {
      const identity = [['name', name]] as const
      await world.cached(countingSource(() => value, identity)).load()
      const found = await world.cached(countingSource(() => credentials('other'), identity)).load()
      expect(found).to.have.all.keys(...Object.keys(value))
      expect(found.accessKeyId).to.equal(value.accessKeyId)
      expect(found.accessKeySecret.reveal()).to.equal(value.accessKeySecret.reveal())
      expect(found.securityToken?.reveal()).to.equal('securityToken' in value ? 'SECRET-token-STS.a' : undefined)
      expect(found.expiration).to.deep.equal(value.expiration)
      expect(JSON.stringify(found)).not.to.contain('SECRET')
    }
  })

  it('has at hand what is cached, without asking, and nothing else', async () => {
    expect(world.cached(failing()).atHand()).to.equal(undefined)
    await world.fill()
    expect(world.cached(failing()).atHand()?.accessKeyId).to.equal('STS.kept')
    world.passed(50 * MINUTE)
    expect(world.cached(failing()).atHand()).to.equal(undefined)
  })

  it('says by which variables its source was found', () => {
    expect(world.cached({...failing(), variables: ['A']}).variables).to.deep.equal(['A'])
    expect(world.cached(failing())).not.to.have.property('variables')
  })

  it('asks every time who the caller is where the answer decides it, and keeps what each of them got', async () => {
    let caller = 'one'
    let asked = 0
    const loads: string[] = []
    const known = (): CountingSource =>
      countingSource(() => {
        loads.push(caller)
        return world.lasting(60, `STS.${caller}`)
      }, [...IDENTITY, ['caller', caller]])
    const source = {
      ...failing(),
      namesCaller: false,
      askCaller: () => {
        asked += 1
        return Promise.resolve(known())
      },
    }
    const cached = world.cached(source)
    expect(cached.namesCaller).to.equal(false)
    expect((await cached.load()).accessKeyId).to.equal('STS.one')
    expect((await cached.load()).accessKeyId).to.equal('STS.one')
    caller = 'two'
    expect((await cached.load()).accessKeyId).to.equal('STS.two')
    caller = 'one'
    expect((await (await cached.askCaller?.())?.load())?.accessKeyId).to.equal('STS.one')
    expect(asked).to.equal(4)
    expect(loads).to.deep.equal(['one', 'two'])
  })

  it('does not keep credentials that do not say when they end, or have ended', async () => {
    for (const make of [() => credentials('STS.a'), () => world.lasting(0), () => world.lasting(-1)]) {
      const source = countingSource(make)
      await world.idOf(source)
      await world.idOf(source)
      expect(source.loads).to.equal(2)
      expect(await world.files()).not.to.contain(`${world.key}.json`)
    }
  })

  it('keeps each identity apart', async () => {
    await world.fill()
    const other = countingSource(() => world.lasting(60, 'STS.other'), [...IDENTITY, ['session', 'x']])
    expect(await world.idOf(other)).to.equal('STS.other')
    expect(await world.idOf(failing())).to.equal('STS.kept')
  })

  it('hands the signal to its source', async () => {
    const {signal} = new AbortController()
    const source = countingSource((_, given) => {
      expect(given).to.equal(signal)
      return world.lasting(60)
    })
    await world.cached(source).load(signal)
    expect(source.loads).to.equal(1)
  })

  it('writes files for this user only', async () => {
    await world.fill()
    await expectMode(world.entry, 0o600)
    await expectMode(world.dir, 0o700)
  })

  it('shows no secret, neither in the log nor in a file name', async () => {
    await world.fill()
    await world.fill()
    world.passed(50 * MINUTE)
    await world.idOf(
      countingSource(() => {
        throw new Error('bad answer: SECRET-key-STS.kept')
      }),
    )
    await writeFile(world.entry, 'SECRET-damaged')
    await world.fill()
    expect(world.lines.join('\n')).to.contain('[secret]').and.not.contain('SECRET')
    expect((await world.files()).join('\n')).not.to.contain('SECRET')
  })

  describe('when its source fails', () => {
    it('gives what is still valid, and says so', async () => {
      await world.fill()
      world.passed(59 * MINUTE)
      expect(await world.idOf(failing())).to.equal('STS.kept')
      expect(world.lines.at(-1)).to.equal(
        'warn: cannot refresh the credentials of role admin, using the cached one, ' +
          'valid until 2026-01-02T04:04:05.678Z: AssumeRole failed',
      )
      expect(await world.idOf(countingSource(() => world.lasting(60, 'STS.new')))).to.equal('STS.new')
    })

    it('fails with the same error when nothing is valid any more, or ever was', async () => {
      expect(await rejectionOf(world.idOf(failing()))).to.equal(REFUSED)
      await world.fill()
      world.passed(60 * MINUTE)
      expect(await rejectionOf(world.idOf(failing()))).to.equal(REFUSED)
    })

    it('fails when a person cancelled it', async () => {
      await world.fill()
      world.passed(50 * MINUTE)
      const cancelled = new AckError('Cancelled', 'cancelled')
      const source = countingSource(() => {
        throw cancelled
      })
      expect(await rejectionOf(world.idOf(source))).to.equal(cancelled)
    })
  })

  describe('takes as a miss', () => {
    /** A miss asks the source, and gives its error for there is nothing else to give. */
    const expectMiss = async (): Promise<void> => {
      expect(await rejectionOf(world.idOf(failing()))).to.equal(REFUSED)
    }

    it('an entry cut off at any byte', async () => {
      await world.fill()
      const whole = await readFile(world.entry)
      for (let length = 0; length < whole.length; length += howMany(1, 1, 5)) {
        await writeFile(world.entry, whole.subarray(0, length))
        await expectMiss()
      }
      expect(world.lines.filter((line) => !line.startsWith('debug:'))).to.deep.equal([])
      await writeFile(world.entry, whole)
      expect(await world.idOf(failing())).to.equal('STS.kept')
    })

    it('any bytes', async () => {
      await world.fill()
      await assert(
        asyncProperty(uint8Array({maxLength: 200}), async (bytes) => {
          await writeFile(world.entry, bytes)
          await expectMiss()
        }),
      )
    })

    const damaged: Readonly<Record<string, (entry: Entry) => unknown>> = {
      'another version': (entry) => ({...entry, version: 0}),
      'a future version': (entry) => ({...entry, version: 2}),
      'a version as text': (entry) => ({...entry, version: '1'}),
      'no version': (entry) => without(entry, 'version'),
      'another kind': (entry) => ({...entry, kind: 'certificate'}),
      'another identity under the same name': (entry) => ({...entry, identity: [['kind', 'x']]}),
      'the same identity in another order': (entry) => ({...entry, identity: entry.identity.toReversed()}),
      'no identity': (entry) => without(entry, 'identity'),
      'no value': (entry) => without(entry, 'value'),
      'a value that is a list': (entry) => ({...entry, value: [entry.value]}),
      'no AccessKey id': (entry) => ({...entry, value: without(entry.value, 'accessKeyId')}),
      'an empty AccessKey id': (entry) => ({...entry, value: {...entry.value, accessKeyId: ''}}),
      'a secret that is a number': (entry) => ({...entry, value: {...entry.value, accessKeySecret: 1}}),
      'a token that is null': (entry) => ({...entry, value: {...entry.value, securityToken: null}}),
      'no expiration': (entry) => ({...entry, value: without(entry.value, 'expiration')}),
      'an expiration that is no time': (entry) => ({...entry, value: {...entry.value, expiration: 'tomorrow'}}),
      'an expiration that is a number': (entry) => ({...entry, value: {...entry.value, expiration: 4e12}}),
      'a list': (entry) => [entry],
      null: () => null,
      'more than 64 KiB': (entry) => ({...entry, padding: 'x'.repeat(64 * 1024)}),
    }
    for (const [what, damage] of Object.entries(damaged)) {
      it(`${what}, and replaces it`, async () => {
        await world.fill()
        await writeFile(world.entry, JSON.stringify(damage(await world.readEntry())))
        await expectMiss()
        expect(world.lines.some((line) => line.startsWith('warn:'))).to.equal(false)
        expect(world.lines.join('\n')).to.match(/debug: ignoring the cache file .*\.json: it is/)
        await world.fill('STS.new')
        expect(await world.idOf(failing())).to.equal('STS.new')
      })
    }

    it('an entry made by another release with more in it: no, that is a hit', async () => {
      await world.fill()
      await writeFile(world.entry, JSON.stringify({...(await world.readEntry()), more: 1}))
      await chmod(world.entry, 0o600)
      expect(await world.idOf(failing())).to.equal('STS.kept')
    })
  })

  it('does not write what it would not read', async () => {
    const huge = {...world.lasting(60), securityToken: new Secret(`SECRET-${'x'.repeat(64 * 1024)}`)}
    expect(await world.idOf(countingSource(() => huge))).to.equal('STS.a')
    expect(await world.files()).not.to.contain(`${world.key}.json`)
    expect(world.lines.at(-1)).to.match(/^debug: cannot write the cache file .*: it would be too large$/)
  })
})
